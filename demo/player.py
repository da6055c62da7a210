"""One training in the background: play, pause, step, stop, look. It knows no gradio."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING, Literal

from demo.charts import Have
from demo.moves import MOVES, Move
from demo.record import Branch, Record
from demo.slots import Slots
from demo.wishes import Wishes
from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.events import Diverged, Event, Finished, Snapshot, StepDone

if TYPE_CHECKING:
    from demo.states import States
    from gan_core.model import Model
    from gan_core.trainer import Trainer

Phase = Literal["waiting", "reading", "training", "paused", "stopped", "finished", "failed"]
ENDED: tuple[Phase, ...] = ("stopped", "finished", "failed")


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
        first_move: Move | None = None,
        seconds_a_round: float = 0.0,
        branch: Branch | None = None,
    ) -> None:
        """first_move: it makes this one and pauses. branch: where it goes on from."""
        self.number = number  # of the visitor's runs, from 1
        self.config = config
        self.phase: Phase = "waiting"
        self.message = ""  # one line for the visitor
        self._data_dir = data_dir
        self._slots = slots
        self._wishes = Wishes(watched, first_move, seconds_a_round)
        self._no_requests = Condition()
        self._trainer: Trainer | None = None
        self._trainer_lock = Lock()  # held for each event, and by requests that look at the trainer
        self._requests = 0
        self._model: Model | None = None
        self._branch = branch
        self._record = branch.record if branch else Record()
        self._states: States | None = None
        self._thread = Thread(target=self._work, daemon=True, name=f"train-{config.preset}")
        self._thread.start()

    @property
    def name(self) -> str:
        return f"run {self.number}: {self.config.preset} on {self.config.dataset}"

    def pause(self) -> None:
        self._wishes.want("pause")

    def resume(self) -> None:
        self._wishes.want("play")

    def stop(self) -> None:
        self._wishes.want("stop")
        if self.phase == "reading":  # a download goes on to its end, but nobody has to wait for it
            self.phase = "stopped"

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
            before = trainer.config
            trainer.change(replace(before, **before.parsed(settings)))
            self.config = trainer.config
            self._record.mark(trainer.steps_done, before, trainer.config)

    @property
    def paused(self) -> bool:
        """The visitor asked for it."""
        return self._wishes.paused

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    def wait(self, seconds: float) -> bool:
        """True once the training has ended, False if it hasn't within `seconds`."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def model(self) -> "Model | None":
        """The generator as it is now, or None before there is one; a copy for each new step."""
        with self._held_still() as trainer:
            if trainer and (not self._model or self._model.card.step != trainer.steps_done):
                self._model = trainer.model()
            return self._model

    def state(self, epoch: int) -> tuple[dict, dict]:
        """At the end of one of its kept epochs; InputError for another."""
        if self._states is None:
            raise InputError("this run has not begun, there is nothing to go back to")
        return self._states.load(epoch)

    def branch(self, epoch: int) -> Branch:
        """To go on from the end of one of its kept epochs; InputError for another."""
        state = self.state(epoch)
        assert self._states
        return Branch(state, self._record.until(state[1]["step"]), self._states.until(epoch))

    def open_sample(self, epoch: int, place: int) -> dict:
        """What there is to say of a sample of a kept epoch; see inspecting.py."""
        if not self.config.image_size:
            raise InputError("a point has no more to tell; choose a data set of images")
        state = self.state(epoch)
        from demo.inspecting import open_sample  # imports torch

        return open_sample(self._data_dir, state, place)

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
            "batch_size": self.config.batch_size,
            "first_step": self.config.first_step,
            "seconds_a_round": self._wishes.seconds_a_round,
            "kept": self._states.ends if self._states else [],
            **self._record.facts(),
        }

    def increments(self, curves: Have, looks: Have, pictures: Have) -> dict:
        """What a page lacks; see `Charts.after`."""
        return self._record.increments(curves, looks, pictures)

    @contextmanager
    def _held_still(self) -> Iterator["Trainer | None"]:
        """Within, the trainer, if there is one, is between two events."""
        with self._no_requests:
            self._requests += 1
        try:
            with self._trainer_lock:
                yield self._trainer
        finally:
            with self._no_requests:
                self._requests -= 1
                self._no_requests.notify_all()

    def _work(self) -> None:
        try:
            while not self.ended and self._wishes.wait_to_play(self._paused):
                self.phase = "waiting"
                with self._slots.hold(self, self._wishes.may_play) as held:
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

    def _paused(self) -> None:
        self.phase = "paused"

    def _prepare(self) -> "Trainer":
        self.phase = "reading"
        from demo.trainers import make_trainer  # imports torch, for which no page should wait

        made = make_trainer(self.config, self._data_dir, self._show_reading)
        self.config, self.message, self._trainer = made.trainer.config, made.message, made.trainer
        self._states = self._branch.states if self._branch else made.states
        if self._branch:
            made.trainer.restore(*self._branch.state)
            self._branch = None
        self._record.begins(made.device, made.trainer)
        return made.trainer

    def _show_reading(self, done: int, total: int) -> None:
        if self._wishes.stopped:
            raise _BrokenOff
        self._record.reading(done, total)

    def _play(self, trainer: "Trainer") -> None:
        """Pull events until the end, or until the visitor wants otherwise."""
        events: Iterator[Event] = iter(())
        while self._wishes.may_play() and not self.ended:
            self.phase = "training"
            with self._trainer_lock:
                event = next(events, None)
            if event is None:
                events = self._next_events(trainer)
            else:
                self._keep(event, trainer)
            with self._no_requests:  # the lock alone would let this thread take it again at once
                self._no_requests.wait_for(lambda: self._requests == 0)

    def _next_events(self, trainer: "Trainer") -> Iterator[Event]:
        move = self._wishes.next_move()
        if move:
            return MOVES[move](trainer)
        return iter(()) if self._wishes.paused else trainer.run()

    def _keep(self, event: Event, trainer: "Trainer") -> None:
        self._record.keep(event, trainer)
        if isinstance(event, Snapshot) and self._states:
            self._states.keep(event.epoch, trainer)
        if isinstance(event, Finished):
            self.phase = "finished"
        elif isinstance(event, Diverged):
            self.phase = "failed"
            self.message = (
                f"Diverged: {event.term} is not a finite number at step {event.step}. The "
                "generator stays as it was before; try another seed or system."
            )
        elif isinstance(event, StepDone):
            self._wishes.rest()
