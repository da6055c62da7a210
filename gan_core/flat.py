"""A network's weights as one vector, and their gradients as another.

What is done to all of them (a step, an average, a norm, a message to other processes) is then one
operation, where a loop over small layers would spend more time than it computes.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Flat:
    """`vector` and `gradient` (N,): each weight is from now on a part of the one."""

    def __init__(self, weights: Sequence[nn.Parameter]) -> None:
        """weights: of one dtype, on one device."""
        self.vector = torch.cat([_as_it_lies(weight.detach()) for weight in weights])
        self.gradient = torch.zeros_like(self.vector)
        self.weights = weights
        self._gradients: list[Tensor] = []
        start = 0
        for weight in weights:
            place = (weight.shape, weight.stride(), start)
            weight.data = self.vector.as_strided(*place)
            self._gradients.append(self.gradient.as_strided(*place))
            start += weight.numel()

    def take_gradients(self, weights: Sequence[nn.Parameter]) -> None:
        """Move what `backward` left in the `.grad` of these or their copies to `gradient`.

        (Had it been told to leave it here, it would add, which takes twice as long.)
        """
        found = []
        for weight, place in zip(weights, self._gradients):
            found.append(torch.zeros_like(place) if weight.grad is None else weight.grad)
            weight.grad = None
        torch._foreach_copy_(self._gradients, found)  # pyright: ignore[reportPrivateImportUsage]


def _as_it_lies(weight: Tensor) -> Tensor:
    """In the order of memory, which for a convolution may be channels last."""
    return weight.as_strided((weight.numel(),), (1,))
