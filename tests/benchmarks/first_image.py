"""How long the Explore tab takes to show the first image of a shipped model once it is chosen.

    python tests/benchmarks/first_image.py

Starts `python -m demo`, opens it in a headless Chromium, which shares this machine's cores, and
chooses each model from the menu for the first time: milliseconds from the click on its name to its
pixels on the canvas, and of the same once more, when the server has it in memory. The model that
the page begins with is there already, and is changed to last.
"""

import shutil

from playwright.sync_api import Page, sync_playwright
from slider import READY
from start import running_app
from watched import FLAGS

from demo.text import explore as text
from gan_core.pretrained import image_models

# the menu listens to the press of the mouse
WATCH = """() => {
  const canvas = document.querySelector("#latent canvas");
  addEventListener("mousedown", () => {
    const pressed = performance.now();
    const drawn = new MutationObserver(() => {
      drawn.disconnect();
      window.took = performance.now() - pressed;
    });
    drawn.observe(canvas, { attributes: true, attributeFilter: ["data-n"] });
  }, { capture: true, once: true });
  window.took = null;
}"""


def choose(page: Page, name: str) -> float:
    """Milliseconds until its image is there."""
    page.get_by_role("combobox", name=text.MODEL).click()
    page.evaluate(WATCH)
    page.get_by_role("option", name=name, exact=True).click()
    page.wait_for_function("window.took !== null")
    page.wait_for_timeout(1500)  # for what else follows the choice
    return page.evaluate("window.took")


def main() -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        raise SystemExit("error: no Chromium found; install it (Debian: apt install chromium)")
    names = image_models()
    with running_app() as url, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(url)
        page.get_by_role("tab", name=text.TAB).click()
        page.wait_for_function(READY)
        page.wait_for_timeout(1500)
        for name, shown in zip([*names[1:], names[0]], names):
            cold = choose(page, name)
            choose(page, shown)
            print(f"{name}: {cold:.0f} ms, then {choose(page, name):.0f} ms", flush=True)
        chromium.close()


if __name__ == "__main__":
    main()
