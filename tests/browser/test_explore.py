"""The Explore tab's point of latent space, in a real browser."""

import json

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from demo.text import explore as explore_text
from gan_core.model import Model
from gan_core.pretrained import open_model
from tests.browser.driving import (
    PATIENCE,
    button,
    choose,
    pixels,
    train,
    wait_for_count,
)
from tests.browser.exploring import (
    LATENT,
    SHIPPED,
    copied_z,
    drawn,
    find,
    redo,
    settled,
    slider,
    undo,
)

RUN = "run 1: modern on digits"


@pytest.fixture(scope="module")
def model() -> Model:
    return open_model(SHIPPED)


def test_a_fast_drag_ends_on_the_image_of_its_last_value(explore: Page, model: Model) -> None:
    box = slider(explore).bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    explore.mouse.move(box["x"] + box["width"] / 2, y)
    explore.mouse.down()
    for share in (0.1, 0.9, 0.2, 0.8, 0.3):
        explore.mouse.move(box["x"] + share * box["width"], y, steps=12)
    explore.mouse.up()
    settled(explore)
    z = copied_z(explore)
    assert z[0, 0] == float(slider(explore).input_value())
    assert np.array_equal(drawn(explore), model.generate(z, np.array([0]))[0, ..., 0])
    undo(explore)  # a whole drag is one step
    expect(button(explore, LATENT["undo"])).to_be_disabled()


def test_undo_and_redo_walk_through_every_kind_of_change(explore: Page) -> None:
    seen = [settled(explore)]
    slider(explore).fill("1.5")
    seen.append(settled(explore))
    explore.get_by_role("radio", name="7").check()
    seen.append(settled(explore))
    find(explore, "other").select_option("3")
    seen.append(settled(explore))
    find(explore, "share").fill("0.25")
    seen.append(settled(explore))
    find(explore, "psi").fill("0.6")
    seen.append(settled(explore))
    button(explore, LATENT["dice"]).click()
    seen.append(settled(explore))
    assert len({json.dumps(told) for told in seen}) == len(seen)
    for told in reversed(seen[:-1]):
        undo(explore)
        assert settled(explore) == told
    expect(button(explore, LATENT["undo"])).to_be_disabled()
    for told in seen[1:]:
        explore.keyboard.press("Control+Shift+Z")
        assert settled(explore) == told
    expect(button(explore, LATENT["redo"])).to_be_disabled()
    explore.keyboard.press("Control+z")
    assert settled(explore) == seen[-2]
    redo(explore)
    assert settled(explore) == seen[-1]
    find(explore, "seed").focus()
    explore.keyboard.press("Control+z")  # the text field's own
    assert settled(explore) == seen[-1]


def test_a_seed_is_typed_and_nonsense_is_told(explore: Page, model: Model) -> None:
    find(explore, "seed").fill("123")
    assert settled(explore)["seed"] == "123"
    assert np.array_equal(drawn(explore), model.generate(model.noise(123), np.zeros(1))[0, ..., 0])
    find(explore, "seed").fill("-4")
    expect(find(explore, "message")).to_have_text(LATENT["not_a_seed"])
    assert settled(explore)["seed"] == "123"
    find(explore, "seed").fill("5")
    expect(find(explore, "message")).to_be_hidden()


def test_labels_are_mixed_and_z_is_truncated(explore: Page, model: Model) -> None:
    expect(find(explore, "share")).to_be_disabled()
    explore.get_by_role("radio", name="7").check()
    find(explore, "other").select_option("3")
    find(explore, "share").fill("0.25")
    find(explore, "psi").fill("0.6")
    settled(explore)
    weights = np.zeros((1, 10), np.float32)
    weights[0, [7, 3]] = 0.75, 0.25
    expected = model.generate(np.float32(0.6) * model.noise(1), weights)[0, ..., 0]
    assert np.array_equal(drawn(explore), expected)
    find(explore, "other").select_option("")
    expect(find(explore, "share")).to_be_disabled()
    assert "share" not in settled(explore)


def test_a_model_begins_at_its_card_s_truncation(explore: Page) -> None:
    choose(explore, explore_text.MODEL, "faces-modern")
    explore.wait_for_function("location.hash.includes('faces-modern')")
    assert settled(explore)["psi"] == "0.7"
    expect(find(explore, "psi-number")).to_have_text("0.70")
    choose(explore, explore_text.MODEL, SHIPPED)
    explore.wait_for_function("location.hash.includes('mnist')")
    assert "psi" not in settled(explore)
    expect(find(explore, "psi-number")).to_have_text("1.00")


