"""How fast a training is that visitors watch, over the engine's own pace.

    python tests/benchmarks/watched.py [--data-dir D]

Trains the default preset, on the built-in digits or on the MNIST in D, by turns: here, in a plain
loop; then in the app, the one in this process resting: with no page open, with a client that asks
for what a page would, as often, and draws nothing (what a server pays whose visitors' browsers run
elsewhere), or with the Train tab in a headless Chromium, which shares this machine's cores. Each
turn of the app is compared with the mean of the plain turns before and after it.
"""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Annotated, Any
from urllib.parse import urlparse
from urllib.request import urlopen

import typer
from gradio_client import Client
from playwright.sync_api import Page, sync_playwright
from start import ROOT, running_app

from demo.choices import MAX_EPOCHS, make_config
from gan_core.config import RunConfig
from gan_core.data import load
from gan_core.events import StepDone
from gan_core.memory import keep_freed_memory
from gan_core.presets import PRESETS
from gan_core.trainer import Trainer

POLLING = (ROOT / "demo/widgets/polling.js").read_text(encoding="utf-8")
POLL_SECONDS = int(re.findall(r"TRAINING_MS = (\d+)", POLLING)[0]) / 1000
SETTLE_SECONDS = 1  # for what comes once: a page's start, the ways between the turns
DRAWN = "Number(document.querySelector('[data-part=losses]')?.dataset.n ?? 0) > 0"
ASKED = "performance.getEntriesByType('resource').filter(e => e.name.includes('_server')).length"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

NUMBERS: dict[str, Callable[[Any], int]] = {  # of a row, by what the page is sent
    "curves": lambda row: row[0],
    "looks": lambda row: row[-1],
    "snapshots": lambda row: row["number"],
}
Pace = Callable[[float], float]  # seconds -> rounds a second in them


def headless(trainer: Trainer) -> Pace:
    events = trainer.run()

    def pace(seconds: float) -> float:
        rounds, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            rounds += isinstance(next(events), StepDone)
        return rounds / (time.perf_counter() - started)

    return pace


class Follower:
    """Asks the app for what is new, as monitor.js does."""

    def __init__(self, url: str, token: str) -> None:
        self._token = token
        self._connection = HTTPConnection(urlparse(url).netloc)
        with urlopen(f"{url}config") as answer:
            parts = json.load(answer)["components"]
        self._monitor = next(p["id"] for p in parts if p["props"].get("elem_id") == "monitor")
        self._run = -1
        self._have = {name: [0, -1] for name in NUMBERS}  # stride and newest number

    def follow(self, seconds: float) -> None:
        start = time.perf_counter()
        for tick in range(round(seconds / POLL_SECONDS)):
            time.sleep(max(0.0, start + tick * POLL_SECONDS - time.perf_counter()))
            self._poll()
        time.sleep(max(0.0, start + seconds - time.perf_counter()))
        self._connection.close()  # or the server does after a while, and the next poll fails

    def step(self) -> int:
        """How far the training is."""
        step = self._poll()["step"]
        self._connection.close()
        return step

    def _poll(self) -> dict:
        have = {"token": self._token, "run": self._run, **self._have}
        body = {"component_id": self._monitor, "fn_name": "poll", "session_hash": "x", "data": have}
        kind = {"Content-Type": "application/json"}
        path = "/gradio_api/component_server/"
        self._connection.request("POST", path, json.dumps(body).encode(), kind)
        report = json.load(self._connection.getresponse())
        if "curves" not in report:
            raise SystemExit(f"error: no training to follow: {report}")
        self._run = report["run"]
        for name, number in NUMBERS.items():
            if rows := report[name]["rows"]:
                self._have[name] = [report[name]["stride"], number(rows[-1])]
        return report


