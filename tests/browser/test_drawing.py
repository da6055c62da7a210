"""Pictures put in, in a real browser: drawn, brought, found, repaired."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from demo.text import drawing as text
from demo.text import explore
from gan_core.checkpoint import save_model
from gan_core.model import Card, Model
from gan_core.networks import build_generator
from gan_core.presets import PRESETS
from gan_core.pretrained import shipped_models
from tests.browser.driving import (
    PATIENCE,
    button,
    choose,
    opened_page,
    part,
    pixels,
    wait_for_count,
)
from tests.browser.exploring import SHIPPED

WORDS = text.DRAWING
PAPER, MASK = "drawing-paper", "drawing-mask"
MIDDLE = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const lit = [...Array(data.length / 4).keys()].filter((i) => data[4 * i] > 100);
  const mean = (place) => lit.reduce((sum, i) => sum + place(i), 0) / lit.length;
  return [mean((i) => i % canvas.width), mean((i) => Math.floor(i / canvas.width))];
}"""
ASKED = """() => {
  window.asked = 0;
  const send = window.fetch;
  window.fetch = async (...told) => {
    const answer = await send(...told);
    if (String(told[1]?.body).includes('"fn_name":"paper"')) setTimeout(() => window.asked++, 100);
    return answer;
  };
}"""


@pytest.fixture
def page(app_url: str) -> Iterator[Page]:
    with opened_page(app_url) as opened:
        opened.get_by_role("tab", name=explore.TAB).click()
        wait_for_count(opened, "image", 0)
        opened.get_by_role("button", name=text.TITLE).click()
        expect(button(opened, WORDS["find"])).to_be_enabled()
        yield opened


