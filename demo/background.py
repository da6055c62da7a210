"""Training on a thread of its own: waits in line, plays, pauses, stops, holds still for a look.

It knows no gradio.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock, Thread
from typing import Generic, Literal, TypeVar

from demo.slots import Slots
from demo.wishes import Wishes
from gan_core.errors import InputError

Phase = Literal["waiting", "reading", "training", "paused", "stopped", "finished", "failed"]
ENDED: tuple[Phase, ...] = ("stopped", "finished", "failed")

Trained = TypeVar("Trained")  # what makes the events: a Trainer, or several that take turns
Happened = TypeVar("Happened")  # an event


class BrokenOff(Exception):
    """The visitor stopped it while images were read."""


class Background(ABC, Generic[Trained, Happened]):
    """Its subclasses say what is trained, and what becomes of the events."""

    def __init__(self, name: str, slots: Slots, wishes: Wishes) -> None:
        self.phase: Phase = "waiting"
        self.message = ""  # one line for the visitor
        self._slots = slots
        self._wishes = wishes
        self._trained: Trained | None = None
        self._lock = Lock()  # held for each event, and by requests that look between two
        self._no_requests = Condition()
        self._requests = 0
        self._thread = Thread(target=self._work, daemon=True, name=name)

    def pause(self) -> None:
        self._wishes.want("pause")

    def resume(self) -> None:
        self._wishes.want("play")

    def stop(self) -> None:
        self._wishes.want("stop")
        if self.phase == "reading":  # a download goes on to its end, but nobody has to wait for it
            self.phase = "stopped"

    @property
    def paused(self) -> bool:
        """The visitor asked for it."""
        return self._wishes.paused

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    @property
    def place(self) -> int:
        """In the line of those that wait; 0 where it doesn't."""
        return self._slots.place(self)

    def wait(self, seconds: float) -> bool:
        """True once the training has ended, False if it hasn't within `seconds`."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @abstractmethod
    def _prepare(self) -> Trained:
        """Read the images and build what is trained; takes seconds to minutes."""

    @abstractmethod
    def _next_events(self, trained: Trained) -> Iterator[Happened]:
        """What is wanted next, as events; empty once nothing is."""

    @abstractmethod
    def _keep(self, event: Happened, trained: Trained) -> None:
        """Take in an event; sets the phase where it is the last."""

    @abstractmethod
    def _is_round(self, event: Happened) -> bool:
        """Whether slow motion waits after it."""

    @abstractmethod
    def _stands(self, trained: Trained) -> None:
        """No event comes until the visitor wants more."""

    @abstractmethod
    def _put_away(self, trained: Trained) -> None:
        """It ends: keep what is still wanted of what was trained, which is about to go."""

    def _check_wanted(self) -> None:
        """Raise BrokenOff where the visitor doesn't wait for the images any more."""
        if self._wishes.stopped:
            raise BrokenOff

    @contextmanager
    def _held_still(self) -> Iterator[Trained | None]:
        """Within, what is trained, if there is such a thing, is between two events."""
        with self._no_requests:
            self._requests += 1
        try:
            with self._lock:
                yield self._trained
        finally:
            with self._no_requests:
                self._requests -= 1
                self._no_requests.notify_all()

    def _work(self) -> None:
        try:
            while not self.ended and self._wishes.wait_to_play(self._when_paused):
                self.phase = "waiting"
                with self._slots.hold(self, self._wishes.may_play) as held:
                    if held:
                        self._play(self._trained or self._begin())
            if not self.ended:
                self.phase = "stopped"
        except BrokenOff:
            self.phase = "stopped"
        except InputError as error:
            self.message, self.phase = str(error), "failed"
        except Exception as error:  # the page must learn of it, whatever it is
            self.message, self.phase = f"{type(error).__name__}: {error}", "failed"
            raise
        finally:
            with self._held_still() as trained:
                try:
                    if trained:
                        self._put_away(trained)
                finally:
                    self._trained = None

    def _begin(self) -> Trained:
        self.phase = "reading"
        self._trained = self._prepare()
        return self._trained

    def _when_paused(self) -> None:
        self.phase = "paused"

    def _play(self, trained: Trained) -> None:
        """Pull events until the end, or until the visitor wants otherwise."""
        events: Iterator[Happened] = iter(())
        while self._wishes.may_play() and not self.ended:
            self.phase = "training"
            with self._lock:
                event = next(events, None)
                if event is not None:
                    self._keep(event, trained)
            if event is None:
                events = self._next_events(trained)
            elif self._is_round(event):
                self._wishes.rest()
            with self._no_requests:  # the lock alone would let this thread take it again at once
                self._no_requests.wait_for(lambda: self._requests == 0)
        with self._lock:
            self._stands(trained)
