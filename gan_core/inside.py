"""What goes on inside a generator: the feature maps of its layers, as pictures."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from math import isqrt

import numpy as np
from torch import Tensor, nn

from gan_core.images import grid
from gan_core.model import Model
from gan_core.modules import Generator, Residual, SkipLayerExcitation

MOST_MAPS = 64  # shown of a layer: its first ones
WEIGHTED = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d, Residual)


@dataclass(frozen=True, eq=False)
class Layer:
    """What a layer made of one z."""

    name: str  # what it does, in order, such as "Conv2d, BatchNorm2d, ReLU"
    shape: tuple[int, ...]  # (C, H, W); (D,) where it makes numbers without a place
    picture: np.ndarray  # uint8 (H, W, 1): a grid of maps, or D numbers as one rectangle


def feature_maps(model: Model, z: np.ndarray, label: int | np.ndarray | None = None) -> list[Layer]:
    """What each layer makes of z (noise_dim,), up to the image; InputError as of Model.generate.

    label: its number, or weights (classes,); none where the model takes no labels.

    A layer is what has weights with all that follows up to the next such. Its maps are in the order
    of its channels, each from its least value, black, to its largest, white; one without any
    difference is black. The model is left alone: a copy is watched, which shares its weights.
    """
    weights = [*model.generator.parameters(), *model.generator.buffers()]
    watched = deepcopy(model.generator, {id(tensor): tensor for tensor in weights})
    seen: list[Layer] = []
    for layers in _stages(watched):
        name = ", ".join(_name(layer) for layer in layers)
        layers[-1].register_forward_hook(partial(_look, seen, name))
    Model(watched, model.card).generate(z[None], None if label is None else np.array([label]))
    return seen


def _stages(generator: Generator) -> list[list[nn.Module]]:
    stages: list[list[nn.Module]] = [[]]
    for layer in _in_order(generator):
        # what only enlarges belongs to the convolution behind it
        begins = isinstance(layer, (*WEIGHTED, nn.Upsample))
        if begins and any(isinstance(before, WEIGHTED) for before in stages[-1]):
            stages.append([])
        stages[-1].append(layer)
    return stages


def _in_order(generator: Generator) -> Iterator[nn.Module]:
    """Its layers, and before an excitation what it scales."""
    for layer in generator.layers:
        if isinstance(layer, SkipLayerExcitation):
            yield from layer.main.children()
        yield layer


def _name(layer: nn.Module) -> str:
    """Its type's; a slope of 0 makes LeakyReLU the plain one."""
    return "ReLU" if getattr(layer, "negative_slope", None) == 0 else type(layer).__name__


def _look(
    seen: list[Layer], name: str, layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor
) -> None:
    """A forward hook; output (1, C, H, W) or (1, D)."""
    values = output[0].float().cpu().numpy()
    maps = values[:MOST_MAPS] if values.ndim == 3 else _rectangle(values)[None]
    columns = isqrt(len(maps) - 1) + 1
    picture = grid(_bright(maps)[..., None], columns, gap=1)
    seen.append(Layer(name, values.shape, picture))


def _rectangle(values: np.ndarray) -> np.ndarray:
    """(D,) -> (H, W) with H * W = D, row by row, as near to a square as D's divisors allow."""
    height = next(side for side in range(isqrt(len(values)), 0, -1) if len(values) % side == 0)
    return values.reshape(height, -1)


def _bright(maps: np.ndarray) -> np.ndarray:
    """(N, H, W) -> uint8, each map on its own scale."""
    least = maps.min(axis=(1, 2), keepdims=True)
    reach = maps.max(axis=(1, 2), keepdims=True) - least
    return ((maps - least) / np.where(reach > 0, reach, 1) * 255).round().astype(np.uint8)
