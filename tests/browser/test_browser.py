"""The app in a real browser, as a visitor uses it."""

import pytest
from playwright.sync_api import Locator, Page, expect

import demo.sessions
import demo.states
from demo.text import en as text
from demo.text import explore as explore_text
from demo.text import knobs as knob_text
from gan_core.finding_texts import FINDINGS
from gan_core.notes import NOTES
from tests.browser.driving import (
    PATIENCE,
    button,
    choose,
    part,
    pixels,
    train,
    turn,
    wait_for_count,
)

DIFFERS = "([name, was]) => document.querySelector(`[data-part=${name}]`).toDataURL() !== was"
TOLD = "for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind))"


def collapse(page: Page) -> None:
    """Train the smallest GAN until the page says that it has collapsed."""
    choose(page, text.PRESET, "simple")
    expect(page.get_by_text(NOTES["simple"])).to_be_visible()
    turn(page, "Learning", batch_size=32)
    turn(page, "What is shown", evaluate_every=40)
    button(page, text.START).click()
    title = part(page, "finding-title")
    expect(title).to_have_text(FINDINGS["mode-collapse"].title, timeout=3 * PATIENCE)


def readout(page: Page, chart: str) -> Locator:
    """The values beside a chart, which are told in sight only."""
    found = part(page, chart).locator("xpath=..").locator('[data-part="readout"]')
    found.scroll_into_view_if_needed()
    return found


def test_a_run_that_collapses_is_told_so_in_words(page: Page) -> None:
    collapse(page)
    expect(part(page, "finding-evidence")).to_contain_text("missing")
    button(page, text.STOP).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["stopped"])
    expect(part(page, "finding-title")).to_be_visible()
    button(page, text.MONITOR["more"]).click()
    finding = part(page, "findings").get_by_role("listitem").first
    expect(finding).to_contain_text(FINDINGS["mode-collapse"].meaning)
    expect(finding).to_contain_text("missing")
    expect(finding.get_by_role("button")).to_have_count(0)  # a run that is over can't be mended


def test_findings_never_move_the_charts_and_their_panel_closes(page: Page) -> None:
    below = "document.querySelector('.panels').getBoundingClientRect().top + scrollY"
    button(page, text.START).click()
    expect(part(page, "finding-title")).to_have_text(text.MONITOR["no_alarm"], timeout=PATIENCE)
    calm = page.evaluate(below)
    button(page, text.STOP).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["stopped"])
    collapse(page)
    more, panel = button(page, text.MONITOR["more"]), part(page, "findings-all")
    assert page.evaluate(below) == calm
    more.click()
    expect(panel).to_be_visible()
    expect(more).to_have_attribute("aria-expanded", "true")
    assert page.evaluate(below) == calm  # it lies over them
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(more).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(panel).to_be_focused()
    page.locator("h1").click()
    expect(panel).to_be_hidden()


def test_a_visitor_trains_pauses_and_walks_through_latent_space(page: Page) -> None:
    button(page, text.START).click()
    points = wait_for_count(page, "losses", 2)
    assert wait_for_count(page, "losses", points) > points
    first_grid = pixels(page, "samples")
    wait_for_count(page, "samples", 2)
    assert pixels(page, "samples") != first_grid
    expect(part(page, "fact-step")).to_contain_text("/ 1,120")

    button(page, text.PAUSE).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["paused"])
    expect(button(page, text.RESUME)).to_be_enabled()
    page.wait_for_timeout(600)  # an answer already under way
    step = part(page, "fact-step").text_content()
    page.wait_for_timeout(1000)
    assert part(page, "fact-step").text_content() == step

    newest = part(page, "shown").text_content()
    part(page, "past").focus()
    page.keyboard.press("Home")
    expect(part(page, "shown")).to_contain_text(f"{text.MONITOR['epoch']} 0")
    assert pixels(page, "samples") == first_grid
    page.keyboard.press("End")
    expect(part(page, "shown")).to_have_text(newest or "")

    page.get_by_role("tab", name=explore_text.TAB).click()
    drawn = wait_for_count(page, "image", 0)
    before = pixels(page, "image")
    slider = page.locator("#latent .sliders input").first
    slider.focus()
    page.keyboard.press("Home")
    wait_for_count(page, "image", drawn)
    assert pixels(page, "image") != before
    expect(page.locator("#walk .leg canvas")).to_have_count(2)

    page.get_by_role("tab", name=text.TRAIN_TAB).click()
    expect(part(page, "shown")).to_have_text(newest or "")  # nothing was lost meanwhile
    button(page, text.STOP).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["stopped"])
    expect(button(page, text.START)).to_be_enabled()


