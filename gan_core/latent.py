"""Latent space arithmetic on NumPy arrays: seeds, the ways between them, sums and means."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from gan_core.errors import InputError, choose


def noise(seed: int, count: int, noise_dim: int, kind: str = "normal") -> np.ndarray:
    """z (count, noise_dim) float32: N(0, 1), or U(-1, 1) where kind is "uniform".

    NumPy's generator, because its first rows stay the same when `count` grows, on every device.
    """
    return draw(np.random.default_rng(seed), count, noise_dim, kind)


def draw(random: np.random.Generator, count: int, noise_dim: int, kind: str) -> np.ndarray:
    """The next rows of `noise`: drawn in parts they are the same as at once."""
    if kind == "uniform":
        return random.uniform(-1, 1, (count, noise_dim)).astype(np.float32)
    return random.standard_normal((count, noise_dim), dtype=np.float32)


def check_truncation(psi: float) -> None:
    """Below 1 samples are more typical and less varied; see `gan_core.made_data.make_data`."""
    if not 0 < psi <= 1:
        raise InputError(f"truncation must be above 0 and 1 at most, not {psi}")


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


def interpolate(
    keyframes: np.ndarray, steps: int, method: str = "slerp", easing: str = "linear"
) -> np.ndarray:
    """keyframes (K, D) -> (K - 1, steps, D), a leg from each to the next, ends included.

    They may be points, or the weights of labels, which "lerp" mixes.
    """
    between = choose("method", method, METHODS)
    eased = choose("easing", easing, EASINGS)
    if steps < 2:
        raise InputError(f"steps must be 2 or more, not {steps}")
    t = eased(np.linspace(0, 1, steps))
    legs = [between(start, end, t) for start, end in pairwise(keyframes)]
    return np.stack(legs).astype(np.float32)


def mean_point(points: np.ndarray, kind: str = "normal") -> np.ndarray:
    """What points (K, D) have in common -> (D,), as far out as noise lies; see `analogy`."""
    return _to_noise(points.mean(axis=0), kind)


def analogy(a: np.ndarray, b: np.ndarray, c: np.ndarray, kind: str = "normal") -> np.ndarray:
    """a - b + c, all (D,): c with what a has and b has not (Radford et al. 2016, "Unsupervised
    Representation Learning with Deep Convolutional Generative Adversarial Networks").

    Normal noise lies near a sphere of radius sqrt(D), and the generator learned nothing elsewhere.
    A sum of three lies about sqrt(3) times as far out and a mean further in, so the result is
    scaled back to the sphere (White 2016, as for `slerp`); uniform noise is cut to its cube.
    """
    return _to_noise(a - b + c, kind)


def _to_noise(z: np.ndarray, kind: str) -> np.ndarray:
    if kind == "uniform":
        return z.clip(-1, 1).astype(np.float32)
    length = np.linalg.norm(z)
    return (z * (np.sqrt(len(z)) / length if length > 0 else 1)).astype(np.float32)


METHODS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]] = {
    "slerp": slerp,
    "lerp": lerp,
}

EASINGS: dict[str, Callable[[np.ndarray], np.ndarray]] = {  # time 0 to 1 -> share of the leg
    "linear": lambda t: t,
    "smooth": lambda t: (1 - np.cos(np.pi * t)) / 2,
    "cubic": lambda t: np.where(t < 0.5, 4 * t**3, 1 - 4 * (1 - t) ** 3),
}
