"""Shipped models and models from elsewhere in a real browser: chosen, scrubbed through, opened."""

from pathlib import Path

from playwright.sync_api import Page, expect

from demo.text import explore as explore_text
from demo.text import gallery as gallery_text
from demo.text import opening as text
from gan_core.checkpoint import read_card
from gan_core.pretrained import shipped_models
from tests.browser.driving import PATIENCE, button
from tests.browser.exploring import drawn, find, settled

NAME = "fashion-conditional"
WORDS = gallery_text.GALLERY


def test_a_shipped_model_s_training_is_scrubbed_and_played(explore: Page) -> None:
    explore.get_by_role("button", name=gallery_text.TITLE).click()
    epochs = read_card(shipped_models()[NAME]).evolution
    slider = explore.get_by_role("slider", name=WORDS["evolution_name"].format(name=NAME))
    slider.scroll_into_view_if_needed(timeout=2 * PATIENCE)
    picture = explore.locator("#gallery .evolution img").first
    expect(picture).to_have_attribute("alt", WORDS["frame"].format(name=NAME, epoch=epochs[-1]))
    last = picture.get_attribute("src")
    slider.fill("0")
    expect(picture).to_have_attribute("alt", WORDS["frame"].format(name=NAME, epoch=epochs[0]))
    assert picture.get_attribute("src") != last
    button(explore, WORDS["play_name"].format(name=NAME)).click()
    expect(slider).to_have_value(str(len(epochs) - 1))
    expect(picture).to_have_attribute("src", last or "")


def test_the_discriminator_that_came_with_a_model_has_its_opinion(explore: Page) -> None:
    expect(find(explore, "opinion-reason")).to_have_text(explore_text.NO_DISCRIMINATOR)
    explore.get_by_role("combobox", name=explore_text.MODEL).click()
    explore.get_by_role("option", name=NAME).click()
    expect(find(explore, "opinion-number")).to_have_text("0.62")


def test_a_model_is_opened_from_its_two_files(explore: Page, tmp_path: Path) -> None:
    explore.get_by_role("combobox", name=explore_text.MODEL).click()
    explore.get_by_role("option", name=NAME).click()
    expect(find(explore, "opinion-number")).to_be_visible()
    settled(explore)
    expected = drawn(explore)
    files = []
    for suffix in (".safetensors", ".json"):
        files.append(tmp_path / f"own{suffix}")
        files[-1].write_bytes(shipped_models()[NAME].with_suffix(suffix).read_bytes())
    explore.get_by_role("button", name=text.TITLE).click()
    explore.locator("#model-files input[type=file]").set_input_files(files)
    expect(explore.get_by_text("own is open")).to_be_visible()
    expect(explore.get_by_role("combobox", name=explore_text.MODEL)).to_have_value("own")
    expect(find(explore, "opinion-reason")).to_have_text(explore_text.NO_DISCRIMINATOR)
    assert settled(explore)["model"] == "own" and (drawn(explore) == expected).all()


def test_half_a_model_and_an_empty_name_are_refused_in_a_line(explore: Page) -> None:
    explore.get_by_role("button", name=text.TITLE).click()
    explore.locator("#model-files input[type=file]").set_input_files([shipped_models()[NAME]])
    expect(explore.get_by_text("drop both together")).to_be_visible()
    button(explore, text.OPEN).click()
    expect(explore.get_by_text(text.HUB_EMPTY)).to_be_visible()
    expect(explore.get_by_role("combobox", name=explore_text.MODEL)).to_have_value(
        "mnist-conditional"
    )
