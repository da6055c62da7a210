"""The averaged generator: smoother than the one that learns, and usually better to look at."""

from copy import deepcopy
from typing import TypeVar

import torch
from torch import nn

Network = TypeVar("Network", bound=nn.Module)


def averaged_copy(network: Network) -> Network:
    return deepcopy(network).requires_grad_(False)


@torch.no_grad()
def update_average(average: nn.Module, current: nn.Module, decay: float, step: int) -> None:
    """Move weights towards the current ones, copy BatchNorm statistics; early on faster."""
    decay = min(decay, (1 + step) / (10 + step))
    for mean, weight in zip(average.parameters(), current.parameters()):
        mean.lerp_(weight, 1 - decay)
    for buffer, source in zip(average.buffers(), current.buffers()):
        buffer.copy_(source)
