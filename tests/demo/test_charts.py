"""What the page is sent, in increments."""

from base64 import b64decode
from io import BytesIO

import numpy as np
from PIL import Image

from demo.charts import CURVES, MAX_PICTURES, MAX_POINTS, NOTHING, TERMS, Charts, png_url
from gan_core.events import Snapshot, StepDone


def done(step: int) -> StepDone:
    return StepDone(
        step, 1, step / 10, step / 20, 0.75, 0.25, 1.0, 1.0, {"d_fake_loss": 0.1}, images_per_s=1000
    )


def snapshot(epoch: int) -> Snapshot:
    return Snapshot(epoch * 28, epoch, np.zeros((4, 2, 2, 1), np.uint8), columns=2)


class Page:
    """Does with an answer what monitor.js does."""

    def __init__(self) -> None:
        self.rows, self.row_stride = [], 0
        self.pictures, self.picture_stride = [], 0

    def poll(self, charts: Charts) -> int:
        """Returns how many rows and pictures came."""
        step = self.rows[-1][0] if self.rows else -1
        number = self.pictures[-1]["number"] if self.pictures else -1
        have = (self.row_stride, step), NOTHING, (self.picture_stride, number)
        told = charts.after(*have)
        self.rows, self.row_stride = self.extend(self.rows, told["curves"], lambda row: row[0])
        self.pictures, self.picture_stride = self.extend(
            self.pictures, told["snapshots"], lambda picture: picture["number"]
        )
        return len(told["curves"]["rows"]) + len(told["snapshots"]["rows"])

    @staticmethod
    def extend(have: list, new: dict, number) -> tuple[list, int]:  # noqa: ANN001
        if new["rows"] and new["fresh"]:
            have = []
        elif new["rows"] and have and number(have[-1]) % new["stride"]:
            have = have[:-1]
        return have + new["rows"], new["stride"] if new["rows"] else 0


def test_increments_add_up_to_the_whole() -> None:
    charts, page = Charts(), Page()
    for step in range(1, 101):
        charts.add_step(done(step))
        if step % 7 == 0:
            page.poll(charts)
    page.poll(charts)
    assert [row[0] for row in page.rows] == list(range(1, 101))
    told = dict(zip(("step", *CURVES, *TERMS), page.rows[49], strict=True))
    expected = {"step": 50, "d_loss": 5.0, "g_loss": 2.5, "d_real": 0.75, "d_fake_loss": 0.1}
    assert told | expected | {"r1": None} == told


def test_a_long_run_is_thinned_evenly_and_pages_follow() -> None:
    charts, page = Charts(), Page()
    for step in range(1, 150_001):
        charts.add_step(done(step))
        if step % 1000 == 0:
            page.poll(charts)
    steps = [row[0] for row in page.rows]
    assert MAX_POINTS / 2 <= len(steps) <= MAX_POINTS
    assert steps[-1] == 150_000
    assert set(np.diff(steps[:-1])) == {page.row_stride}
    assert page.poll(charts) == 0


def test_pictures_are_thinned_but_the_first_and_the_newest_stay() -> None:
    charts, page = Charts(), Page()
    for epoch in range(3 * MAX_PICTURES + 2):
        charts.add_snapshot(snapshot(epoch))
    while page.poll(charts):
        pass
    epochs = [picture["epoch"] for picture in page.pictures]
    assert len(epochs) < MAX_PICTURES
    assert (epochs[0], epochs[-1]) == (0, 3 * MAX_PICTURES + 1)
    assert epochs == sorted(set(epochs))


def test_a_picture_survives_its_way_into_the_page() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    decoded = Image.open(BytesIO(b64decode(png_url(picture).split(",")[1])))
    assert np.array_equal(np.asarray(decoded), picture)
