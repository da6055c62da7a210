"""Mixed precision: a network computes in bfloat16 while its weights are kept in float32.

Micikevicius et al. 2018, "Mixed Precision Training". Autocast by itself would cast every weight
again in each pass; a copy is cast once for each step of the optimiser.
"""

from copy import deepcopy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from gan_core.flat import Flat

CAST = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)  # the layers that multiply matrices
Network = TypeVar("Network", bound=nn.Module)


def ordered_weights(network: nn.Module) -> list[nn.Parameter]:
    """Those of CAST layers first; the others, such as BatchNorm's, stay exact."""
    first = _cast_weights(network)
    apart = {id(weight) for weight in first}
    return [*first, *(weight for weight in network.parameters() if id(weight) not in apart)]


def _cast_weights(network: nn.Module) -> list[nn.Parameter]:
    layers = [module for module in network.modules() if isinstance(module, CAST)]
    return [weight for layer in layers for weight in layer.parameters()]


class Mixed(Generic[Network]):
    """`copy` shares all with `network` but the weights of CAST layers; it runs under autocast."""

    def __init__(self, network: Network, exact: Flat) -> None:
        """exact: of the network's `ordered_weights`."""
        apart = {id(weight) for weight in _cast_weights(network)}
        leaves = [module for module in network.modules() if not [*module.children()]]
        shared: list[Tensor | nn.Module] = [*network.parameters(), *network.buffers()]
        shared = [part for part in shared if id(part) not in apart]
        shared += [module for module in leaves if not isinstance(module, CAST)]
        self.copy = deepcopy(network, {id(part): part for part in shared})
        for module in self.copy.modules():
            if isinstance(module, CAST):
                module.to(torch.bfloat16)
        self._cast = Flat(_cast_weights(self.copy))
        self.weights = ordered_weights(self.copy)
        self._exact = exact.vector[: len(self._cast.vector)]

    def refresh(self) -> None:
        """Take over the weights of `network`."""
        self._cast.vector.copy_(self._exact)
