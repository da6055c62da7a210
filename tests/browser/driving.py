"""The app in a real browser, moved as a visitor moves it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from demo.text import en as text

# Each page would have the address bar's list made beside it, which takes a quarter of its time. The
# last list of features counts, so it repeats what of Playwright's matters here.
WITHOUT = [
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "LensOverlay", "MediaRouter", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
]  # fmt: skip
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", f"--disable-features={','.join(WITHOUT)}",
]  # fmt: skip
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
HOW_TO_GET_ONE = "no Chromium found; install it (Debian: apt install chromium) to run this test"
PATIENCE = 20_000  # ms
expect.set_options(timeout=PATIENCE)


_launched: list[Browser] = []  # the one for all pages, once there is one


@contextmanager
def one_browser() -> Iterator[None]:
    """Within, all pages are of one browser: to start it takes longer than many a test."""
    if BROWSER is None:  # each test says so when it wants a page
        yield
        return
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=BROWSER, args=FLAGS) as launched,
    ):
        _launched.append(launched)
        yield
        _launched.remove(launched)


@contextmanager
def new_page(**options: Any) -> Iterator[Page]:  # noqa: ANN401
    """A page that shares nothing with others, empty; an error in its scripts fails the test."""
    if not _launched:
        pytest.skip(HOW_TO_GET_ONE)
    errors: list[str] = []
    with _launched[0].new_context(**options) as context:
        opened = context.new_page()
        opened.on("pageerror", lambda error: errors.append(str(error)))
        yield opened
    assert not errors


@contextmanager
def opened_page(app_url: str) -> Iterator[Page]:
    """The app before anything was done."""
    with new_page(viewport={"width": 1440, "height": 1000}) as opened:
        opened.set_default_timeout(PATIENCE)
        opened.goto(app_url)
        expect(part(opened, "phase")).to_have_text(text.MONITOR["idle"])
        expect(button(opened, text.START)).to_be_enabled()  # it has its session
        yield opened


def part(page: Page, name: str) -> Locator:
    return page.locator(f'[data-part="{name}"]')


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def wait_for_count(page: Page, name: str, more_than: int) -> int:
    """Wait until a canvas, which draws only in sight, has drawn more than so many things."""
    part(page, name).evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
    page.wait_for_function(
        "([name, n]) => Number(document.querySelector(`[data-part=${name}]`)?.dataset.n ?? 0) > n",
        arg=[name, more_than],
        timeout=PATIENCE,
    )
    return int(part(page, name).get_attribute("data-n") or 0)


def pixels(page: Page, name: str) -> str:
    return part(page, name).evaluate("canvas => canvas.toDataURL()")


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def turn(page: Page, group: str, **values: object) -> None:
    """Set knobs of one group."""
    box = page.get_by_role("button", name=group)
    first = page.locator(f"#knob-{next(iter(values))} input")
    if not first.is_visible():
        box.click()
        page.wait_for_timeout(500)  # what is typed the moment a control appears may be lost
    for name, value in values.items():
        page.locator(f"#knob-{name} input").fill(str(value))
        page.keyboard.press("Tab")
    for name, value in values.items():
        expect(page.locator(f"#knob-{name} input")).to_have_value(str(value))


def train(page: Page, epochs: int) -> None:
    """A run from its first to its last round."""
    page.get_by_label(text.EPOCHS).fill(str(epochs))
    button(page, text.START).click()
    expect(part(page, "phase")).not_to_have_text(text.MONITOR["finished"])
    expect(part(page, "phase")).to_have_text(text.MONITOR["finished"], timeout=3 * PATIENCE)
