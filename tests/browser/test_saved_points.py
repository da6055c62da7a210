"""Saved points of the Explore tab and their sums, in a real browser."""

import json
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from demo.text import arithmetic as arithmetic_text
from demo.text import en as text
from demo.text import explore as explore_text
from tests.browser.driving import (
    PATIENCE,
    button,
    choose,
    part,
    pixels,
    train,
    wait_for_count,
)
from tests.browser.exploring import SHIPPED as NAME
from tests.browser.exploring import open_section, to_seed

SUMS = arithmetic_text.ARITHMETIC
# the largest difference between an <img> and a canvas
DIFFERENCE = """([image, canvas]) => {
  const read = (source, width, height) => {
    const sheet = new OffscreenCanvas(width, height).getContext("2d");
    sheet.drawImage(source, 0, 0);
    return sheet.getImageData(0, 0, width, height).data;
  };
  const size = [canvas.width, canvas.height];
  const [a, b] = [read(image, ...size), read(canvas, ...size)];
  return Math.max(...a.map((value, place) => Math.abs(value - b[place])));
}"""


def save(page: Page, *seeds: int) -> None:
    before = page.locator(".saved li").count()
    for number, seed in enumerate(seeds, start=1):
        to_seed(page, seed)
        button(page, SUMS["save"]).click()
        expect(page.locator(".saved li")).to_have_count(before + number)


def use(page: Page, place: int, group: str) -> None:
    page.locator(".saved li").nth(place).locator(f"[data-group={group}]").click()


