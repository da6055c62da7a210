"""An image put in: the z, and the label, from which a model draws what is most like it."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from gan_core.classifier import AT_ONCE, LUMA, SIDE
from gan_core.errors import InputError
from gan_core.judge import Judge
from gan_core.model import Model

STEPS, RESTARTS = 120, 20  # of a search: measured, see tests/benchmarks/inversion.py
DRAWS = 20  # for each restart, of which the best are descended from; a look is cheap
TELLING = 5  # draws of a label, the best ones, that tell how well it fits at large
RATE, BETAS = 0.2, (0.9, 0.99)  # of Adam; the rate falls to 0
DROPS = (0.15, 0.45)  # shares of the search after which only the best quarter goes on
FEATURES_WEIGHT = 0.3  # of what a judge sees, beside the pixels
TELL_EVERY = 4  # steps
SHELL = 2.0  # the length of normal noise lies this near to the root of its dimension, by 2.8 sigma

Loss = Callable[[Tensor], Tensor]  # what G drew, (B, C, H, W) in [-1, 1] -> (B,)


@dataclass(frozen=True, eq=False)
class Attempt:
    """The best that a search has found so far."""

    z: np.ndarray  # float32 (noise_dim,)
    label: int | None  # its number; None where the model takes none
    image: np.ndarray  # uint8 (H, W, C)
    loss: float  # never more than that of the attempt before
    share: float  # of the search that is done; 1 at its end


def invert(
    model: Model,
    image: np.ndarray,
    judge: Judge | None = None,
    seed: int = 0,
    steps: int = STEPS,
    restarts: int = RESTARTS,
) -> Iterator[Attempt]:
    """Attempts at `image`, uint8 (H, W, C) as the model draws them, each better than the last.

    A judge that knows the model's data helps to look at shapes as well as at pixels. InputError
    where the model draws no such image.
    """
    target = as_target(model, image)
    if judge is None:
        return search(model, lambda drawn: _pixels(drawn, target), seed, steps, restarts, RATE)
    with torch.no_grad():
        wanted, _ = seen_by(judge, target)

    def loss(drawn: Tensor) -> Tensor:
        features, _ = seen_by(judge, drawn)
        off = (features - wanted).square().sum(dim=1) / wanted.square().sum().clamp(min=1)
        return _pixels(drawn, target) + FEATURES_WEIGHT * off.to(drawn.device)

    return search(model, loss, seed, steps, restarts, RATE)


def as_target(model: Model, image: np.ndarray) -> Tensor:
    """uint8 (H, W, C) -> (1, C, H, W) in [-1, 1] where the model is; InputError as `invert`."""
    channels, *sides = model.card.config.shape
    if not sides:
        raise InputError(f"'{model.card.name}' draws points; give a model of images")
    if image.dtype != np.uint8 or image.shape != (*sides, channels):
        raise InputError(f"the image must be uint8 {(*sides, channels)}, as '{model.card.name}' "
                         f"draws them, not {image.dtype} {image.shape}")  # fmt: skip
    pixels = torch.from_numpy(image.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
    return pixels.to(_device(model))


def seen_by(judge: Judge, images: Tensor) -> tuple[Tensor, Tensor]:
    """Images (B, C, H, W) in [-1, 1] -> the judge's features and logits, with their gradient."""
    grey = images.cpu()
    if grey.shape[1] == 3:
        grey = (grey * torch.tensor(LUMA).view(3, 1, 1)).sum(dim=1, keepdim=True)
    if grey.shape[2:] != (SIDE, SIDE):
        grey = interpolate(grey, (SIDE, SIDE), mode="bicubic", antialias=True)
    return judge.network(grey)


def search(
    model: Model,
    loss: Loss,
    seed: int,
    steps: int,
    restarts: int,
    rate: float,
    label_weight: float = 0.0,
) -> Iterator[Attempt]:
    """Descend at once from the best `restarts` of the seed's draws; the worst drop out on the way.

    Labels are dealt out in turn. label_weight: what counts of how well a label's draws fit, beside
    how well one z of it can be made to fit. Dropping is that of Jamieson & Talwalkar 2016,
    "Non-stochastic Best Arm Identification"; z stays where noise lies, or G would draw what it
    never learned.
    """
    for name, number in (("steps", steps), ("restarts", restarts)):
        if number < 1:
            raise InputError(f"{name} must be 1 or more, not {number}")
    return _begin(model, loss, seed, steps, restarts, rate, label_weight)


