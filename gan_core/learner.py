"""A network with its optimiser: learns from named terms, and refuses to be spoilt by them."""

import math

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm
from torch.optim import Optimizer

from gan_core.distributed import World
from gan_core.errors import NotFinite
from gan_core.objectives import Terms


class Learner:
    """One side of the game; in a distributed run, one that moves alike in all processes."""

    def __init__(self, name: str, network: nn.Module, optimiser: Optimizer, world: World) -> None:
        self.name = name  # "G" or "D"
        self._network = network
        self._optimiser = optimiser
        self._world = world

    def learn(self, learning_rate: float, terms: Terms, beside: Terms) -> dict[str, float]:
        """One step down the sum of `terms`; the values of both, and "gradient", its norm.

        Raises NotFinite, and makes no step, where a term or the gradient is not finite.
        """
        self._optimiser.zero_grad()
        torch.stack([*terms.values()]).sum().backward()
        weights = self._network.parameters()
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        values = torch.stack([term.detach() for term in (*terms.values(), *beside.values())])
        self._world.average([*gradients, values])
        # one wait for the device
        norms = torch.stack([get_total_norm(gradients), self._norm_of_buffers(values)])
        *numbers, gradient, buffers = torch.cat([values, norms]).tolist()
        told = dict(zip((*terms, *beside), numbers))
        checked = {
            **told,
            f"gradient of {self.name}": gradient,
            f"BatchNorm of {self.name}": buffers,  # its mean may overflow where no loss does
        }
        for name, number in checked.items():
            if not math.isfinite(number):
                raise NotFinite(name)
        for group in self._optimiser.param_groups:
            group["lr"] = learning_rate
        self._optimiser.step()
        return {**told, "gradient": gradient}

    def _norm_of_buffers(self, like: Tensor) -> Tensor:
        buffers = [b for b in self._network.buffers() if b.is_floating_point()]
        return get_total_norm(buffers) if buffers else like.new_zeros(())

    def check_weights(self) -> None:
        """Raise NotFinite for the first weight that holds a number which is none."""
        for name, weight in self._network.state_dict().items():
            if not weight.isfinite().all():
                raise NotFinite(f"{name} of {self.name}")

    def state(self) -> dict[str, Tensor]:
        """What the optimiser remembers, by the weight's place and the memory's name."""
        return {
            f"{place}.{name}": value
            for place, memory in self._optimiser.state_dict()["state"].items()
            for name, value in memory.items()
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        memories: dict[int, dict[str, Tensor]] = {}
        for key, value in state.items():
            place, name = key.split(".")
            memories.setdefault(int(place), {})[name] = value
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": memories, "param_groups": groups})
