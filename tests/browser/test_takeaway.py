"""What is taken away from the page and brought back to it, in a real browser."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from demo.text import en as text
from demo.text import knobs as knob_text
from gan_core.notes import NOTES
from tests.browser.driving import PATIENCE, button, choose, part, train, turn

FIRST_BYTES = {"zip": b"PK", "mp4": b"\x00\x00\x00", "gif": b"GIF8", "png": b"\x89PNG",
               "svg": b"<?xml", "py": b'"""'}  # fmt: skip


def choose_system(page: Page, name: str) -> None:
    """Return when its settings are there."""
    choose(page, text.PRESET, name)
    expect(page.get_by_text(NOTES[name])).to_be_visible()


def take(page: Page, kind: str, folder: Path) -> Path:
    """Press the button of this kind of file; the file."""
    with page.expect_download(timeout=2 * PATIENCE) as fetched:
        button(page, text.TAKEN[kind]).click()
    path = folder / fetched.value.suggested_filename
    fetched.value.save_as(path)
    return path


def open_accordion(page: Page) -> None:
    page.get_by_role("button", name=text.TAKE_AWAY).click()


def load(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        button(page, text.LOAD_RUN).click()
    chooser.value.set_files(file)


def test_every_kind_of_file_is_one_click(page: Page, tmp_path: Path) -> None:
    choose_system(page, "simple")
    train(page, epochs=1)
    open_accordion(page)
    for kind, first in FIRST_BYTES.items():
        taken = take(page, kind, tmp_path)
        assert taken.name == f"ganscope-simple-digits-seed0.{kind}"
        assert taken.read_bytes().startswith(first)


def test_a_run_is_loaded_back_and_trained_on(page: Page, tmp_path: Path) -> None:
    choose_system(page, "simple")
    train(page, epochs=2)
    open_accordion(page)
    packed = take(page, "zip", tmp_path)
    choose_system(page, "modern")
    load(page, packed)
    expect(part(page, "phase")).to_have_text(text.MONITOR["paused"], timeout=PATIENCE)
    expect(part(page, "fact-step")).to_contain_text("56 / 56")
    expect(page.get_by_role("combobox", name=text.PRESET)).to_have_value("simple")
    page.get_by_label(text.EPOCHS).fill("3")
    button(page, knob_text.CHANGE).click()
    expect(part(page, "fact-epoch")).to_contain_text("2 / 3")
    button(page, text.RESUME).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["finished"], timeout=PATIENCE)
    expect(part(page, "fact-step")).to_contain_text("84 / 84")


def test_a_file_that_is_no_run_is_told_so_and_the_run_on_show_stays(
    page: Page, tmp_path: Path
) -> None:
    button(page, text.START).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])
    with ZipFile(tmp_path / "holiday.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    open_accordion(page)
    load(page, tmp_path / "holiday.zip")
    expect(page.get_by_text("holiday.zip is no run of ganscope")).to_be_visible()
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])


def test_a_choice_is_asked_about_once_by_mouse_and_by_keyboard(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "queue/join" in sent.url else None)
    choose_system(page, "hinge")
    assert len(asked) == 1  # a second answer would undo what is typed after the first
    page.get_by_role("combobox", name=text.PRESET).fill("vanilla")
    page.keyboard.press("Enter")
    expect(page.get_by_text(NOTES["vanilla"])).to_be_visible()
    assert len(asked) == 2


def test_a_link_restores_system_data_length_seed_and_settings(page: Page, app_url: str) -> None:
    choose(page, text.DATASET, "ring")
    choose_system(page, "hinge")
    page.get_by_label(text.EPOCHS).fill("7")
    page.get_by_label(text.SEED).first.fill("42")
    turn(page, "The game", d_steps=3)
    open_accordion(page)
    button(page, text.COPY_LINK).click()
    field = page.locator("#link textarea")
    expect(field).to_be_visible()
    expect(field).to_have_value(re.compile(re.escape(app_url) + ".*system=hinge"))
    told = parse_qs(urlsplit(field.input_value()).query)
    assert (told["epochs"], told["set"]) == (["7"], ["d_steps=3"])
    page.goto(field.input_value())
    expect(page.get_by_role("combobox", name=text.PRESET)).to_have_value("hinge")
    expect(page.get_by_role("combobox", name=text.DATASET)).to_have_value("ring")
    expect(page.get_by_label(text.EPOCHS)).to_have_value("7")
    expect(page.get_by_label(text.SEED).first).to_have_value("42")
    page.get_by_role("button", name="The game").click()
    expect(page.locator("#knob-d_steps input")).to_have_value("3")


def test_reset_stands_before_the_first_round(page: Page) -> None:
    button(page, text.START).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])
    page.get_by_label(text.SEED).first.fill("9")
    button(page, text.RESET).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["paused"])
    expect(part(page, "fact-step")).to_contain_text("0 / 1,120")
    expect(part(page, "fact-seed")).to_have_text("9")
    expect(part(page, "shown")).to_have_text("epoch 0 · step 0")


def test_dropped_images_are_trained_on(page: Page, tmp_path: Path) -> None:
    noise = np.random.default_rng(0)
    files = [tmp_path / f"{number}.png" for number in range(40)]
    for file in files:
        Image.fromarray(noise.integers(0, 255, (20, 20), np.uint8)).save(file)
    choose(page, text.DATASET, text.OWN_IMAGES)
    button(page, text.START).click()
    expect(page.get_by_text("no images of your own here yet")).to_be_visible()
    page.locator("#drop input[type=file]").set_input_files(files)
    expect(page.get_by_text("40 images.")).to_be_visible()
    expect(page.get_by_text("dcgan-lsgan and fastgan draw in colour")).to_be_visible()
    train(page, epochs=2)
    expect(part(page, "fact-step")).to_contain_text("2 / 2")


def test_after_a_reload_the_knobs_are_those_of_the_run_under_way(page: Page) -> None:
    choose_system(page, "vanilla")
    turn(page, "Learning", batch_size=16)
    button(page, text.START).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])
    page.reload()
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])
    expect(page.get_by_role("combobox", name=text.PRESET)).to_have_value("vanilla")
    page.get_by_role("button", name="Learning").click()
    expect(page.locator("#knob-batch_size input")).to_have_value("16")
