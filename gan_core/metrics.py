"""How alike two clouds of samples are, from the features that somebody sees in them.

Features are float32 (N, D), one cloud real and one not. The distances are torchmetrics'.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

SUBSETS, SUBSET_SIZE = 100, 1000  # of the kernel distance, as in its paper
NEIGHBOURS = 5  # Naeem et al. 2020
AT_ONCE = 1000  # rows of distances: bounds memory


@dataclass(frozen=True)
class Manifolds:
    """How two clouds lie over one another; all of them but density are shares."""

    precision: float  # fakes within reach of a real: are they good?
    recall: float  # reals within reach of a fake: are they all that reals are?
    density: float  # reals that reach a fake over those expected; 1 where the clouds are alike
    coverage: float  # reals with a fake within their reach


class _AsTheyAre(nn.Module):
    """In the place of the network that torchmetrics would take features from."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.num_features = width

    def forward(self, features: Tensor) -> Tensor:
        return features


def frechet_distance(real: Tensor, fake: Tensor) -> float:
    """Between the Gaussians of both clouds (Heusel et al. 2017); biased upward for small N."""
    from torchmetrics.image.fid import FrechetInceptionDistance  # slow to import

    distance = FrechetInceptionDistance(_AsTheyAre(real.shape[1]))
    distance.update(real, real=True)
    distance.update(fake, real=False)
    return distance.compute().item()


def kernel_distance(real: Tensor, fake: Tensor, seed: int = 0) -> tuple[float, float]:
    """Mean and spread of the squared maximum mean discrepancy (Binkowski et al. 2018), unbiased.

    Over 100 pairs of random subsets of 1,000 rows, or of half the smaller cloud.
    """
    from torchmetrics.image.kid import KernelInceptionDistance

    size = min(SUBSET_SIZE, len(real) // 2, len(fake) // 2)
    features = _AsTheyAre(real.shape[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it keeps the features, which we do too
        distance = KernelInceptionDistance(features, subsets=SUBSETS, subset_size=size)
    distance.update(real, real=True)
    distance.update(fake, real=False)
    with torch.random.fork_rng(devices=[]):  # it draws from the global generator
        torch.manual_seed(seed)
        mean, spread = distance.compute()
    return mean.item(), spread.item()


def manifolds(real: Tensor, fake: Tensor, neighbours: int = NEIGHBOURS) -> Manifolds:
    """A sample reaches as far as its `neighbours`-th neighbour in its own cloud.

    Precision and recall: Kynkäänniemi et al. 2019, "Improved precision and recall metric";
    density and coverage: Naeem et al. 2020, "Reliable fidelity and diversity metrics".
    """
    real_reach, fake_reach = _reach(real, neighbours), _reach(fake, neighbours)
    reals_that_reach, reached_reals = [], torch.zeros(len(real), dtype=torch.bool)
    covered = reached_reals.clone()
    for part, reach in zip(fake.split(AT_ONCE), fake_reach.split(AT_ONCE)):
        apart = torch.cdist(part, real)  # (fakes, reals)
        within = apart < real_reach
        reals_that_reach.append(within.sum(dim=1))
        covered |= within.any(dim=0)
        reached_reals |= (apart < reach[:, None]).any(dim=0)
    reached = torch.cat(reals_that_reach)
    return Manifolds(
        precision=(reached > 0).float().mean().item(),
        recall=reached_reals.float().mean().item(),
        density=reached.float().mean().item() / neighbours,
        coverage=covered.float().mean().item(),
    )


def _reach(cloud: Tensor, neighbours: int) -> Tensor:
    """(N,): how far each sample's k-th neighbour is, itself not counted."""
    parts = [
        torch.cdist(part, cloud).kthvalue(neighbours + 1, dim=1).values
        for part in cloud.split(AT_ONCE)
    ]
    return torch.cat(parts)


def nearest_distances(samples: Tensor, others: Tensor, skip: int = 0) -> Tensor:
    """(N,): from each row to the nearest of `others`, so many of the very nearest left out."""
    parts = [
        torch.cdist(part, others).kthvalue(skip + 1, dim=1).values
        for part in samples.split(AT_ONCE // 4)
    ]
    return torch.cat(parts)


def divergence_from_uniform(counts: np.ndarray) -> float:
    """KL(counts as shares || equal shares), in nats; 0 is even, log(classes) a single class."""
    shares = counts / counts.sum()
    held = shares[shares > 0]
    return float((held * np.log(held * len(counts))).sum())
