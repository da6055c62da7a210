"""All randomness of training: one explicit generator whose state can be kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zlib import crc32

import torch
from torch import Tensor

from gan_core.distributed import ALONE, World


class Chance:
    """Random tensors whose first dimension is the batch.

    Processes that share a run draw the whole batch alike and keep their rows, so that the numbers
    do not depend on how many they are.
    """

    def __init__(self, seed: int, device: torch.device, world: World = ALONE) -> None:
        self.random = torch.Generator(device).manual_seed(seed)
        self.device = device
        self._world = world
        self._parts = 1

    @contextmanager
    def parts(self, count: int) -> Iterator[None]:
        """Within, the first dimension is that of `count` batches, one after the other."""
        self._parts = count
        try:
            yield
        finally:
            self._parts = 1

    def normal(self, *shape: int) -> Tensor:
        """N(0, 1)."""
        return self._draw(shape, lambda x: x.normal_(generator=self.random))

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return self._draw(shape, lambda x: x.uniform_(low, high, generator=self.random))

    def coins(self, probability: float, *shape: int) -> Tensor:
        """1 with this probability, else 0."""
        # of uniform numbers: `bernoulli_` takes four times as long on a CPU
        return (self.uniform(0, 1, *shape) < probability).float()

    def state(self) -> Tensor:
        """uint8 (N,); `restore` goes on from there."""
        return self.random.get_state()

    def restore(self, state: Tensor) -> None:
        """On another kind of device, whose generator is another, with numbers of its own."""
        if state.shape == self.state().shape:
            self.random.set_state(state)
        else:
            self.random.manual_seed(crc32(state.numpy().tobytes()))

    def _draw(self, shape: tuple[int, ...], fill: Callable[[Tensor], Tensor]) -> Tensor:
        whole = torch.empty(shape[0] * self._world.size, *shape[1:], device=self.device)
        return self._world.mine(fill(whole), self._parts)
