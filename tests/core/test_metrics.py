"""Figures of two clouds of features, where the answer is known."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_core.metrics import (
    divergence_from_uniform,
    frechet_distance,
    kernel_distance,
    manifolds,
    nearest_distances,
)


def cloud(count: int, seed: int, width: int = 8, centre: float = 0) -> Tensor:
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed)) + centre


def test_the_frechet_distance_of_shifted_gaussians_is_the_square_of_the_shift() -> None:
    assert frechet_distance(cloud(50_000, 0), cloud(50_000, 1, centre=1)) == pytest.approx(8, 0.02)
    assert frechet_distance(cloud(500, 0), cloud(500, 0)) == pytest.approx(0, abs=1e-3)


def test_the_kernel_distance_is_unbiased_and_the_same_each_time() -> None:
    real, alike, apart = cloud(1000, 0), cloud(1000, 1), cloud(1000, 2, centre=0.5)
    mean, spread = kernel_distance(real, alike)
    assert abs(mean) < 3 * spread  # about 0 for equal distributions, however few
    assert kernel_distance(real, apart)[0] > 10 * spread
    before = torch.random.get_rng_state()
    assert kernel_distance(real, alike) == (mean, spread)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_manifolds_of_equal_distributions_lie_over_one_another() -> None:
    both = manifolds(cloud(1500, 0), cloud(1500, 1))
    assert both.precision > 0.9 and both.recall > 0.9
    assert both.density == pytest.approx(1, abs=0.1)
    assert both.coverage == pytest.approx(1 - 1 / 2**5, abs=0.02)  # Naeem et al., section 3.2


def test_a_cloud_far_away_is_neither_precise_nor_covering() -> None:
    apart = manifolds(cloud(200, 0), cloud(200, 1, centre=50))
    assert (apart.precision, apart.recall, apart.density, apart.coverage) == (0, 0, 0, 0)


def test_a_collapsed_cloud_is_precise_but_covers_nothing() -> None:
    reals = cloud(1000, 0)
    collapsed = reals.mean(dim=0) + 0.01 * cloud(1000, 1)
    found = manifolds(reals, collapsed)
    assert found.precision == 1
    assert found.recall < 0.01 and found.coverage < 0.2


def test_half_of_two_modes_is_half_of_recall_and_coverage() -> None:
    reals = torch.cat([cloud(500, 0), cloud(500, 1, centre=30)])
    found = manifolds(reals, cloud(1000, 2))
    assert found.precision > 0.9
    assert found.recall == pytest.approx(0.5, abs=0.05)
    assert found.coverage == pytest.approx(0.5, abs=0.05)


def test_parts_of_a_large_cloud_do_not_change_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    real, fake = cloud(300, 0), cloud(250, 1)
    whole = manifolds(real, fake), nearest_distances(fake, real)
    monkeypatch.setattr("gan_core.metrics.AT_ONCE", 28)
    assert manifolds(real, fake) == whole[0]
    torch.testing.assert_close(nearest_distances(fake, real), whole[1])


def test_nearest_distances_and_themselves_left_out() -> None:
    line = torch.tensor([[0.0], [1.0], [3.0]])
    assert nearest_distances(torch.tensor([[2.5]]), line).tolist() == [0.5]
    assert nearest_distances(line, line).tolist() == [0, 0, 0]
    assert nearest_distances(line, line, skip=1).tolist() == [1, 1, 2]


def test_divergence_from_uniform_runs_from_nothing_to_log_classes() -> None:
    assert divergence_from_uniform(np.array([5, 5, 5, 5])) == pytest.approx(0)
    assert divergence_from_uniform(np.array([0, 7, 0, 0])) == pytest.approx(math.log(4))
    assert divergence_from_uniform(np.array([1, 1, 0, 0])) == pytest.approx(math.log(2))
