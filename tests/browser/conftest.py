"""Chromium, for the tests of a file."""

from collections.abc import Iterator

import pytest

from tests.browser.driving import one_browser


# not for longer than a file: while Playwright waits for work, its thread can't run asyncio
@pytest.fixture(scope="module", autouse=True)
def browser() -> Iterator[None]:
    with one_browser():
        yield
