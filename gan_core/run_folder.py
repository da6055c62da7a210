"""A run on disk: config, state, logs, samples/, kept/, loss.png, and the model with its card."""

import json
import os
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from torch import Tensor

from gan_core.checkpoint import load_state, save_model, save_state, write_atomically
from gan_core.config import RunConfig
from gan_core.curves import loss_figure
from gan_core.errors import InputError
from gan_core.event_log import EventLog
from gan_core.events import Evaluated, Event, Snapshot, StepDone
from gan_core.history import Thinned
from gan_core.images import picture, png
from gan_core.pretrained import MODEL_FILE
from gan_core.trainer import Trainer

CONFIG_FILE = "config.json"
STATE_FILE = "state.safetensors"
STEPS_FILE = "events.jsonl"
LOOKS_FILE = "evaluations.jsonl"
CURVES_FILE = "loss.png"
SAMPLES, KEPT = "samples", "kept"  # folders of their own
NETWORKS = ("generator", "generator_ema", "discriminator")  # parts of a state, without optimisers
MAX_POINTS = 4000  # of a curve in loss.png: a line of more points than pixels says no more
CURVES_EVERY_SECONDS = 30  # drawing takes long beside an epoch of a small set


def check_out(path: Path) -> None:
    """InputError where a run folder can't be made, without making it: known before data is read."""
    try:
        if path.is_dir() and {*path.iterdir()} - {*_leftovers(path)}:
            raise InputError(f"{path} already holds files; choose another folder with --out, or "
                             "go on with a run by --resume")  # fmt: skip
        there = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    except OSError as error:
        raise _unwritable(path, error.strerror) from None
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise _unwritable(path, f"{there} is no folder that you may write to")


def make_run_folder(path: Path, config: RunConfig, data_dir: Path | None) -> "RunFolder":
    """A new one; InputError where it can't be written or holds anything."""
    check_out(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        write_config(path, config, data_dir)
        return RunFolder(path, config, step=0)
    except OSError as error:
        raise _unwritable(path, error.strerror) from None


def write_config(path: Path, config: RunConfig, data_dir: Path | None) -> None:
    """What the run in `path` began with, and where its data lies."""
    where = str(data_dir.absolute()) if data_dir else None
    content = json.dumps({**asdict(config), "data_dir": where}, indent=2)
    write_atomically(path / CONFIG_FILE, content.encode())


def _leftovers(path: Path) -> list[Path]:
    """What a process that was killed while it wrote left: ours, and those of safetensors."""
    return [*path.glob(".*.part"), *path.glob(".tmp*")]


def _unwritable(path: Path, reason: str | None) -> InputError:
    return InputError(f"cannot write to {path} ({reason}); choose another folder with --out")


@dataclass(frozen=True)
class SavedRun:
    """A run as it was last saved."""

    config: RunConfig
    data_dir: Path | None
    state: tuple[dict[str, Tensor], dict[str, Any]] | None  # None: killed before the first save

    @property
    def step(self) -> int:
        return self.state[1]["step"] if self.state else 0


def read_run(path: Path) -> SavedRun:
    """InputError where `path` is no run folder."""
    try:
        values = json.loads((path / CONFIG_FILE).read_text(encoding="utf-8"))
        data_dir = values.pop("data_dir")
        config = RunConfig.from_dict(values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path} is no run folder ({reason}); --resume takes one") from None
    state = load_state(path / STATE_FILE) if (path / STATE_FILE).exists() else None
    if state:  # settings may have changed since the run began
        try:
            config, step = RunConfig.from_dict(state[1]["config"]), state[1]["step"]
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path / STATE_FILE} is no state of a run ({error})") from None
        if type(step) is not int or step < 0:
            raise InputError(f"{path / STATE_FILE} is no state of a run (at step {step})")
    return SavedRun(config, Path(data_dir) if data_dir else None, state)


class RunFolder:
    """Writes one run's events as they come; a context manager that holds their logs open."""

    def __init__(self, path: Path, config: RunConfig, step: int) -> None:
        """Go on behind `step`: what came later and was not saved is dropped.

        InputError where another process goes on with the run.
        """
        self.path = path
        self.saved = self._curves_drawn = time.monotonic()
        self._title = f"{config.preset} on {config.dataset}, seed {config.seed}"
        self._steps: Thinned[StepDone] = Thinned(MAX_POINTS)
        self._looks: list[Evaluated] = []
        self._log = EventLog(path / STEPS_FILE, StepDone, step, self._keep_step, each=True)
        self._evaluations = EventLog(path / LOOKS_FILE, Evaluated, step, self._looks.append)
        # only now: before, they may be another's that still writes
        for leftover in (*_leftovers(path), *_leftovers(path / SAMPLES)):
            leftover.unlink()
        (path / SAMPLES).mkdir(exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._log.close()
        self._evaluations.close()

    def record(self, event: Event) -> None:
        """A step or an evaluation becomes a line of its log, a snapshot a grid in samples/."""
        if isinstance(event, StepDone):
            self._keep_step(event)
            self._log.add(event)
        elif isinstance(event, Evaluated):
            # who was killed between a save and a look, both of one round, looks again
            if not self._looks or event.step > self._looks[-1].step:
                self._looks.append(event)
                self._evaluations.add(event)
        elif isinstance(event, Snapshot):
            path = self.path / SAMPLES / f"epoch-{event.epoch:04d}.png"
            write_atomically(path, png(picture(event.samples, event.columns, event.reference)))

    def _keep_step(self, done: StepDone) -> None:
        self._steps.add(done.step, done)

    def save(self, trainer: Trainer) -> None:
        """The run as it is now, and now and then the curves so far."""
        for log in (self._log, self._evaluations):
            log.sync()  # before the state that says how many steps there are
        save_state(*trainer.state(), self.path / STATE_FILE)
        save_model(trainer.model(), self.path / MODEL_FILE)
        self.saved = time.monotonic()
        if self.saved - self._curves_drawn > CURVES_EVERY_SECONDS:
            self.save_curves()

    def keep(self, trainer: Trainer, epoch: int) -> None:
        """The networks as they are at the end of `epoch`, for whoever chooses the best later.

        A round may end an epoch in its midst; then the trainer is in the next one already.
        """
        (self.path / KEPT).mkdir(exist_ok=True)
        tensors, _ = trainer.state()
        networks = {name: t for name, t in tensors.items() if name.split(".")[0] in NETWORKS}
        card = replace(trainer.model().card, epoch=epoch)
        path = self.path / KEPT / f"epoch-{epoch:04d}.safetensors"
        save_state(networks, {"card": card.to_json()}, path)

    def events(self) -> list[Event]:
        """Every n-th step and all evaluations so far: what a diagnosis rests on."""
        return [*self._steps, *self._looks]

    def loss_figure(self, kind: Literal["png", "svg"]) -> bytes:
        """The curves so far as a file; safe to ask for while another thread records."""
        return loss_figure(self._steps, self._title, kind)

    def save_curves(self) -> None:
        write_atomically(self.path / CURVES_FILE, self.loss_figure("png"))
        self._curves_drawn = time.monotonic()
