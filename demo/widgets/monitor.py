"""The view of a training: status, curves, sample grids with a slider over past epochs."""

from collections.abc import Callable
from functools import wraps
from html import escape

import gradio as gr
import numpy as np

from demo.charts import CURVES, NOTHING, TERMS, Have, png_url
from demo.session import Sessions
from demo.text.en import MONITOR, STAGE
from demo.widgets import script
from demo.widgets.stage import STAGE_HTML
from gan_core.config import as_text
from gan_core.errors import InputError

# a browser tab keeps its session's token, so that a reload finds the run again
KEEP_TOKEN = "(token) => { sessionStorage.setItem('ganscope', token); }"
LAST_TOKEN = "() => sessionStorage.getItem('ganscope') ?? ''"

SERIES = ("curves", "looks", "snapshots")
FACTS = ("step", "epoch", "speed", "left", "seed", "device")


def _fact(name: str) -> str:
    return f'<div><dt>{MONITOR[name]}</dt><dd data-part="fact-{name}"></dd></div>'


def _chart(name: str) -> str:
    """A titled canvas, with the values under its crosshair."""
    title = escape(MONITOR[name])
    return (
        f'<figure data-chart="{name}"><figcaption>{title}</figcaption>'
        f'<div class="readout" data-part="readout"></div>'
        f'<canvas class="chart" data-part="{name}" role="img" aria-label="{title}"></canvas>'
        "</figure>"
    )


def _opened(name: str) -> str:
    return (
        f'<figure><img class="pixels" data-part="opened-{name}" alt="">'
        f"<figcaption>{MONITOR[f'opened_{name}']}</figcaption></figure>"
    )


HTML = f"""
<div class="monitor">
  <p class="status"><span data-part="phase" role="status"></span></p>
  <p class="message" data-part="message" role="alert" hidden></p>
  <div data-part="facts" hidden>
    <progress data-part="progress" max="1" value="0" aria-label="{MONITOR["training"]}"></progress>
    <dl class="facts">{"".join(map(_fact, FACTS))}</dl>
  </div>
  {STAGE_HTML}
  <ul class="findings" data-part="findings" role="status" aria-label="{MONITOR["findings"]}"></ul>
  <div class="tools">
    <label>{MONITOR["smoothing"]}
      <input type="range" data-part="smoothing" min="0" max="1" step="0.01"></label>
    <label><input type="checkbox" data-part="log"> {MONITOR["log"]}</label>
    <button type="button" data-part="whole" disabled>{MONITOR["whole"]}</button>
    <fieldset data-part="compare" hidden><legend>{MONITOR["compare"]}</legend></fieldset>
    <span class="note">{MONITOR["curves_note"]}</span>
  </div>
  <div class="panels">
    <div>{_chart("losses")}{_chart("opinions")}{_chart("quality")}</div>
    <figure class="samples">
      <figcaption>{MONITOR["samples"]} <span data-part="shown"></span></figcaption>
      <input type="range" data-part="past" min="0" max="0" value="0" step="1"
        aria-label="{MONITOR["past_epochs"]}">
      <canvas class="pixels" data-part="samples" role="img" aria-label="{MONITOR["samples"]}"
        hidden></canvas>
      <div class="tools">
        <button type="button" data-part="fork" title="{MONITOR["fork_info"]}"
          disabled>{MONITOR["fork"]}</button>
        <span class="note" data-part="fork-note"></span>
      </div>
      <p class="note" data-part="open-note">{MONITOR["open_note"]}</p>
      <div class="opened" data-part="opened" role="status" hidden>
        {_opened("sample")}{_opened("wanted")}{_opened("nearest")}
        <p data-part="opened-text"></p>
      </div>
      <div class="classes" data-part="look" hidden>
        <b>{MONITOR["classes"]}</b> <span data-part="looked"></span>
        <div class="bars" data-part="classes"></div>
      </div>
      <p class="empty" data-part="no-samples">{MONITOR["no_samples"]}</p>
    </figure>
  </div>
  <div class="more">
    {_chart("gradients")}{_chart("terms")}
  </div>
</div>
"""
SCRIPTS = (
    "chart_numbers.js", "chart_draw.js", "chart_readout.js", "chart_view.js", "chart.js",
    "stage.js", "findings.js", "bars.js", "opened.js", "panels.js", "compare.js", "keys.js",
    "monitor.js",
)  # fmt: skip


def _have(told: object) -> Have:
    """What a page says that it has of a series."""
    stride, newest = told  # type: ignore[misc] - a ValueError or TypeError is what it should be
    return int(stride), int(newest)


def _answered(ask: Callable[[dict], dict]) -> Callable[[dict], dict]:
    """What goes wrong becomes a line for the page; an exception would reach it as null."""

    @wraps(ask)
    def answer(wish: dict) -> dict:
        try:
            return ask(wish)
        except InputError as error:
            return {"error": str(error)}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return {"error": f"{ask.__name__} was not asked as it should be: {error}"}

    return answer


def monitor_widget(sessions: Sessions) -> gr.HTML:
    """Shows the run of the session whose token is its value.

    It fires `phase` when that changes, and `settings` when it has changed some itself. (A function,
    because gradio writes a .pyi file beside the source of every class on gr.HTML.)
    """

    @_answered
    def poll(have: dict) -> dict:
        """What changed since."""
        curves, looks, pictures = (_have(have[name]) for name in SERIES)
        return sessions.get(str(have["token"])).report(have["run"], curves, looks, pictures)

    @_answered
    def remedy(wish: dict) -> dict:
        """Apply a finding's changes to the training under way."""
        told = {str(name): value for name, value in wish["changes"].items()}
        player = sessions.get(str(wish["token"])).running()
        player.change([f"{name}={as_text(value)}" for name, value in told.items()])
        return {}

    @_answered
    def fork(wish: dict) -> dict:
        """Branch off from the end of a kept epoch."""
        sessions.get(str(wish["token"])).fork(wish["run"], wish["epoch"])
        return {}

    @_answered
    def open_sample(wish: dict) -> dict:
        """One sample of a kept epoch, its pictures as data URLs."""
        player = sessions.get(str(wish["token"])).run(wish["run"])
        told = player.open_sample(int(wish["epoch"]), int(wish["place"]))
        return {
            name: png_url(value) if isinstance(value, np.ndarray) else value
            for name, value in told.items()
        }

    @_answered
    def earlier(wish: dict) -> dict:
        """The curves of a run, to compare with."""
        player = sessions.get(str(wish["token"])).run(wish["run"])
        return {"name": player.name, **player.increments(NOTHING, NOTHING, NOTHING)}

    return gr.HTML(
        html_template=HTML,
        js_on_load=script(*SCRIPTS),
        apply_default_css=False,
        elem_id="monitor",
        server_functions=[poll, remedy, fork, open_sample, earlier],
        words={**MONITOR, "stage": STAGE},
        columns=[*CURVES, *TERMS],
    )
