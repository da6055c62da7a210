"""What the page is sent, in increments."""

from base64 import b64decode
from io import BytesIO

import numpy as np
from PIL import Image

from demo.charts import MAX_POINTS, Curves, png_url
from gan_core.events import StepDone


def done(step: int) -> StepDone:
    return StepDone(step, 1, step / 10, step / 20, 0.75, 0.25, images_per_s=1000)


def page_after(curves: Curves, stride: int, rows: list) -> tuple[int, list]:
    """What monitor.js does with an answer."""
    answer = curves.after(stride, int(rows[-1][0]) if rows else 0)
    return answer["stride"], ([] if answer["fresh"] else rows) + answer["rows"]


def test_increments_add_up_to_the_whole() -> None:
    curves = Curves()
    stride, rows = 0, []
    for step in range(1, 101):
        curves.add(done(step))
        if step % 7 == 0:
            stride, rows = page_after(curves, stride, rows)
    stride, rows = page_after(curves, stride, rows)
    assert [row[0] for row in rows] == list(range(1, 101))
    assert rows[49] == [50, 5.0, 2.5, 0.75, 0.25]
    assert curves.after(stride, 100)["rows"] == []


def test_a_long_run_is_thinned_evenly_and_pages_follow() -> None:
    curves = Curves()
    stride, rows = 0, []
    for step in range(1, 5 * MAX_POINTS):
        curves.add(done(step))
        if step % 1000 == 0:
            stride, rows = page_after(curves, stride, rows)
    stride, rows = page_after(curves, stride, rows)
    steps = [row[0] for row in rows]
    assert MAX_POINTS / 2 <= len(rows) < MAX_POINTS
    assert set(np.diff(steps)) == {stride}
    assert steps[-1] > 5 * MAX_POINTS - 2 * stride


def test_a_picture_survives_its_way_into_the_page() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    decoded = Image.open(BytesIO(b64decode(png_url(picture).split(",")[1])))
    assert np.array_equal(np.asarray(decoded), picture)
