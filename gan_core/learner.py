"""A network with its optimiser: learns from named terms, and refuses to be spoilt by them."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from gan_core.distributed import World
from gan_core.errors import NotFinite
from gan_core.flat import Flat
from gan_core.mixed import Mixed, ordered_weights
from gan_core.objectives import Terms
from gan_core.optimisers import OPTIMISERS

Network = TypeVar("Network", bound=nn.Module)


Numbers = dict[str, float]


@dataclass(frozen=True)
class Told:
    """Named numbers, which may still be on their way."""

    names: tuple[str, ...]
    values: Tensor  # (N,)

    def numbers(self) -> Numbers:
        """Waits for the device."""
        return dict(zip(self.names, self.values.tolist()))


class Learner(Generic[Network]):
    """One side of the game; in a distributed run, one that moves alike in all processes."""

    def __init__(
        self, name: str, network: Network, optimiser: str, betas: tuple[float, float], world: World
    ) -> None:
        self.name = name  # "G" or "D"
        self.network = network
        self._flat = Flat(ordered_weights(network))
        self.weights = nn.Parameter(self._flat.vector)  # of the network, as one vector
        self.weights.grad = self._flat.gradient
        self._optimiser = OPTIMISERS[optimiser](self.weights, betas)
        self._mixed: Mixed[Network] | None = None
        self._stale = True  # whether its copy is to be refreshed
        self._buffers = [b for b in network.buffers() if b.is_floating_point()]
        self._world = world

    def at(self, precision: str) -> Network:
        """The network as it is now, to compute in this precision."""
        if precision == "float32":
            self._mixed = None
            return self.network
        if self._mixed is None:
            self._mixed, self._stale = Mixed(self.network, self._flat), True
        if self._stale:
            self._mixed.refresh()
            self._stale = False
        return self._mixed.copy

    @contextmanager
    def held_still(self) -> Iterator[None]:
        """Within, gradients pass through the network, and none of its weights is computed."""
        for weight in self._played_weights:
            weight.requires_grad_(False)
        try:
            yield
        finally:
            for weight in self._played_weights:
                weight.requires_grad_(True)

    @property
    def _played_weights(self) -> Sequence[nn.Parameter]:
        return self._mixed.weights if self._mixed else self._flat.weights

    def learn(self, learning_rate: float, terms: Terms, beside: Terms, check: bool = True) -> Told:
        """One step down the sum of `terms`; the values of both, and the gradient's norm.

        Raises NotFinite, and makes no step, where a number told is not finite; without `check`,
        nothing waits for the device.
        """
        torch.stack([*terms.values()]).sum().backward()
        self._flat.take_gradients(self._played_weights)
        gradient = self._flat.gradient
        values = torch.stack([term.detach() for term in (*terms.values(), *beside.values())])
        self._world.average([gradient, values])
        buffers = get_total_norm(self._buffers) if self._buffers else values.new_zeros(())
        # BatchNorm's mean may overflow where no loss does
        norms = torch.stack([gradient.dot(gradient).sqrt(), buffers])
        told = self._told(terms, beside, torch.cat([values, norms]))
        if check:
            for name, number in told.numbers().items():
                if not math.isfinite(number):
                    raise NotFinite(name)
        for group in self._optimiser.param_groups:
            group["lr"] = learning_rate
        self._optimiser.step()
        self._stale = True
        return told

    def look(self, terms: Terms, beside: Terms) -> Told:
        """What `learn` would tell, with a gradient of 0: the network stands still."""
        values = torch.stack([term.detach() for term in (*terms.values(), *beside.values())])
        self._world.average([values])
        return self._told(terms, beside, torch.cat([values, values.new_zeros(2)]))

    def _told(self, terms: Terms, beside: Terms, values: Tensor) -> Told:
        watched = (f"gradient of {self.name}", f"BatchNorm of {self.name}")
        return Told((*terms, *beside, *watched), values)

    @torch.no_grad()
    def clip(self, largest: float) -> None:
        """Bring every weight into [-largest, largest] (Arjovsky et al. 2017, "Wasserstein GAN")."""
        self.weights.clamp_(-largest, largest)

    def check_weights(self) -> None:
        """Raise NotFinite for the first weight that holds a number which is none."""
        for name, weight in self.network.state_dict().items():
            if not weight.isfinite().all():
                raise NotFinite(f"{name} of {self.name}")

    def tensors(self) -> list[Tensor]:
        """All that a round changes, but for `memories`."""
        return [self.weights.data, *self.network.buffers()]

    def memories(self) -> list[Tensor]:
        """The optimiser's; there are none before the first step."""
        memory = self._optimiser.state[self.weights]
        return [value for value in memory.values() if isinstance(value, Tensor)]

    def was_changed(self) -> None:
        """Tell it that its `tensors` were written to."""
        self._stale = True

    def state(self) -> dict[str, Tensor]:
        """What the optimiser remembers, by the weight's place and the memory's name."""
        return {
            f"{place}.{name}": value
            for place, memory in self._optimiser.state_dict()["state"].items()
            for name, value in memory.items()
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Remember copies of what `state` returned; ValueError where it is of other weights."""
        memories: dict[int, dict[str, Tensor]] = {}
        for key, value in state.items():
            place, name = key.split(".")
            if value.ndim and value.shape != self.weights.shape:  # it would be read past its end
                raise ValueError(f"{name} has {value.numel()} numbers, not {len(self.weights)}")
            memories.setdefault(int(place), {})[name] = value.clone()
        groups = self._optimiser.state_dict()["param_groups"]
        self._stale = True
        self._optimiser.load_state_dict({"state": memories, "param_groups": groups})
