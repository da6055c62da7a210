"""What a page costs that only waits."""

from playwright.sync_api import Page, expect

from demo.text import en as text
from tests.browser.driving import button

COUNTED = """
  window.asked = 0;
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) => (asked++, request(draw));
"""


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
