"""The averaged generator: smoother than the one that learns, and usually better to look at."""

from copy import deepcopy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from gan_core.flat import Flat
from gan_core.mixed import ordered_weights

Network = TypeVar("Network", bound=nn.Module)
EVERY = 4  # rounds; the average of all of them would cost a small network a thirtieth of its pace


class Average(Generic[Network]):
    """`network` follows `current` on average: its weights, and its BatchNorm statistics.

    Statistics as they are would be those of a few batches, and of other weights than the averaged.
    """

    def __init__(self, current: Network) -> None:
        self.network = deepcopy(current).requires_grad_(False)
        self._weights = Flat(ordered_weights(self.network)).vector
        pairs = zip(self.network.buffers(), current.buffers())
        self._statistics = [pair for pair in pairs if pair[0].is_floating_point()]

    def tensors(self) -> list[Tensor]:
        """All that `update` changes."""
        return [self._weights, *(mean for mean, _ in self._statistics)]

    @torch.no_grad()
    def update(self, weights: Tensor, decay: float, step: int) -> None:
        """After this round, of a decay a round; early on it follows faster.

        weights: of `current`, as one vector.
        """
        if step % EVERY:
            return
        share = 1 - min(decay, (1 + step) / (10 + step)) ** EVERY
        self._weights.lerp_(weights, share)
        for mean, current in self._statistics:
            mean.lerp_(current, share)
