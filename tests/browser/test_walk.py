"""Walks in a real browser: keyframes, film and strips, the plane, a run's rounds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from demo.text import en
from demo.text import explore as explore_text
from demo.text import walk as text
from tests.browser.driving import PATIENCE, button, choose, opened_page, part, pixels, train
from tests.browser.exploring import settled, slider

WORDS = text.WALK
PIXELS = "canvas => canvas.toDataURL()"
ASKED = """() => {
  window.asked = 0;
  const send = window.fetch;
  window.fetch = (...told) => {
    window.asked += String(told[1]?.body).includes('"fn_name":"draw"');
    return send(...told);
  };
}"""
FIRST_IS_LATE = """() => {
  window.chosen = 0;
  let wait = 1500;
  const send = window.fetch;
  window.fetch = async (...told) => {
    const answer = await send(...told);
    if (!String(told[1]?.body).includes('"fn_name":"choose"')) return answer;
    const late = wait;
    wait = 0;
    await new Promise((go) => setTimeout(go, late));
    window.chosen++;
    return answer;
  };
}"""


@pytest.fixture
def page(app_url: str) -> Iterator[Page]:
    with opened_page(app_url) as opened:
        opened.get_by_role("tab", name=explore_text.TAB).click()
        drawn = part(opened, "walk-strips")
        expect(drawn).to_have_attribute("data-n", re.compile(r"\d"), timeout=PATIENCE)
        yield opened


def names(page: Page) -> Locator:
    return part(page, "walk-keyframes").locator("span")


def legs(page: Page) -> Locator:
    return part(page, "walk-strips").locator("canvas")


def press(page: Page, kind: str, place: int, name: str) -> None:
    label = WORDS["place"].format(place=place, name=name)
    button(page, WORDS[kind].format(name=label)).click()


def set_number(page: Page, name: str, number: int) -> None:
    part(page, f"walk-{name}").fill(str(number))
    page.keyboard.press("Tab")


def open_part(page: Page, title: str) -> None:
    page.get_by_role("button", name=title).click()


def open_plane(page: Page) -> Locator:
    open_part(page, text.PLANE_TITLE)
    tiles = part(page, "plane-tiles")
    tiles.scroll_into_view_if_needed()
    expect(tiles).to_have_attribute("data-lacks", "0")
    return tiles


def test_keyframes_are_added_moved_and_removed(page: Page) -> None:
    expect(names(page)).to_have_text(["seed 1 as 0", "seed 2 as 0", "seed 3 as 0"])
    part(page, "walk-seeds").fill("9, 1234")
    page.keyboard.press("Enter")
    expect(names(page).nth(4)).to_have_text("seed 1234 as 0")
    expect(legs(page)).to_have_count(4)
    press(page, "earlier", 5, "seed 1234")
    expect(names(page).nth(3)).to_have_text("seed 1234 as 0")
    page.keyboard.press("Enter")  # the button that was pressed has the focus
    expect(names(page).nth(2)).to_have_text("seed 1234 as 0")
    press(page, "remove", 1, "seed 1")
    shown = ["seed 2 as 0", "seed 1234 as 0", "seed 3 as 0", "seed 9 as 0"]
    expect(names(page)).to_have_text(shown)
    expect(legs(page)).to_have_count(3)

    part(page, "walk-seeds").fill("1, two")
    button(page, WORDS["add_seeds"]).click()
    expect(part(page, "walk-message")).to_have_text(WORDS["not_seeds"].format(text="“two”"))
    expect(names(page)).to_have_count(4)
    button(page, WORDS["clear"]).click()
    expect(names(page)).to_have_count(0)
    expect(part(page, "walk-walked")).to_be_hidden()
    expect(part(page, "walk-message")).to_have_text(WORDS["few"])


def test_keyframes_outlast_a_reload_and_broken_ones_break_nothing(page: Page) -> None:
    press(page, "remove", 2, "seed 2")
    slider(page).press("PageUp")
    settled(page)
    button(page, WORDS["add_point"]).click()
    shown = ["seed 1 as 0", "seed 3 as 0", f"{WORDS['point']} as 0"]
    expect(names(page)).to_have_text(shown)
    picture = part(page, "walk-keyframes").locator("canvas").nth(2)
    held = picture.evaluate(PIXELS)
    page.reload()
    expect(names(page)).to_have_text(shown, timeout=PATIENCE)
    assert picture.evaluate(PIXELS) == held
    for broken in ("{nonsense", "[null, 7]", "7"):
        page.evaluate(f"sessionStorage.setItem('ganscope walk', '{broken}')")
        page.reload()
        expect(names(page)).to_have_text(["seed 1 as 0", "seed 2 as 0", "seed 3 as 0"])


def test_a_point_of_the_sliders_keeps_its_label_and_a_seed_does_not(page: Page) -> None:
    page.locator("#latent .sliders input[type=range]").first.fill("3")
    page.locator("#latent").get_by_role("radio", name="7", exact=True).check()
    expect(names(page).first).to_have_text("seed 1 as 7")
    button(page, WORDS["add_point"]).click()
    expect(names(page).nth(3)).to_have_text("a point as 7")
    page.locator("#latent").get_by_role("radio", name="2", exact=True).check()
    expect(names(page)).to_have_text(["seed 1 as 2", "seed 2 as 2", "seed 3 as 2", "a point as 7"])


def test_two_paths_are_compared_and_the_walk_is_closed(page: Page) -> None:
    first = legs(page).first.evaluate("canvas => canvas.toDataURL()")
    part(page, "walk-path").select_option("both")
    expect(legs(page)).to_have_count(4)
    drawn = legs(page).evaluate_all("all => all.map((canvas) => canvas.toDataURL())")
    assert drawn[0] == first != drawn[1]
    part(page, "walk-easing").select_option("cubic")
    page.wait_for_function(
        "was => document.querySelector('.walk .leg canvas').toDataURL() !== was", arg=first
    )
    part(page, "walk-closed").check()
    expect(legs(page)).to_have_count(6)
    expect(part(page, "walk-frame")).to_have_attribute("max", "33")
    button(page, WORDS["add_seeds"]).click()
    expect(legs(page)).to_have_count(10)
    set_number(page, "steps", 64)
    expect(part(page, "walk-message")).to_contain_text("take fewer")
    set_number(page, "steps", 3)
    expect(part(page, "walk-frame")).to_have_attribute("max", "10")
    expect(part(page, "walk-message")).to_be_hidden()


def test_the_walk_plays_without_the_server(page: Page) -> None:
    seen = "() => Number(document.querySelector('[data-part=walk-frame]').value)"
    first = pixels(page, "walk-film")
    set_number(page, "steps", 4)
    expect(part(page, "walk-frame")).to_have_attribute("max", "6")
    set_number(page, "speed", 20)
    page.evaluate(ASKED)
    part(page, "walk-again").select_option("once")
    button(page, WORDS["play"]).click()
    expect(button(page, WORDS["halt"])).to_be_visible()
    expect(button(page, WORDS["play"])).to_be_visible()
    assert page.evaluate(seen) == 6
    assert pixels(page, "walk-film") != first

    part(page, "walk-again").select_option("loop")
    button(page, WORDS["play"]).click()
    page.wait_for_function(f"({seen})() === 6")
    page.wait_for_function(f"({seen})() < 3")  # begins again
    part(page, "walk-again").select_option("to_and_fro")
    page.wait_for_function(f"({seen})() === 6")
    page.wait_for_function(f"({seen})() === 5")
    page.wait_for_function(f"({seen})() === 0")
    button(page, WORDS["halt"]).click()
    held = page.evaluate(seen)
    page.wait_for_timeout(400)
    assert page.evaluate(seen) == held
    assert page.evaluate("asked") == 0
    set_number(page, "steps", 5)
    page.wait_for_function("asked === 1")  # so it would have been seen
    expect(part(page, "walk-frame")).to_have_attribute("max", "8")

    legs(page).nth(1).click(position={"x": 3, "y": 3})
    assert page.evaluate(seen) == 4  # where the second leg begins


def test_a_film_rests_while_another_tab_is_on_show(page: Page) -> None:
    button(page, WORDS["play"]).click()
    drawn = part(page, "walk-film")
    page.get_by_role("tab", name=en.TRAIN_TAB).click()
    expect(drawn).to_be_hidden()
    held = drawn.get_attribute("data-n")
    page.wait_for_timeout(600)
    assert drawn.get_attribute("data-n") == held
    page.get_by_role("tab", name=explore_text.TAB).click()
    expect(drawn).not_to_have_attribute("data-n", held or "")
    expect(button(page, WORDS["halt"])).to_be_visible()


@pytest.mark.parametrize("kind", ["gif", "mp4", "png"])
def test_a_walk_is_taken_away(page: Page, kind: str, tmp_path: Path) -> None:
    set_number(page, "scale", 2)
    with page.expect_download() as download:
        button(page, WORDS[kind]).click()
    assert download.value.suggested_filename == f"ganscope-walk.{kind}"
    path = tmp_path / "walk"
    download.value.save_as(path)
    if kind == "mp4":
        assert path.read_bytes()[4:8] == b"ftyp"
        return
    with Image.open(path) as image:
        assert image.format == kind.upper()
        assert kind != "png" or image.size == (2 * (12 * 30 - 2), 2 * (2 * 30 - 2))


def test_a_scale_out_of_range_is_told(page: Page) -> None:
    set_number(page, "scale", 99)
    button(page, WORDS["png"]).click()
    expect(page.get_by_text("scale must be a whole number from 1 to 16")).to_be_visible()


def test_the_plane_is_moved_and_zoomed_and_draws_what_is_in_sight(page: Page) -> None:
    tiles, where = open_plane(page), part(page, "plane-where")
    views = {(where.text_content(), pixels(page, "plane-tiles"))}

    def changed() -> None:
        expect(tiles).to_have_attribute("data-lacks", "0")
        before = len(views)
        page.wait_for_timeout(100)  # a frame of the screen
        views.add((where.text_content(), pixels(page, "plane-tiles")))
        assert len(views) == before + 1

    start = where.text_content()
    tiles.focus()
    for key in ("ArrowLeft", "ArrowUp", "+", "-", "-"):
        page.keyboard.press(key)
        if key != "-" or len(views) > 4:
            page.wait_for_timeout(300)
    changed()
    box = tiles.bounding_box()
    assert box
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 420, box["y"] + 150, steps=5)
    page.mouse.up()
    changed()
    page.mouse.wheel(0, -100)
    changed()
    assert where.text_content() != start
    button(page, text.PLANE["whole"]).click()
    expect(where).to_have_text(start or "")


def test_a_tile_becomes_the_point_of_the_sliders(page: Page) -> None:
    tiles = open_plane(page)
    slider = page.locator("#latent .sliders input[type=range]").first
    expect(slider).to_be_enabled()
    before = (slider.input_value(), pixels(page, "image"))
    tiles.click(position={"x": 80, "y": 60})
    expect(slider).not_to_have_value(before[0])
    page.wait_for_function(
        "was => document.querySelector('[data-part=image]').toDataURL() !== was", arg=before[1]
    )
    expect(names(page)).to_have_text(["seed 1 as 0", "seed 2 as 0", "seed 3 as 0"])
    value = slider.input_value()
    tiles.focus()
    page.keyboard.press("Enter")  # the one in the middle
    expect(slider).not_to_have_value(value)


def test_of_two_quick_clicks_the_last_is_taken(page: Page) -> None:
    tiles = open_plane(page)
    slider = page.locator("#latent .sliders input[type=range]").first
    expect(slider).to_be_enabled()
    values = [slider.input_value()]
    for x, y in ((80, 60), (500, 300)):
        tiles.click(position={"x": x, "y": y})
        expect(slider).not_to_have_value(values[-1])
        page.wait_for_timeout(600)
        values.append(slider.input_value())
    assert abs(float(values[2]) - float(values[1])) > 0.1
    page.evaluate(FIRST_IS_LATE)
    tiles.click(position={"x": 80, "y": 60})
    tiles.click(position={"x": 500, "y": 300})
    page.wait_for_function("chosen === 2")
    page.wait_for_timeout(600)
    assert slider.input_value() == values[2]


def test_all_three_are_seen_where_two_are_close_and_the_next_zoom_is_one_step(page: Page) -> None:
    slider = page.locator("#latent .sliders input[type=range]").first
    expect(slider).to_be_enabled()
    press(page, "remove", 2, "seed 2")
    slider.fill(f"{float(slider.input_value()) + 0.2:.2f}")
    expect(names(page)).to_have_count(2)
    page.wait_for_timeout(600)
    button(page, WORDS["add_point"]).click()
    press(page, "earlier", 3, "a point")
    expect(names(page)).to_have_text(["seed 1 as 0", "a point as 0", "seed 3 as 0"])
    open_plane(page)

    def pitch() -> float:
        said = re.search(r"it is ([\d.]+) in", part(page, "plane-where").inner_text())
        assert said
        return float(said[1])

    def pressed(name: str) -> float:
        button(page, text.PLANE[name]).click()
        page.wait_for_timeout(200)  # a frame of the screen
        return pitch()

    whole = pitch()
    assert whole > 8 * 0.2 / 6  # further off than the third level
    assert pressed("further") == whole
    assert pressed("nearer") == pytest.approx(whole / 2, abs=0.01)
    assert pressed("whole") == whole


def test_the_plane_wants_three_keyframes_that_span_one(page: Page) -> None:
    tiles = open_plane(page)
    press(page, "remove", 3, "seed 3")
    expect(part(page, "plane-message")).to_have_text(text.PLANE["few"])
    expect(tiles).to_be_hidden()
    part(page, "walk-seeds").fill("2")
    button(page, WORDS["add_seeds"]).click()
    expect(part(page, "plane-message")).to_contain_text("three points on one line")
    press(page, "remove", 3, "seed 2")
    part(page, "walk-seeds").fill("5")
    button(page, WORDS["add_seeds"]).click()
    expect(part(page, "plane-message")).to_be_hidden()
    expect(tiles).to_be_visible()


def test_points_are_drawn_over_the_rounds_of_a_run(page: Page) -> None:
    open_part(page, text.ROUNDS_TITLE)
    button(page, text.ROUNDS["draw"]).click()
    expect(part(page, "rounds-message")).to_have_text(text.NO_ROUNDS)
    page.get_by_role("tab", name=en.TRAIN_TAB).click()
    train(page, 1)
    page.get_by_role("tab", name=explore_text.TAB).click()
    choose(page, explore_text.MODEL, "run 1: modern on digits")
    expect(names(page)).to_have_text(["seed 1", "seed 2", "seed 3"])
    figures = part(page, "rounds-drawn").locator("figure")
    widths = []
    for points in ("keyframes", "now"):
        page.get_by_role("radio", name=text.ROUNDS[points], exact=True).check()
        button(page, text.ROUNDS["draw"]).click()
        expect(part(page, "rounds-drawn")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
        expect(figures).to_have_text(["round 0", "round 50", "round 56"])
        widths.append(figures.locator("img").first.evaluate("image => image.naturalWidth"))
    assert widths == [88, 28]


def test_a_phone_has_room_for_all_of_it(page: Page) -> None:
    open_plane(page)
    part(page, "walk-path").select_option("both")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(part(page, "plane-tiles")).to_have_attribute("data-lacks", "0")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.locator(".walk, .plane").evaluate_all(
        """all => all.flatMap((one) => [...one.querySelectorAll("button, label, select")])
          .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 32)
          .map((e) => e.textContent)"""
    )
    assert small == []
