"""The timeline of samples in a real browser: played, kept beside, compared, drawn in other ways."""

import pytest
from playwright.sync_api import Page, expect

import demo.states
from demo.text import en as text
from demo.text import explore as explore_text
from gan_core.notes import NOTES
from tests.browser.driving import PATIENCE, button, choose, part, pixels, train

WORDS = text.MONITOR
NAME = "run 1: modern on digits"
MOMENTS = ["epoch 0 · step 0", "epoch 1 · step 50", "epoch 1 · step 56"]  # of one epoch of digits
RECORD = """() => {
  const shown = document.querySelector("[data-part=shown]");
  window.seen = [];
  new MutationObserver(() => {
    if (seen.at(-1)?.moment !== shown.textContent)
      seen.push({ moment: shown.textContent, at: performance.now() });
  }).observe(shown, { childList: true });
}"""


def go(page: Page, key: str, moment: str) -> None:
    part(page, "past").focus()
    page.keyboard.press(key)
    expect(part(page, "shown")).to_have_text(moment)


def film(page: Page) -> list[dict]:
    """What a press of Play shows until it ends by itself, and when, in ms."""
    page.evaluate(RECORD)
    button(page, WORDS["play"]).click()
    expect(button(page, WORDS["halt"])).to_be_visible()
    expect(button(page, WORDS["play"])).to_be_visible()
    return page.evaluate("seen")


def test_the_evolution_plays_from_the_start_to_the_end(page: Page) -> None:
    train(page, 1)
    expect(part(page, "shown")).to_have_text(MOMENTS[-1])
    seen = film(page)
    assert [one["moment"] for one in seen] == MOMENTS
    assert 100 < seen[2]["at"] - seen[1]["at"] < 350
    expect(part(page, "past")).to_have_value("2")

    go(page, "ArrowLeft", MOMENTS[1])
    assert [one["moment"] for one in film(page)] == MOMENTS[2:]  # from the one shown

    page.emulate_media(reduced_motion="reduce")
    seen = film(page)
    assert seen[2]["at"] - seen[1]["at"] > 400

    button(page, WORDS["play"]).click()
    button(page, WORDS["halt"]).click()
    expect(part(page, "shown")).to_have_text(MOMENTS[0])
    page.wait_for_timeout(800)
    expect(part(page, "shown")).to_have_text(MOMENTS[0])


def test_pictures_are_kept_beside_in_order_and_let_go(page: Page) -> None:
    train(page, 1)
    pins = part(page, "pins").get_by_role("listitem")
    moments = pins.locator(".open")
    expect(part(page, "pins")).to_be_hidden()
    go(page, "ArrowLeft", MOMENTS[1])
    for _ in range(2):  # the second changes nothing
        button(page, WORDS["pin"]).click()
    expect(moments).to_have_text(MOMENTS[1:2])
    expect(pins.first).to_have_attribute("aria-current", "true")
    button(page, WORDS["first_epochs"]).click()
    expect(moments).to_have_text(MOMENTS)

    button(page, WORDS["show_pin"].format(moment=MOMENTS[0])).click()
    expect(part(page, "shown")).to_have_text(MOMENTS[0])
    expect(part(page, "past")).to_have_value("0")
    button(page, WORDS["remove_pin"].format(moment=MOMENTS[1])).click()
    expect(moments).to_have_text([MOMENTS[0], MOMENTS[2]])
    expect(button(page, WORDS["remove_pin"].format(moment=MOMENTS[2]))).to_be_focused()

    button(page, text.START).click()
    expect(pins).to_have_count(0)  # they were another run's


def test_samples_of_an_earlier_run_are_side_by_side_with_these(page: Page) -> None:
    train(page, 1)
    go(page, "Home", MOMENTS[0])
    earlier = pixels(page, "samples")
    page.get_by_label(text.SEED).first.fill("5")
    train(page, 2)
    page.get_by_role("checkbox", name=NAME).check()
    beside = part(page, "grids").locator("figure")
    expect(beside).to_have_text(f"{NAME}: {MOMENTS[-1]}")  # it went no further
    go(page, "Home", MOMENTS[0])
    expect(beside).to_have_text(f"{NAME}: {MOMENTS[0]}")
    assert beside.locator("canvas").evaluate("canvas => canvas.toDataURL()") == earlier
    assert pixels(page, "samples") != earlier
    page.get_by_role("checkbox", name=NAME).uncheck()
    expect(beside).to_have_count(0)


