"""What a generator makes of a run's fixed noise."""

from copy import deepcopy
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from gan_core import latent
from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.events import Snapshot
from gan_core.images import to_samples
from gan_core.modules import Generator

GRID_ROWS = 8
POINTS_SHOWN = 1000

Statistics = Literal["running", "batch"]  # that BatchNorm goes by: remembered, or of this grid


def take_snapshot(
    config: RunConfig,
    images: ImageSet,
    shown: Generator,
    step: int,
    epoch: int,
    statistics: Statistics = "running",
) -> Snapshot:
    """A conditional generator draws a column of each class.

    "running": in eval mode. "batch": as in training, where each sample depends on the others drawn
    with it; `shown` stays as it is. In a distributed run all processes must take that together.
    """
    network = shown.eval() if statistics == "running" else _normalising(shown)
    samples = to_samples(_draw(config, images, network)[0])
    reference = _some_points(images) if config.image_size == 0 else None
    return Snapshot(step, epoch, samples, _columns(config, images), reference)


def draw_fixed(config: RunConfig, images: ImageSet, shown: Generator) -> tuple[Tensor, Tensor]:
    """What `shown`, in eval mode, makes of the run's fixed noise, and the labels (N,) it is told.

    Images (N, C, H, W), a snapshot's grid row by row, or points (N, 2).
    """
    return _draw(config, images, shown.eval())


def _normalising(generator: Generator) -> Generator:
    """A copy with nothing but BatchNorm in train mode; what the original remembers stays."""
    copy = deepcopy(generator).eval()
    for layer in copy.modules():
        if hasattr(layer, "running_var"):
            layer.train()
    return copy


@torch.no_grad()
def _draw(config: RunConfig, images: ImageSet, network: Generator) -> tuple[Tensor, Tensor]:
    count = POINTS_SHOWN if config.image_size == 0 else GRID_ROWS * _columns(config, images)
    device = next(network.parameters()).device
    z = latent.noise(config.seed, count, config.noise_dim, config.noise)
    labels = torch.arange(count, device=device) % max(len(images.class_names), 1)
    return network(torch.from_numpy(z).to(device), labels), labels


def _columns(config: RunConfig, images: ImageSet) -> int:
    return len(images.class_names) if config.conditional else GRID_ROWS


def _some_points(images: ImageSet) -> np.ndarray:
    """Real points (N, 2), always the same, from all over the set."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    return images.images[order[:POINTS_SHOWN]].numpy()
