"""Real samples in batches, in an order that only the seed and the epoch decide."""

from collections import deque
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from gan_core.data import ImageSet
from gan_core.distributed import ALONE, World
from gan_core.errors import InputError

MOST_ON_DEVICE = 2**31  # bytes of images held in a GPU's memory; larger sets stay where they are


class Batch(NamedTuple):
    samples: Tensor  # images (B, C, H, W) in [-1, 1], or points (B, 2)
    labels: Tensor  # int64 (B,)


class Batches:
    """Endless batches; `seen`, their number so far, is all its state."""

    def __init__(
        self,
        images: ImageSet,
        batch_size: int,
        seed: int,
        device: torch.device,
        world: World = ALONE,
        multiple: int = 1,
        zero_to_one: bool = False,
    ) -> None:
        """A set smaller than a batch makes one batch, of the largest `multiple` it holds."""
        if len(images) < max(2, multiple):
            raise InputError(f"training needs at least {max(2, multiple)} images, "
                             f"not {len(images)}")  # fmt: skip
        self.seen = 0
        self.size = min(batch_size, len(images) // multiple * multiple)
        self.per_epoch = len(images) // self.size
        small = images.images.nbytes <= MOST_ON_DEVICE
        self._samples = images.images.to(device) if small else images.images
        self._labels = images.labels.to(device)
        self._seed = seed
        self._device = device
        self._world = world
        self._zero_to_one = zero_to_one
        self._order = torch.empty(0, dtype=torch.int64)
        self._order_epoch = -1
        self._places: deque[Tensor] = deque()

    def next(self) -> Batch:
        """This process's part of the next one; each sample comes once an epoch.

        (But for the few at an epoch's end that fill no batch.)
        """
        return self.at(self._places.popleft() if self._places else self.take(1)[0])

    def at(self, places: Tensor) -> Batch:
        """The samples at these places (B,) of the set, as D sees them."""
        samples = self._samples[places.to(self._samples.device)].to(self._device)
        labels = self._labels[places.to(self._device)]
        if samples.dtype == torch.uint8:
            zero_to_one = samples.float().div_(255)
            samples = zero_to_one if self._zero_to_one else zero_to_one.mul_(2).sub_(1)
        return Batch(samples, labels)

    @property
    def on_device(self) -> bool:
        """Whether samples are looked up where they are used."""
        return self._samples.device == self._device

    def look_at(self, places: Tensor) -> None:
        """Let the next batches, and only these, be the samples at places (n, batch)."""
        self._places = deque(places)

    def take(self, count: int) -> Tensor:
        """Where the samples of the next `count` batches are, (count, batch), all of one epoch."""
        epoch, position = divmod(self.seen, self.per_epoch)
        if epoch != self._order_epoch:
            seed = int(np.random.SeedSequence([self._seed, epoch]).generate_state(1)[0])
            random = torch.Generator().manual_seed(seed)
            order = torch.randperm(len(self._samples), generator=random)
            self._order = order.to(self._samples.device)
            self._order_epoch = epoch
        self.seen += count
        batches = self._order[position * self.size :][: count * self.size].view(count, -1)
        return torch.stack([self._world.mine(batch) for batch in batches])
