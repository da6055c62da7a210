"""One race in the background: several objectives in turns, and who leads. It knows no gradio."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from demo.background import Background
from demo.charts import MAX_LOOKS, NOTHING, Have
from demo.record import Record
from demo.scoreboard import Lane, State, score, scoreboard
from demo.slots import Slots
from demo.text.race import ALL_DIVERGED
from demo.wishes import Wishes
from gan_core.config import RunConfig
from gan_core.events import Diverged, Evaluated, Event, Finished
from gan_core.history import Thinned

if TYPE_CHECKING:
    from gan_core.race import Race

# rounds between two looks, whatever the preset says: a race wants its scores early
LOOK_EVERY = 28  # half an epoch of digits


class Racing(Background["Race", tuple[int, Event]]):
    """Its lanes take turns on a thread of its own; made with that under way."""

    def __init__(
        self,
        number: int,
        config: RunConfig,
        objectives: Sequence[str],
        data_dir: Path | None,
        slots: Slots,
        watched: Callable[[], bool],
    ) -> None:
        """InputError for objectives that make no race."""
        from gan_core.race import lanes  # imports torch

        super().__init__(f"race-{config.preset}", slots, Wishes(watched, None, 0.0))
        self.number = number  # of the visitor's races, from 1
        self.configs = lanes(config, objectives)
        self._data_dir = data_dir
        self._records = [Record() for _ in self.configs]
        self._states: list[State] = ["racing" for _ in self.configs]
        self._seconds = [0.0 for _ in self.configs]
        self._looks: list[Evaluated | None] = [None for _ in self.configs]  # the newest
        self._judged = [*self._looks]  # those that the places go by
        self._scores: Thinned[list] = Thinned(MAX_LOOKS)
        self._scored = 0  # how often
        self._own_noise: tuple[int, ...] = ()
        self._thread.start()

    def facts(self) -> dict:
        """How far it is, and the scoreboard."""
        told = [record.facts() for record in self._records]
        on = [one for one, state in zip(told, self._states) if state != "diverged"] or told
        behind = min(on, key=lambda one: one["step"])
        rates = [one["images_per_s"] for one in on if one["images_per_s"]]
        config, first = self.configs[0], score(next(filter(None, self._judged), None))
        return {
            "race": self.number,
            "phase": self.phase,
            "message": self.message,
            "place": self.place,
            "preset": config.preset,
            "dataset": config.dataset,
            "seed": config.seed,
            "epochs": config.epochs,
            **{name: behind[name] for name in ("step", "steps", "epoch")},
            **{name: told[0][name] for name in ("device", "read", "to_read")},
            # while one lane trains, the others wait
            "images_per_s": len(rates) / sum(1 / rate for rate in rates) if rates else 0.0,
            "seconds_left": sum(one["seconds_left"] for one in on),
            "measure": first.measure if first else None,
            "scored": self._scored,
            "own_noise": [self.configs[lane].objective for lane in self._own_noise],
            "board": scoreboard(self._lanes(told)),
            "lanes": [
                {"objective": config.objective, "state": state, "last": one["last"]}
                for config, state, one in zip(self.configs, self._states, told)
            ],
        }

    def increments(self, scores: Have, pictures: Sequence[Have]) -> dict:
        """What a page lacks: rows [round, each lane's score and its error, their number], and the
        sample grids of each lane."""
        stride, fresh, rows = self._scores.after(*scores)
        grids = [
            record.increments(NOTHING, NOTHING, have)["snapshots"]
            for record, have in zip(self._records, pictures)
        ]
        return {"scores": {"stride": stride, "fresh": fresh, "rows": rows}, "snapshots": grids}

    def _lanes(self, told: list[dict]) -> list[Lane]:
        return [
            Lane(config.objective, state, one["step"], seconds, look)
            for config, state, one, seconds, look in zip(
                self.configs, self._states, told, self._seconds, self._judged
            )
        ]

    def _prepare(self) -> "Race":
        from demo.trainers import make_race

        race, device, self.message = make_race(self.configs, self._data_dir, self._show_reading)
        self.configs = [trainer.config for trainer in race.trainers]
        self._seconds, self._own_noise = race.seconds, race.own_noise
        for record, trainer in zip(self._records, race.trainers):
            record.begins(device, trainer)
        return race

    def _show_reading(self, done: int, total: int) -> None:
        self._check_wanted()
        self._records[0].reading(done, total)

    def _next_events(self, trained: "Race") -> Iterator[tuple[int, Event]]:
        return trained.run()

    def _keep(self, event: tuple[int, Event], trained: "Race") -> None:
        lane, told = event
        self._records[lane].keep(told, trained.trainers[lane])
        if isinstance(told, Evaluated):
            self._looks[lane] = told
        elif isinstance(told, Diverged):
            self._states[lane] = "diverged"
        elif isinstance(told, Finished):
            self._states[lane] = "finished"
        if isinstance(told, Evaluated | Diverged):
            self._judge()
        if not trained.racing:
            self.phase = "finished" if "finished" in self._states else "failed"
            if self.phase == "failed":
                self.message = ALL_DIVERGED

    def _judge(self) -> None:
        """By looks at the same round, once all lanes that are still in the race had theirs."""
        on = [look for look, state in zip(self._looks, self._states) if state != "diverged"]
        step = min((look.step if look else 0 for look in on), default=0)
        if step <= max((look.step for look in self._judged if look), default=0):
            return
        self._judged = [*self._looks]
        row: list[float | None] = [step]
        for look in self._judged:
            found = score(look) if look and look.step == step else None
            row += (found.value, found.error or None) if found else (None, None)
        self._scores.add(self._scored, [*row, self._scored])
        self._scored += 1

    def _is_round(self, event: tuple[int, Event]) -> bool:
        return False  # a race knows no slow motion

    def _stands(self, trained: "Race") -> None:
        """Between two turns, where the lanes are at different rounds, there is nothing to show."""

    def _put_away(self, trained: "Race") -> None:
        """The pictures and scores are all that is wanted of it."""
