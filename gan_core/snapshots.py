"""What a generator makes of a run's fixed noise."""

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


def take_snapshot(
    config: RunConfig, images: ImageSet, shown: Generator, step: int, epoch: int
) -> Snapshot:
    """In eval mode; a conditional generator draws a column of each class."""
    samples = to_samples(draw_fixed(config, images, shown)[0])
    reference = _some_points(images) if config.image_size == 0 else None
    return Snapshot(step, epoch, samples, _columns(config, images), reference)


@torch.no_grad()
def draw_fixed(config: RunConfig, images: ImageSet, shown: Generator) -> tuple[Tensor, Tensor]:
    """What `shown`, in eval mode, makes of the run's fixed noise, and the labels (N,) it is told.

    Images (N, C, H, W), a snapshot's grid row by row, or points (N, 2).
    """
    count = POINTS_SHOWN if config.image_size == 0 else GRID_ROWS * _columns(config, images)
    device = next(shown.parameters()).device
    z = latent.noise(config.seed, count, config.noise_dim, config.noise)
    labels = torch.arange(count, device=device) % max(len(images.class_names), 1)
    return shown.eval()(torch.from_numpy(z).to(device), labels), labels


def _columns(config: RunConfig, images: ImageSet) -> int:
    return len(images.class_names) if config.conditional else GRID_ROWS


def _some_points(images: ImageSet) -> np.ndarray:
    """Real points (N, 2), always the same, from all over the set."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    return images.images[order[:POINTS_SHOWN]].numpy()
