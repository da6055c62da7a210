"""Where a run stood at its pictures, to go back to. It imports torch."""

from pathlib import Path
from typing import Any

from demo.disk import room
from gan_core.checkpoint import load_state, save_state
from gan_core.errors import InputError
from gan_core.run_zip import link_or_copy
from gan_core.trainer import Trainer

MOST_BYTES = 400_000_000  # of one run
FEWEST, MOST = 2, 40  # states, whatever they weigh


class States:
    """Files in a folder; of many pictures only every second, fourth, ... is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._every = 1
        self._offered = 0
        self._kept: dict[int, int] = {}  # round -> its place among those offered

    @property
    def rounds(self) -> list[int]:
        """Those that are kept."""
        return [*self._kept]  # at once, for another thread may add one

    def keep(self, trainer: Trainer) -> None:
        """The trainer as it is now."""
        place, step = self._offered, trainer.steps_done
        if step in self._kept:
            return
        self._offered += 1
        if place % self._every:
            return
        save_state(*trainer.state(), self._path(step))
        self._kept[step] = place
        room = max(FEWEST, min(MOST, self._room() // self._path(step).stat().st_size))
        while len(self._kept) > room:
            self._every *= 2
            for passed in [step for step, place in self._kept.items() if place % self._every]:
                del self._kept[passed]
                self._path(passed).unlink()

    def until(self, step: int, folder: Path) -> "States":
        """Another one in `folder`, with what this one keeps up to there."""
        copy = States(folder)
        copy._every = self._every
        copy._kept = {kept: place for kept, place in [*self._kept.items()] if kept <= step}
        copy._offered = max(copy._kept.values(), default=-1) + 1
        for kept in copy._kept:
            link_or_copy(self._path(kept), copy._path(kept))
        return copy

    def load(self, step: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Tensors and facts, for Trainer.restore."""
        if step not in self._kept:
            raise InputError(f"round {step} is not kept; choose one of: "
                             f"{', '.join(map(str, self._kept))}")  # fmt: skip
        return load_state(self._path(step))

    def _room(self) -> int:
        """Bytes that this run may take."""
        taken = sum(self._path(step).stat().st_size for step in self._kept)
        return min(MOST_BYTES, taken + room(self._folder))

    def _path(self, step: int) -> Path:
        return self._folder / f"state-{step}.safetensors"
