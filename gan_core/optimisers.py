"""How weights move down a gradient, and how the learning rate falls."""

import math
from collections.abc import Callable

from torch import nn
from torch.optim import SGD, Adam, Optimizer, RMSprop


def _adam(weights: nn.Parameter, betas: tuple[float, float]) -> Optimizer:
    return Adam([weights], betas=betas, fused=True, capturable=weights.is_cuda)


def _rmsprop(weights: nn.Parameter, betas: tuple[float, float]) -> Optimizer:
    alpha, momentum = betas[1], betas[0]
    return RMSprop([weights], alpha=alpha, momentum=momentum, capturable=weights.is_cuda)


def _sgd(weights: nn.Parameter, betas: tuple[float, float]) -> Optimizer:
    return SGD([weights], momentum=betas[0], fused=True)


SCHEDULES: dict[str, Callable[[float], float]] = {  # share of the run done -> factor
    "constant": lambda done: 1.0,
    # Loshchilov & Hutter 2017, "SGDR", without restarts
    "cosine": lambda done: (1 + math.cos(math.pi * min(done, 1))) / 2,
}
OPTIMISERS: dict[str, Callable[[nn.Parameter, tuple[float, float]], Optimizer]] = {
    "adam": _adam,
    "rmsprop": _rmsprop,
    "sgd": _sgd,
}
