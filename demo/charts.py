"""Events -> what the browser draws, in increments. It knows no gradio."""

from base64 import b64encode

import numpy as np

from gan_core.events import Snapshot, StepDone
from gan_core.history import Thinned
from gan_core.images import picture, png

MAX_POINTS = 4000  # kept for each curve: more than any screen is wide
MAX_PICTURES = 200  # kept of a run; a grid of digits weighs 65 kB, one of faces ten times that
PICTURES_A_POLL = 8  # keeps a reload after a long run from being one huge answer


class Charts:
    """One run's curves and sample grids, as a page follows them."""

    def __init__(self) -> None:
        self._rows: Thinned[list[float]] = Thinned(MAX_POINTS)
        self._pictures: Thinned[dict] = Thinned(MAX_PICTURES)
        self._pictures_seen = 0

    def add_step(self, done: StepDone) -> None:
        values = (done.d_loss, done.g_loss, done.d_real, done.d_fake)
        self._rows.add(done.step, [done.step, *(float(f"{value:.5g}") for value in values)])

    def add_snapshot(self, snapshot: Snapshot) -> None:
        source = png_url(picture(snapshot.samples, snapshot.columns, snapshot.reference))
        number = self._pictures_seen
        shown = {"number": number, "epoch": snapshot.epoch, "step": snapshot.step, "src": source}
        self._pictures.add(number, shown)
        self._pictures_seen += 1

    def after(self, rows: tuple[int, int], pictures: tuple[int, int]) -> dict:
        """What is new for a page; each argument is (stride, newest step or picture's number)."""
        stride, fresh, new_rows = self._rows.after(*rows)
        curves = {"stride": stride, "fresh": fresh, "rows": new_rows}
        stride, fresh, new_pictures = self._pictures.after(*pictures)
        shown = new_pictures[:PICTURES_A_POLL]
        return {"curves": curves, "snapshots": {"stride": stride, "fresh": fresh, "rows": shown}}


def png_url(pixels: np.ndarray) -> str:
    """uint8 (H, W, C) -> data URL."""
    return f"data:image/png;base64,{b64encode(png(pixels)).decode()}"