@pytest.mark.parametrize("kind", ["sefa", "principal"])
def test_a_direction_moves_z_and_nothing_else(kind: str, explore: Page) -> None:
    before = copied_z(explore)[0]
    explore.get_by_label(LATENT[f"kind_{kind}"]).check()
    expect(find(explore, "numbers")).to_have_text("Directions 1 to 10 of 30", timeout=PATIENCE)
    expect(explore.locator("#latent .sliders small").first).to_contain_text("%")
    at = float(slider(explore).input_value())
    slider(explore).fill("2.5")
    settled(explore)
    way = copied_z(explore)[0] - before
    assert np.linalg.norm(way) == pytest.approx(abs(2.5 - at), abs=0.02)
    slider(explore).fill(str(at))
    settled(explore)
    assert np.allclose(copied_z(explore)[0], before, atol=0.02)


def test_the_range_and_the_names_of_sliders_are_the_visitors(explore: Page) -> None:
    find(explore, "reach").select_option("5")
    expect(slider(explore)).to_have_attribute("max", "5")
    button(explore, LATENT["rename"].format(name="z1")).click()
    explore.keyboard.type("slant")
    explore.keyboard.press("Enter")
    expect(explore.get_by_role("slider", name="slant")).to_be_visible()
    explore.locator("#latent .sliders .name").nth(1).dblclick()
    explore.keyboard.type("lost")
    explore.keyboard.press("Escape")
    expect(explore.get_by_role("slider", name="z2", exact=True)).to_be_visible()
    explore.reload()
    expect(explore.get_by_role("slider", name="slant")).to_be_visible(timeout=PATIENCE)


def test_z_is_pasted_and_what_is_no_z_changes_nothing(explore: Page, model: Model) -> None:
    z = np.linspace(-2, 2, 64).round(3)
    paste, error = find(explore, "paste"), find(explore, "paste-error")
    for nonsense in ("[1, 2]", "hello", json.dumps([1e99] * 64), json.dumps(["1"] * 64)):
        before = settled(explore)
        paste.fill(nonsense)
        paste.press("Enter")
        expect(error).to_have_text(LATENT["not_a_z"].format(count=64))
        expect(paste).to_have_value(nonsense)
        assert settled(explore) == before
    paste.fill(json.dumps(z.tolist()))
    paste.press("Enter")
    expect(error).to_be_hidden()
    settled(explore)
    expected = model.generate(z[None].astype(np.float32), np.zeros(1))[0, ..., 0]
    assert np.array_equal(drawn(explore), expected)
    button(explore, LATENT["reset"]).click()
    assert "z" not in settled(explore)
    undo(explore)
    assert np.allclose(copied_z(explore)[0], z, atol=1e-6)


def test_a_model_that_shows_its_average_has_one_set_of_weights(explore: Page) -> None:
    for name in ("raw", "ema"):
        expect(explore.get_by_label(LATENT[f"weights_{name}"])).to_be_disabled()
    expect(find(explore, "weights-reason")).to_have_text(explore_text.ONE_SET)


def test_the_weights_of_a_run_and_what_its_discriminator_thinks(page: Page) -> None:
    train(page, 1)
    page.get_by_role("tab", name=explore_text.TAB).click()
    choose(page, explore_text.MODEL, RUN)
    expect(find(page, "labels")).to_be_hidden(timeout=PATIENCE)
    images, opinions = {}, {}
    for name in ("shown", "raw", "ema"):
        page.get_by_label(LATENT[f"weights_{name}"]).check()
        told = settled(page)
        assert told.get("weights", "shown") == name
        images[name] = pixels(page, "image")
        opinions[name] = float(find(page, "opinion-number").inner_text())
        assert 0 < opinions[name] < 1
        assert float(find(page, "opinion-bar").get_attribute("value") or -1) == pytest.approx(
            opinions[name], abs=0.01
        )
    assert images["shown"] == images["ema"] != images["raw"]
    assert opinions["shown"] == opinions["ema"]


def test_the_dice_draws_another_image(explore: Page) -> None:
    before, count = pixels(explore, "image"), wait_for_count(explore, "image", 0)
    button(explore, LATENT["dice"]).click()
    wait_for_count(explore, "image", count)
    assert pixels(explore, "image") != before
    assert settled(explore)["seed"] != "1"
