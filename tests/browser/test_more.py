"""Sections of the Explore tab that open below the walk, in a real browser."""

import json
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, Request, expect

from demo.text import explore as explore_text
from demo.text import gallery as gallery_text
from demo.text import inside as inside_text
from demo.text import making as making_text
from gan_core.pretrained import shipped_models
from gan_core.report import FIGURES
from tests.browser.driving import (
    PATIENCE,
    button,
    choose,
    part,
    pixels,
    train,
    wait_for_count,
)  # fmt: skip
from tests.browser.exploring import open_section, to_seed

SETS = making_text.MAKING
NAME = next(iter(shipped_models()))


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
    title = page.get_by_role("heading", name=NAME, exact=True)
    card = page.locator(".gallery article").filter(has=title)
    samples = gallery_text.GALLERY["sheet"].format(name=NAME)
    expect(card.get_by_role("img", name=samples, exact=True)).to_be_visible()
    meanings = card.get_by_text(FIGURES["frechet_distance"])
    expect(meanings).to_be_hidden()
    card.get_by_text(gallery_text.GALLERY["meanings"]).click()
    expect(meanings).to_be_visible()
    expect(card).to_contain_text("python -m gan_core train")
    expect(card).to_contain_text("10,000 / 10,000")
    page.get_by_role("button", name=f"Explore {NAME}").click()
    expect(page.get_by_role("combobox", name=explore_text.MODEL)).to_have_value(NAME)
    expect(part(page, "image")).to_be_focused()
    page.wait_for_function("name => location.hash.includes(name)", arg=NAME)
