"""What a visitor wants of a training: play, pause, stop, moves by hand, how fast."""

from collections import deque
from collections.abc import Callable
from threading import Condition
from typing import Literal

from demo.moves import Move

MOST_MOVES = 20  # that wait to be made

Wish = Literal["play", "pause", "stop"]


class Wishes:
    """Set by requests, obeyed by the thread that trains; a stop is for good."""

    def __init__(
        self, watched: Callable[[], bool], first_move: Move | None, seconds_a_round: float
    ) -> None:
        """watched: whether the visitor is there to see it. first_move: then it pauses."""
        self.seconds_a_round = seconds_a_round  # at least; for slow motion
        self._watched = watched
        self._wish: Wish = "pause" if first_move else "play"
        self._moves = deque[Move]([first_move] if first_move else [])
        self._moving = False  # one of them is being made
        self._changed = Condition()

    @property
    def paused(self) -> bool:
        """The visitor asked for it; a training that nobody watches pauses by itself."""
        return self._wish == "pause"

    @property
    def stopped(self) -> bool:
        return self._wish == "stop"

    def want(self, wish: Wish, *moves: Move) -> None:
        """moves: to be made first, behind those that wait already."""
        with self._changed:
            if self._wish != "stop":
                self._wish = wish
            if moves:
                self._moves.extend(moves[: MOST_MOVES - len(self._moves)])
            else:
                self._moves.clear()
                self._moving = False
            self._changed.notify_all()

    def pace(self, seconds_a_round: float) -> None:
        """0 is as fast as it goes."""
        with self._changed:
            self.seconds_a_round = seconds_a_round
            self._changed.notify_all()

    def may_play(self) -> bool:
        wanted = self._wish == "play" or bool(self._moves) or self._moving
        return wanted and self._wish != "stop" and self._watched()

    def next_move(self) -> Move | None:
        """The one to make now; None where there is none to be made any more."""
        with self._changed:
            self._moving = bool(self._moves)
            return self._moves.popleft() if self._moves else None

    def wait_to_play(self, on_pause: Callable[[], None]) -> bool:
        """Return True when the visitor wants it to run and is there to see it, False to end."""
        with self._changed:
            while self._wish != "stop" and not self.may_play():
                on_pause()
                self._changed.wait(timeout=1)  # someone who comes back to watch doesn't notify
            return self._wish != "stop"

    def rest(self) -> None:
        """In slow motion, until the next round is due or something else is wanted."""
        with self._changed:
            self._changed.wait_for(
                lambda: not (self.seconds_a_round and self.may_play()), self.seconds_a_round
            )
