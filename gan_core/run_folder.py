"""A run on disk: config.json, events.jsonl, samples/, loss.png, model.safetensors and its card."""

import json
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from gan_core.checkpoint import save_model, write_atomically
from gan_core.config import RunConfig
from gan_core.curves import loss_png
from gan_core.errors import InputError
from gan_core.events import Event, Snapshot, StepDone
from gan_core.images import grid, save_png
from gan_core.model import Model
from gan_core.pretrained import MODEL_FILE


class RunFolder:
    """Writes one run's events as they come; a context manager that holds events.jsonl open."""

    def __init__(self, path: Path, config: RunConfig) -> None:
        """Make the folder; InputError where it can't be written or already holds a run."""
        if (path / "config.json").exists():
            raise InputError(f"{path} already holds a run; choose another folder with --out")
        self.path = path
        self._config = config
        self._steps: list[StepDone] = []
        try:
            (path / "samples").mkdir(parents=True, exist_ok=True)
            write_atomically(path / "config.json", json.dumps(asdict(config), indent=2).encode())
            self._events = (path / "events.jsonl").open("w", encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"cannot write to {path} ({error.strerror}); choose another folder with --out"
            ) from None

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
            self._steps.append(event)
            self._events.write(json.dumps(asdict(event)) + "\n")
        elif isinstance(event, Snapshot):
            picture = grid(event.images, event.columns)
            save_png(picture, self.path / "samples" / f"epoch-{event.epoch:04d}.png")

    def save(self, model: Model) -> None:
        """The generator as it is now and the curves so far."""
        self._events.flush()
        save_model(model, self.path / MODEL_FILE)
        title = f"{self._config.preset} on {self._config.dataset}, seed {self._config.seed}"
        write_atomically(self.path / "loss.png", loss_png(self._steps, title))
