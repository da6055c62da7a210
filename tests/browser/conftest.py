"""Chromium, for the tests of a file, and a page for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.driving import one_browser, opened_page
from tests.browser.exploring import open_explore


# not for longer than a file: while Playwright waits for work, its thread can't run asyncio
@pytest.fixture(scope="module", autouse=True)
def browser() -> Iterator[None]:
    with one_browser():
        yield


@pytest.fixture
def page(app_url: str) -> Iterator[Page]:
    """The app before anything was done."""
    with opened_page(app_url) as opened:
        yield opened


@pytest.fixture
def explore(page: Page) -> Page:
    """Its Explore tab, with the first image drawn."""
    return open_explore(page)
