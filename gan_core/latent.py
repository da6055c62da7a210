"""Latent space arithmetic on NumPy arrays: seeds, and the ways between them."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from gan_core.errors import InputError, choose


def noise(seed: int, count: int, noise_dim: int, kind: str = "normal") -> np.ndarray:
    """z (count, noise_dim) float32: N(0, 1), or U(-1, 1) where kind is "uniform".

    NumPy's generator, because its first rows stay the same when `count` grows, on every device.
    """
    random = np.random.default_rng(seed)
    if kind == "uniform":
        return random.uniform(-1, 1, (count, noise_dim)).astype(np.float32)
    return random.standard_normal((count, noise_dim), dtype=np.float32)


def parse_seeds(text: str) -> list[int]:
    """ "1, 2, 3" -> [1, 2, 3]; InputError unless two or more whole numbers, none below zero."""
    try:
        seeds = [int(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"seeds must be whole numbers with commas between, not '{text}'") from None
    if len(seeds) < 2 or min(seeds) < 0:
        raise InputError(f"give two or more seeds, none below zero, not '{text}'")
    return seeds


def lerp(start: np.ndarray, end: np.ndarray, t: np.ndarray) -> np.ndarray:
    """The straight line from start (D,) at t = 0 to end (D,) at t = 1 -> (len(t), D)."""
    t = t[:, None]
    return (1 - t) * start + t * end


def slerp(start: np.ndarray, end: np.ndarray, t: np.ndarray) -> np.ndarray:
    """The great arc from start (D,) to end (D,) -> (len(t), D).

    High-dimensional Gaussian noise lies near a sphere; a straight line leaves it in the middle
    (White 2016, "Sampling Generative Networks"). Where the two are all but parallel or opposite,
    the arc is not defined and the line serves.
    """
    lengths = np.linalg.norm(start) * np.linalg.norm(end)
    cosine = np.dot(start, end) / lengths if lengths > 0 else 1.0
    angle = np.arccos(np.clip(cosine, -1, 1))
    if np.sin(angle) < 1e-4:
        return lerp(start, end, t)
    t = t[:, None]
    return (np.sin((1 - t) * angle) * start + np.sin(t * angle) * end) / np.sin(angle)


def interpolate(keyframes: np.ndarray, steps: int, method: str = "slerp") -> np.ndarray:
    """keyframes (K, D) -> (K - 1, steps, D), a leg from each to the next, ends included."""
    between = choose("method", method, METHODS)
    if steps < 2:
        raise InputError(f"steps must be 2 or more, not {steps}")
    t = np.linspace(0, 1, steps)
    legs = [between(start, end, t) for start, end in pairwise(keyframes)]
    return np.stack(legs).astype(np.float32)


METHODS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]] = {
    "slerp": slerp,
    "lerp": lerp,
}
