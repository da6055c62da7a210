"""Visitors and their trainings: a token each, a lease, and a limit on how many train at once."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from demo.charts import NOTHING, Have
from demo.moves import Move
from demo.player import Player
from demo.record import Branch
from demo.slots import MAX_TRAININGS, Slots
from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.presets import preset as chosen_preset

if TYPE_CHECKING:
    from gan_core.model import Model

WATCHED_SECONDS = 75  # browsers wake a hidden page's timers once a minute
LEASE_SECONDS = 600  # a visitor gone longer loses the run
KEPT_RUNS = 4  # of a visitor's earlier ones
STOPPING_SECONDS = 20  # for a training's last round
SLOWEST = 10  # seconds a round
MAX_EPOCHS = 10_000
MAX_SEED = 2**32 - 1
MAX_SESSIONS = 200  # visitors kept at once


class Session:
    """One visitor: the run on show and the runs before it."""

    def __init__(self, slots: Slots, data_dir: Path | None) -> None:
        self.player: Player | None = None
        self._seconds_a_round = 0.0  # at least; for slow motion
        self._slots = slots
        self._data_dir = data_dir
        self._earlier: dict[int, Player] = {}  # by number, the oldest first
        self._seen = time.monotonic()
        self._starting = Lock()  # a double click is two requests at once

    def touch(self) -> None:
        """The visitor's page is still there."""
        self._seen = time.monotonic()

    @property
    def age(self) -> float:
        """Seconds since the page was last heard of."""
        return time.monotonic() - self._seen

    def start(
        self,
        preset: str,
        dataset: str,
        epochs: float,
        seed: float,
        settings: Sequence[str] = (),
        first_move: Move | None = None,
    ) -> Player:
        """Train anew; the generator of the run before stays in `model_names`."""
        config = make_config(preset, dataset, epochs, seed, settings)
        with self._starting:
            if self.player is not None and not self.player.ended:
                raise InputError("a training is under way; stop it before you start another")
            return self._show(config, first_move)

    def fork(self, run: object, epoch: object) -> Player:
        """Go on from the end of an epoch that one of the `runs` keeps, paused; that run ends."""
        with self._starting:
            parent = self.run(run)
            branch = parent.branch(whole_number("epoch", epoch, 0, MAX_EPOCHS))
            if self.player is not None:
                self.player.stop()
                self.player.wait(STOPPING_SECONDS)
            return self._show(branch.config, "nothing", branch)

    def run(self, number: object) -> Player:
        """The run on show or one before it, by number; InputError where it is gone."""
        players = {player.number: player for player in self.runs()}
        if number not in players:
            raise InputError(f"run {number} is gone; there are {', '.join(map(str, players))}")
        return players[int(number)]  # type: ignore[call-overload] - equal to one of the keys

    def runs(self) -> list[Player]:
        """The newest first."""
        return [*([self.player] if self.player else []), *reversed(self._earlier.values())]

    def _show(
        self, config: RunConfig, first_move: Move | None, branch: Branch | None = None
    ) -> Player:
        """A new run in the place of the last, which is kept."""
        self.touch()
        last = self.player
        if last is not None:
            self._earlier[last.number] = last
            while len(self._earlier) > KEPT_RUNS:
                del self._earlier[next(iter(self._earlier))]
        self.player = Player(
            last.number + 1 if last else 1,
            config,
            self._data_dir,
            self._slots,
            lambda: self.age < WATCHED_SECONDS,
            first_move,
            self._seconds_a_round,
            branch,
        )
        return self.player

    def running(self) -> Player:
        """The training under way; InputError where there is none."""
        if self.player is None or self.player.ended:
            raise InputError("no training is under way; start one first")
        return self.player

    def pace(self, seconds_a_round: object) -> None:
        """From now on, also of the next run; 0 is as fast as it goes."""
        if not isinstance(seconds_a_round, int | float) or not 0 <= seconds_a_round <= SLOWEST:
            raise InputError(f"seconds a round must be a number from 0 to {SLOWEST}")
        self._seconds_a_round = seconds_a_round
        if self.player:
            self.player.pace(seconds_a_round)

    def report(self, run: int, curves: Have, looks: Have, pictures: Have) -> dict:
        """What changed for a page that shows `run` up to there; everything if it shows another."""
        self.touch()
        player = self.player
        if player is None:
            return {"run": 0, "phase": "idle"}
        if run != player.number:
            curves = looks = pictures = NOTHING
        runs = [{"run": one.number, "name": one.name} for one in self._earlier.values()]
        told = player.increments(curves, looks, pictures)
        return {**player.facts(), **told, "earlier": runs}

    def stop(self) -> None:
        if self.player is not None:
            self.player.stop()

    def model_names(self) -> list[str]:
        """The visitor's own models of images, the newest first."""
        shown = self.player
        made = [run for run in self.runs() if run is shown or run.model() is not None]
        return [run.name for run in made if run.config.image_size]

    def model(self, name: str) -> "Model | None":
        """One of `model_names`, or None where it has no generator yet or is gone."""
        named = {player.name: player for player in self.runs()}
        return named[name].model() if name in named else None

    def is_live(self, name: str) -> bool:
        """Whether this model still learns."""
        player = self.player
        return player is not None and name == player.name and not player.ended


