"""One training in the background: play, pause, stop, look. It knows no gradio."""

from collections.abc import Callable
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING, Literal

from demo.advice import Advice
from demo.charts import Charts
from demo.slots import Slots
from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.events import Diverged, Event, Snapshot, StepDone

if TYPE_CHECKING:
    from gan_core.model import Model
    from gan_core.trainer import Trainer

Phase = Literal["waiting", "reading", "training", "paused", "stopped", "finished", "failed"]
ENDED: tuple[Phase, ...] = ("stopped", "finished", "failed")

# an epoch may take minutes, and the first of them show the most
EARLY_STEPS = frozenset(50 * 2**doubling for doubling in range(16))


class _BrokenOff(Exception):
    """The visitor stopped it while images were read."""


class Player:
    """Trains on a thread of its own while somebody watches; made with its training under way."""

    def __init__(
        self,
        number: int,
        config: RunConfig,
        data_dir: Path | None,
        slots: Slots,
        watched: Callable[[], bool],
    ) -> None:
        self.number = number  # of the visitor's runs, from 1
        self.config = config
        self.phase: Phase = "waiting"
        self.message = ""  # one line for the visitor
        self._data_dir = data_dir
        self._slots = slots
        self._watched = watched
        self._wants: Literal["play", "pause", "stop"] = "play"
        self._changed = Condition()
        self._trainer: Trainer | None = None
        self._trainer_lock = Lock()  # held for each step, and by whoever copies the generator
        self._copiers = 0
        self._model: Model | None = None
        self._charts = Charts()
        self._advice = Advice()
        self._facts: dict[str, int | float | str] = {
            "read": 0,
            "to_read": 0,  # files; known while a folder's or a .zip's are read
            "step": 0,
            "steps": 0,  # known once the images are read
            "epoch": 0,
            "images_per_s": 0.0,
            "seconds_left": 0.0,
            "device": "",
        }
        self._thread = Thread(target=self._work, daemon=True, name=f"train-{config.preset}")
        self._thread.start()

    @property
    def name(self) -> str:
        return f"run {self.number}: {self.config.preset} on {self.config.dataset}"

    def pause(self) -> None:
        self._want("pause")

    def resume(self) -> None:
        self._want("play")

    def stop(self) -> None:
        self._want("stop")
        if self.phase == "reading":  # a download goes on to its end, but nobody has to wait for it
            self.phase = "stopped"

    @property
    def paused(self) -> bool:
        """The visitor asked for it; a training that nobody watches pauses by itself."""
        return self._wants == "pause"

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    def wait(self, seconds: float) -> bool:
        """True once the training has ended, False if it hasn't within `seconds`."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def model(self) -> "Model | None":
        """The generator as it is now, or None before there is one; a copy for each new step."""
        with self._changed:
            self._copiers += 1
        try:
            with self._trainer_lock:
                trainer = self._trainer
                if trainer and (not self._model or self._model.card.step != trainer.steps_done):
                    self._model = trainer.model()
                return self._model
        finally:
            with self._changed:
                self._copiers -= 1
                self._changed.notify_all()

    def facts(self) -> dict:
        """How far it is, in numbers and words."""
        return {
            "run": self.number,
            "phase": self.phase,
            "message": self.message,
            "place": self._slots.place(self),
            "preset": self.config.preset,
            "dataset": self.config.dataset,
            "seed": self.config.seed,
            "epochs": self.config.epochs,
            "findings": self._advice.findings,
            **self._facts,
        }

    def increments(self, rows: tuple[int, int], pictures: tuple[int, int]) -> dict:
        """Curves and sample grids that a page lacks; see `Charts.after`."""
        return self._charts.after(rows, pictures)

    def _want(self, wish: Literal["play", "pause", "stop"]) -> None:
        with self._changed:
            if self._wants != "stop":
                self._wants = wish
            self._changed.notify_all()

    def _work(self) -> None:
        try:
            while not self.ended and self._wait_to_play():
                self.phase = "waiting"
                with self._slots.hold(self, self._may_play) as held:
                    if held:
                        self._play(self._trainer or self._prepare())
            if not self.ended:
                self.phase = "stopped"
        except _BrokenOff:
            self.phase = "stopped"
        except InputError as error:
            self.message, self.phase = str(error), "failed"
        except Exception as error:  # the page must learn of it, whatever it is
            self.message, self.phase = f"{type(error).__name__}: {error}", "failed"
            raise
        finally:
            self.model()  # stays; discriminator, optimisers and data need not
            self._trainer = None

    def _wait_to_play(self) -> bool:
        """Return True when the visitor wants it to run and is there to see it, False to end."""
        with self._changed:
            while self._wants != "stop" and not self._may_play():
                self.phase = "paused"
                self._changed.wait(timeout=1)  # someone who comes back to watch doesn't notify
            return self._wants != "stop"

    def _may_play(self) -> bool:
        return self._wants == "play" and self._watched()

    def _prepare(self) -> "Trainer":
        self.phase = "reading"
        from demo.trainers import make_trainer  # imports torch, for which no page should wait

        made = make_trainer(self.config, self._data_dir, self._show_reading)
        self.config, self.message, self._trainer = made.trainer.config, made.message, made.trainer
        self._facts |= {"steps": made.trainer.total_steps, "device": made.device}
        return made.trainer

    def _show_reading(self, done: int, total: int) -> None:
        if self._wants == "stop":
            raise _BrokenOff
        self._facts |= {"read": done, "to_read": total}

    def _play(self, trainer: "Trainer") -> None:
        """Pull events until the end, or until the visitor wants otherwise."""
        events = trainer.run()
        while self._may_play() and not self.ended:
            self.phase = "training"
            with self._trainer_lock:
                event = next(events, None)
            if event is None:
                self.phase = "finished"
            else:
                self._keep(event, trainer)
            with self._changed:  # the lock alone would let this thread take it again at once
                self._changed.wait_for(lambda: self._copiers == 0)

    def _keep(self, event: Event, trainer: "Trainer") -> None:
        self._advice.add(event, trainer.config)
        if isinstance(event, StepDone):
            left = (trainer.total_steps - event.step) * trainer.images_per_step
            self._charts.add_step(event)
            if event.epoch == 1 and event.step in EARLY_STEPS:
                self._charts.add_snapshot(trainer.snapshot())
            self._facts |= {
                "step": event.step,
                "epoch": event.epoch,
                "images_per_s": event.images_per_s,
                "seconds_left": left / event.images_per_s,
            }
        elif isinstance(event, Snapshot):
            self._charts.add_snapshot(event)
        elif isinstance(event, Diverged):
            self.phase = "failed"
            self.message = (
                f"Diverged: {event.term} is not a finite number at step {event.step}. The "
                "generator stays as it was before; try another seed or system."
            )
