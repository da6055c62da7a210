"""Missing pixels filled in: what a model draws that fits what is left of an image."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from gan_core.errors import InputError
from gan_core.inversion import RESTARTS, Attempt, as_target, search
from gan_core.model import Model

WINDOW = 7  # pixels along a side: a visible one counts as much as the share of it that is hidden,
FAR = 0.2  # and this, so that all count
# gentler than where the whole image is known: few pixels are fitted well by unlikely z, too
STEPS, RATE = 60, 0.1
# for the same reason a label is to fit at large: of 140 mended digits 124 are read right, else 120
LABEL_WEIGHT = 0.3


def repair(
    model: Model,
    image: np.ndarray,
    hidden: np.ndarray,
    seed: int = 0,
    steps: int = STEPS,
    restarts: int = RESTARTS,
) -> Iterator[Attempt]:
    """Attempts at the pixels of `image`, uint8 (H, W, C), where `hidden`, bool (H, W), is true.

    Yeh et al. 2017, "Semantic Image Inpainting with Deep Generative Models": z fits the visible
    pixels, the more the nearer they are to the hole. In place of the paper's D, `search` keeps z
    likely. Visible pixels stay as they are.
    InputError where the model draws no such image, or the mask hides nothing or everything.
    """
    target = as_target(model, image)
    _check_mask(hidden, image)
    hole = torch.from_numpy(hidden.copy()).to(target.device)[None, None]
    weights = context_weights(hole)

    def loss(drawn: Tensor) -> Tensor:
        return (weights * (drawn - target).abs()).flatten(1).sum(dim=1) / drawn.shape[1]

    attempts = search(model, loss, seed, steps, restarts, RATE, LABEL_WEIGHT)
    return (replace(each, image=blended(image, each.image, hidden)) for each in attempts)


def context_weights(hole: Tensor) -> Tensor:
    """bool (1, 1, H, W) -> what each pixel counts: 0 where hidden, all together 1."""
    near = avg_pool2d(hole.float(), WINDOW, 1, WINDOW // 2, count_include_pad=False)
    weights = torch.where(hole, 0, near + FAR)
    return weights / weights.sum()


def blended(image: np.ndarray, drawn: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """`drawn` where hidden, without a seam, and `image` elsewhere; uint8 (H, W, C).

    Pérez et al. 2003, "Poisson Image Editing": the hole keeps the drawing's gradients and meets the
    visible pixels; so what is added to the drawing is smooth, each number the mean of the four
    around it. Jacobi's method finds it.
    """
    hole = hidden[..., None]
    known = np.where(hole, 0, image.astype(np.float32) - drawn)
    added = known
    for _ in range(hidden.size):  # until what is known has come across the longest hole
        framed = np.pad(added, ((1, 1), (1, 1), (0, 0)), mode="edge")
        around = framed[:-2, 1:-1] + framed[2:, 1:-1] + framed[1:-1, :-2] + framed[1:-1, 2:]
        added = np.where(hole, around / 4, known)
    return np.where(hole, (drawn + added).round().clip(0, 255), image).astype(np.uint8)


def _check_mask(hidden: np.ndarray, image: np.ndarray) -> None:
    if hidden.dtype != np.bool_ or hidden.shape != image.shape[:2]:
        raise InputError(f"the mask must be bool {image.shape[:2]}, as the image, not "
                         f"{hidden.dtype} {hidden.shape}")  # fmt: skip
    if not hidden.any():
        raise InputError("the mask hides no pixel; hide those to repair")
    if hidden.all():
        raise InputError("the mask hides every pixel; leave some to go by")
