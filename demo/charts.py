"""Events -> what the browser draws, in increments. It knows no gradio."""

import math
from base64 import b64encode

import numpy as np

from gan_core.events import Evaluated, Snapshot, StepDone
from gan_core.history import Thinned
from gan_core.images import picture, png

MAX_POINTS = 4000  # kept for each curve: more than any screen is wide
MAX_LOOKS = 1000
MAX_PICTURES = 200  # kept of a run; a grid of digits weighs 65 kB, one of faces ten times that
PICTURES_A_POLL = 8  # keeps a reload after a long run from being one huge answer

CURVES = ("d_loss", "g_loss", "d_real", "d_fake", "d_gradient", "g_gradient")  # of StepDone
TERMS = ("d_real_loss", "d_fake_loss", "d_pair_loss", "r1", "r2", "gradient_penalty")  # its `terms`
LOOKS = ("distance", "distance_error", "diversity", "d_accuracy_real", "d_accuracy_fake")

Have = tuple[int, int]  # the stride of what a page has, and the step or number of its newest
NOTHING: Have = (0, -1)


class Charts:
    """One run's curves, looks and sample grids, as a page follows them.

    A row of curves is [step, CURVES and TERMS], one of looks [step, LOOKS, its number];
    None where there is no such number.
    """

    def __init__(self) -> None:
        self._curves: Thinned[list] = Thinned(MAX_POINTS)
        self._looks: Thinned[list] = Thinned(MAX_LOOKS)
        self._pictures: Thinned[dict] = Thinned(MAX_PICTURES)
        self._looks_taken = self._pictures_taken = 0
        self.newest_picture = -1  # its round

    def add_step(self, done: StepDone) -> None:
        told = [getattr(done, name) for name in CURVES]
        terms = [done.terms.get(name) for name in TERMS]
        self._curves.add(done.step, [done.step, *map(_short, [*told, *terms])])

    def add_look(self, look: Evaluated) -> None:
        told = [getattr(look, name) for name in LOOKS]
        self._looks.add(self._looks_taken, [look.step, *map(_short, told), self._looks_taken])
        self._looks_taken += 1

    def add_snapshot(self, snapshot: Snapshot) -> None:
        """Nothing where there is one of this round."""
        if snapshot.step > self.newest_picture:
            source = png_url(picture(snapshot.samples, snapshot.columns, snapshot.reference))
            count = len(snapshot.samples)
            self.add_picture(snapshot.epoch, snapshot.step, snapshot.columns, count, source)

    def add_picture(self, epoch: int, step: int, columns: int, count: int, source: str) -> None:
        """A grid of samples as a data URL, later than the one before it."""
        grid = {"epoch": epoch, "step": step, "columns": columns, "count": count, "src": source}
        self._pictures.add(self._pictures_taken, {"number": self._pictures_taken, **grid})
        self._pictures_taken += 1
        self.newest_picture = step

    def picture(self, step: int) -> dict:
        """The last at or before this round, or the first; {} where there is none."""
        kept = [*self._pictures]
        before = [shown for shown in kept if shown["step"] <= step]
        return before[-1] if before else kept[0] if kept else {}

    def until(self, step: int) -> "Charts":
        """Another one that goes on from this round."""
        copy = Charts()
        copy._curves = self._curves.only(lambda row: row[0] <= step)
        copy._looks = self._looks.only(lambda row: row[0] <= step)
        copy._pictures = self._pictures.only(lambda shown: shown["step"] <= step)
        copy._looks_taken = max((row[-1] + 1 for row in copy._looks), default=0)
        copy._pictures_taken = max((shown["number"] + 1 for shown in copy._pictures), default=0)
        copy.newest_picture = max((shown["step"] for shown in copy._pictures), default=-1)
        return copy

    def after(self, curves: Have, looks: Have, pictures: Have) -> dict[str, dict]:
        """What is new for a page."""
        return {
            "curves": _new(self._curves, curves),
            "looks": _new(self._looks, looks),
            "snapshots": _new(self._pictures, pictures, PICTURES_A_POLL),
        }


def png_url(pixels: np.ndarray) -> str:
    """uint8 (H, W, C) -> data URL."""
    return f"data:image/png;base64,{b64encode(png(pixels)).decode()}"


def _new(series: Thinned, have: Have, most: int | None = None) -> dict:
    stride, fresh, rows = series.after(*have)
    return {"stride": stride, "fresh": fresh, "rows": rows[:most]}


def _short(number: float | None) -> float | None:
    """JSON has no nan."""
    return float(f"{number:.5g}") if number is not None and math.isfinite(number) else None
