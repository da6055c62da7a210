"""Distances between Gaussians, against closed forms and the library."""

import pytest
import torch
from torch import Tensor

from gan_core.gaussian import Gaussian, distance_with_error
from gan_core.metrics import frechet_distance


def cloud(count: int, width: int, seed: int) -> Tensor:
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed))


def diagonal(mean: list[float], variances: list[float]) -> Gaussian:
    return Gaussian(torch.tensor(mean).double(), torch.tensor(variances).double().diag())


def test_with_diagonal_covariances_it_is_that_of_means_and_deviations() -> None:
    one, other = diagonal([0, 1], [4, 9]), diagonal([3, 5], [1, 16])
    assert one.distance(other) == pytest.approx(3**2 + 4**2 + (2 - 1) ** 2 + (3 - 4) ** 2)
    assert other.distance(one) == pytest.approx(one.distance(other))
    assert one.distance(one) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("count", [300, 20])  # 20 rows of 32: covariances without an inverse
def test_between_clouds_it_is_the_librarys(count: int) -> None:
    real, fake = cloud(500, 32, seed=0).relu(), 1.5 * cloud(count, 32, seed=1) + 0.3
    ours = Gaussian.of(real).distance(Gaussian.of(fake))
    assert ours == pytest.approx(frechet_distance(real, fake), rel=1e-3)


def test_the_error_is_about_what_repetition_shows() -> None:
    real = Gaussian.of(cloud(20_000, 4, seed=0))
    told = [distance_with_error(real, cloud(400, 4, seed) + 0.5) for seed in range(1, 41)]
    distances, errors = torch.tensor(told).T
    assert 0.5 < (errors.median() / distances.std()).item() < 2
