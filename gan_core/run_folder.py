"""A run on disk: config.json, events.jsonl, samples/, loss.png, model.safetensors and its card."""

import json
import math
import os
import time
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from gan_core.checkpoint import save_model, write_atomically
from gan_core.config import RunConfig
from gan_core.curves import loss_png
from gan_core.errors import InputError
from gan_core.events import Event, Snapshot, StepDone
from gan_core.history import Thinned
from gan_core.images import grid, png
from gan_core.model import Model
from gan_core.pretrained import MODEL_FILE

MAX_POINTS = 4000  # of a curve in loss.png: a line of more points than pixels says no more
CURVES_EVERY_SECONDS = 30  # drawing takes long beside an epoch of a small set


def check_out(path: Path) -> None:
    """InputError where a run folder can't be made, without making it: known before data is read."""
    try:
        if path.is_dir() and any(path.iterdir()):
            raise InputError(f"{path} already holds files; choose another folder with --out")
        there = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    except OSError as error:
        raise _unwritable(path, error.strerror) from None
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise _unwritable(path, f"{there} is no folder that you may write to")


def _unwritable(path: Path, reason: str | None) -> InputError:
    return InputError(f"cannot write to {path} ({reason}); choose another folder with --out")


class RunFolder:
    """Writes one run's events as they come; a context manager that holds events.jsonl open."""

    def __init__(self, path: Path, config: RunConfig) -> None:
        """Make the folder; InputError where it can't be written or holds anything."""
        check_out(path)
        self.path = path
        self._config = config
        self._steps: Thinned[StepDone] = Thinned(MAX_POINTS)
        self._curves_drawn = 0.0
        try:
            (path / "samples").mkdir(parents=True, exist_ok=True)
            write_atomically(path / "config.json", json.dumps(asdict(config), indent=2).encode())
            self._events = (path / "events.jsonl").open("w", encoding="utf-8")
        except OSError as error:
            raise _unwritable(path, error.strerror) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._events.close()

    def record(self, event: Event) -> None:
        """A step becomes a line of events.jsonl, a snapshot a grid in samples/."""
        if isinstance(event, StepDone):
            self._steps.add(event.step, event)
            # JSON has no nan: a number that diverged is null
            values = {
                name: value if math.isfinite(value) else None
                for name, value in asdict(event).items()
            }
            self._events.write(json.dumps(values) + "\n")
        elif isinstance(event, Snapshot):
            picture = png(grid(event.images, event.columns))
            write_atomically(self.path / "samples" / f"epoch-{event.epoch:04d}.png", picture)

    def save(self, model: Model) -> None:
        """The generator as it is now, and now and then the curves so far."""
        save_model(model, self.path / MODEL_FILE)
        if time.monotonic() - self._curves_drawn > CURVES_EVERY_SECONDS:
            self.save_curves()

    def save_curves(self) -> None:
        self._events.flush()
        title = f"{self._config.preset} on {self._config.dataset}, seed {self._config.seed}"
        write_atomically(self.path / "loss.png", loss_png(self._steps, title))
        self._curves_drawn = time.monotonic()