def test_labels_seeds_and_the_live_run_can_be_explored(page: Page) -> None:
    button(page, text.START).click()
    wait_for_count(page, "samples", 0)
    page.get_by_role("tab", name=explore_text.TAB).click()
    wait_for_count(page, "image", 0)
    seen = {pixels(page, "image")}

    def changed() -> bool:
        before = len(seen)
        seen.add(pixels(page, "image"))
        return len(seen) > before

    drawn = wait_for_count(page, "image", 0)
    page.get_by_role("radio", name="7").check()
    drawn = wait_for_count(page, "image", drawn)
    assert changed()
    button(page, explore_text.LATENT["dice"]).click()
    drawn = wait_for_count(page, "image", drawn)
    assert changed()

    page.get_by_role("combobox", name=explore_text.MODEL).click()
    page.get_by_role("option", name="run 1: modern on digits").click()
    drawn = wait_for_count(page, "image", drawn)
    assert changed()
    expect(page.get_by_role("radio", name="7")).to_have_count(0)  # it takes no labels
    page.wait_for_function(DIFFERS, arg=["image", pixels(page, "image")])  # follows the training


def test_a_reload_finds_the_run_again(page: Page) -> None:
    button(page, text.START).click()
    wait_for_count(page, "losses", 5)
    page.reload()
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])
    wait_for_count(page, "losses", 5)
    expect(button(page, text.STOP)).to_be_enabled()
    button(page, text.STOP).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["stopped"])


def test_a_wrong_number_is_told_in_the_page(page: Page) -> None:
    page.get_by_label(text.EPOCHS).fill("0")
    button(page, text.START).click()
    expect(page.get_by_text("epochs must be a whole number from 1")).to_be_visible()
    page.get_by_label(text.EPOCHS).fill("1")
    button(page, text.START).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["finished"], timeout=PATIENCE)
    expect(button(page, text.START)).to_be_enabled()


def test_the_sliders_turn_pages_and_go_back_to_the_seed(page: Page) -> None:
    page.get_by_role("tab", name=explore_text.TAB).click()
    drawn = wait_for_count(page, "image", 0)
    at_seed = pixels(page, "image")
    slider = page.locator("#latent .sliders input").first
    value = slider.input_value()
    button(page, explore_text.LATENT["next"]).click()
    expect(part(page, "numbers")).to_have_text("Noise numbers 11 to 20 of 64")
    slider.fill("3")
    drawn = wait_for_count(page, "image", drawn)
    assert pixels(page, "image") != at_seed
    button(page, explore_text.LATENT["previous"]).click()
    assert slider.input_value() == value  # the page left behind kept its numbers
    button(page, explore_text.LATENT["reset"]).click()
    wait_for_count(page, "image", drawn)
    assert pixels(page, "image") == at_seed


def test_a_run_that_diverges_is_told_and_the_page_goes_on(page: Page) -> None:
    turn(page, "Learning", g_learning_rate=4e9, d_learning_rate=4e9)
    button(page, text.START).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["failed"])
    turn(page, "Learning", g_learning_rate=4e-3, d_learning_rate=2e-3)
    expect(part(page, "message")).to_contain_text("Diverged")
    page.set_viewport_size({"width": 390, "height": 844})  # draws the curves anew
    button(page, text.START).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])
    expect(part(page, "message")).to_be_hidden()
    button(page, text.STOP).click()


def test_a_run_started_after_the_lease_ran_out_survives_a_reload(
    page: Page, served: tuple[str, demo.sessions.Sessions], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, visitors = served
    with monkeypatch.context() as patched:
        patched.setattr(demo.sessions, "LEASE_SECONDS", 0.0)
        visitors.touch("nobody")  # as another visitor's page does every half minute
        expect(part(page, "message")).to_contain_text("reload the page", timeout=PATIENCE)
    button(page, text.START).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])
    page.reload()
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])
    button(page, text.STOP).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["stopped"])


def test_steps_by_hand_light_the_parts_of_a_round(page: Page) -> None:
    button(page, text.MOVES["D"]).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["paused"])
    expect(part(page, "fact-step")).to_contain_text("1 /")
    caption = part(page, "stage-caption")
    expect(caption).to_contain_text("D learns to tell the two apart", timeout=PATIENCE)
    button(page, text.MOVES["G"]).click()
    expect(part(page, "fact-step")).to_contain_text("2 /")
    expect(caption).to_contain_text("The verdict flows back through D into G", timeout=PATIENCE)
    button(page, text.MOVES["epoch"]).click()
    expect(part(page, "fact-step")).to_contain_text("56 /", timeout=PATIENCE)
    expect(part(page, "shown")).to_contain_text("step 56")


