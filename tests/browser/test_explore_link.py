"""The address of the Explore tab, in a real browser: it is the point on show."""

import pytest
from playwright.sync_api import Page, expect

from demo.text import en as text
from demo.text import explore as explore_text
from tests.browser.driving import PATIENCE, button, part
from tests.browser.exploring import (
    LATENT,
    SHIPPED,
    close_to,
    drawn,
    find,
    settled,
    slider,
    undo,
)


def test_a_link_shows_the_same_view(explore: Page) -> None:
    slider(explore, 3).fill("-2")
    explore.get_by_role("radio", name="7").check()
    find(explore, "other").select_option("2")
    find(explore, "share").fill("0.4")
    find(explore, "psi").fill("1.2")
    told, image = settled(explore), drawn(explore)
    link = explore.url
    assert explore.context.browser
    again = explore.context.browser.new_page(viewport={"width": 1440, "height": 1000})
    again.goto(link)
    expect(again.get_by_role("tab", name=explore_text.TAB)).to_have_attribute(
        "aria-selected", "true", timeout=PATIENCE
    )
    expect(find(again, "numbers")).not_to_be_empty(timeout=PATIENCE)
    assert settled(again) == told
    assert close_to(drawn(again), image)
    expect(again.get_by_role("radio", name="7")).to_be_checked()
    expect(find(again, "share")).to_have_value("0.4")
    again.close()
    explore.get_by_role("tab", name=text.TRAIN_TAB).click()
    explore.wait_for_timeout(1500)
    assert "#" not in explore.url  # a reload stays with the training
    explore.get_by_role("tab", name=explore_text.TAB).click()
    assert settled(explore) == told


@pytest.mark.parametrize(
    ("hash_", "line"),
    [
        (f"#model={SHIPPED}&seed=1&label=0&z=AAAA", LATENT["bad_link"]),
        (f"#model={SHIPPED}&seed=1&label=0&z=%%", LATENT["bad_link"]),
        (f"#model={SHIPPED}&seed=x", "seed must be a whole number"),
        (f"#model={SHIPPED}&label=99", "label must be a whole number"),
        (f"#model={SHIPPED}&psi=7", "psi must be a number from 0 to 1.5"),
        (f"#model={SHIPPED}&weights=raw", explore_text.ONE_SET),
    ],
)
def test_a_broken_link_is_told_in_one_line(hash_: str, line: str, page: Page, app_url: str) -> None:
    page.goto("about:blank")
    page.goto(app_url + hash_)
    expect(find(page, "message")).to_contain_text(line, timeout=PATIENCE)
    page.get_by_role("tab", name=text.TRAIN_TAB).click()


def test_a_link_to_a_model_that_is_gone_is_told(page: Page, app_url: str) -> None:
    page.goto("about:blank")
    page.goto(f"{app_url}#model=run+9")
    expect(page.get_by_text("unknown model 'run 9'")).to_be_visible(timeout=PATIENCE)


def paste(page: Page, hash_: str) -> None:
    """Into the address of the open page."""
    page.evaluate("hash => { location.hash = hash; }", hash_)


def test_a_link_pasted_into_the_open_page_moves_its_point(explore: Page) -> None:
    explore.evaluate("window.opened = 'once'")
    slider(explore, 3).fill("-2")
    explore.get_by_role("radio", name="7").check()
    told, image, link = settled(explore), drawn(explore), explore.url
    find(explore, "seed").fill("77")
    find(explore, "psi").fill("0.5")
    between = settled(explore)
    paste(explore, link.partition("#")[2])
    assert settled(explore) == told
    assert close_to(drawn(explore), image)
    undo(explore)
    assert settled(explore) == between
    paste(explore, f"model={SHIPPED}&seed=1&psi=7")
    expect(find(explore, "message")).to_contain_text("psi must be a number from 0 to 1.5")
    paste(explore, f"model={SHIPPED}&seed=5&z=AAAA")
    expect(find(explore, "message")).to_have_text(LATENT["bad_link"])
    explore.get_by_role("tab", name=text.TRAIN_TAB).click()
    paste(explore, link.partition("#")[2])
    expect(find(explore, "image")).to_be_visible()
    assert settled(explore) == told
    paste(explore, "model=run+9")
    expect(explore.get_by_text("unknown model 'run 9'")).to_be_visible()
    expect(explore).to_have_url(link)  # within a second
    assert explore.evaluate("window.opened") == "once"


def test_a_link_pasted_while_training_leaves_the_training_be(page: Page) -> None:
    page.get_by_label(text.EPOCHS).fill("1000")
    button(page, text.START).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])
    page.evaluate("window.opened = 'once'")
    paste(page, f"model={SHIPPED}&seed=9&label=4&psi=0.6")  # the tab was never opened
    expect(find(page, "numbers")).not_to_be_empty(timeout=PATIENCE)
    told = settled(page)
    assert (told["seed"], told["label"], told["psi"]) == ("9", "4", "0.6")
    page.get_by_role("tab", name=text.TRAIN_TAB).click()
    page.wait_for_timeout(1500)  # until the address has left the point
    paste(page, "model=run+1:+modern+on+digits&seed=8&psi=0.7")
    expect(find(page, "labels")).to_be_hidden()
    expect(find(page, "seed")).to_have_value("8")
    page.wait_for_function("location.hash.includes('run')")
    told = settled(page)
    assert (told["model"], told["seed"], told["psi"]) == ("run 1: modern on digits", "8", "0.7")
    page.get_by_role("tab", name=text.TRAIN_TAB).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])
    assert page.evaluate("window.opened") == "once"
