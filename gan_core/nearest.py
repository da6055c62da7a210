"""The samples of a set that are nearest to one, found by looking at all of them."""

import numpy as np
import torch

from gan_core.data import ImageSet
from gan_core.errors import InputError

SEARCHED_AT_ONCE = 2**19  # pixels that are compared together: few enough to stay in the cache


def nearest(images: ImageSet, sample: np.ndarray, count: int = 1) -> list[tuple[int, float]]:
    """The `count` nearest by L2 distance, or all there are: (index, distance), nearest first.

    sample: uint8 (H, W, C), or a point (2,). Of equally near ones the first come first. Distances
    are the root mean square of pixels in [0, 1]; between points, the length.
    """
    wanted = torch.from_numpy(sample)
    wanted = (wanted if wanted.ndim == 1 else wanted.permute(2, 0, 1)).double()
    if wanted.shape != images.images.shape[1:]:
        raise InputError(
            f"the sample is {_size(wanted)} and the data {_size(images.images[0])}; "
            "compare it with data of its own size"
        )
    if count < 1:
        raise InputError(f"the number of nearest images must be positive, not {count}")
    at_once = max(1, SEARCHED_AT_ONCE // wanted.numel())
    squares = torch.empty(len(images), dtype=torch.float64)  # sums of whole numbers stay exact
    room = torch.empty(
        at_once, *wanted.shape, dtype=torch.float64
    )  # once, for pieces would pile up
    for part, target in zip(images.images.split(at_once), squares.split(at_once)):
        differences = room[: len(part)].copy_(part).sub_(wanted)
        torch.sum(differences.square_().flatten(1), dim=1, out=target)
    least, places = squares.sort(stable=True)
    whole = wanted.numel() * 255**2 if sample.dtype == np.uint8 else 1
    distances = (least[:count] / whole).sqrt()
    return list(zip(places[:count].tolist(), distances.tolist()))


def _size(sample: torch.Tensor) -> str:
    return "x".join(map(str, sample.shape))
