"""Weights in fewer bytes than they were learned in, for files to hand on."""

from collections.abc import Callable

import torch
from torch import Tensor

from gan_core.errors import choose

Weights = dict[str, Tensor]

SCALE = ".scale"  # ends the name of an int8 tensor's scales
MOST = 127  # that an int8 holds on both sides of 0


def compacted(weights: Weights, precision: str) -> Weights:
    """precision: one of PRECISIONS. BatchNorm's memory stays as exact as it is; it is little."""
    return choose("precision", precision, PRECISIONS)(weights)


def restored(weights: Weights) -> Weights:
    """In float32 where int8 tensors come with a scale for each row; others as they are."""
    scaled = {name for name in weights if _is_scaled(weights[name], weights.get(name + SCALE))}
    scales = {name + SCALE for name in scaled}
    return {
        name: _scaled(tensor, weights[name + SCALE]) if name in scaled else tensor
        for name, tensor in weights.items()
        if name not in scales
    }


def _is_scaled(tensor: Tensor, scale: Tensor | None) -> bool:
    """With a scale of another shape a small file could stand for a tensor of any size."""
    if scale is None or tensor.dtype != torch.int8 or scale.dtype != torch.float32:
        return False
    return tensor.ndim > 1 and scale.shape == tensor.shape[:1]


def _scaled(tensor: Tensor, scale: Tensor) -> Tensor:
    """In float32 first, because torch multiplies mixed types several times slower."""
    return tensor.float().mul_(_by_row(scale, tensor))


def _by_row(scale: Tensor, tensor: Tensor) -> Tensor:
    return scale.view(-1, *[1] * (tensor.ndim - 1))


def _int8(weights: Weights) -> Weights:
    """Each row of a matrix or filter bank in whole steps of a 127th of its largest weight.

    Of weights spread as a bell, such a step is a fortieth of their deviation: bfloat16 rounds less,
    in twice the bytes. Vectors stay float32.
    """
    made = {}
    for name, tensor in weights.items():
        if tensor.is_floating_point() and tensor.ndim > 1:
            scale = tensor.flatten(1).abs().amax(1).clamp_min(1e-12) / MOST
            made[name] = (tensor / _by_row(scale, tensor)).round().to(torch.int8)
            made[name + SCALE] = scale
        else:
            made[name] = tensor
    return made


def _bfloat16(weights: Weights) -> Weights:
    return {
        name: tensor.bfloat16() if tensor.is_floating_point() and "running" not in name else tensor
        for name, tensor in weights.items()
    }


PRECISIONS: dict[str, Callable[[Weights], Weights]] = {
    "float32": dict,
    "bfloat16": _bfloat16,
    "int8": _int8,
}
