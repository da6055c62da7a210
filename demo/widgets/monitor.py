"""The view of a training: status, curves, sample grids with a slider over past epochs."""

from html import escape

import gradio as gr
import numpy as np

from demo.charts import CURVES, NOTHING, TERMS, png_url
from demo.sessions import Sessions
from demo.text.en import MONITOR, STAGE
from demo.widgets import fact, script
from demo.widgets.answers import answered, have_of
from demo.widgets.samples import SAMPLES_HTML
from demo.widgets.stage import STAGE_HTML
from gan_core.config import as_text

# a browser tab keeps its session's token, so that a reload finds the run again
KEEP_TOKEN = "(token) => { sessionStorage.setItem('ganscope', token); }"
LAST_TOKEN = "() => sessionStorage.getItem('ganscope') ?? ''"

SERIES = ("curves", "looks", "snapshots")
FACTS = ("step", "epoch", "speed", "left", "seed", "device")


def _chart(name: str) -> str:
    """A titled canvas, with the values under its crosshair."""
    title = escape(MONITOR[name])
    return (
        f'<figure data-chart="{name}"><figcaption>{title}</figcaption>'
        f'<div class="readout" data-part="readout"></div>'
        f'<canvas class="chart" data-part="{name}" role="img" aria-label="{title}"></canvas>'
        "</figure>"
    )


HTML = f"""
<div class="monitor">
  <p class="status"><span data-part="phase" role="status"></span></p>
  <p class="message" data-part="message" role="alert" hidden></p>
  <div data-part="facts" hidden>
    <progress data-part="progress" max="1" value="0" aria-label="{MONITOR["training"]}"></progress>
    <dl class="facts">{"".join(fact(name, MONITOR[name]) for name in FACTS)}</dl>
  </div>
  {STAGE_HTML}
  <div class="finding" data-part="finding">
    <p><strong data-part="finding-title" role="status"></strong><span
      data-part="finding-evidence"></span></p>
    <span data-part="finding-remedy"></span>
    <button type="button" data-part="more" aria-expanded="false" aria-controls="findings"
      hidden>{MONITOR["more"]}</button>
    <div class="popup" id="findings" data-part="findings-all" role="dialog" tabindex="-1"
      aria-label="{MONITOR["findings"]}" hidden>
      <ul data-part="findings"></ul>
    </div>
  </div>
  <div class="panels">
    <div>
      <div class="tools">
        <label>{MONITOR["smoothing"]}
          <input type="range" data-part="smoothing" min="0" max="1" step="0.01"></label>
        <label><input type="checkbox" data-part="log"> {MONITOR["log"]}</label>
        <button type="button" data-part="whole" disabled>{MONITOR["whole"]}</button>
        <fieldset data-part="compare" hidden><legend>{MONITOR["compare"]}</legend></fieldset>
        <span class="note">{MONITOR["curves_note"]}</span>
      </div>
      {_chart("losses")}{_chart("opinions")}{_chart("quality")}
    </div>
    {SAMPLES_HTML}
  </div>
  <div class="more">
    {_chart("gradients")}{_chart("terms")}
  </div>
</div>
"""
SCRIPTS = (
    "chart_numbers.js", "chart_draw.js", "chart_readout.js", "chart_view.js", "chart.js",
    "stage.js", "facts.js", "polling.js", "popup.js", "findings.js", "bars.js", "opened.js",
    "panels.js", "series.js", "sheets.js", "pictures.js", "timeline.js", "pins.js", "drawn.js",
    "beside.js", "compare.js", "keys.js", "monitor.js",
)  # fmt: skip


def monitor_widget(sessions: Sessions) -> gr.HTML:
    """Shows the run of the session whose token is its value.

    It fires `phase` when that changes, `settings` when it has changed some itself, and `explore`
    when a generator was kept for that. (A function, because gradio writes a .pyi file beside the
    source of every class on gr.HTML.)
    """

    @answered
    def poll(have: dict) -> dict:
        """What changed since."""
        curves, looks, pictures = (have_of(have[name]) for name in SERIES)
        return sessions.get(str(have["token"])).report(have["run"], curves, looks, pictures)

    @answered
    def remedy(wish: dict) -> dict:
        """Apply a finding's changes to the training under way."""
        told = {str(name): value for name, value in wish["changes"].items()}
        player = sessions.get(str(wish["token"])).running()
        player.change([f"{name}={as_text(value)}" for name, value in told.items()])
        return {}

    @answered
    def fork(wish: dict) -> dict:
        """Branch off from a kept round."""
        sessions.get(str(wish["token"])).fork(wish["run"], wish["step"])
        return {}

    @answered
    def keep_to_explore(wish: dict) -> dict:
        """Have a round's generator, or the live one, among the models to explore."""
        sessions.get(str(wish["token"])).explore(wish["run"], wish["step"])
        return {}

    @answered
    def picture(wish: dict) -> dict:
        """The picture of a run that is nearest to a round."""
        return sessions.get(str(wish["token"])).run(wish["run"]).picture(int(wish["step"]))

    @answered
    def redraw(wish: dict) -> dict:
        """A kept round's picture, drawn in another way."""
        player = sessions.get(str(wish["token"])).run(wish["run"])
        return player.redraw(int(wish["step"]), wish["weights"], wish["statistics"])

    @answered
    def open_sample(wish: dict) -> dict:
        """One sample of a kept round, its pictures as data URLs."""
        player = sessions.get(str(wish["token"])).run(wish["run"])
        told = player.open_sample(int(wish["step"]), int(wish["place"]))
        return {
            name: png_url(value) if isinstance(value, np.ndarray) else value
            for name, value in told.items()
        }

    @answered
    def earlier(wish: dict) -> dict:
        """The curves of a run, to compare with."""
        player = sessions.get(str(wish["token"])).run(wish["run"])
        return {"name": player.name, **player.increments(NOTHING, NOTHING, NOTHING)}

    return gr.HTML(
        html_template=HTML,
        js_on_load=script(*SCRIPTS),
        apply_default_css=False,
        elem_id="monitor",
        server_functions=[
            poll,
            remedy,
            fork,
            keep_to_explore,
            picture,
            redraw,
            open_sample,
            earlier,
        ],
        words={**MONITOR, "stage": STAGE},
        columns=[*CURVES, *TERMS],
    )
