"""One visitor: the run on show, those before it, and what was dropped here. It knows no gradio."""

import time
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from demo.charts import NOTHING, Have
from demo.choices import make_config, whole_number
from demo.data_folder import DataFolder, named_briefly
from demo.making import Making
from demo.moves import Move
from demo.own_models import OwnModels
from demo.player import Player
from demo.racing import LOOK_EVERY, Racing
from demo.record import Branch
from demo.slots import Slots
from gan_core.config import RunConfig
from gan_core.errors import InputError

if TYPE_CHECKING:
    from demo.searching import Search
    from gan_core.made_data import MadeData
    from gan_core.model import Model

WATCHED_SECONDS = 75  # browsers wake a hidden page's timers once a minute
KEPT_RUNS = 4  # of a visitor's earlier ones
STOPPING_SECONDS = 20  # for a training's last round
SLOWEST = 10  # seconds a round
MAX_STEP = 10**9


class Session:
    """Made for each page that comes by; its methods are the requests that a page can make."""

    def __init__(self, slots: Slots, data_dir: Path | None) -> None:
        self.player: Player | None = None
        self.race: Racing | None = None
        self.search: Search | None = None
        self.making: Making | None = None  # the last data set
        self._seconds_a_round = 0.0  # at least; for slow motion
        self._slots = slots
        self._data = DataFolder(data_dir)
        self._dropped: DataFolder | None = None  # by the visitor
        self.models = OwnModels(self.runs)
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
        """Train anew; the generator of the run before stays among `models`."""
        config = make_config(preset, dataset, epochs, seed, settings)
        self._check_data(config)
        with self._starting:
            if self.player is not None and not self.player.ended:
                raise InputError("a training is under way; stop it before you start another")
            return self._show(config, first_move)

    def reset(
        self, preset: str, dataset: str, epochs: float, seed: float, settings: Sequence[str] = ()
    ) -> Player:
        """A new run that stands before its first round; the one under way ends."""
        config = make_config(preset, dataset, epochs, seed, settings)
        self._check_data(config)
        with self._starting:
            self._end()
            return self._show(config, "begin")

    def fork(self, run: object, step: object) -> Player:
        """Go on from a round that one of the `runs` keeps, paused; the one under way ends."""
        with self._starting:
            branch = self.run(run).branch(whole_number("round", step, 0, MAX_STEP))
            self._end()
            return self._show(branch.config, "nothing", branch)

    def load(self, path: Path) -> Player:
        """Go on with a run that was taken away, paused; the one under way ends."""
        from demo.loading import load_run  # imports torch

        with named_briefly(path.parent):
            branch = load_run(path)
        self._check_data(branch.config)
        with self._starting:
            self._end()
            return self._show(branch.config, "nothing", branch)

    def take_images(self, files: list[Path]) -> int:
        """The visitor's own, for data set "folder" from now on; returns how many there are."""
        self._dropped = DataFolder.dropped(files)
        return self._dropped.count()

    def _data_of(self, dataset: str) -> DataFolder:
        return self._dropped if self._dropped and dataset == "folder" else self._data

    def _check_data(self, config: RunConfig) -> None:
        if config.dataset == "folder" and self._data_of("folder").path is None:
            raise InputError("there are no images of your own here yet; drop them first")

    def _end(self) -> None:
        if self.player is not None:
            self.player.stop()
            self.player.wait(STOPPING_SECONDS)

    def start_race(
        self, preset: str, dataset: str, objectives: Sequence[str], epochs: float, seed: float
    ) -> Racing:
        """Train one system by several objectives in turns; the race before is forgotten."""
        config = make_config(preset, dataset, epochs, seed, [f"evaluate_every={LOOK_EVERY}"])
        with self._starting:
            if self.player is not None and not self.player.ended:
                raise InputError("a training is under way; stop it before you start a race")
            self._check_no_race()
            self.touch()
            number = self.race.number + 1 if self.race else 1
            self.race = Racing(number, config, objectives, self._data.path, self._slots,
                               lambda: self.age < WATCHED_SECONDS)  # fmt: skip
            return self.race

    def _check_no_race(self) -> None:
        if self.race is not None and not self.race.ended:
            raise InputError("a race is under way; stop it before you start anything else")

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
        self._check_no_race()
        self.touch()
        last = self.player
        if last is not None:
            self._earlier[last.number] = last
            while len(self._earlier) > KEPT_RUNS:
                del self._earlier[next(iter(self._earlier))]
        self.player = Player(
            last.number + 1 if last else 1,
            config,
            self._data_of(config.dataset),
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

    def search_by(self, search: "Search") -> None:
        """In the place of the last."""
        if self.search:
            self.search.stop()
        self.search = search

    def make(self, model: "Model", plan: "MadeData") -> Making:
        """A data set in the place of the last; InputError while that is under way."""
        with self._starting:
            if self.making is not None and not self.making.ended:
                raise InputError("a set is being made; stop it before you make another")
            self.making = Making(model, plan)
            return self.making

    def stop(self) -> None:
        """End all, for good: the set that was made goes, too."""
        for work in self.at_work():
            work.stop()
        self.making = None  # its file with it, though a run's thread may hold on to this session

    def at_work(self) -> "list[Player | Racing | Search | Making]":
        """What may have a thread: the run on show, the race, the search, the set."""
        works = (self.player, self.race, self.search, self.making)
        return [one for one in works if one is not None]

    def explore(self, run: object, step: object) -> str:
        """Have a run's generator among its `models`; see `OwnModels.ask_for`."""
        if step is not None:
            step = whole_number("round", step, 0, MAX_STEP)
        return self.models.ask_for(self.run(run), step)

    @property
    def data_path(self) -> Path | None:
        """Where the images of a run that begins now lie."""
        return self._data.path