@pytest.fixture
def more_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped one, "twin", the same once more, and "large" and "larger" of 64x64 in colour."""
    for suffix in (".safetensors", ".json"):
        source = shipped_models()[SHIPPED].with_suffix(suffix)
        for name in (SHIPPED, "twin"):
            shutil.copy(source, tmp_path / f"{name}{suffix}")
    config = replace(PRESETS["simple"], image_size=64, channels=3)
    for name in ("large", "larger"):
        card = Card(name, config, 0, 0, (), "none", "none", "none")
        save_model(Model(build_generator(config, 0), card), tmp_path / f"{name}.safetensors")
    monkeypatch.setattr("gan_core.pretrained.files", lambda package: tmp_path)


def painted(page: Page, name: str) -> list[float]:
    """The middle (x, y) of what is painted there."""
    return part(page, name).evaluate(MIDDLE)


def line(page: Page, tool: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """With a brush, between places in shares of the sheet."""
    page.get_by_label(WORDS[tool], exact=True).check()
    part(page, PAPER).scroll_into_view_if_needed()
    box = part(page, PAPER).bounding_box()
    assert box
    (x, y), (to_x, to_y) = [
        (box["x"] + share[0] * box["width"], box["y"] + share[1] * box["height"])
        for share in (start, end)
    ]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, to_y, steps=10)
    page.mouse.up()


def state(page: Page, words: str) -> None:
    expect(part(page, "drawing-state")).to_have_text(WORDS[words], timeout=3 * PATIENCE)


def test_a_drawing_is_found_and_the_sliders_move_there(page: Page) -> None:
    line(page, "draw", (0.5, 0.2), (0.5, 0.8))
    button(page, WORDS["find"]).click()
    state(page, "finished")
    expect(part(page, "drawing-found")).to_be_visible()
    before = pixels(page, "image")
    button(page, WORDS["move"]).click()
    page.wait_for_function(
        "was => document.querySelector('#latent canvas').toDataURL() !== was", arg=before
    )
    expect(page.get_by_role("radio", name="1", exact=True)).to_be_checked()  # a stroke is a 1


def test_a_hidden_part_is_filled_and_without_one_it_says_so(page: Page) -> None:
    button(page, WORDS["find"]).click()
    expect(part(page, "drawing-message")).to_have_text(WORDS["empty"])
    button(page, WORDS["take"]).click()
    button(page, WORDS["repair"]).click()
    expect(part(page, "drawing-message")).to_have_text(WORDS["nothing_hidden"])
    line(page, "hide", (0.2, 0.5), (0.8, 0.5))
    button(page, WORDS["repair"]).click()
    state(page, "repaired")
    expect(part(page, "drawing-message")).to_be_hidden()


def test_what_was_painted_is_undone_stroke_by_stroke(page: Page) -> None:
    blank = pixels(page, PAPER)
    line(page, "draw", (0.2, 0.2), (0.8, 0.2))
    one = pixels(page, PAPER)
    assert one != blank
    line(page, "erase", (0.2, 0.2), (0.8, 0.2))
    line(page, "hide", (0.2, 0.8), (0.8, 0.8))
    hidden = pixels(page, MASK)
    line(page, "show", (0.2, 0.8), (0.8, 0.8))
    assert pixels(page, MASK) != hidden
    button(page, WORDS["undo"]).click()
    assert pixels(page, MASK) == hidden
    button(page, WORDS["undo"]).click()
    button(page, WORDS["undo"]).click()
    assert pixels(page, PAPER) == one
    button(page, WORDS["clear"]).click()
    assert pixels(page, PAPER) == blank


def test_what_was_painted_stays_when_another_model_is_chosen(more_models: None, page: Page) -> None:
    blank = pixels(page, PAPER)

    def sheet_of(model: str) -> tuple[str, str]:
        before = page.evaluate("asked")
        choose(page, explore.MODEL, model)
        page.wait_for_function("before => asked > before", arg=before)
        page.wait_for_timeout(100)
        return pixels(page, PAPER), pixels(page, MASK)

    page.evaluate(ASKED)
    line(page, "draw", (0.3, 0.2), (0.3, 0.8))
    line(page, "hide", (0.7, 0.2), (0.7, 0.8))
    small = (pixels(page, PAPER), pixels(page, MASK))
    assert sheet_of("twin") == small

    scaled = sheet_of("large")
    assert part(page, PAPER).get_attribute("width") == "64"
    assert painted(page, PAPER) == pytest.approx([19, 32], abs=2)  # where it was, in shares
    assert painted(page, MASK) == pytest.approx([45, 32], abs=2)
    assert sheet_of("larger") == scaled
    line(page, "draw", (0.5, 0.2), (0.5, 0.8))
    large = (pixels(page, PAPER), pixels(page, MASK))
    assert large != scaled

    assert sheet_of(SHIPPED) == small
    assert sheet_of("large") == large
    button(page, WORDS["undo"]).click()
    assert pixels(page, PAPER) == scaled[0]
    assert sheet_of(SHIPPED) == small
    button(page, WORDS["undo"]).click()
    button(page, WORDS["undo"]).click()
    assert pixels(page, PAPER) == blank


def test_the_keyboard_paints(page: Page) -> None:
    blank = pixels(page, PAPER)
    part(page, PAPER).focus()
    for key in ("ArrowLeft", "ArrowLeft", " "):
        page.keyboard.press(key)
    assert pixels(page, PAPER) != blank


def test_a_picture_is_brought_and_what_is_none_is_refused(page: Page, tmp_path: Path) -> None:
    Image.fromarray(np.full((40, 60, 3), (200, 30, 90), np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    chooser = page.locator("[data-part=drawing-file]")
    chooser.set_input_files(tmp_path / "a.png")
    grey = round(0.299 * 200 + 0.587 * 30 + 0.114 * 90)
    page.wait_for_function(
        f"""grey => Math.abs(document.querySelector('[data-part={PAPER}]').getContext('2d')
        .getImageData(14, 14, 1, 1).data[0] - grey) <= 1""",
        arg=grey,
    )
    was = pixels(page, PAPER)
    chooser.set_input_files(tmp_path / "b.png")
    expect(part(page, "drawing-message")).to_have_text(WORDS["unreadable"])
    assert pixels(page, PAPER) == was


def test_a_search_is_stopped_with_its_best(page: Page) -> None:
    button(page, WORDS["take"]).click()
    button(page, WORDS["find"]).click()
    expect(part(page, "drawing-found")).to_be_visible(timeout=PATIENCE)
    button(page, WORDS["stop"]).click()
    state(page, "stopped")
    expect(button(page, WORDS["move"])).to_be_enabled()
