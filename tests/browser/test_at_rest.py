"""What a page costs that only waits or looks on."""

from itertools import pairwise

from playwright.sync_api import Page, expect

from demo.text import en as text
from tests.browser.driving import button, part, wait_for_count

COUNTED = """
  window.asked = 0;
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) => (asked++, request(draw));
"""
ASKED = """performance.getEntriesByType('resource')
  .filter(({ name }) => name.includes('component_server')).map(({ startTime }) => startTime)"""


def test_a_page_on_which_nothing_happens_comes_to_rest(page: Page) -> None:
    page.add_init_script(COUNTED)
    page.reload()
    expect(button(page, text.START)).to_be_enabled()

    def frames_in_a_second() -> int:
        before = page.evaluate("asked")
        page.wait_for_timeout(1000)
        return page.evaluate("asked") - before

    counts = [frames_in_a_second() for _ in range(5)]  # at first its parts move into place
    assert min(counts) < 10  # a loading screen that goes on asks for sixty


def test_a_page_asks_half_as_often_while_rounds_go_by(page: Page) -> None:
    def shortest_rest() -> float:
        """ms from one question to the next."""
        page.evaluate("performance.clearResourceTimings()")
        page.wait_for_timeout(5000)
        return min(later - before for before, later in pairwise(page.evaluate(ASKED)))

    page.get_by_label(text.EPOCHS).fill("300")
    button(page, text.START).click()
    wait_for_count(page, "losses", 2)
    assert shortest_rest() > 950
    button(page, text.PAUSE).click()
    expect(part(page, "phase")).to_have_text(text.MONITOR["paused"])
    assert shortest_rest() < 950
