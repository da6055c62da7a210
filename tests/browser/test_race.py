"""The Race tab in a real browser: started, watched, paused, stopped, found again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.text import en
from demo.text import race as text
from demo.text.race import RACE
from tests.browser.driving import PATIENCE, button, choose, opened_page

FIRST = ["non-saturating", "least-squares", "hinge"]
LONG = 3 * PATIENCE
GRIDS = "() => [...document.querySelectorAll('#race .lane canvas')].map(one => one.toDataURL())"


@pytest.fixture
def page(app_url: str) -> Iterator[Page]:
    with opened_page(app_url) as opened:
        opened.get_by_role("tab", name=text.TAB).click()
        expect(part(opened, "phase")).to_have_text(RACE["idle"])
        yield opened


def part(page: Page, name: str) -> Locator:
    return page.locator(f'#race [data-part="{name}"]')


def race(page: Page, data: str, epochs: int) -> None:
    choose(page, en.DATASET, data)
    page.get_by_role("spinbutton", name=en.EPOCHS).fill(str(epochs))
    button(page, text.START).click()
    expect(part(page, "phase")).to_have_text(RACE["training"], timeout=LONG)


def rows(page: Page) -> list[list[str]]:
    return [row.split("\t") for row in part(page, "board").inner_text().split("\n") if row]


def column(page: Page, number: int) -> list[str]:
    return [row[number].strip() for row in rows(page)]


def test_a_race_is_driven_from_start_to_stop(page: Page) -> None:
    race(page, "ring", 1000)
    expect(page.locator("#race .lane")).to_have_count(3)
    assert page.locator("#race .lane figcaption").all_inner_texts() == FIRST
    expect(part(page, "shown")).to_contain_text("round 50", timeout=LONG)
    assert len({*page.evaluate(GRIDS)}) == 3  # each has learned something else
    page.wait_for_function("document.querySelectorAll('#race [data-part=board] td').length > 0")
    expect(part(page, "board").locator("tr").first.locator("td").first).to_have_text(
        "1", timeout=LONG
    )
    assert sorted(column(page, 1)) == sorted(FIRST)
    expect(part(page, "chart-title")).to_have_text(RACE["chart_missing"])
    part(page, "scores").scroll_into_view_if_needed()
    expect(part(page, "scores")).to_have_attribute("data-n", re.compile(r"[2-9]|\d\d"))

    button(page, en.PAUSE).click()
    expect(part(page, "phase")).to_have_text(RACE["paused"])
    page.wait_for_timeout(600)  # an answer already under way
    paused = rows(page)
    page.wait_for_timeout(1000)
    assert rows(page) == paused
    assert {*column(page, 7)} == {RACE["paused"]}

    part(page, "past").focus()
    page.keyboard.press("Home")
    expect(part(page, "shown")).to_have_text("epoch 0 · round 0")
    assert len({*page.evaluate(GRIDS)}) == 1  # the same weights and the same noise

    button(page, en.RESUME).click()
    expect(part(page, "phase")).to_have_text(RACE["training"])
    button(page, en.STOP).click()
    expect(part(page, "phase")).to_have_text(RACE["stopped"])
    expect(button(page, text.START)).to_be_enabled()
    expect(button(page, en.PAUSE)).to_be_disabled()


def test_too_few_objectives_are_told_in_the_page(page: Page) -> None:
    for name in FIRST[1:]:
        page.get_by_role("checkbox", name=name).uncheck()
    button(page, text.START).click()
    expect(page.get_by_text("a race takes 2 to 4 different objectives, not 1")).to_be_visible()
    expect(part(page, "phase")).to_have_text(RACE["idle"])
    page.get_by_role("checkbox", name="minimax").check()
    race(page, "ring", 1)
    assert sorted(page.locator("#race .lane figcaption").all_inner_texts()) == [
        "minimax", "non-saturating"
    ]  # fmt: skip


def test_a_reload_finds_the_race_again_with_all_its_scores(page: Page) -> None:
    race(page, "ring", 2)
    expect(part(page, "phase")).to_have_text(RACE["finished"], timeout=LONG)
    expect(part(page, "shown")).to_have_text("epoch 2 · round 312")
    before, grids = rows(page), page.evaluate(GRIDS)
    assert {*column(page, 7)} == {RACE["end"]} and {*column(page, 5)} == {"312"}
    page.reload()
    page.get_by_role("tab", name=text.TAB).click()
    expect(part(page, "shown")).to_have_text("epoch 2 · round 312")
    assert (rows(page), page.evaluate(GRIDS)) == (before, grids)
    expect(part(page, "fact-system")).to_have_text("modern on ring")
    expect(page.get_by_role("combobox", name=en.DATASET)).to_have_value("ring")
    expect(page.get_by_label(en.EPOCHS).locator("visible=true")).to_have_value("2")
    expect(button(page, text.START)).to_be_enabled()


def test_a_training_is_refused_while_a_race_is_under_way(page: Page) -> None:
    race(page, "ring", 1000)
    page.get_by_role("tab", name=en.TRAIN_TAB).click()
    button(page, en.START).click()
    expect(page.get_by_text("a race is under way; stop it")).to_be_visible()
    page.get_by_role("tab", name=text.TAB).click()


def test_a_narrow_page_shows_two_lanes_in_a_row_and_does_not_scroll_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("checkbox", name="minimax").check()
    race(page, "ring", 1)
    expect(part(page, "phase")).to_have_text(RACE["finished"], timeout=LONG)
    boxes = [lane.bounding_box() for lane in page.locator("#race .lane").all()]
    assert len({box["x"] for box in boxes if box}) == len({box["y"] for box in boxes if box}) == 2
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    board = "document.querySelector('#race .board')"
    assert page.evaluate(f"{board}.scrollWidth > {board}.clientWidth")
