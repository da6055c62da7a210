"""The sections of the Explore tab that open below the walk, in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Request, expect

from demo.text import arithmetic as arithmetic_text
from demo.text import en as text
from demo.text import explore as explore_text
from demo.text import gallery as gallery_text
from demo.text import inside as inside_text
from demo.text import making as making_text
from gan_core.pretrained import shipped_models
from tests.browser.driving import (
    PATIENCE,
    button,
    choose,
    opened_page,
    part,
    pixels,
    train,
    wait_for_count,
)  # fmt: skip

SUMS, SETS = arithmetic_text.ARITHMETIC, making_text.MAKING
NAME = next(iter(shipped_models()))
# the largest difference between an <img> and a canvas
DIFFERENCE = """([image, canvas]) => {
  const read = (source, width, height) => {
    const sheet = new OffscreenCanvas(width, height).getContext("2d");
    sheet.drawImage(source, 0, 0);
    return sheet.getImageData(0, 0, width, height).data;
  };
  const size = [canvas.width, canvas.height];
  const [a, b] = [read(image, ...size), read(canvas, ...size)];
  return Math.max(...a.map((value, place) => Math.abs(value - b[place])));
}"""


@pytest.fixture
def page(app_url: str) -> Iterator[Page]:
    with opened_page(app_url) as opened:
        yield opened


def open_section(page: Page, title: str) -> None:
    page.get_by_role("tab", name=explore_text.TAB).click()
    wait_for_count(page, "image", 0)
    page.get_by_role("button", name=title).click()


def to_seed(page: Page, seed: int) -> None:
    """Return when the sliders have settled there."""
    part(page, "seed").fill(str(seed))
    page.wait_for_function("seed => location.hash.includes(`seed=${seed}`)", arg=str(seed))


def save(page: Page, *seeds: int) -> None:
    before = page.locator(".saved li").count()
    for number, seed in enumerate(seeds, start=1):
        to_seed(page, seed)
        button(page, SUMS["save"]).click()
        expect(page.locator(".saved li")).to_have_count(before + number)


def use(page: Page, place: int, group: str) -> None:
    page.locator(".saved li").nth(place).locator(f"[data-group={group}]").click()


def load(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        button(page, arithmetic_text.LOAD).click()
    chooser.value.set_files(file)


def names(page: Page) -> list[str]:
    fields = page.locator(".saved input")
    return [fields.nth(place).input_value() for place in range(fields.count())]


def test_the_sum_of_saved_points_is_where_the_sliders_go(page: Page) -> None:
    open_section(page, arithmetic_text.TITLE)
    save(page, 11, 12, 13, 14)
    for place, group in enumerate("aabc"):
        use(page, place, group)
    expect(part(page, "term-a")).to_contain_text("mean of 2")
    expect(part(page, "term-b")).to_contain_text("point 3")
    button(page, SUMS["move"]).click()
    page.wait_for_function("() => location.hash.includes('z=')")
    drawn = wait_for_count(page, "image", 0)
    result = page.locator(".result img").element_handle()
    image = part(page, "image").element_handle()
    assert page.evaluate(DIFFERENCE, [result, image]) <= 3
    use(page, 0, "a")  # no mean any more
    expect(part(page, "term-a")).to_contain_text("point 2")
    page.get_by_role("button", name="Move the sliders to point 4").click()
    wait_for_count(page, "image", drawn)
    fourth = page.locator(".saved img").nth(3).element_handle()
    assert page.evaluate(DIFFERENCE, [fourth, image]) <= 3


def test_saved_points_are_renamed_removed_and_outlast_another_tab(page: Page) -> None:
    open_section(page, arithmetic_text.TITLE)
    save(page, 11, 12, 13)
    page.locator(".saved input").nth(1).fill("the <b>round</b> one")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Remove point 1").click()
    assert names(page) == ["the <b>round</b> one", "point 3"]
    page.get_by_role("tab", name=text.TRAIN_TAB).click()
    page.get_by_role("tab", name=explore_text.TAB).click()
    expect(part(page, "saved")).to_have_attribute("data-n", "2")  # drawn again
    assert names(page) == ["the <b>round</b> one", "point 3"]


def test_points_go_to_a_file_and_back_and_bad_files_change_nothing(
    page: Page, tmp_path: Path
) -> None:
    open_section(page, arithmetic_text.TITLE)
    save(page, 11, 12)
    with page.expect_download(timeout=PATIENCE) as fetched:
        button(page, SUMS["take"]).click()
    assert fetched.value.suggested_filename == "ganscope-points.json"
    good, bad, far = (tmp_path / f"{name}.json" for name in ("good", "bad", "far"))
    fetched.value.save_as(good)
    values = json.loads(good.read_text())
    assert [point["name"] for point in values["points"]] == ["point 1", "point 2"]
    values["points"][0]["z"] = [0.5] * 100
    bad.write_text("nonsense")
    far.write_text(json.dumps(values))
    for file, reason in (
        (bad, "the file is no JSON"),
        (far, "'point 1' has 100 numbers and this model's z 64"),
    ):
        load(page, file)
        expect(page.get_by_text(reason)).to_be_visible()
        assert names(page) == ["point 1", "point 2"]
    load(page, good)
    expect(page.locator(".saved li")).to_have_count(4)
    expect(part(page, "saved")).to_have_attribute("data-n", "4")
    assert names(page) == ["point 1", "point 2"] * 2


def test_a_point_of_another_model_brings_its_model_along(page: Page) -> None:
    train(page, epochs=1)
    open_section(page, arithmetic_text.TITLE)
    save(page, 11)
    choose(page, explore_text.MODEL, "run 1: modern on digits")
    page.wait_for_function("() => location.hash.includes('run')")
    button(page, SUMS["save"]).click()
    expect(part(page, "saved")).to_have_attribute("data-n", "2")
    page.get_by_role("button", name="Move the sliders to point 1").click()
    expect(page.get_by_role("combobox", name=explore_text.MODEL)).to_have_value(NAME)
    page.wait_for_function("name => location.hash.includes(name)", arg=NAME)
    image, first = part(page, "image"), page.locator(".saved img").first
    page.wait_for_timeout(500)
    pair = [first.element_handle(), image.element_handle()]
    assert page.evaluate(DIFFERENCE, pair) <= 3


def test_a_set_is_stopped_and_another_downloaded(page: Page, tmp_path: Path) -> None:
    open_section(page, making_text.TITLE)
    count = page.get_by_label(making_text.COUNT)
    count.fill("1000000")
    button(page, making_text.MAKE).click()
    bar = part(page, "making-progress")
    page.wait_for_function("bar => bar.value > 0", arg=bar.element_handle())
    value = bar.evaluate("bar => bar.value")
    page.wait_for_function("([bar, n]) => bar.value > n", arg=[bar.element_handle(), value])
    button(page, SETS["stop"]).click()
    expect(part(page, "making-told")).to_have_text(SETS["stopped"])
    expect(button(page, SETS["stop"])).to_be_hidden()

    count.fill("30")
    page.get_by_label(making_text.LABELS).fill("4:10, 6:20")
    button(page, making_text.MAKE).click()
    expect(part(page, "making-told")).to_have_text(f"30 images of {NAME}.")
    with page.expect_download(timeout=PATIENCE) as fetched:
        part(page, "making-take").click()
    assert fetched.value.suggested_filename == f"ganscope-{NAME}-30.npz"
    fetched.value.save_as(tmp_path / "x.npz")
    with np.load(tmp_path / "x.npz") as arrays:
        assert np.bincount(arrays["labels"]).tolist() == [0, 0, 0, 0, 10, 0, 20]

    page.get_by_label(making_text.LABELS).fill("11:30")
    button(page, making_text.MAKE).click()
    expect(page.get_by_text("unknown label '11'")).to_be_visible()
    expect(part(page, "making-told")).to_have_text(f"30 images of {NAME}.")  # nothing was lost


def test_a_set_is_made_of_an_own_run_s_model(page: Page) -> None:
    train(page, epochs=1)
    open_section(page, making_text.TITLE)
    choose(page, explore_text.MODEL, "run 1: modern on digits")
    page.wait_for_function("() => location.hash.includes('run')")
    button(page, making_text.MAKE).click()
    expect(part(page, "making-told")).to_contain_text("1,000 images of ")
    expect(part(page, "making-take")).to_contain_text(".npz (")


def test_layers_and_neighbours_follow_the_point_only_while_they_are_seen(page: Page) -> None:
    train(page, epochs=1)
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/component_server/"):
            asked.append(json.loads(request.post_data or "{}")["fn_name"])

    page.on("request", note)
    page.get_by_role("tab", name=explore_text.TAB).click()
    wait_for_count(page, "image", 0)
    choose(page, explore_text.MODEL, "run 1: modern on digits")
    page.wait_for_function("() => location.hash.includes('run')")
    page.wait_for_timeout(500)
    assert "maps" not in asked and "resembled" not in asked
    page.get_by_role("button", name=inside_text.TITLE).click()
    part(page, "inside-nearest").scroll_into_view_if_needed()
    expect(page.locator(".nearest figure")).to_have_count(9)
    expect(part(page, "inside-maps")).to_have_attribute("data-n", "1")
    first = page.locator(".layers img").first.get_attribute("src")
    slider = page.locator("#latent .sliders input[type=range]").first
    slider.evaluate("""async slider => {
      for (let step = 0; step < 20; step++) {
        slider.value = String(-2 + step / 10);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }""")
    part(page, "inside-nearest").scroll_into_view_if_needed()
    expect(page.locator(".layers img").first).not_to_have_attribute("src", first or "")
    assert asked.count("maps") <= 3  # not for each place of the slider
    page.get_by_role("button", name=inside_text.TITLE).click()
    page.wait_for_timeout(300)
    asked.clear()
    drawn = pixels(page, "image")
    to_seed(page, 77)
    page.wait_for_timeout(500)
    assert pixels(page, "image") != drawn
    assert "maps" not in asked and "resembled" not in asked


def test_a_model_of_the_gallery_is_explored(page: Page) -> None:
    train(page, epochs=1)
    open_section(page, gallery_text.TITLE)
    choose(page, explore_text.MODEL, "run 1: modern on digits")
    expect(part(page, "cards")).to_have_attribute("data-n", str(len(shipped_models())))
    card = page.locator(".gallery article", has_text=NAME).first
    expect(card.locator("img")).to_be_visible()
    expect(card).to_contain_text("python -m gan_core train")
    expect(card).to_contain_text("10,000 / 10,000")
    page.get_by_role("button", name=f"Explore {NAME}").click()
    expect(page.get_by_role("combobox", name=explore_text.MODEL)).to_have_value(NAME)
    page.wait_for_function("name => location.hash.includes(name)", arg=NAME)
