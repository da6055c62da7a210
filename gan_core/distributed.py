"""Several processes as one: each has a part of every batch, and they agree on all numbers.

Gradients are averaged by hand rather than by DistributedDataParallel, which does not support the
second passes through D that a round makes: D stands still in G's step, and penalties differentiate
D's own gradient.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, distributed, nn
from torch.distributed.nn.functional import all_reduce
from torch.nn.functional import batch_norm

from gan_core.errors import InputError

PATIENCE = timedelta(hours=6)  # one process decodes a large set while the others wait


@dataclass(frozen=True)
class World:
    """The processes of this run: how many, and which one this is."""

    size: int = 1
    rank: int = 0  # 0 is the one that writes and speaks
    local_rank: int = 0  # on this machine: which of its GPUs is this process's

    def check_share(self, count: int, what: str) -> None:
        """InputError where `count` things can't be shared evenly."""
        if count % self.size:
            raise InputError(f"{what} {count} cannot be shared evenly by {self.size} processes")

    def mine(self, rows: Tensor, parts: int = 1) -> Tensor:
        """This process's rows of what all of them drew alike; of each part, if it has several."""
        if self.size == 1:
            return rows
        return rows.unflatten(0, (parts, self.size, -1))[:, self.rank].flatten(0, 1)

    def average(self, tensors: list[Tensor]) -> None:
        """Replace each by its mean over all processes, in one message."""
        if self.size == 1:
            return
        flat = torch.cat([tensor.flatten() for tensor in tensors])
        distributed.all_reduce(flat)
        flat /= self.size
        for tensor, mean in zip(tensors, flat.split([tensor.numel() for tensor in tensors])):
            tensor.copy_(mean.view_as(tensor))

    def any(self, yes: bool) -> bool:
        """Whether any process says yes; all of them have to ask."""
        if self.size == 1:
            return yes
        on_gpu = distributed.get_backend() == "nccl"
        answer = torch.tensor(float(yes), device="cuda" if on_gpu else "cpu")
        distributed.all_reduce(answer)
        return answer.item() > 0

    def wait(self) -> None:
        """Return once every process is here."""
        if self.size > 1:
            distributed.barrier()


ALONE = World()


@contextmanager
def joined(device: str) -> Iterator[World]:
    """The world that torchrun started this process in, or ALONE."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield ALONE
        return
    if "LOCAL_RANK" not in os.environ:
        raise InputError("WORLD_SIZE is set and LOCAL_RANK is not: start by torchrun, or unset it")
    on_gpu = device != "cpu" and torch.cuda.is_available()
    local_rank = int(os.environ["LOCAL_RANK"])
    if on_gpu:
        if local_rank >= torch.cuda.device_count():
            raise InputError(
                f"process {local_rank} has no GPU: there are {torch.cuda.device_count()} here; "
                "start fewer processes"
            )
        torch.cuda.set_device(local_rank)
    distributed.init_process_group("nccl" if on_gpu else "gloo", timeout=PATIENCE)
    try:
        yield World(size, distributed.get_rank(), local_rank)
    finally:
        distributed.destroy_process_group()


class SynchronisedBatchNorm(nn.Module):
    """A BatchNorm layer's statistics over the batch of all processes, on any device.

    (PyTorch's own SyncBatchNorm wants GPUs.) Weights and buffers keep their names.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(self, layer: nn.BatchNorm1d | nn.BatchNorm2d, world: World) -> None:
        super().__init__()
        self.weight, self.bias = layer.weight, layer.bias
        for name, buffer in layer.named_buffers():
            self.register_buffer(name, buffer)
        self.eps, self.momentum = layer.eps, layer.momentum or 0.0
        self._world = world

    def forward(self, x: Tensor) -> Tensor:  # (B, C) or (B, C, H, W)
        if not self.training:
            return batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        others = [axis for axis in range(x.ndim) if axis != 1]
        shape = (-1, *[1] * (x.ndim - 2))
        values, size = x.float(), self._world.size
        mean = all_reduce(values.mean(others)) / size
        centred = values - mean.view(shape)
        variance = all_reduce(centred.square().mean(others)) / size
        self._remember(mean.detach(), variance.detach(), x.numel() // x.shape[1])
        scale = self.weight * (variance + self.eps).rsqrt()
        return (centred * scale.view(shape) + self.bias.view(shape)).to(x.dtype)

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor, values: int) -> None:
        count = values * self._world.size
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * count / (count - 1), self.momentum)
        self.num_batches_tracked += 1


def synchronise_batchnorm(network: nn.Module, world: World) -> None:
    """Replace each BatchNorm layer below `network` by one that sees the whole batch."""
    if world.size == 1:
        return
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.BatchNorm1d | nn.BatchNorm2d):
                setattr(parent, name, SynchronisedBatchNorm(child, world))
