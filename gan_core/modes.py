"""How many modes of the data a generator draws, and how evenly: the field's three benchmarks.

It counts; what is counted, and who drew it, `mode_benchmark` knows.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from gan_core.errors import InputError
from gan_core.metrics import divergence_from_uniform

REACH = 3  # standard deviations from a mode within which a point belongs to it
STACKED_MODES = 1000  # three digits
CEILING_DRAWS = 200  # of a perfect sampler


@dataclass(frozen=True)
class Coverage:
    """Figures of one set of samples, or of several on average."""

    benchmark: str
    samples: int
    modes: int  # that there are
    covered: float  # of these; a whole number but on average
    high_quality: float  # share of the samples
    divergence: float  # KL(samples' modes || all alike) in nats; 0 is even, log(modes) a single one
    ceiling: Self | None = None  # of as many real samples, on average


def cover_points(
    samples: np.ndarray, centres: np.ndarray, sigma: float, benchmark: str = "points"
) -> Coverage:
    """Of points (N, 2) about round Gaussians at centres (M, 2), all as likely as one another.

    The conventions of Srivastava et al. 2017, "VEEGAN", and of the code of Lin et al. 2018,
    "PacGAN": a sample is of high quality within 3 sigma of the nearest mode, a mode is covered by
    one such sample, and the divergence is that of the high-quality samples alone. Where there are
    none, it is that of a single mode. Both papers take 2,500 samples; fewer diverge more, by
    (M - 1) / 2N for a perfect sampler.
    """
    for name, points in (("samples", samples), ("centres", centres)):
        if points.ndim != 2 or points.shape[1] != 2 or not len(points):
            raise InputError(f"{name} must be points (N, 2), one or more, not {points.shape}")
        if not np.isfinite(points).all():
            raise InputError(f"{name} must be finite numbers; leave out the points that are not")
    if not sigma > 0:
        raise InputError(f"sigma must be positive, not {sigma}")
    apart = np.linalg.norm(samples[:, None] - centres, axis=2)  # (N, M)
    good = apart.min(axis=1) < REACH * sigma
    counts = np.bincount(apart.argmin(axis=1)[good], minlength=len(centres))
    within = 1 - np.exp(-(REACH**2) / 2)  # of a Gaussian's points: Rayleigh
    ceiling = _ceiling(benchmark, len(samples), np.full(len(centres), 1 / len(centres)), within)
    return replace(_figures(benchmark, len(samples), counts), ceiling=ceiling)


def cover_stacked(class_numbers: np.ndarray, real: np.ndarray | None = None) -> Coverage:
    """Of class numbers (N,) in 0..999: 100 times one digit, 10 times another, and a third.

    Stacked MNIST (Metz et al. 2017, "Unrolled GANs"), three digits as the colours of an image: a
    classifier names each. Every sample counts, and one is enough for its mode; PacGAN and R3GAN
    take 26,000. real: class numbers of real stacks, any number, whose shares the ceiling has; all
    alike without them, though MNIST's digits are not.
    """
    for numbers in (class_numbers, *([] if real is None else [real])):
        if numbers.ndim != 1 or not len(numbers) or not np.issubdtype(numbers.dtype, np.integer):
            raise InputError("class numbers must be whole numbers (N,), one or more")
        if numbers.min() < 0 or numbers.max() >= STACKED_MODES:
            raise InputError(f"a class number must lie between 0 and {STACKED_MODES - 1}")
    counts = np.bincount(class_numbers, minlength=STACKED_MODES)
    alike = np.arange(STACKED_MODES)
    shares = np.bincount(alike if real is None else real, minlength=STACKED_MODES)
    total = len(class_numbers)
    ceiling = _ceiling("stacked-mnist", total, shares / shares.sum(), 1.0)
    return replace(_figures("stacked-mnist", total, counts), ceiling=ceiling)


def mean(covers: list[Coverage]) -> Coverage:
    """Of several sets of samples, each figure on average."""
    return replace(
        covers[0],
        covered=float(np.mean([cover.covered for cover in covers])),
        high_quality=float(np.mean([cover.high_quality for cover in covers])),
        divergence=float(np.mean([cover.divergence for cover in covers])),
    )


def worst(covers: list[Coverage]) -> Coverage:
    """The worst of each figure, which need not be of one set of samples."""
    return replace(
        covers[0],
        covered=min(cover.covered for cover in covers),
        high_quality=min(cover.high_quality for cover in covers),
        divergence=max(cover.divergence for cover in covers),
    )


def _figures(benchmark: str, samples: int, counts: np.ndarray) -> Coverage:
    """counts (M,): good samples of each mode."""
    good, modes = int(counts.sum()), len(counts)
    return Coverage(
        benchmark=benchmark,
        samples=samples,
        modes=modes,
        covered=int((counts > 0).sum()),
        high_quality=good / samples,
        divergence=divergence_from_uniform(counts) if good else float(np.log(modes)),
    )


def _ceiling(benchmark: str, samples: int, shares: np.ndarray, within: float) -> Coverage:
    """On average over draws of as many samples, each of high quality as often as `within`."""
    random = np.random.default_rng(0)
    good = np.maximum(1, random.binomial(samples, within, CEILING_DRAWS))
    draws = [random.multinomial(count, shares) for count in good]
    return mean([_figures(benchmark, samples, counts) for counts in draws])
