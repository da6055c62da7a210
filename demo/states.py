"""Where a run stood at the ends of its epochs, to go back to. It imports torch."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gan_core.checkpoint import load_state, save_state
from gan_core.errors import InputError
from gan_core.trainer import Trainer

MOST_BYTES = 400_000_000  # of one run
FEWEST, MOST = 2, 40  # states, whatever they weigh


class States:
    """On disk, as long as this object lives; of a long run only every second, fourth, ... epoch."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="ganscope-", ignore_cleanup_errors=True)
        self._every = 1
        self._kept: dict[int, tuple[int, Path]] = {}  # by epoch: the round it ended at, a file

    @property
    def ends(self) -> list[tuple[int, int]]:
        """Epochs that are kept, each with the round it ended at."""
        kept = [*self._kept.items()]  # at once, for another thread may add one
        return [(epoch, step) for epoch, (step, _) in kept]

    def keep(self, epoch: int, trainer: Trainer) -> None:
        """The trainer as it is now, at the end of this epoch."""
        if epoch % self._every:
            return
        path = self._path(epoch)
        save_state(*trainer.state(), path)
        self._kept[epoch] = trainer.steps_done, path
        room = max(FEWEST, min(MOST, MOST_BYTES // path.stat().st_size))
        while len(self._kept) > room:
            self._every *= 2
            for passed in [epoch for epoch in self._kept if epoch % self._every]:
                self._kept.pop(passed)[1].unlink()

    def until(self, epoch: int) -> "States":
        """Another one, with what this one keeps up to there."""
        copy = States()
        copy._every = self._every
        for kept, (step, path) in [*self._kept.items()]:
            if kept <= epoch:
                copy._kept[kept] = step, copy._path(kept)
                copy._path(kept).hardlink_to(path)
        return copy

    def load(self, epoch: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Tensors and facts, for Trainer.restore."""
        if epoch not in self._kept:
            raise InputError(f"epoch {epoch} is not kept; choose one of: "
                             f"{', '.join(map(str, self._kept))}")  # fmt: skip
        return load_state(self._path(epoch))

    def _path(self, epoch: int) -> Path:
        return Path(self._folder.name) / f"{epoch}.safetensors"
