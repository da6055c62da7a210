"""Gaussians in place of clouds of features, and how far they are apart.

The library that `evaluate` uses takes seconds to import, too long for somebody who watches.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import torch
from torch import Tensor


@dataclass(frozen=True)
class Gaussian:
    """The one with the mean and covariance of a cloud; float64."""

    mean: Tensor  # (D,)
    covariance: Tensor  # (D, D)

    @classmethod
    def of(cls, features: Tensor) -> Self:
        """features: (N, D), two or more of each."""
        return cls(features.double().mean(dim=0), torch.cov(features.double().T))

    @cached_property
    def root(self) -> Tensor:
        """The covariance's square root, (D, D)."""
        values, vectors = torch.linalg.eigh(self.covariance)
        return vectors * values.clamp(min=0).sqrt() @ vectors.T

    def distance(self, other: Self) -> float:
        """|m - n|^2 + tr(C + D - 2 (C D)^(1/2)), the square of Frechet's.

        Dowson & Landau 1982; on Inception's features it is the FID of Heusel et al. 2017.
        """
        # C D and C^(1/2) D C^(1/2) have the same eigenvalues; the latter is symmetric
        shared = torch.linalg.eigvalsh(self.root @ other.covariance @ self.root)
        apart = (self.mean - other.mean).square().sum()
        traces = self.covariance.trace() + other.covariance.trace()
        return max(0.0, (apart + traces - 2 * shared.clamp(min=0).sqrt().sum()).item())


def distance_with_error(real: Gaussian, features: Tensor, blocks: int = 5) -> tuple[float, float]:
    """From `real` to the cloud of features (N, D), and its standard error.

    The error is the jackknife's over blocks of the rows (Efron 1982, "The Jackknife, the Bootstrap
    and Other Resampling Plans"): what the cloud's chance makes of it, not the bias of a small N.
    """
    parts = features.chunk(blocks)
    without = torch.tensor([
        real.distance(Gaussian.of(torch.cat([*parts[:left_out], *parts[left_out + 1 :]])))
        for left_out in range(len(parts))
    ])  # fmt: skip
    spread = (without - without.mean()).square().sum() * (len(parts) - 1) / len(parts)
    return real.distance(Gaussian.of(features)), spread.sqrt().item()
