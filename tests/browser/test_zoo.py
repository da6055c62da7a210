"""Shipped models and models from elsewhere in a real browser: chosen, scrubbed through, opened."""

from pathlib import Path

from playwright.sync_api import Page, expect

from demo.text import explore as explore_text
from demo.text import gallery as gallery_text
from demo.text import opening as text
from gan_core.checkpoint import read_card
from gan_core.pretrained import shipped_models
from tests.browser.driving import PATIENCE, button, choose
from tests.browser.exploring import drawn, find, settled

NAME = "fashion-conditional"
WORDS = gallery_text.GALLERY


def test_a_shipped_model_s_training_is_scrubbed_and_played(explore: Page) -> None:
    explore.get_by_role("button", name=gallery_text.TITLE).click()
    epochs = read_card(shipped_models()[NAME]).evolution
    slider = explore.get_by_role("slider", name=WORDS["evolution_name"].format(name=NAME))
    slider.scroll_into_view_if_needed(timeout=2 * PATIENCE)
    card = explore.locator("#gallery article").filter(
        has=explore.get_by_role("heading", name=NAME, exact=True)
    )
    expect(card.get_by_text(WORDS["evolution_info"])).to_be_visible()
    picture = card.locator(".evolution img")
    expect(picture).to_have_attribute("alt", WORDS["frame"].format(name=NAME, epoch=epochs[-1]))
    last = picture.get_attribute("src")
    slider.fill("0")
    expect(picture).to_have_attribute("alt", WORDS["frame"].format(name=NAME, epoch=epochs[0]))
    assert picture.get_attribute("src") != last
    button(explore, WORDS["play_name"].format(name=NAME)).click()
    expect(slider).to_have_value(str(len(epochs) - 1))
    expect(picture).to_have_attribute("src", last or "")


def drop(page: Page, model: str, folder: Path, name: str) -> None:
    """Open a copy of a shipped model's two files, without what came with them."""
    folder.mkdir(exist_ok=True)
    files = [folder / f"{name}{suffix}" for suffix in (".safetensors", ".json")]
    for file in files:
        file.write_bytes(shipped_models()[model].with_suffix(file.suffix).read_bytes())
    page.locator("#model-files input[type=file]").set_input_files(files)


def test_the_discriminator_that_came_with_a_model_has_its_opinion(
    explore: Page, tmp_path: Path
) -> None:
    explore.get_by_role("button", name=text.TITLE).click()
    drop(explore, NAME, tmp_path, "own")
    expect(explore.get_by_role("combobox", name=explore_text.MODEL)).to_have_value("own")
    expect(find(explore, "opinion-reason")).to_have_text(explore_text.NO_DISCRIMINATOR)
    expect(find(explore, "opinion-bar")).to_be_hidden()
    choose(explore, explore_text.MODEL, NAME)
    expect(find(explore, "opinion-number")).to_have_text("0.62")


def test_of_two_files_of_one_name_the_later_is_shown(explore: Page, tmp_path: Path) -> None:
    explore.get_by_role("button", name=text.TITLE).click()
    # one takes labels, the other none
    for model, folder, name in ((NAME, "a", "model"), ("mnist-conv", "b", "model (2)")):
        drop(explore, model, tmp_path / folder, "model")
        expect(explore.get_by_role("combobox", name=explore_text.MODEL)).to_have_value(name)
        card = read_card(shipped_models()[model])
        expect(find(explore, "labels")).to_be_visible(visible=card.config.conditional)
        expect(find(explore, "numbers")).to_contain_text(f" of {card.config.noise_dim}")


def test_a_model_is_opened_from_its_two_files(explore: Page, tmp_path: Path) -> None:
    choose(explore, explore_text.MODEL, NAME)
    expect(find(explore, "opinion-number")).to_be_visible()
    settled(explore)
    expected = drawn(explore)
    explore.get_by_role("button", name=text.TITLE).click()
    drop(explore, NAME, tmp_path, "own")
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