def test_the_same_noise_is_drawn_with_other_statistics_and_weights(page: Page) -> None:
    choose(page, text.PRESET, "conv")
    expect(page.get_by_text(NOTES["conv"])).to_be_visible()
    train(page, 1)
    samples = part(page, "samples")
    seen = {"shown": pixels(page, "samples")}
    for way in ("batch", "running", "ema"):
        page.get_by_role("radio", name=WORDS[f"way_{way}"], exact=True).check()
        expect(samples).to_have_attribute("data-drawn", way, timeout=PATIENCE)
        seen[way] = pixels(page, "samples")
    assert seen["batch"] not in (seen["running"], seen["ema"])
    assert seen["running"] != seen["ema"]

    part(page, "past").focus()
    page.keyboard.press("Home")  # the choice stays
    page.wait_for_function(
        "was => document.querySelector('[data-part=samples]').toDataURL() !== was", arg=seen["ema"]
    )
    expect(samples).to_have_attribute("data-drawn", "ema")
    page.keyboard.press("End")
    page.get_by_role("radio", name=WORDS["way_shown"]).check()
    expect(samples).to_have_attribute("data-drawn", "shown")
    assert pixels(page, "samples") == seen["shown"]


def test_a_moment_that_is_not_kept_is_only_shown(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo.states, "MOST", 2)  # of three
    train(page, 1)
    page.get_by_role("radio", name=WORDS["way_batch"]).check()
    expect(part(page, "samples")).to_have_attribute("data-drawn", "batch")
    go(page, "ArrowLeft", MOMENTS[1])
    expect(part(page, "samples")).to_have_attribute("data-drawn", "shown")
    expect(page.get_by_role("radio", name=WORDS["way_batch"])).to_be_disabled()
    expect(part(page, "ways-note")).to_have_text(WORDS["way_not_kept"])
    expect(button(page, WORDS["explore"])).to_be_disabled()
    go(page, "ArrowRight", MOMENTS[2])
    expect(part(page, "samples")).to_have_attribute("data-drawn", "batch")
    expect(button(page, WORDS["explore"])).to_be_enabled()


def test_the_generator_on_show_opens_in_the_other_tab(page: Page) -> None:
    train(page, 1)
    go(page, "Home", MOMENTS[0])
    button(page, WORDS["explore"]).click()
    expect(page.get_by_role("tab", name=explore_text.TAB)).to_have_attribute(
        "aria-selected", "true"
    )
    expect(page.get_by_role("combobox", name=explore_text.MODEL)).to_have_value(f"{NAME}, round 0")


def test_points_of_the_plane_are_not_explored(page: Page) -> None:
    choose(page, text.DATASET, "ring")
    expect(page.get_by_role("combobox", name=text.DATASET)).to_have_value("ring")
    button(page, text.START).click()
    expect(part(page, "samples")).to_be_visible()
    explore = button(page, WORDS["explore"])
    expect(explore).to_be_disabled()
    expect(explore).to_have_attribute("title", WORDS["explore_points"])


def test_a_phone_has_the_picture_first_and_room_for_a_finger(page: Page) -> None:
    train(page, 1)
    button(page, WORDS["first_epochs"]).click()
    page.set_viewport_size({"width": 390, "height": 844})
    order = [part(page, name).bounding_box() for name in ("finding", "samples", "losses")]
    heights = [box["y"] for box in order if box]
    assert len(heights) == 3
    assert heights == sorted(heights)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.locator(".monitor").evaluate(
        """monitor => [...monitor.querySelectorAll("button, label, [data-part=past]")]
          .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 32)
          .map((e) => e.textContent)"""
    )
    assert small == []
