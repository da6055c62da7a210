"""How tests move and read the Explore tab's point."""

import json

import numpy as np
from playwright.sync_api import Locator, Page, expect

from demo.text import explore as explore_text
from tests.browser.driving import PATIENCE, button, part, wait_for_count

LATENT = explore_text.LATENT
SHIPPED = "mnist-conditional"
VALUES = "canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]"


def open_explore(page: Page) -> Page:
    """Its tab, with the shipped model's first point drawn."""
    page.get_by_role("tab", name=explore_text.TAB).click()
    expect(find(page, "numbers")).not_to_be_empty(timeout=PATIENCE)
    settled(page)
    return page


def find(page: Page, name: str) -> Locator:
    return page.locator(f'#latent [data-part="{name}"]')


def slider(page: Page, place: int = 0) -> Locator:
    return page.locator("#latent .sliders input[type=range]").nth(place)


def settled(page: Page) -> dict[str, str]:
    """What the address tells, once nothing moves."""
    page.wait_for_timeout(600)
    page.wait_for_function("location.hash")
    return page.evaluate("Object.fromEntries(new URLSearchParams(location.hash.slice(1)))")


def undo(page: Page) -> None:
    button(page, LATENT["undo"]).click()


def redo(page: Page) -> None:
    button(page, LATENT["redo"]).click()


def copied_z(page: Page) -> np.ndarray:
    """z as "Copy z" gives it."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button(page, LATENT["copy"]).click()
    expect(button(page, LATENT["copied"])).to_be_visible()
    found = json.loads(page.evaluate("navigator.clipboard.readText()"))
    expect(button(page, LATENT["copy"])).to_be_visible()
    return np.array([found], np.float32)


def drawn(page: Page) -> np.ndarray:
    """What the canvas holds, uint8 (28, 28)."""
    values = np.array(find(page, "image").evaluate(VALUES), np.uint8)
    return values.reshape(28, 28, 4)[..., 0]


def close_to(image: np.ndarray, expected: np.ndarray) -> bool:
    """A page knows a seed's z to 4 digits, and a link to 16 bits: a pixel may round otherwise."""
    return int(np.abs(image.astype(int) - expected.astype(int)).max()) <= 2


def open_section(page: Page, title: str) -> None:
    page.get_by_role("tab", name=explore_text.TAB).click()
    wait_for_count(page, "image", 0)
    page.get_by_role("button", name=title).click()


def to_seed(page: Page, seed: int) -> None:
    """Return when the sliders have settled there, and the sections have heard of it."""
    part(page, "seed").fill(str(seed))
    page.wait_for_function("seed => location.hash.includes(`seed=${seed}`)", arg=str(seed))
    page.wait_for_timeout(200)