def load(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        button(page, arithmetic_text.LOAD).click()
    chooser.value.set_files(file)


def names(page: Page) -> list[str]:
    fields = page.locator(".saved input")
    return [fields.nth(place).input_value() for place in range(fields.count())]


def test_the_sum_of_saved_points_is_where_the_sliders_go(page: Page) -> None:
    open_section(page, arithmetic_text.TITLE)
    save(page, 11, 12, 13, 14)
    for place, group in enumerate("aabc"):
        use(page, place, group)
    expect(part(page, "term-a")).to_contain_text("mean of 2")
    expect(part(page, "term-b")).to_contain_text("point 3")
    button(page, SUMS["move"]).click()
    page.wait_for_function("() => location.hash.includes('z=')")
    drawn = wait_for_count(page, "image", 0)
    result = page.locator(".result img").element_handle()
    image = part(page, "image").element_handle()
    assert page.evaluate(DIFFERENCE, [result, image]) <= 3
    use(page, 0, "a")  # no mean any more
    expect(part(page, "term-a")).to_contain_text("point 2")
    page.get_by_role("button", name="Move the sliders to point 4").click()
    wait_for_count(page, "image", drawn)
    fourth = page.locator(".saved img").nth(3).element_handle()
    assert page.evaluate(DIFFERENCE, [fourth, image]) <= 3


def test_saved_points_are_renamed_removed_and_outlast_another_tab(page: Page) -> None:
    open_section(page, arithmetic_text.TITLE)
    save(page, 11, 12, 13)
    page.locator(".saved input").nth(1).fill("the <b>round</b> one")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Remove point 1").click()
    assert names(page) == ["the <b>round</b> one", "point 3"]
    page.get_by_role("tab", name=text.TRAIN_TAB).click()
    page.get_by_role("tab", name=explore_text.TAB).click()
    expect(part(page, "saved")).to_have_attribute("data-n", "2")  # drawn again
    assert names(page) == ["the <b>round</b> one", "point 3"]


def test_saved_points_outlast_a_reload_and_broken_ones_break_nothing(page: Page) -> None:
    open_section(page, arithmetic_text.TITLE)
    save(page, 11, 12)
    use(page, 1, "b")
    for storage in ("", "sessionStorage.clear()"):  # the second as in another tab
        page.evaluate(storage)
        page.reload()
        open_section(page, arithmetic_text.TITLE)
        expect(part(page, "saved")).to_have_attribute("data-n", "2")
        assert names(page) == ["point 1", "point 2"]
        chosen = page.locator(".saved li").nth(1).locator("[data-group=b]")
        expect(chosen).to_have_attribute("aria-pressed", "true")
    page.evaluate("""() => {
      const [good] = JSON.parse(localStorage.getItem("ganscope points"));
      const bad = [null, 7, {}, { ...good, z: ["x"] }, { ...good, z: [] }, { ...good, label: -1 }];
      bad.push({ ...good, name: "" }, { ...good, groups: 3 }, good);
      localStorage.setItem("ganscope points", JSON.stringify(bad));
      sessionStorage.setItem("ganscope points", "{nonsense");
    }""")
    page.reload()
    open_section(page, arithmetic_text.TITLE)
    expect(part(page, "saved")).to_have_attribute("data-n", "1")
    assert names(page) == ["point 1"]
    page.evaluate("""() => {
      Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    }""")
    save(page, 13)
    expect(part(page, "saved-message")).to_have_text(SUMS["not_kept"])
    assert names(page) == ["point 1", "point 2"]


def test_points_go_to_a_file_and_back_and_bad_files_change_nothing(
    page: Page, tmp_path: Path
) -> None:
    open_section(page, arithmetic_text.TITLE)
    save(page, 11, 12)
    with page.expect_download(timeout=PATIENCE) as fetched:
        button(page, SUMS["take"]).click()
    assert fetched.value.suggested_filename == "ganscope-points.json"
    good, bad, mixed = (tmp_path / f"{name}.json" for name in ("good", "bad", "mixed"))
    fetched.value.save_as(good)
    values = json.loads(good.read_text())
    assert [point["name"] for point in values["points"]] == ["point 1", "point 2"]
    bad.write_text("nonsense")
    load(page, bad)
    expect(page.get_by_text("the file is no JSON")).to_be_visible()
    assert names(page) == ["point 1", "point 2"]
    load(page, good)
    expect(page.locator(".saved li")).to_have_count(4)
    expect(part(page, "saved")).to_have_attribute("data-n", "4")
    assert names(page) == ["point 1", "point 2"] * 2
    values["points"][0].update(z=[0.5] * 100, model="run 9")
    mixed.write_text(json.dumps(values))
    load(page, mixed)
    expect(page.locator(".saved li")).to_have_count(6)
    expect(part(page, "saved")).to_have_attribute("data-n", "5")
    gone = page.locator(".saved li").nth(4)
    expect(gone).to_contain_text("no picture: unknown model 'run 9'")
    expect(gone.locator(".open")).to_be_disabled()


def test_points_that_were_saved_while_a_file_was_read_stay(page: Page, tmp_path: Path) -> None:
    open_section(page, arithmetic_text.TITLE)
    save(page, 11, 12)
    with page.expect_download(timeout=PATIENCE) as fetched:
        button(page, SUMS["take"]).click()
    fetched.value.save_as(tmp_path / "x.json")
    held: list[Route] = []

    def hold(route: Route) -> None:
        asks_to_load = "x.json" in (route.request.post_data or "")
        held.append(route) if asks_to_load else route.continue_()

    page.route("**/queue/join*", hold)
    load(page, tmp_path / "x.json")
    page.wait_for_timeout(500)
    assert held
    page.get_by_role("button", name="Remove point 1").click()
    save(page, 13)
    field = page.locator(".saved input").first
    field.fill("mine")
    field.press("Tab")
    held[0].continue_()
    expect(page.locator(".saved li")).to_have_count(4)
    assert names(page) == ["mine", "point 2", "point 1", "point 2"]


def test_a_point_of_a_model_that_is_gone_leaves_the_view_as_it_was(page: Page) -> None:
    train(page, epochs=1)
    open_section(page, arithmetic_text.TITLE)
    choose(page, explore_text.MODEL, "run 1: modern on digits")
    page.wait_for_function("() => location.hash.includes('run')")
    save(page, 11)
    choose(page, explore_text.MODEL, NAME)
    page.wait_for_function("name => location.hash.includes(name)", arg=NAME)
    to_seed(page, 12)
    message = "unknown model 'run 1: modern on digits'; choose one of: this"

    def lose(route: Route) -> None:
        about = json.loads(route.request.post_data or "{}")["fn_name"] == "about"
        route.fulfill(json={"error": message}) if about else route.continue_()

    page.route("**/component_server/", lose)
    before = pixels(page, "image")
    page.get_by_role("button", name="Move the sliders to point 1").click()
    expect(part(page, "message").and_(page.locator("#latent *"))).to_have_text(message)
    expect(page.get_by_role("combobox", name=explore_text.MODEL)).to_have_value(NAME)
    assert pixels(page, "image") == before
    page.wait_for_timeout(1500)
    assert "seed=12" in page.url and NAME in page.url
    count = wait_for_count(page, "image", 0)
    page.locator("#latent .sliders input[type=range]").first.fill("1.5")
    wait_for_count(page, "image", count)
    assert pixels(page, "image") != before
    save(page, 13)  # the other sections heard of the view that stayed
    assert page.locator(".saved small").all_inner_texts() == ["", ""]


def test_a_point_of_another_model_brings_its_model_along(page: Page) -> None:
    train(page, epochs=1)
    open_section(page, arithmetic_text.TITLE)
    save(page, 11)
    choose(page, explore_text.MODEL, "run 1: modern on digits")
    page.wait_for_function("() => location.hash.includes('run')")
    button(page, SUMS["save"]).click()
    expect(part(page, "saved")).to_have_attribute("data-n", "2")
    page.get_by_role("button", name="Move the sliders to point 1").click()
    expect(page.get_by_role("combobox", name=explore_text.MODEL)).to_have_value(NAME)
    page.wait_for_function("name => location.hash.includes(name)", arg=NAME)
    image, first = part(page, "image"), page.locator(".saved img").first
    page.wait_for_timeout(500)
    pair = [first.element_handle(), image.element_handle()]
    assert page.evaluate(DIFFERENCE, pair) <= 3
