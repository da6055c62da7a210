"""How long a slider of the Explore tab takes from an input to the pixels on the canvas.

    python tests/benchmarks/slider.py [--inputs N]

Starts `python -m demo`, opens it in a headless Chromium, which shares this machine's cores, and
moves a noise slider of the shipped model, each input after the image of the one before: with
nothing else under way, then while the default preset trains, then that run's own generator while
it trains. Prints the median and the 95th percentile in milliseconds, and the machine's load.
"""

import json
import os
import shutil
from typing import Annotated

import numpy as np
import typer
from playwright.sync_api import Page, sync_playwright
from start import running_app
from watched import FLAGS

from demo.text import en as text
from demo.text import explore as explore_text

REST_MS = 40  # between an image and the next input
PATIENCE = 60_000  # ms
MOVE = """async ([inputs, rest]) => {
  const slider = document.querySelector("#latent .sliders input[type=range]");
  const canvas = document.querySelector("#latent canvas");
  const took = [];
  for (let i = 0; i < inputs; i++) {
    await new Promise((done) => setTimeout(done, rest));
    slider.value = -2 + (4 * i) / inputs;
    const drawn = new Promise((done) => {
      const observer = new MutationObserver(() => {
        observer.disconnect();
        done(performance.now());
      });
      observer.observe(canvas, { attributes: true, attributeFilter: ["data-n"] });
    });
    const started = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    took.push((await drawn) - started);
  }
  slider.dispatchEvent(new Event("change", { bubbles: true }));
  return took;
}"""
READY = "document.querySelector('#latent .sliders input[type=range]') !== null"


def measured(page: Page, inputs: int) -> dict[str, float]:
    page.evaluate(MOVE, [10, REST_MS])  # what comes once
    took = page.evaluate(MOVE, [inputs, REST_MS])
    p50, p95 = np.percentile(took, [50, 95])
    load = os.getloadavg()[0]
    return {"p50": round(p50, 1), "p95": round(p95, 1), "load": round(load, 1)}


def main(
    inputs: Annotated[int, typer.Option(min=10)] = 100,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        raise SystemExit("error: no Chromium found; install it (Debian: apt install chromium)")
    told: dict[str, dict[str, float]] = {}
    with running_app() as url, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(PATIENCE)
        page.goto(url)
        start = page.get_by_role("button", name=text.START, exact=True)
        start.click(trial=True)  # waits for the page to have its session
        page.get_by_role("tab", name=explore_text.TAB).click()
        page.wait_for_function(READY)
        told["alone"] = measured(page, inputs)
        page.get_by_role("tab", name=text.TRAIN_TAB).click()
        page.get_by_label(text.EPOCHS).fill("10000")
        start.click()
        page.get_by_role("button", name=text.PAUSE, exact=True).click(trial=True)
        page.get_by_role("tab", name=explore_text.TAB).click()
        told["beside a training"] = measured(page, inputs)
        page.get_by_role("combobox", name=explore_text.MODEL).click()
        page.get_by_role("option", name="run 1: ").click()
        page.wait_for_timeout(2000)
        told["of the training itself"] = measured(page, inputs)
        chromium.close()
    if as_json:
        print(json.dumps(told))
        return
    for name, found in told.items():
        print(f"{name}: p50 {found['p50']} ms, p95 {found['p95']} ms, at load {found['load']}")


if __name__ == "__main__":
    typer.run(main)