class App:
    """A training in the app, paused but for the turns."""

    def __init__(self, url: str, client: Client, token: str, page: Page) -> None:
        self.polls_of_page: list[float] = []  # a second
        self._url, self._client, self._page = url, client, page
        self._follower = Follower(url, token)
        self._clock = Follower(url, token)  # asks how far it is, before a turn and after it

    def alone(self, seconds: float) -> float:
        with self._resumed():
            time.sleep(SETTLE_SECONDS)
            return self._pace(time.sleep, seconds)

    def followed(self, seconds: float) -> float:
        with self._resumed():
            self._follower.follow(SETTLE_SECONDS)
            return self._pace(self._follower.follow, seconds)

    def on_a_page(self, seconds: float) -> float:
        with self._resumed():
            self._page.goto(self._url)
            self._page.wait_for_function(DRAWN)
            time.sleep(SETTLE_SECONDS)
            self._page.evaluate("performance.clearResourceTimings()")
            pace = self._pace(time.sleep, seconds)
            self.polls_of_page.append(self._page.evaluate(ASKED) / seconds)
            self._page.goto("about:blank")
        return pace

    @contextmanager
    def _resumed(self) -> Iterator[None]:
        self._client.predict(api_name="/resume")
        before = self._clock.step()
        while self._clock.step() == before:
            time.sleep(POLL_SECONDS)
        yield
        self._client.predict(api_name="/pause")
        time.sleep(SETTLE_SECONDS)

    def _pace(self, spend: Callable[[float], None], seconds: float) -> float:
        before, started = self._clock.step(), time.perf_counter()
        spend(seconds)
        after, ended = self._clock.step(), time.perf_counter()
        return (after - before) / (ended - started)


@contextmanager
def training_app(config: RunConfig, data_dir: Path | None) -> Iterator[App]:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        raise SystemExit("error: no Chromium found; install it (Debian: apt install chromium)")
    flags = ["--data-dir", str(data_dir)] if data_dir else []
    with running_app(*flags) as url, sync_playwright() as playwright:
        client = Client(url, verbose=False)
        choice = (config.preset, config.dataset, config.epochs, config.seed)
        token = client.predict(*choice, api_name="/start")
        follower = Follower(url, token)
        while follower.step() == 0:  # by then it knows the precision, and so will the plain loop
            time.sleep(POLL_SECONDS)
        client.predict(api_name="/pause")
        page = playwright.chromium.launch(executable_path=browser, args=FLAGS).new_page(
            viewport={"width": 1440, "height": 1000}
        )
        page.add_init_script(f"sessionStorage.setItem('ganscope', {json.dumps(token)})")
        yield App(url, client, token, page)
        client.close()


def main(
    data_dir: Annotated[Path | None, typer.Option(help="Folder with MNIST/.")] = None,
    preset: str = next(iter(PRESETS)),
    turns: Annotated[int, typer.Option(min=1, help="Of each kind.")] = 8,
    seconds: Annotated[float, typer.Option(min=1, help="That a turn takes.")] = 4,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    keep_freed_memory()
    config = make_config(preset, "mnist" if data_dir else "digits", MAX_EPOCHS, 0)
    with training_app(config, data_dir) as app:
        ways = {"alone": app.alone, "followed": app.followed, "on_a_page": app.on_a_page}
        paces: dict[str, list[float]] = {name: [] for name in ways}
        ratios: dict[str, list[float]] = {name: [] for name in ways}
        images = load(config.dataset, config.image_size, config.channels, data_dir)
        trainer = Trainer(config, images)
        plain = headless(trainer)
        plain(SETTLE_SECONDS)
        plains = [plain(seconds)]
        for _ in range(turns):
            for name, turn in ways.items():
                paces[name].append(turn(seconds))
                plains.append(plain(seconds))
                ratios[name].append(paces[name][-1] / ((plains[-2] + plains[-1]) / 2))
    told = {
        "preset": preset,
        "dataset": config.dataset,
        "precision": trainer.config.precision,
        "images_per_s": {
            name: round(median(found) * trainer.images_per_step)
            for name, found in {"headless": plains, **paces}.items()
        },
        "ratio": {name: round(median(found), 3) for name, found in ratios.items()},
        "ratios": {name: [round(one, 3) for one in found] for name, found in ratios.items()},
        "polls_per_s_of_page": round(median(app.polls_of_page), 2),
    }
    if as_json:
        print(json.dumps(told))
        return
    print(f"{preset} on {config.dataset} in {told['precision']}, images/s")
    print(f"medians of {turns} turns of {seconds} s")
    print(f"headless {told['images_per_s']['headless']:,}")
    for name, found in told["ratios"].items():
        print(f"{name} {told['images_per_s'][name]:,}, ratio {told['ratio'][name]} of {found}")
    print(f"the page asked {told['polls_per_s_of_page']} times a second")


if __name__ == "__main__":
    typer.run(main)
