"""Data in the plane, where one can see what a GAN does: mixtures and curves of known shape."""

from collections.abc import Callable

import numpy as np

COUNT = 20_000  # points of a set
RING_SIGMA, GRID_SIGMA = 0.01, 0.05
DRAWN_SIGMA = 0.02  # of the half-width of a drawing

Points = tuple[np.ndarray, np.ndarray]  # float32 (N, 2); int64 (N,), which mode each belongs to


def ring_centres() -> np.ndarray:
    """(8, 2), on the circle of radius 1 (Srivastava et al. 2017, "VEEGAN")."""
    angles = 2 * np.pi * np.arange(8) / 8
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def grid_centres() -> np.ndarray:
    """(25, 2), at -4, -2, 0, 2, 4 each way (the same paper)."""
    side = np.arange(-4, 5, 2)
    return np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2).astype(float)


def mixture(centres: np.ndarray, sigma: float, random: np.random.Generator) -> Points:
    """Round Gaussians at centres (M, 2), in equal shares."""
    modes = np.arange(COUNT) % len(centres)
    points = centres[modes] + sigma * random.standard_normal((COUNT, 2))
    return points.astype(np.float32), modes


def line(random: np.random.Generator) -> Points:
    """A segment from (-1, -1) to (1, 1), a little thick."""
    points = random.uniform(-1, 1, (COUNT, 1)) + 0.01 * random.standard_normal((COUNT, 2))
    return points.astype(np.float32), np.zeros(COUNT, np.int64)


def two_moons(random: np.random.Generator) -> Points:
    """scikit-learn's, centred; a label for each moon."""
    from sklearn.datasets import make_moons  # slow to import, so only where it is used

    seed = int(random.integers(2**31))
    points, moons = map(np.asarray, make_moons(COUNT, noise=0.05, random_state=seed))
    return (points - [0.5, 0.25]).astype(np.float32), moons.astype(np.int64)


def swiss_roll(random: np.random.Generator) -> Points:
    """scikit-learn's, seen from the side, scaled into [-1.5, 1.5]."""
    from sklearn.datasets import make_swiss_roll

    points, _ = make_swiss_roll(COUNT, noise=0.25, random_state=int(random.integers(2**31)))
    return (points[:, [0, 2]] / 10).astype(np.float32), np.zeros(COUNT, np.int64)


def drawn(points: np.ndarray, random: np.random.Generator) -> Points:
    """Points (N, 2) that somebody drew, repeated and jittered, centred and scaled to [-1, 1]."""
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    reach = np.abs(points - middle).max() or 1.0
    chosen = (points - middle)[np.arange(COUNT) % len(points)] / reach
    jittered = chosen + DRAWN_SIGMA * random.standard_normal((COUNT, 2))
    return jittered.astype(np.float32), np.zeros(COUNT, np.int64)


def ring(random: np.random.Generator) -> Points:
    return mixture(ring_centres(), RING_SIGMA, random)


def grid(random: np.random.Generator) -> Points:
    return mixture(grid_centres(), GRID_SIGMA, random)


TOYS: dict[str, Callable[[np.random.Generator], Points]] = {
    "ring": ring,
    "grid": grid,
    "line": line,
    "two-moons": two_moons,
    "swiss-roll": swiss_roll,
}
POINT_SETS = (*TOYS, "drawn")
