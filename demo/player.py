"""One training in the background: play, pause, stop, look. It knows no gradio."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import Literal

from demo.charts import SNAPSHOTS_A_POLL, Curves, snapshot_picture
from demo.slots import Slots
from gan_core.config import RunConfig
from gan_core.data import ImageSet, Unavailable, load
from gan_core.device import device_name
from gan_core.errors import InputError
from gan_core.events import Diverged, Event, Snapshot, StepDone
from gan_core.model import Model
from gan_core.trainer import Trainer

Phase = Literal["reading", "waiting", "training", "paused", "stopped", "finished", "failed"]
ENDED: tuple[Phase, ...] = ("stopped", "finished", "failed")


class Player:
    """Trains on a thread of its own while somebody watches; made with its training under way."""

    def __init__(
        self, config: RunConfig, data_dir: Path | None, slots: Slots, watched: Callable[[], bool]
    ) -> None:
        self.config = config
        self.phase: Phase = "reading"
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
        self._curves = Curves()
        self._snapshots: list[dict] = []
        self._last: StepDone | None = None
        self._thread = Thread(target=self._work, daemon=True, name=f"train-{config.preset}")
        self._thread.start()

    def pause(self) -> None:
        self._want("pause")

    def resume(self) -> None:
        self._want("play")

    def stop(self) -> None:
        self._want("stop")

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

    def model(self) -> Model | None:
        """The generator as it is now, or None before there is one; a copy for each new step."""
        self._copiers += 1
        try:
            with self._trainer_lock:
                trainer = self._trainer
                if trainer and (not self._model or self._model.card.step != trainer.steps_done):
                    self._model = trainer.model()
                return self._model
        finally:
            self._copiers -= 1

    def report(self, stride: int, step: int, snapshots: int) -> dict:
        """What changed for a page that has `snapshots` grids and the curves up to `step`."""
        trainer, last = self._trainer, self._last
        left = trainer.total_steps - trainer.steps_done if trainer else 0
        images_per_s = last.images_per_s if last else 0
        seconds_left = left * trainer.batch_size / images_per_s if trainer and images_per_s else 0
        return {
            "phase": self.phase,
            "message": self.message,
            "place": self._slots.place(self),
            "preset": self.config.preset,
            "dataset": self.config.dataset,
            "seed": self.config.seed,
            "step": trainer.steps_done if trainer else 0,
            "steps": trainer.total_steps if trainer else 0,
            "epoch": trainer.epoch if trainer else 0,
            "epochs": self.config.epochs,
            "images_per_s": images_per_s,
            "seconds_left": seconds_left,
            "device": device_name(trainer.device) if trainer else "",
            "curves": self._curves.after(stride, step),
            "snapshots": self._snapshots[snapshots : snapshots + SNAPSHOTS_A_POLL],
        }

    def _want(self, wish: Literal["play", "pause", "stop"]) -> None:
        with self._changed:
            if self._wants != "stop":
                self._wants = wish
            self._changed.notify_all()

    def _work(self) -> None:
        try:
            images = self._read()
            self._trainer = Trainer(self.config, images)
            while self._wait_to_play():
                self.phase = "waiting"
                with self._slots.hold(self, self._may_play) as held:
                    if held:
                        self._play(self._trainer)
                if self.phase in ("finished", "failed"):
                    return
            self.phase = "stopped"
        except InputError as error:
            self.message, self.phase = str(error), "failed"
        except Exception as error:  # the page must learn of it, whatever it is
            self.message, self.phase = f"{type(error).__name__}: {error}", "failed"
            raise

    def _read(self) -> ImageSet:
        """The data set; `digits` in its place where it can't be had, with a line that says so."""
        config = self.config
        try:
            return load(config.dataset, config.image_size, config.channels, self._data_dir)
        except Unavailable as error:
            self.message = f"Training on digits instead: {error}"
            self.config = replace(config, dataset="digits")
            return load("digits", config.image_size, config.channels)

    def _wait_to_play(self) -> bool:
        """Return True when the visitor wants it to run and is there to see it, False to end."""
        with self._changed:
            while self._wants != "stop" and not self._may_play():
                self.phase = "paused"
                self._changed.wait(timeout=1)  # someone who comes back to watch doesn't notify
            return self._wants != "stop"

    def _may_play(self) -> bool:
        return self._wants == "play" and self._watched()

    def _play(self, trainer: Trainer) -> None:
        """Pull events until the end, or until the visitor wants otherwise."""
        self.phase = "training"
        events = trainer.run()
        while self._may_play():
            with self._trainer_lock:
                event = next(events, None)
            if event is None:
                self.phase = "finished"
                return
            self._keep(event)
            if self.phase == "failed":
                return
            while self._copiers:  # a lock alone would let this thread take it again at once
                with self._changed:
                    self._changed.wait(timeout=0.001)

    def _keep(self, event: Event) -> None:
        if isinstance(event, StepDone):
            self._last = event
            self._curves.add(event)
        elif isinstance(event, Snapshot):
            self._snapshots.append(snapshot_picture(event))
        elif isinstance(event, Diverged):
            self.phase = "failed"
            self.message = (
                f"Diverged: {event.term} is not a number any more at step {event.step}. "
                "Try another seed."
            )
