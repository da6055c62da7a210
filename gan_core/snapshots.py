"""What a generator makes of a run's fixed noise."""

import numpy as np
import torch

from gan_core import latent
from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.events import Snapshot
from gan_core.images import to_samples
from gan_core.modules import Generator

GRID_ROWS = 8
POINTS_SHOWN = 1000


@torch.no_grad()
def take_snapshot(
    config: RunConfig, images: ImageSet, shown: Generator, step: int, epoch: int
) -> Snapshot:
    """In eval mode; a conditional generator draws a column of each class."""
    classes = len(images.class_names)
    columns = classes if config.conditional else GRID_ROWS
    points = config.image_size == 0
    count = POINTS_SHOWN if points else GRID_ROWS * columns
    device = next(shown.parameters()).device
    z = latent.noise(config.seed, count, config.noise_dim, config.noise)
    labels = torch.arange(count, device=device) % max(classes, 1)
    samples = to_samples(shown.eval()(torch.from_numpy(z).to(device), labels))
    return Snapshot(step, epoch, samples, columns, _some_points(images) if points else None)


def _some_points(images: ImageSet) -> np.ndarray:
    """Real points (N, 2), always the same, from all over the set."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    return images.images[order[:POINTS_SHOWN]].numpy()
