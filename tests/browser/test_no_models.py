"""An app with which no model came, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from demo.app import LAUNCH, build
from demo.text import en, explore
from tests.browser.driving import opened_page, train, wait_for_count


@pytest.fixture
def bare_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for module in ("demo.gallery", "gan_core.pretrained"):
        monkeypatch.setattr(f"{module}.files", lambda package: tmp_path)
    app = build()
    _, url, _ = app.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", **LAUNCH)
    yield url
    app.close()


def test_the_explore_tab_says_so_and_works_once_there_is_one(bare_url: str) -> None:
    with opened_page(bare_url) as page:
        page.get_by_role("tab", name=explore.TAB).click()
        lacking = page.get_by_text(explore.NO_MODELS)
        expect(lacking).to_be_visible()
        page.get_by_role("tab", name=en.TRAIN_TAB).click()
        train(page, 1)
        page.get_by_role("tab", name=explore.TAB).click()
        expect(lacking).to_be_hidden()
        expect(page.get_by_role("combobox", name=explore.MODEL)).to_have_value(
            "run 1: modern on digits"
        )
        wait_for_count(page, "walk-strips", 0)
        expect(page.locator(".toast-wrap .error")).to_have_count(0)
