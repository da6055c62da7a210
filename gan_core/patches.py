"""How alike the textures of two sets of images are, at each scale: no network has to look."""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

SMALLEST = 16  # pixels of the coarsest level's side
PATCH, PATCHES = 7, 32  # pixels along a side; taken of each image and level
FLAT = 1e-4  # deviation, of colours in [-1, 1], below which there is only rounding
DIRECTIONS = 256  # that patches are projected on
AT_ONCE = 64  # directions: bounds memory


def sliced_wasserstein(real: np.ndarray, fake: np.ndarray, seed: int = 0) -> float:
    """Between images uint8 (N, H, W, C), as many of one as of the other; 0 where they are the same.

    Of 7x7 patches on each level of a Laplacian pyramid, each colour scaled to mean 0 and deviation
    1, the mean over the levels, times 1,000 (Karras et al. 2018, "Progressive Growing of GANs";
    they take 128 patches of an image and 512 directions, for which we would wait minutes, and blur
    more before halving). So a
    cast or a contrast that all images of a set share is not seen; one that they differ in is.
    """
    random = torch.Generator().manual_seed(seed)
    distances = []
    for levels in zip(_pyramid(real), _pyramid(fake)):
        places = _places(levels[0].shape, random)  # of both sets, or the same would lie apart
        clouds = [_patches(level, *places) for level in levels]
        distances.append(_distance(clouds[0], clouds[1], random))
    return 1000 * float(np.mean(distances))


def _pyramid(images: np.ndarray) -> list[Tensor]:
    """Float (N, C, H, W): what each halving of the size loses, and what is left at the end."""
    left = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1
    levels = []
    while left.shape[2] >= 2 * SMALLEST and left.shape[2] % 2 == 0:
        half = avg_pool2d(left, 2)
        levels.append(left - interpolate(half, scale_factor=2, mode="bilinear"))
        left = half
    return [*levels, left]


def _places(shape: torch.Size, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Rows (N, PATCHES, PATCH, 1) and columns (N, PATCHES, 1, PATCH), from all over the images."""
    count, _, height, width = shape
    tops = torch.randint(height - PATCH + 1, (count, PATCHES, 1, 1), generator=random)
    lefts = torch.randint(width - PATCH + 1, (count, PATCHES, 1, 1), generator=random)
    return tops + torch.arange(PATCH)[:, None], lefts + torch.arange(PATCH)


def _patches(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """(N * PATCHES, C * PATCH * PATCH) of images (N, C, H, W)."""
    image = torch.arange(len(images))[:, None, None, None]
    patches = images.permute(0, 2, 3, 1)[image, rows, columns].flatten(0, 1)  # (M, 7, 7, C)
    centred = patches - patches.mean((0, 1, 2))
    return (centred / centred.std((0, 1, 2)).clamp_min(FLAT)).flatten(1)


def _distance(real: Tensor, fake: Tensor, random: torch.Generator) -> float:
    """Mean over random directions of the distance between the two sorted projections."""
    directions = torch.randn(real.shape[1], DIRECTIONS, generator=random)
    directions /= directions.norm(dim=0)
    total = 0.0
    for part in directions.split(AT_ONCE, dim=1):
        apart = (real @ part).sort(dim=0).values - (fake @ part).sort(dim=0).values
        total += apart.abs().mean(dim=0).sum().item()
    return total / DIRECTIONS
