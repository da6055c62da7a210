"""Trains a config once for each of several seeds and counts the modes that each generator draws."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gan_core.config import RunConfig
from gan_core.data import ImageSet, load
from gan_core.errors import InputError, choose
from gan_core.judge import open_judge
from gan_core.modes import Coverage, cover_points, cover_stacked, mean, worst
from gan_core.toys import GRID_SIGMA, RING_SIGMA, grid_centres, ring_centres
from gan_core.trainer import Trainer

OnSeed = Callable[[int, Coverage, float], None]  # seed, figures, seconds of training


@dataclass(frozen=True)
class Benchmark:
    """How many samples are drawn of a model, and who counts their modes."""

    samples: int  # as in the papers
    cover: Callable[[np.ndarray, ImageSet], Coverage]  # of samples, beside the data


def run(
    benchmark: str,
    config: RunConfig,
    seeds: int = 10,
    device: str = "auto",
    data_dir: Path | None = None,
    on_seed: OnSeed = lambda seed, coverage, seconds: None,
) -> list[Coverage]:
    """The config at its own length with seeds 0, 1 and so on; figures of each shown generator.

    benchmark: key of BENCHMARKS, and the config's data set. A run that diverges is judged by what
    it has learned until then. `on_seed` hears each seed's figures when it is done.
    """
    judged = choose("benchmark", benchmark, BENCHMARKS)
    if config.dataset != benchmark:
        raise InputError(f"this config is for '{config.dataset}'; make one for '{benchmark}'")
    if seeds < 1:
        raise InputError(f"give one seed or more, not {seeds}")
    data = load(benchmark, config.image_size, config.channels, data_dir)
    covers = []
    for seed in range(seeds):
        started = time.perf_counter()
        unwatched = replace(config, seed=seed, evaluate_every=0)
        trainer = Trainer(unwatched, data, device)
        for _ in trainer.run():
            pass
        seconds = time.perf_counter() - started
        samples, _ = trainer.model().sample(judged.samples, seed)
        covers.append(judged.cover(samples, data))
        on_seed(seed, covers[-1], seconds)
    return covers


def sentence(cover: Coverage) -> str:
    """A line for people: each figure, and real samples' in brackets."""
    real = cover.ceiling
    assert real is not None
    return (
        f"{cover.covered:.4g} of {cover.modes} modes ({real.covered:.4g}), "
        f"{cover.high_quality:.1%} high quality ({real.high_quality:.1%}), "
        f"KL {cover.divergence:.4f} ({real.divergence:.4f})"
    )


def summary(covers: list[Coverage]) -> str:
    """Lines for people: over all seeds, and what the brackets are."""
    count = f"{covers[0].samples:,}"
    return (
        f"mean of {len(covers)} seeds: {sentence(mean(covers))}\n"
        f"worst of each: {sentence(worst(covers))}\n"
        f"Of {count} samples a seed; in brackets, {count} real samples on average."
    )


def _ring(samples: np.ndarray, data: ImageSet) -> Coverage:
    return cover_points(samples, ring_centres(), RING_SIGMA, "ring")


def _grid(samples: np.ndarray, data: ImageSet) -> Coverage:
    return cover_points(samples, grid_centres(), GRID_SIGMA, "grid")


def _stacks(samples: np.ndarray, data: ImageSet) -> Coverage:
    """The judge reads each colour by itself."""
    judge = open_judge("mnist")
    red, green, blue = (
        judge.look(samples[..., colour : colour + 1])[1].argmax(axis=1) for colour in range(3)
    )
    return cover_stacked(100 * red + 10 * green + blue, data.labels.numpy())


BENCHMARKS: dict[str, Benchmark] = {
    "ring": Benchmark(2500, _ring),
    "grid": Benchmark(2500, _grid),
    "stacked-mnist": Benchmark(26_000, _stacks),
}
