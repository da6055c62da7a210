"""A visitor's own generators: those of the runs, of rounds gone by that were asked for, and opened.

It knows no gradio.
"""

from collections.abc import Callable
from itertools import chain, count
from typing import TYPE_CHECKING

from demo.player import Player

if TYPE_CHECKING:
    from demo.explored import Explored
    from demo.opened import Opened
    from gan_core.model import Model

KEPT = 8  # of rounds gone by
KEPT_OPENED = 4


class OwnModels:
    """By name, as the menu of models has them."""

    def __init__(self, runs: Callable[[], list[Player]]) -> None:
        """runs: tells those that are kept, the newest first."""
        self._runs = runs
        self._past: dict[str, Explored] = {}
        self._opened: dict[str, Opened] = {}
        self._taken: set[str] = set()  # names of all that were ever opened
        self.asked = ""  # the name of the one that was asked for last

    def ask_for(self, run: Player, step: int | None) -> str:
        """Have the generator of a kept round among `names` or, without one, the run's as it is;
        returns its name. InputError where the round is not kept."""
        if step is None:
            self.asked = run.name
        else:
            networks = run.explored_at(step)
            self.asked = f"{run.name}, round {step:,}"
            self._past[self.asked] = networks
            while len(self._past) > KEPT:
                del self._past[next(iter(self._past))]
        return self.asked

    def add(self, name: str, opened: "Opened") -> str:
        """Have a model that was opened among `names`; returns the name that it took, numbered
        where another had it before."""
        # also of those that are gone: a page remembers by its name what it knows of a model
        numbered = chain([name], (f"{name} ({number})" for number in count(2)))
        free = next(one for one in numbered if one not in self._taken)
        self._taken.add(free)
        self._opened[free] = opened
        while len(self._opened) > KEPT_OPENED:
            del self._opened[next(iter(self._opened))]
        return free

    def names(self) -> list[str]:
        """Of models of images, the newest first."""
        made = [run for run in self._runs() if not run.ended or run.model() is not None]
        names = [run.name for run in made if run.config.image_size]
        return [*names, *reversed(self._past), *reversed(self._opened)]

    def find(self, name: str, weights: str = "shown") -> "Model | None":
        """One of `names`, or None where it has no generator yet or is gone."""
        found = self.networks(name)
        return found.model(weights) if found else None

    def networks(self, name: str) -> "Player | Explored | Opened | None":
        """What one of `names` is a generator of, or None where it is gone."""
        named = {run.name: run for run in self._runs()}
        return named.get(name) or self._past.get(name) or self._opened.get(name)

    def run_of(self, name: str) -> Player | None:
        """The run that one of `names` is of, also as of a round; None where it is gone."""
        return {run.name: run for run in self._runs()}.get(name.split(", round ")[0])

    def is_live(self, name: str) -> bool:
        """Whether this model still learns."""
        return any(run.name == name and not run.ended for run in self._runs())
