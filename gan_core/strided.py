"""Convolutions of 4x4 that halve or double an image, as products of matrices.

A convolution is the product of its patches with its weights; a transposed one overlays the patches
that a product makes (Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning").
On a CPU this is up to four times as fast as the library's kernels where maps are small and deep:
there the gradient of the weights is summed image by image, here over the whole batch at once. So it
is where a layer makes pixels: a vector unit works on channels, and one to three do not fill it.
"""

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import conv_transpose2d, pad

PIXEL = 3  # channels of a colour


class Halving(nn.Conv2d):
    """(B, C, 2h, 2w) -> (B, channels, h, w)."""

    bias: nn.Parameter  # pyright: ignore[reportIncompatibleVariableOverride] - always has one

    def __init__(self, before: int, after: int) -> None:
        super().__init__(before, after, kernel_size=4, stride=2, padding=1)

    def forward(self, input: Tensor) -> Tensor:
        batch, channels, height, width = input.shape
        if not (_may_multiply(input) and _small_and_deep(batch * height * width // 4, channels)):
            return super().forward(input)
        patches = patches_of(input.to(self.weight.dtype)).flatten(3).flatten(0, 2)
        weights = self.weight.permute(2, 3, 1, 0).flatten(0, 2)  # (16 C, channels)
        pixels = torch.addmm(self.bias, patches, weights)
        return pixels.view(batch, height // 2, width // 2, -1).permute(0, 3, 1, 2)


class Doubling(nn.ConvTranspose2d):
    """(B, C, h, w) -> (B, channels, 2h, 2w)."""

    bias: nn.Parameter  # pyright: ignore[reportIncompatibleVariableOverride] - always has one

    def __init__(self, before: int, after: int) -> None:
        super().__init__(before, after, kernel_size=4, stride=2, padding=1)

    def forward(self, input: Tensor, output_size: list[int] | None = None) -> Tensor:
        batch, _, height, width = input.shape
        channels = self.out_channels
        if _may_multiply(input) and (
            channels <= PIXEL or _small_and_deep(batch * height * width, channels)
        ):
            pixels = input.to(self.weight.dtype).permute(0, 2, 3, 1).flatten(0, 2)
            weights = self.weight.permute(0, 2, 3, 1).flatten(1)  # (C, 16 channels)
            image = overlay_of((pixels @ weights).view(batch, height, width, 4, 4, -1))
        else:
            image = conv_transpose2d(input, self.weight, stride=2, padding=1)
        # added here: the library's own gradient of a bias takes as long as that of the weights
        return image + self.bias.view(-1, 1, 1)


def _small_and_deep(patches: int, channels: int) -> bool:
    """Measured: the product is faster where patches are no more than the numbers in one."""
    return patches <= 16 * channels


def _may_multiply(x: Tensor) -> bool:
    """Measured on CPUs; and an exported layer is to be one operation, whatever the batch."""
    return x.device.type == "cpu" and not torch.compiler.is_exporting()


class Patches(torch.autograd.Function):
    """(B, C, 2h, 2w) -> (B, h, w, 4, 4, C): what each step of a 4x4 window sees."""

    @staticmethod
    def forward(ctx: Any, image: Tensor) -> Tensor:  # noqa: ANN401 - as autograd calls it
        framed = pad(image.permute(0, 2, 3, 1), (0, 0, 1, 1, 1, 1))
        windows = framed.unfold(1, 4, 2).unfold(2, 4, 2)  # (B, h, w, C, 4, 4)
        return windows.permute(0, 1, 2, 4, 5, 3).contiguous()

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> Any:  # noqa: ANN401
        return Overlay.apply(*grad_outputs)


class Overlay(torch.autograd.Function):
    """(B, h, w, 4, 4, C) -> (B, C, 2h, 2w): the sum of all windows, each in its place."""

    @staticmethod
    def forward(ctx: Any, patches: Tensor) -> Tensor:  # noqa: ANN401
        batch, height, width, _, _, channels = patches.shape
        # along each axis a window covers a pair of pixels whole, and one of either neighbour
        rows = patches[:, :, :, 1:3].clone(memory_format=torch.contiguous_format)
        rows[:, 1:, :, 0] += patches[:, :-1, :, 3]
        rows[:, :-1, :, 1] += patches[:, 1:, :, 0]
        image = patches.new_empty(batch, height, 2, width, 2, channels)
        pixels = image.transpose(2, 3)  # (B, h, w, 2, 2, C), as `rows` but for its columns
        pixels.copy_(rows[:, :, :, :, 1:3])
        pixels[:, :, 1:, :, 0] += rows[:, :, :-1, :, 3]
        pixels[:, :, :-1, :, 1] += rows[:, :, 1:, :, 0]
        return image.view(batch, 2 * height, 2 * width, channels).permute(0, 3, 1, 2)

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> Any:  # noqa: ANN401
        return Patches.apply(*grad_outputs)


patches_of = cast(Callable[[Tensor], Tensor], Patches.apply)
overlay_of = cast(Callable[[Tensor], Tensor], Overlay.apply)
