"""Latent space arithmetic on NumPy arrays: seeds, and the ways between them."""

from collections.abc import Callable

import numpy as np

from gan_core.errors import choose


def noise(seed: int, count: int, noise_dim: int, kind: str = "normal") -> np.ndarray:
    """z (count, noise_dim) float32: N(0, 1), or U(-1, 1) where kind is "uniform".

    NumPy's generator, because its first rows stay the same when `count` grows, on every device.
    """
    random = np.random.default_rng(seed)
    if kind == "uniform":
        return random.uniform(-1, 1, (count, noise_dim)).astype(np.float32)
    return random.standard_normal((count, noise_dim), dtype=np.float32)


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
    """keyframes (K, D) -> (K - 1, steps, D): each leg from one keyframe to the next, ends included."""
    between = choose("method", method, METHODS)
    t = np.linspace(0, 1, steps)
    legs = [between(start, end, t) for start, end in zip(keyframes, keyframes[1:])]
    return np.stack(legs).astype(np.float32)


METHODS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]] = {
    "slerp": slerp,
    "lerp": lerp,
}
