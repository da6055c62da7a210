"""One run in the background: play, step, change, branch off, look. It knows no gradio."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from demo.background import Background
from demo.charts import Have
from demo.copies import Copies
from demo.data_folder import DataFolder
from demo.moves import MOVES, Move
from demo.record import Branch, Record
from demo.slots import Slots
from demo.wishes import Wishes
from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.events import Diverged, Event, Finished, StepDone

if TYPE_CHECKING:
    import numpy as np

    from demo.explored import Explored
    from demo.kept import Kept, State
    from gan_core.model import Model
    from gan_core.trainer import Trainer


class Player(Background["Trainer", Event]):
    """Trains on a thread of its own while somebody watches; made with its training under way."""

    both_weights = has_opinion = True  # as an `Opened` model may not have

    def __init__(
        self,
        number: int,
        config: RunConfig,
        data: DataFolder,
        slots: Slots,
        watched: Callable[[], bool],
        first_move: Move | None = None,
        seconds_a_round: float = 0.0,
        branch: Branch | None = None,
    ) -> None:
        """first_move: it makes this one and pauses. branch: where it goes on from."""
        wishes = Wishes(watched, first_move, seconds_a_round)
        super().__init__(f"train-{config.preset}", slots, wishes)
        self.number = number  # of the visitor's runs, from 1
        self.config = config  # as chosen: its precision may be "auto"
        self._data = data
        self._copies = Copies()
        self._explored: Explored | None = None  # once it is over
        self._branch = branch
        self._record = branch.record if branch else Record()
        self._kept: Kept | None = None
        self._thread.start()

    @property
    def name(self) -> str:
        return f"run {self.number}: {self.config.preset} on {self.config.dataset}"

    @property
    def data_path(self) -> Path | None:
        """Where its images lie; None where they need no folder."""
        return self._data.path

    def move(self, move: Move) -> None:
        """Make this one and pause again."""
        self._wishes.want("pause", move)

    def pace(self, seconds_a_round: float) -> None:
        """At least so many for each round."""
        self._wishes.pace(seconds_a_round)

    def change(self, settings: list[str]) -> None:
        """Go on by settings such as "d_steps=2" from the next round; InputError if it can't."""
        with self._held_still() as trainer:
            if trainer is None:
                raise InputError("settings change while a run goes on; this one has not begun or "
                                 "is over")  # fmt: skip
            before, after = self.config, replace(self.config, **self.config.parsed(settings))
            trainer.change(after)
            self.config = after
            self._record.mark(trainer.steps_done, before, after)

    def model(self, weights: str = "shown") -> "Model | None":
        """The generator as it is now, or just was if it learns; None before there is one."""
        if self.phase == "training" and (copy := self._copies.fresh(weights)):
            return copy
        with self._held_still() as trainer:
            if trainer:
                return self._copies.of(trainer, weights)
            return self._explored.model(weights) if self._explored else None

    def opinion(self, model: "Model", z: "np.ndarray", labels: "np.ndarray | None") -> float:
        """D's as it is now, of what one of the `model`s draws; see `gan_core.inspection`."""
        from gan_core.inspection import opinion  # imports torch

        with self._held_still() as trainer:
            if trainer:
                return opinion(model, trainer.images, trainer.discriminator, z, labels)
            assert self._explored is not None, "there is a model of it"
            return self._explored.opinion(model, z, labels)

    def state(self, step: int) -> "State":
        """As it was at one of the `rounds_kept`; InputError for another."""
        kept = self._begun()
        with self._held_still() as trainer:
            return kept.state(step, trainer)

    def branch(self, step: int) -> Branch:
        """To go on from one of the `rounds_kept`; InputError for another."""
        kept = self._begun()
        with self._held_still() as trainer:
            state = kept.state(step, trainer)
            return Branch(state, self._record.until(step), kept.until(state))

    @property
    def rounds_kept(self) -> list[int]:
        """Rounds at which it can be taken up or looked into, of those with a picture."""
        if self._kept is None:
            return []
        newest = [] if self.phase == "training" else [self._record.newest_picture]
        return sorted({*self._kept.states.rounds, *newest})

    def picture(self, step: int) -> dict:
        """The grid of samples of this round, or of the last before it with a picture."""
        return self._record.picture(step)

    def open_sample(self, step: int, place: int) -> dict:
        """What there is to say of a sample of a kept round; see inspecting.py."""
        self._check_images()
        state = self.state(step)
        from demo.inspecting import open_sample  # imports torch

        return open_sample(self._data.path, state, place)

    def redraw(self, step: int, weights: str, statistics: str) -> dict:
        """The grid of a kept round, drawn in another way; see inspecting.py."""
        state = self.state(step)
        from demo.inspecting import redraw

        return redraw(self._data.path, state, weights, statistics)

    def explored_at(self, step: int) -> "Explored":
        """The networks of a kept round."""
        self._check_images()
        state = self.state(step)
        from demo.inspecting import explored_at

        return explored_at(self._data.path, state)

    def take_away(self, kind: str) -> Path:
        """A file of the run as it is now; see takeaway.py."""
        kept = self._begun()
        from demo.takeaway import take_away

        with self._held_still() as trainer:
            if trainer:
                kept.save(trainer)
        return take_away(kept, self.config, kind)

    def _begun(self) -> "Kept":
        if self._kept is None:
            raise InputError("this run has not begun; wait until it has read its images")
        return self._kept

    def _check_images(self) -> None:
        if not self.config.image_size:
            raise InputError("a point has no more to tell; choose a data set of images")

    def facts(self) -> dict:
        """How far it is, in numbers and words."""
        return {
            "run": self.number,
            "phase": self.phase,
            "message": self.message,
            "place": self.place,
            "preset": self.config.preset,
            "dataset": self.config.dataset,
            "seed": self.config.seed,
            "epochs": self.config.epochs,
            "batch_size": self.config.batch_size,
            "first_step": self.config.first_step,
            "seconds_a_round": self._wishes.seconds_a_round,
            "image_size": self.config.image_size,
            "kept": self.rounds_kept,
            **self._record.facts(),
        }

    def increments(self, curves: Have, looks: Have, pictures: Have) -> dict:
        """What a page lacks; see `Charts.after`."""
        return self._record.increments(curves, looks, pictures)

    def _prepare(self) -> "Trainer":
        from demo.trainers import make_trainer  # imports torch, for which no page should wait

        branch, self._branch = self._branch, None
        made = make_trainer(self.config, self._data.path, self._show_reading, branch)
        # "auto" stays, for another machine to choose its own
        self.config = replace(made.trainer.config, precision=self.config.precision)
        self.message, self._kept = made.message, made.kept
        self._record.begins(made.device, made.trainer)
        return made.trainer

    def _show_reading(self, done: int, total: int) -> None:
        self._check_wanted()
        self._record.reading(done, total)

    def _next_events(self, trained: "Trainer") -> Iterator[Event]:
        move = self._wishes.next_move()
        if move:
            return MOVES[move](trained)
        return iter(()) if self._wishes.paused else trained.run()

    def _keep(self, event: Event, trained: "Trainer") -> None:
        self._record.keep(event, trained)
        kept = self._begun()
        kept.run.record(event)
        if self._record.newest_picture == trained.steps_done:
            kept.states.keep(trained)
        if isinstance(event, Finished):
            self.phase = "finished"
        elif isinstance(event, Diverged):
            self.phase = "failed"
            self.message = (
                f"Diverged: {event.term} is not a finite number at step {event.step}. The "
                "generator stays as it was before; try another seed or system."
            )

    def _is_round(self, event: Event) -> bool:
        return isinstance(event, StepDone)

    def _stands(self, trained: "Trainer") -> None:
        self._record.look_at(trained)

    def _put_away(self, trained: "Trainer") -> None:
        from demo.explored import Explored

        self._explored = Explored(trained)
        self._copies = Copies()
        self._begun().save(trained)
