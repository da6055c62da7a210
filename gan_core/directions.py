"""Directions of the latent space along which a model's images change most."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from gan_core.errors import InputError
from gan_core.model import BATCH, Model
from gan_core.modules import Generator, Residual

NONLINEAR = (nn.ReLU, nn.LeakyReLU, nn.Tanh, nn.GLU, Residual)
MOST_NOISE = 1024  # of an eigenvalue problem that takes a second
MOST_SAMPLES = 4000  # the time they take grows with the cube: these take half a minute


@dataclass(frozen=True, eq=False)
class Directions:
    """Ways to move z, the strongest first."""

    kind: Literal["sefa", "principal"]
    vectors: np.ndarray  # float32 (N, noise_dim), each of length 1, its largest number positive
    share: np.ndarray  # float32 (N,), of the variance in the layer that was looked at


def sefa(model: Model, count: int) -> Directions:
    """The `count` directions that the generator's first layer A stretches most; orthogonal.

    Eigenvectors of A^T A, from the weights alone (Shen & Zhou 2021, "Closed-Form Factorization of
    Latent Semantics in GANs"). Of a conditional model's A, the part that sees z.
    """
    _check_count(model, count)
    if model.noise_dim > MOST_NOISE:
        raise InputError(f"directions are looked for in {MOST_NOISE:,} noise numbers at most, and "
                         f"'{model.card.name}' has {model.noise_dim:,}")  # fmt: skip
    first = _until(model.generator, lambda layer: any(True for _ in layer.parameters()))
    device = next(first.parameters()).device
    # an affine layer, dense or convolving, is its values along the axes less the one at the origin
    points = torch.cat([torch.zeros(1, model.noise_dim), torch.eye(model.noise_dim)]).to(device)
    with torch.inference_mode():
        values = first(points, torch.zeros(len(points), dtype=torch.int64, device=device))
        columns = (values[1:] - values[0]).flatten(1).double()  # of A: (noise_dim, outputs)
        variances, vectors = torch.linalg.eigh(columns @ columns.T)
    return _strongest("sefa", vectors.T, variances, count)


def principal(
    model: Model, count: int, samples: int = 1000, seed: int = 0, label: int | None = None
) -> Directions:
    """The `count` directions that move the principal components of the first nonlinearity most.

    Härkönen et al. 2020, "GANSpace: Discovering Interpretable GAN Controls". The seed's noise is
    looked at, with one label, or with all in equal shares. The directions need not be orthogonal.
    """
    _check_count(model, count)
    classes = max(1, len(model.labels))
    least = 2 * (model.noise_dim + classes)
    if not least <= samples <= MOST_SAMPLES:
        raise InputError(f"samples must lie between {least} and {MOST_SAMPLES}, not {samples}")
    if label is not None and not 0 <= label < len(model.labels):
        raise InputError(f"'{model.card.name}' has {len(model.labels)} labels, from 0; "
                         f"there is no {label}")  # fmt: skip
    early = _until(model.generator, lambda layer: isinstance(layer, NONLINEAR))
    device = next(early.parameters()).device
    z = torch.from_numpy(model.noise(seed, samples)).to(device)
    labels = torch.arange(samples, device=device) % classes
    if label is not None:
        labels = torch.full_like(labels, label)
    with torch.inference_mode():
        parts = [early(*part) for part in zip(z.split(BATCH), labels.split(BATCH))]
        activations = _centred(torch.cat(parts).flatten(1), labels)
        # as many samples as that are fewer than the activations of a convolution
        variances, components = torch.linalg.eigh((activations @ activations.T).double())
        wanted = components[:, -count:]  # (samples, count): where each sample lies along each
        # The paper regresses z on them. In the limit this is the same, as noise has no preferred
        # axes; from few samples it is nearer, and exact where the activations are linear.
        vectors = torch.linalg.lstsq(_centred(z, labels).double(), wanted).solution.T
    return _strongest("principal", vectors, variances, count)


def _check_count(model: Model, count: int) -> None:
    if not 1 <= count <= model.noise_dim:
        raise InputError(f"count must lie between 1 and {model.noise_dim}, not {count}")


def _until(generator: Generator, last: Callable[[nn.Module], bool]) -> Generator:
    """The generator's own layers up to the first that is `last`; all if none is."""
    layers = [*generator.layers]
    stop = next((place for place, layer in enumerate(layers, 1) if last(layer)), len(layers))
    return Generator(*layers[:stop], embedding=generator.embedding)


def _centred(values: Tensor, labels: Tensor) -> Tensor:
    """(N, D) less the mean of each label: what a label changes is no doing of z."""
    totals = values.new_zeros(int(labels.max()) + 1, values.shape[1])
    totals.index_add_(0, labels, values)
    return values - (totals / labels.bincount()[:, None].clamp(min=1))[labels]


def _strongest(
    kind: Literal["sefa", "principal"], vectors: Tensor, variances: Tensor, count: int
) -> Directions:
    """vectors (N, noise_dim) with the last of the variances, which rise -> the last `count`."""
    shares = (variances.clamp(min=0) / variances.sum()).flip(0)[:count]
    found = nn.functional.normalize(vectors, dim=1).flip(0)[:count]
    largest = found.gather(1, found.abs().argmax(dim=1, keepdim=True))
    found = found * largest.sign()
    return Directions(kind, found.float().cpu().numpy(), shares.float().cpu().numpy())
