"""One sample of a run's grid: what D thinks of it, how it should change, and what it resembles.

A look between two rounds: it leaves the networks, their gradients and all randomness as they were.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from gan_core.batches import Batch, Batches
from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.images import to_samples
from gan_core.model import Model
from gan_core.modules import Discriminator, Generator
from gan_core.nearest import nearest
from gan_core.objectives import OBJECTIVES
from gan_core.snapshots import draw_fixed

REALS = 64  # logits of reals that an objective which compares judges the sample against


@dataclass(frozen=True, eq=False)
class Inspection:
    """What one sample tells; of images (H, W, C), or of points (2,)."""

    sample: np.ndarray  # uint8, or a float32 point: the one in the run's snapshot
    logit: float
    opinion: float  # D's, by the objective; 1/2 is undecided; see `inspect`
    # How each pixel should change to look more real to D: float32 (H, W), or (2,). It is minus the
    # gradient of G's loss by the sample, summed over channels, its largest absolute value scaled
    # to 1. Zeros: D gives no direction.
    wanted: np.ndarray
    nearest: np.ndarray  # the training sample at the least L2 distance, as `sample`
    distance: float  # to it, root mean square of pixels in [0, 1]; between points, the length
    label: str | None  # class of `nearest`; None where the data has no classes


def inspect(
    config: RunConfig,
    images: ImageSet,
    generator: Generator,
    discriminator: Discriminator,
    place: int,
) -> Inspection:
    """The sample at `place`, from 0, of the grid that `generator` draws; InputError beyond it.

    Both networks look in eval mode and in float32; D sees the sample as it is, without noise or
    augmentation. A D that judges several together is shown the sample several times. An objective
    whose logits have no zero of their own (wasserstein, relativistic) takes its opinion against the
    mean logit of 64 training samples, always the same, with `conditional` first those of its class.
    """
    with _at_rest(generator, discriminator):
        drawn, labels = draw_fixed(config, images, generator)
        if not 0 <= place < len(drawn):
            raise InputError(f"the grid's samples are 0 to {len(drawn) - 1}; there is no {place}")
        fake = Batch(drawn[place : place + 1], labels[place : place + 1])
        logit, opinion, gradient = _judged(config, images, discriminator, fake)
    sample = to_samples(drawn)[place]
    [(index, distance)] = nearest(images, sample)
    found = images.images[index]
    return Inspection(
        sample=sample,
        logit=logit,
        opinion=opinion,
        wanted=_scaled(-gradient),
        nearest=(found if found.ndim == 1 else found.permute(1, 2, 0)).numpy().copy(),
        distance=distance,
        label=images.class_names[int(images.labels[index])] if images.class_names else None,
    )


def opinion(
    model: Model,
    reals: ImageSet | float,
    discriminator: Discriminator,
    z: np.ndarray,
    labels: np.ndarray | None,
) -> float:
    """D's, as in `Inspection`, of what `model` draws at z (1, noise_dim).

    labels: weights (1, classes) where the model takes labels; D is told the heaviest. reals: those
    of `reals_to_compare`, or D's `mean_real_logit`.
    """
    config, device = model.card.config, next(discriminator.parameters()).device
    given = None if labels is None else torch.from_numpy(labels).to(device)
    told = torch.zeros(1, dtype=torch.int64, device=device) if given is None else given.argmax(1)
    with _at_rest(discriminator), torch.no_grad():
        drawn = model.generator(torch.from_numpy(z).to(device), given)
        if isinstance(reals, ImageSet):
            real = _judge(config, discriminator, _reals(config, reals, told)).mean()
        else:
            real = torch.tensor(reals)
        copies = drawn.repeat_interleave(config.packing, dim=0)
        logit = _judge(config, discriminator, Batch(copies, told))
    _, found = OBJECTIVES[config.objective].opinions(real.cpu(), logit.cpu())
    return found.item()


def mean_real_logit(config: RunConfig, reals: ImageSet, discriminator: Discriminator) -> float:
    """D's of `reals_to_compare`, on average over the classes: for who has no reals at hand.

    With `conditional`, D's logits of one class may lie far from this; an objective that judges
    against those of reals then has the opinion of a sample among all classes, not in its own.
    """
    device = next(discriminator.parameters()).device
    classes = len(reals.class_names) if config.conditional else 1
    labels = torch.arange(classes, device=device)
    with _at_rest(discriminator), torch.no_grad():
        logits = [_judge(config, discriminator, _reals(config, reals, label[None])).mean()
                  for label in labels]  # fmt: skip
    return torch.stack(logits).mean().item()


def reals_to_compare(config: RunConfig, images: ImageSet) -> ImageSet:
    """The few training samples that an opinion looks at; with `conditional`, of each class."""
    order, count = _order(config, images), REALS * config.packing
    if config.conditional:
        labels = images.labels[order]
        classes = range(len(images.class_names))
        order = torch.cat([order[labels == number][:count] for number in classes])
    else:
        order = order[:count]
    return ImageSet(images.images[order], images.labels[order], images.class_names)


@contextmanager
def _at_rest(*networks: nn.Module) -> Iterator[None]:
    """Within, eval mode; afterwards each layer is in the mode it was in."""
    modes = {layer: layer.training for network in networks for layer in network.modules()}
    for network in networks:
        network.eval()
    try:
        yield
    finally:
        for layer, mode in modes.items():
            layer.training = mode


def _judged(
    config: RunConfig, images: ImageSet, discriminator: Discriminator, fake: Batch
) -> tuple[float, float, Tensor]:
    """D's logit and opinion of one fake, and the gradient of G's loss by it, as large as it."""

    objective = OBJECTIVES[config.objective]
    with torch.no_grad():
        real_logits = _judge(config, discriminator, _reals(config, images, fake.labels))
    with torch.enable_grad():
        sample = fake.samples.detach().requires_grad_()
        copies = sample.repeat_interleave(config.packing, dim=0)
        logit = _judge(config, discriminator, Batch(copies, fake.labels))  # (1,)
        loss = objective.generator(real_logits, logit)
        (gradient,) = torch.autograd.grad(loss, sample)  # and of no weight
    _, opinion = objective.opinions(real_logits.mean(), logit.detach())
    return logit.item(), opinion.item(), gradient[0]


def _judge(config: RunConfig, discriminator: Discriminator, batch: Batch) -> Tensor:
    """Logits, one for each pack of samples."""
    shape = batch.samples.shape
    packed = batch.samples.reshape(-1, config.packing * shape[1], *shape[2:])
    return discriminator(packed, batch.labels)


def _reals(config: RunConfig, images: ImageSet, label: Tensor) -> Batch:
    """As D sees them in training, REALS packs."""
    order = _order(config, images)
    if config.conditional:
        others = images.labels[order] != label.cpu()
        order = order[others.int().argsort(stable=True)]
    count = REALS * config.packing
    places = order[torch.arange(count) % len(order)]
    some = ImageSet(images.images[places], images.labels[places])
    zero_to_one = config.real_range == "0..1"
    return Batches(some, count, 0, label.device, zero_to_one=zero_to_one).at(torch.arange(count))


def _order(config: RunConfig, images: ImageSet) -> Tensor:
    """Places of the images, shuffled, for this run always in the same way."""
    return torch.randperm(len(images), generator=torch.Generator().manual_seed(config.seed))


def _scaled(direction: Tensor) -> np.ndarray:
    """(C, H, W) -> (H, W), a point's (2,) as it is; the largest is 1 unless all are 0."""
    total = direction if direction.ndim == 1 else direction.sum(dim=0)
    largest = total.abs().max()
    return (total / largest if largest > 0 else torch.zeros_like(total)).cpu().numpy()
