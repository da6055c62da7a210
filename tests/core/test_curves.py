"""The loss curves as files: what can be read in them, and that they are the same each time."""

import math
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
from PIL import Image

from gan_core.curves import loss_figure
from gan_core.events import StepDone
from gan_core.presets import PRESETS
from gan_core.run_folder import make_run_folder

TITLE = "simple on <digits> & more, seed 0"


def steps(count: int = 50) -> list[StepDone]:
    return [
        StepDone(step, 1, 1 / step, math.sin(step), 0.6, 0.4, 1, 1,
                 {"real_loss": 0.1, "fake_loss": 0.2, "r1_penalty": 0.3}, 100)
        for step in range(1, count + 1)
    ]  # fmt: skip


def texts(svg: bytes) -> set[str]:
    found = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return {"".join(text.itertext()).strip() for text in found}


def test_an_svg_holds_its_words_as_text() -> None:
    words = {TITLE, "D loss", "G loss", "r1 penalty", "loss", "D(x)", "D(G(z))", "equilibrium",
             "step", "mean opinion of D"}  # fmt: skip
    assert words <= texts(loss_figure(steps(), TITLE, "svg"))


def test_a_figure_is_the_same_bytes_each_time_and_without_a_date() -> None:
    for kind in ("png", "svg"):
        assert loss_figure(steps(), TITLE, kind) == loss_figure(steps(), TITLE, kind)
    assert b"<dc:date>" not in loss_figure(steps(), TITLE, "svg")


def test_it_is_so_in_several_threads_and_no_style_stays_behind() -> None:
    before = dict(matplotlib.rcParams)
    first = loss_figure(steps(), TITLE, "svg")
    with ThreadPoolExecutor(3) as pool:
        drawn = list(pool.map(lambda _: loss_figure(steps(), TITLE, "svg"), range(9)))
    assert set(drawn) == {first}
    assert dict(matplotlib.rcParams) == before


def test_a_png_is_a_picture_also_of_no_steps() -> None:
    for shown in (steps(), []):
        with Image.open(BytesIO(loss_figure(shown, TITLE))) as image:
            assert (image.format, image.size) == ("PNG", (960, 720))
        assert TITLE in texts(loss_figure(shown, TITLE, "svg"))


def test_a_run_folder_draws_what_it_was_told(tmp_path: Path) -> None:
    with make_run_folder(tmp_path / "run", PRESETS["simple"], None) as folder:
        for step in steps():
            folder.record(step)
        title = "simple on digits, seed 0"
        assert folder.loss_figure("svg") == loss_figure(steps(), title, "svg")
        folder.save_curves()
    assert (tmp_path / "run" / "loss.png").read_bytes() == loss_figure(steps(), title)