def test_the_keyboard_plays_pauses_and_steps(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    expect(part(page, "fact-step")).to_contain_text("1 /")
    expect(part(page, "phase")).to_have_text(text.MONITOR["paused"])
    expect(button(page, text.RESUME)).to_be_enabled()
    page.keyboard.press(" ")
    expect(part(page, "phase")).to_have_text(text.MONITOR["training"])
    expect(button(page, text.PAUSE)).to_be_enabled()
    page.keyboard.press(" ")
    expect(part(page, "phase")).to_have_text(text.MONITOR["paused"])


def test_slow_motion_is_chosen_and_left_while_it_trains(page: Page) -> None:
    choose(page, text.PACE, text.PACES[-1][0])
    button(page, text.START).click()
    expect(part(page, "stage")).to_be_visible()
    expect(part(page, "stage-caption")).not_to_be_empty()
    choose(page, text.PACE, text.PACES[0][0])
    wait_for_count(page, "losses", 20)
    expect(part(page, "stage")).to_be_hidden()


def test_a_setting_changes_while_it_trains_and_the_curves_are_marked(page: Page) -> None:
    choose(page, text.PACE, text.PACES[1][0])
    button(page, text.START).click()
    wait_for_count(page, "losses", 2)
    turn(page, "The game", d_steps=2)
    turn(page, "Learning", batch_size=16)
    button(page, knob_text.CHANGE).click()
    expect(readout(page, "losses")).to_contain_text("d_steps 1 → 2")
    expect(page.get_by_text("At the next start: batch_size=16")).to_be_visible()
    turn(page, "The game", d_steps=0)
    turn(page, "The game", g_steps=0)
    button(page, knob_text.CHANGE).click()
    expect(page.get_by_text("d_steps and g_steps cannot both be 0")).to_be_visible()


def test_the_remedy_of_a_finding_is_one_click_and_the_knobs_follow(page: Page) -> None:
    collapse(page)
    button(page, text.MONITOR["apply"]).click()
    expect(readout(page, "losses")).to_contain_text("objective non-saturating → relativistic")
    page.get_by_role("button", name="The game").click()
    expect(page.get_by_role("combobox", name="Objective")).to_have_value("relativistic")


def test_a_branch_from_an_earlier_epoch_is_compared_with_its_run(page: Page) -> None:
    turn(page, "What is shown", evaluate_every=40)
    train(page, 2)
    part(page, "past").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(part(page, "shown")).to_contain_text("step 50")  # inside an epoch
    expect(part(page, "fork")).to_be_enabled()
    page.keyboard.press("ArrowRight")
    expect(part(page, "shown")).to_contain_text("epoch 1 · step 56")
    part(page, "fork").click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["paused"])
    expect(part(page, "fact-step")).to_contain_text("56 / 112")
    expect(part(page, "looked")).to_have_text("of 240 at round 40")
    page.get_by_role("checkbox", name="run 1: modern on digits").check()
    expect(readout(page, "losses")).to_contain_text("run 1: modern on digits")
    button(page, text.RESUME).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["finished"], timeout=PATIENCE)


def test_a_sample_is_opened_with_a_click(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo.states, "MOST", 2)  # of three
    train(page, 1)
    part(page, "samples").click(position={"x": 3, "y": 3})
    expect(part(page, "opened-text")).to_contain_text("D's opinion is 0.", timeout=PATIENCE)
    expect(part(page, "opened")).to_have_attribute("data-place", "0")
    assert (part(page, "opened-nearest").get_attribute("src") or "").startswith("data:image/png")
    part(page, "past").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(part(page, "opened")).to_be_hidden()
    part(page, "samples").click(position={"x": 3, "y": 3})
    expect(part(page, "fork-note")).to_contain_text("Not kept for this moment")
    expect(part(page, "opened")).to_be_hidden()


def test_the_tools_change_all_charts(page: Page) -> None:
    button(page, text.START).click()
    wait_for_count(page, "losses", 20)
    button(page, text.PAUSE).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["paused"])
    page.wait_for_timeout(600)  # an answer already under way
    whole = button(page, text.MONITOR["whole"])
    expect(whole).to_be_disabled()
    before = pixels(page, "losses")
    part(page, "opinions").focus()
    page.keyboard.press("+")
    expect(whole).to_be_enabled()
    page.wait_for_function(DIFFERS, arg=["losses", before])
    whole.click()
    expect(whole).to_be_disabled()
    for name, turned in (("log", "checked = true"), ("smoothing", "value = 0")):
        before = pixels(page, "losses")
        part(page, name).evaluate(f"e => {{ e.{turned}; {TOLD} }}")
        page.wait_for_function(DIFFERS, arg=["losses", before])


def test_two_tabs_of_a_browser_train_apart(page: Page, app_url: str) -> None:
    with page.context.expect_page() as opened:
        page.evaluate("url => void window.open(url, '_blank', 'noopener')", app_url)
    other = opened.value
    expect(button(other, text.START)).to_be_enabled(timeout=PATIENCE)
    button(page, text.MOVES["round"]).click()
    expect(part(page, "fact-step")).to_contain_text("1 /")
    expect(part(other, "phase")).to_have_text(text.MONITOR["idle"])
    button(other, text.MOVES["D"]).click()
    button(other, text.MOVES["G"]).click()
    expect(part(other, "fact-step")).to_contain_text("2 /", timeout=PATIENCE)
    expect(part(page, "fact-step")).to_contain_text("1 /")
    button(other, text.STOP).click()
    expect(part(other, "phase")).to_have_text(text.MONITOR["stopped"])
    other.close()
