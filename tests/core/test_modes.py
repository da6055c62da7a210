"""Mode coverage of samples whose figures are known in closed form, and of a short training."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gan_core.data import load
from gan_core.errors import InputError
from gan_core.mode_benchmark import BENCHMARKS, run, sentence, summary
from gan_core.modes import Coverage, cover_points, cover_stacked, mean, worst
from gan_core.presets import preset
from gan_core.toys import GRID_SIGMA, RING_SIGMA, grid_centres, ring_centres

SETS = [("ring", ring_centres(), RING_SIGMA), ("grid", grid_centres(), GRID_SIGMA)]


def draw(centres: np.ndarray, sigma: float, count: int, seed: int = 0) -> np.ndarray:
    """A perfect sampler."""
    random = np.random.default_rng(seed)
    modes = random.integers(len(centres), size=count)
    return centres[modes] + sigma * random.standard_normal((count, 2))


def ceiling_of(cover: Coverage) -> Coverage:
    assert cover.ceiling is not None
    return cover.ceiling


@pytest.mark.parametrize(("benchmark", "centres", "sigma"), SETS)
def test_a_perfect_sampler_reaches_the_ceiling(
    benchmark: str, centres: np.ndarray, sigma: float
) -> None:
    data = load(benchmark, 0, 2)
    cover = BENCHMARKS[benchmark].cover
    covers = [cover(draw(centres, sigma, 2500, seed), data) for seed in range(30)]
    found, ceiling = mean(covers), ceiling_of(covers[0])
    assert (found.benchmark, found.samples, found.modes) == (benchmark, 2500, len(centres))
    assert found.covered == ceiling.covered == len(centres)
    assert found.high_quality == pytest.approx(ceiling.high_quality, abs=0.002)
    assert found.divergence == pytest.approx(ceiling.divergence, rel=0.2)


@pytest.mark.parametrize(("benchmark", "centres", "sigma"), SETS)
def test_the_ceiling_is_that_of_chance(benchmark: str, centres: np.ndarray, sigma: float) -> None:
    ceiling = ceiling_of(BENCHMARKS[benchmark].cover(centres, load(benchmark, 0, 2)))
    few, modes = len(centres), len(centres)
    assert ceiling.covered == pytest.approx(modes * (1 - (1 - 1 / modes) ** few), rel=0.1)
    ceiling = ceiling_of(cover_points(np.repeat(centres, 400, axis=0), centres, sigma))
    assert ceiling.high_quality == pytest.approx(1 - np.exp(-4.5), abs=0.001)
    assert ceiling.divergence == pytest.approx((modes - 1) / (2 * 400 * modes), rel=0.1)


def test_a_sampler_of_one_mode_diverges_by_the_logarithm_of_their_number() -> None:
    centres = grid_centres()
    found = cover_points(np.repeat(centres[3:4], 100, axis=0), centres, GRID_SIGMA)
    assert (found.covered, found.high_quality) == (1, 1.0)
    assert found.divergence == pytest.approx(np.log(25))


def test_half_of_the_modes_in_equal_shares_diverge_by_the_logarithm_of_two() -> None:
    found = cover_points(np.repeat(ring_centres()[:4], 7, axis=0), ring_centres(), RING_SIGMA)
    assert (found.covered, found.divergence) == (4, pytest.approx(np.log(2)))


def test_within_three_sigma_is_high_quality_and_beyond_covers_nothing() -> None:
    centres, sigma = ring_centres(), RING_SIGMA
    near = centres + np.array([2.99 * sigma, 0])
    far = centres + np.array([0, 3.01 * sigma])
    half = cover_points(np.concatenate([near[:6], far[2:]]), centres, sigma)
    assert (half.samples, half.high_quality) == (12, 0.5)
    assert (half.covered, half.divergence) == (6, pytest.approx(np.log(8 / 6)))  # of the good alone


def test_no_sample_near_a_mode_is_as_bad_as_a_single_mode() -> None:
    found = cover_points(np.zeros((5, 2)), ring_centres(), RING_SIGMA)
    assert (found.covered, found.high_quality) == (0, 0.0)
    assert found.divergence == pytest.approx(np.log(8))


def test_stacks_are_counted_by_their_class_numbers() -> None:
    every = cover_stacked(np.tile(np.arange(1000), 3))
    assert (every.covered, every.modes, every.samples) == (1000, 1000, 3000)
    assert (every.high_quality, every.divergence) == (1.0, pytest.approx(0))
    some = cover_stacked(np.repeat(np.arange(0, 1000, 10), 5))
    assert (some.covered, some.divergence) == (100, pytest.approx(np.log(10)))
    single = cover_stacked(np.full(9, 999))
    assert (single.covered, single.divergence) == (1, pytest.approx(np.log(1000)))


def test_the_ceiling_of_stacks_is_of_as_many_real_ones() -> None:
    classes = np.arange(26_000) % 1000
    alike = ceiling_of(cover_stacked(classes))
    assert alike.covered == pytest.approx(1000, abs=0.01)
    assert alike.divergence == pytest.approx(999 / 52_000, rel=0.05)
    uneven = np.repeat(np.arange(1000), np.arange(1000) % 2 * 2 + 1)  # shares 1 : 3
    known = (np.log(0.5) + 3 * np.log(1.5)) / 4
    ceiling = ceiling_of(cover_stacked(classes, uneven))
    assert ceiling.divergence == pytest.approx(known + 999 / 52_000, rel=0.05)


def test_seeds_are_summed_up_by_their_mean_and_the_worst_of_each_figure() -> None:
    covers = [Coverage("ring", 10, 8, 8, 0.5, 0.5), Coverage("ring", 10, 8, 5, 1.0, 0.25)]
    assert mean(covers) == Coverage("ring", 10, 8, 6.5, 0.75, 0.375)
    assert worst(covers) == Coverage("ring", 10, 8, 5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("samples", "centres", "sigma", "message"),
    [
        (np.zeros((4, 3)), ring_centres(), 1.0, r"samples must be points \(N, 2\).*\(4, 3\)"),
        (np.zeros((0, 2)), ring_centres(), 1.0, r"samples must be points .*one or more"),
        (np.full((1, 2), np.nan), ring_centres(), 1.0, "samples must be finite"),
        (np.zeros((4, 2)), np.zeros(2), 1.0, "centres must be points"),
        (np.zeros((4, 2)), ring_centres(), 0.0, "sigma must be positive"),
    ],
)
def test_points_that_cannot_be_judged_are_refused(
    samples: np.ndarray, centres: np.ndarray, sigma: float, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        cover_points(samples, centres, sigma)


@pytest.mark.parametrize("numbers", [[], [0.5], [[1]], [1000], [-1]])
def test_class_numbers_that_are_none_are_refused(numbers: list) -> None:
    classes = np.array(numbers) if numbers else np.array([], dtype=int)
    with pytest.raises(InputError, match="class number"):
        cover_stacked(classes)
    with pytest.raises(InputError, match="class number"):
        cover_stacked(np.zeros(1, int), classes)


def test_a_benchmark_trains_a_model_for_each_seed_and_tells_of_each() -> None:
    config = replace(preset("r3gan", "ring"), steps=3, precision="float32")
    told: list[tuple[int, Coverage]] = []

    def on_seed(seed: int, cover: Coverage, seconds: float) -> None:
        assert seconds > 0
        told.append((seed, cover))

    covers = run("ring", config, seeds=2, device="cpu", on_seed=on_seed)
    assert told == list(enumerate(covers))
    assert [(cover.benchmark, cover.samples) for cover in covers] == [("ring", 2500)] * 2
    assert covers == run("ring", config, seeds=2, device="cpu")


def test_a_benchmark_is_told_to_people_with_real_samples_beside_each_figure() -> None:
    cover = cover_points(np.repeat(ring_centres(), 300, axis=0), ring_centres(), RING_SIGMA)
    assert sentence(cover).startswith("8 of 8 modes (8), 100.0% high quality (98.9%), KL 0.0000 (")
    first, second, last = summary([cover, cover]).splitlines()
    assert first == f"mean of 2 seeds: {sentence(cover)}"
    assert second == f"worst of each: {sentence(cover)}"
    assert "2,400 samples" in last


def test_a_benchmark_that_cannot_be_run_is_refused() -> None:
    config = preset("r3gan", "ring")
    with pytest.raises(InputError, match="unknown benchmark 'line'; choose one of: ring, grid"):
        run("line", preset("r3gan", "line"))
    with pytest.raises(InputError, match="this config is for 'ring'; make one for 'grid'"):
        run("grid", config)
    with pytest.raises(InputError, match="one seed or more, not 0"):
        run("ring", config, seeds=0)


def test_real_stacks_cover_a_thousand_modes_as_evenly_as_their_ceiling(data_dir: Path) -> None:
    stacks = load("stacked-mnist", 28, 3, data_dir)
    digits = load("mnist", 28, 1, data_dir)
    assert stacks.images.shape == (128_000, 3, 28, 28)
    first = (stacks.images[0, :, None] == digits.images[:, 0]).all(dim=(2, 3)).int().argmax(dim=1)
    assert stacks.labels[0] == (digits.labels[first] * torch.tensor([100, 10, 1])).sum()
    some = stacks.images[:8000].permute(0, 2, 3, 1).numpy()
    cover = BENCHMARKS["stacked-mnist"].cover(some, stacks)
    assert cover.ceiling
    assert cover.covered == pytest.approx(cover.ceiling.covered, abs=4)
    assert cover.divergence == pytest.approx(cover.ceiling.divergence, rel=0.1)
