"""Events -> what the browser draws, in increments. It knows no gradio."""

from base64 import b64encode
from io import BytesIO

import numpy as np

from gan_core.events import Snapshot, StepDone
from gan_core.images import grid, to_pil

MAX_POINTS = 4000  # kept for each curve: more than any screen is wide
SNAPSHOTS_A_POLL = 8  # keeps a reload after a long run from being one huge answer


class Curves:
    """Losses and opinions, one row a kept step; thinned by half whenever MAX_POINTS is reached."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, ...]] = []
        self._stride = 1  # steps from one kept row to the next

    def add(self, done: StepDone) -> None:
        if done.step % self._stride == 0:
            opinions = (done.d_real, done.d_fake)
            self._rows.append((done.step, done.d_loss, done.g_loss, *opinions))
        if len(self._rows) >= MAX_POINTS:
            self._stride *= 2
            self._rows = [row for row in self._rows if row[0] % self._stride == 0]

    def after(self, stride: int, step: int) -> dict:
        """Rows after `step` for one who has those before at `stride`; all rows if thinned since."""
        first = step + 1 if stride == self._stride else 0
        new = [row for row in self._rows if row[0] >= first]
        rows = [[float(f"{number:.5g}") for number in row] for row in new]
        return {"stride": self._stride, "fresh": first == 0, "rows": rows}


def snapshot_picture(snapshot: Snapshot) -> dict:
    """The grid as a PNG data URL, and what to write under it."""
    return {
        "epoch": snapshot.epoch,
        "step": snapshot.step,
        "src": png_url(grid(snapshot.images, snapshot.columns)),
    }


def png_url(picture: np.ndarray) -> str:
    """uint8 (H, W, C) -> data URL."""
    png = BytesIO()
    to_pil(picture).save(png, format="PNG")
    return f"data:image/png;base64,{b64encode(png.getvalue()).decode()}"
