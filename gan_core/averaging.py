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
    """`network` follows `current`: its weights on average, its BatchNorm statistics exactly."""

    def __init__(self, current: Network) -> None:
        self.network = deepcopy(current).requires_grad_(False)
        self._weights = Flat(ordered_weights(self.network)).vector
        self._buffers = [*self.network.buffers()], [*current.buffers()]

    def tensors(self) -> list[Tensor]:
        """All that `update` changes."""
        return [self._weights, *self._buffers[0]]

    @torch.no_grad()
    def update(self, weights: Tensor, decay: float, step: int) -> None:
        """After this round, of a decay a round; early on it follows faster.

        weights: of `current`, as one vector.
        """
        if step % EVERY:
            return
        decay = min(decay, (1 + step) / (10 + step))
        self._weights.lerp_(weights, 1 - decay**EVERY)
        for mean, current in zip(*self._buffers):
            mean.copy_(current)