def _begin(
    model: Model,
    loss: Loss,
    seed: int,
    steps: int,
    restarts: int,
    rate: float,
    label_weight: float,
) -> Iterator[Attempt]:
    """Apart from `search`, which is to refuse at once and to work when it is asked to."""
    z, labels, losses = _draws(model, loss, seed, restarts * DRAWS)
    handicaps = label_weight * _label_losses(labels, losses)
    best = (losses + handicaps[labels]).argsort(stable=True)[:restarts]
    yield from _descend(model, loss, steps, rate, z[best], labels[best], handicaps)


def _draws(model: Model, loss: Loss, seed: int, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """z (count, noise_dim), labels and losses (count,)."""
    z = torch.from_numpy(model.noise(seed, count)).to(_device(model))
    z = INSIDE[model.card.config.noise](z)
    labels = torch.arange(len(z), device=z.device) % max(1, len(model.labels))
    with torch.no_grad():
        parts = zip(z.split(AT_ONCE), labels.split(AT_ONCE))
        return z, labels, torch.cat([loss(model.generator(*part)) for part in parts])


def _label_losses(labels: Tensor, losses: Tensor) -> Tensor:
    """The mean of the TELLING least of each label, (classes,)."""
    each = [losses[labels == label] for label in range(int(labels.max()) + 1)]
    return torch.stack([of.sort().values[:TELLING].mean() for of in each])


def _descend(
    model: Model,
    loss: Loss,
    steps: int,
    rate: float,
    z: Tensor,
    labels: Tensor,
    handicaps: Tensor,
) -> Iterator[Attempt]:
    """handicaps: added to the losses of each label, (classes,)."""
    best, label, least, told = z[0], labels[0], math.inf, math.inf
    losses = torch.arange(len(z))
    for start, end in pairwise([0, *(round(share * steps) for share in DROPS), steps]):
        z.requires_grad_()
        optimiser = torch.optim.Adam([z], betas=BETAS)
        for step in range(start, end):
            optimiser.param_groups[0]["lr"] = rate * (1 + math.cos(math.pi * step / steps)) / 2
            with torch.enable_grad():  # the mode is a thread's own; any may ask for the next
                losses = loss(model.generator(z, labels)) + handicaps[labels]
                (z.grad,) = torch.autograd.grad(losses.sum(), z)
            place = int(losses.argmin())
            if losses[place].item() < least:
                best, label, least = z[place].detach().clone(), labels[place], losses[place].item()
            optimiser.step()
            with torch.no_grad():
                z.copy_(INSIDE[model.card.config.noise](z))
            if step % TELL_EVERY == 0 and least < told:
                told = least
                yield _attempt(model, best, label, least, (step + 1) / steps)
        kept = losses.argsort(stable=True)[: math.ceil(len(z) / 4)]
        z, labels = z.detach()[kept], labels[kept]
    yield _attempt(model, best, label, least, 1.0)


def _attempt(model: Model, z: Tensor, label: Tensor, loss: float, share: float) -> Attempt:
    array, labels = z.cpu().numpy(), label.cpu().numpy()[None]
    (image,) = model.generate(array[None], labels)
    return Attempt(array, int(labels[0]) if model.labels else None, image, loss, share)


def _pixels(drawn: Tensor, target: Tensor) -> Tensor:
    """The mean square of what they differ by, (B,)."""
    return (drawn - target).square().flatten(1).mean(dim=1)


def _device(model: Model) -> torch.device:
    return next(model.generator.parameters()).device


def _to_the_shell(z: Tensor) -> Tensor:
    """z (B, D) at lengths that draws of N(0, 1) have: all but one in a hundred."""
    lengths, radius = z.norm(dim=1, keepdim=True), math.sqrt(z.shape[1])
    return z * lengths.clamp(radius - SHELL, radius + SHELL) / lengths.clamp(min=1e-6)


def _into_the_box(z: Tensor) -> Tensor:
    return z.clamp(-1, 1)


INSIDE: dict[str, Callable[[Tensor], Tensor]] = {  # noise -> the nearest z that it may be
    "normal": _to_the_shell,
    "uniform": _into_the_box,
}