def make_config(
    preset: str, dataset: str, epochs: float, seed: float, settings: Sequence[str] = ()
) -> RunConfig:
    """The preset with a visitor's choices; InputError for what can't be used."""
    config = chosen_preset(preset, dataset)
    return replace(
        config,
        **config.parsed([*settings]),
        epochs=whole_number("epochs", epochs, 1, MAX_EPOCHS),
        seed=whole_number("seed", seed, 0, MAX_SEED),
    )


def whole_number(name: str, number: object, least: int, most: int) -> int:
    """What a page sent as a number, as an int in that range; else InputError."""
    if isinstance(number, int | float) and least <= number <= most and number == int(number):
        return int(number)
    raise InputError(f"{name} must be a whole number from {least} to {most:,}, not {number}")


class Sessions:
    """All visitors. Those not heard of for LEASE_SECONDS are let go."""

    def __init__(self, max_trainings: int = MAX_TRAININGS, data_dir: Path | None = None) -> None:
        self._slots = Slots(max_trainings)
        self._data_dir = data_dir
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()

    def open(self, token: str | None = None) -> str:
        """The token of the visitor's session: the one given if it is still kept, else a new one."""
        self._let_go()
        with self._lock:
            if token not in self._sessions:
                if len(self._sessions) >= MAX_SESSIONS:
                    raise InputError("too many visitors are here at the moment; try again later")
                token = secrets.token_urlsafe()
                self._sessions[token] = Session(self._slots, self._data_dir)
            assert token is not None
            self._sessions[token].touch()
            return token

    def touch(self, token: str) -> None:
        """The page of this token is still there; nothing where its session was let go."""
        session = self.find(token)
        if session is not None:
            session.touch()
        self._let_go()

    def find(self, token: str) -> Session | None:
        """The session, or None where its lease has run out."""
        with self._lock:
            return self._sessions.get(token)

    def get(self, token: str) -> Session:
        """The session; InputError where its lease has run out."""
        session = self.find(token)
        if session is None:
            raise InputError("this page was away too long and its run was let go; reload the page")
        return session

    def close(self) -> None:
        """End all trainings; a thread still inside torch would crash the interpreter's exit."""
        with self._lock:
            players = [s.player for s in self._sessions.values() if s.player is not None]
        for player in players:
            player.stop()
        for player in players:
            player.wait(10)

    def _let_go(self) -> None:
        with self._lock:
            for token in [t for t, s in self._sessions.items() if s.age > LEASE_SECONDS]:
                self._sessions.pop(token).stop()
