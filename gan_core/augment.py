"""Differentiable augmentation of what D sees, reals and fakes alike, so that few images suffice.

Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GAN Training". G learns through
it, and does not learn to draw it. Images are never mirrored: a mirrored digit is none.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import pad

from gan_core.chance import Chance


def colour(images: Tensor, chance: Chance) -> Tensor:
    """Another brightness (+-0.5), saturation (0 to 2 times) and contrast (0.5 to 1.5 times)."""
    count = len(images)
    images = images + chance.uniform(-0.5, 0.5, count, 1, 1, 1)
    grey = images.mean(dim=1, keepdim=True)
    images = grey + (images - grey) * chance.uniform(0, 2, count, 1, 1, 1)
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return mean + (images - mean) * chance.uniform(0.5, 1.5, count, 1, 1, 1)


def translation(images: Tensor, chance: Chance) -> Tensor:
    """Moved by up to an eighth of the side each way; what moves in is grey, 0."""
    count, _, height, width = images.shape
    most = height // 8
    shift = chance.uniform(0, 2 * most + 1, count, 2).long().clamp(max=2 * most)
    rows = torch.arange(height, device=images.device) + shift[:, :1]  # (B, H)
    columns = torch.arange(width, device=images.device) + shift[:, 1:]  # (B, W)
    index = torch.arange(count, device=images.device)[:, None, None]
    padded = pad(images, [most] * 4).permute(0, 2, 3, 1)  # channels last, to pick whole pixels
    return padded[index, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def cutout(images: Tensor, chance: Chance) -> Tensor:
    """A square of half the side, somewhere and perhaps partly outside, becomes grey, 0."""
    count, _, height, width = images.shape
    centre = chance.uniform(0, 1, count, 2)
    rows = torch.arange(height, device=images.device) + 0.5 - centre[:, :1] * height
    columns = torch.arange(width, device=images.device) + 0.5 - centre[:, 1:] * width
    inside = (rows.abs() < height / 4)[:, :, None] & (columns.abs() < width / 4)[:, None, :]
    return images * ~inside[:, None]


AUGMENTATIONS: dict[str, Callable[[Tensor, Chance], Tensor]] = {
    "colour": colour,
    "translation": translation,
    "cutout": cutout,
}
