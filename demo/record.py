"""What a page sees of one run: numbers, curves, sample grids, findings. It knows no gradio."""

from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple

from demo.advice import Advice
from demo.charts import Charts, Have
from gan_core.config import RunConfig
from gan_core.events import Evaluated, Event, Snapshot, StepDone

if TYPE_CHECKING:
    from demo.kept import Kept, State
    from gan_core.trainer import Trainer

# an epoch may take minutes, and the first of them show the most
EARLY_STEPS = frozenset(50 * 2**doubling for doubling in range(16))


class Record:
    """Grows with a run's events; read by requests while the run goes on."""

    def __init__(self) -> None:
        self._charts = Charts()
        self._advice = Advice()
        self._marks: list[dict] = []
        self._facts: dict[str, object] = {
            "read": 0,
            "to_read": 0,  # files; known while a folder's or a .zip's are read
            "step": 0,
            "steps": 0,  # known once the images are read
            "epoch": 0,
            "images_per_s": 0.0,
            "seconds_left": 0.0,
            "device": "",
            "last": None,  # StepDone, but for what it shares with this
        }

    def until(self, step: int) -> "Record":
        """Another one that goes on from this round."""
        copy = Record()
        copy._charts, copy._advice = self._charts.until(step), self._advice.until(step)
        copy._marks = [mark for mark in self._marks if mark["step"] <= step]
        return copy

    def recall(self, event: StepDone | Evaluated) -> None:
        """One of a run that was loaded."""
        self._advice.recall(event)
        if isinstance(event, StepDone):
            self._charts.add_step(event)
        else:
            self._charts.add_look(event)

    def recall_picture(self, epoch: int, step: int, columns: int, count: int, source: str) -> None:
        """One of a run that was loaded; see `Charts.add_picture`."""
        self._charts.add_picture(epoch, step, columns, count, source)

    @property
    def newest_picture(self) -> int:
        """Its round; -1 where there is none."""
        return self._charts.newest_picture

    def picture(self, step: int) -> dict:
        """See `Charts.picture`."""
        return self._charts.picture(step)

    def look_at(self, trainer: "Trainer") -> None:
        """A grid of samples as of now, where there is none yet."""
        if trainer.steps_done > self.newest_picture:
            self._charts.add_snapshot(trainer.snapshot())

    def reading(self, done: int, total: int) -> None:
        self._facts |= {"read": done, "to_read": total}

    def begins(self, device: str, trainer: "Trainer") -> None:
        self._facts |= {"device": device, "steps": trainer.total_steps}
        self._facts |= {"step": trainer.steps_done, "epoch": trainer.epoch}

    def keep(self, event: Event, trainer: "Trainer") -> None:
        """An event of this trainer, in which nothing has happened since."""
        self._advice.add(event, trainer.config)
        if isinstance(event, StepDone):
            left = (trainer.total_steps - event.step) * trainer.images_per_step
            self._charts.add_step(event)
            if event.epoch == 1 and event.step in EARLY_STEPS:
                self.look_at(trainer)
            self._facts |= {
                "step": event.step,
                "steps": trainer.total_steps,
                "epoch": event.epoch,
                "images_per_s": event.images_per_s,
                "seconds_left": max(0, left) / event.images_per_s,
                "last": asdict(event),
            }
        elif isinstance(event, Snapshot):
            self._charts.add_snapshot(event)
        elif isinstance(event, Evaluated):
            self._charts.add_look(event)

    def mark(self, step: int, before: RunConfig, after: RunConfig) -> None:
        """A setting is another after this round."""
        old, new = asdict(before), asdict(after)
        changed = [f"{name} {old[name]} → {new[name]}" for name in new if new[name] != old[name]]
        if changed:
            self._marks.append({"step": step, "text": ", ".join(changed)})

    def facts(self) -> dict:
        """How far it is, in numbers and words."""
        look = self._advice.look
        return {
            "findings": self._advice.findings,
            "marks": self._marks,
            "look": {**asdict(look), "missing": look.missing} if look else None,
            **self._facts,
        }

    def increments(self, curves: Have, looks: Have, pictures: Have) -> dict:
        """What a page lacks; see `Charts.after`."""
        return self._charts.after(curves, looks, pictures)


class Branch(NamedTuple):
    """Where another run is to go on."""

    state: "State"
    record: Record
    kept: "Kept"

    @property
    def config(self) -> RunConfig:
        """As it was there."""
        return RunConfig.from_dict(self.state[1]["config"])
