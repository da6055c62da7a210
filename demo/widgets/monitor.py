"""The view of a training: status, curves, sample grids with a slider over past epochs."""

from html import escape

import gradio as gr

from demo.session import Sessions
from demo.text.en import MONITOR
from demo.widgets import script
from gan_core.errors import InputError

# a browser tab keeps its session's token, so that a reload finds the run again
KEEP_TOKEN = "(token) => { sessionStorage.setItem('ganscope', token); }"
LAST_TOKEN = "() => sessionStorage.getItem('ganscope') ?? ''"

FACTS = ("step", "epoch", "speed", "left", "seed", "device")


def _fact(name: str) -> str:
    return f'<div><dt>{MONITOR[name]}</dt><dd data-part="fact-{name}"></dd></div>'


def _chart(title: str, canvas: str, blue: str, orange: str, extra: str = "") -> str:
    """A titled canvas; `blue` and `orange` name the two series of its legend."""
    legend = "".join(
        f'<span class="{color}">{escape(MONITOR[name])} <b data-part="value-{name}"></b></span>'
        for color, name in (("blue", blue), ("orange", orange))
    )
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<div class="legend">{legend}{extra}</div>'
        f'<canvas class="chart" data-part="{canvas}" role="img" aria-label="{escape(title)}">'
        "</canvas></figure>"
    )


EQUILIBRIUM = f'<span class="level">{MONITOR["equilibrium"]}</span>'
LOSSES = _chart(MONITOR["losses"], "losses", "d_loss", "g_loss")
OPINIONS = _chart(MONITOR["opinions"], "opinions", "d_real", "d_fake", EQUILIBRIUM)

HTML = f"""
<div class="monitor">
  <p class="status"><span data-part="phase" role="status"></span></p>
  <p class="message" data-part="message" role="alert" hidden></p>
  <ul class="findings" data-part="findings" role="status" aria-label="{MONITOR["findings"]}"></ul>
  <div data-part="facts" hidden>
    <progress data-part="progress" max="1" value="0" aria-label="{MONITOR["training"]}"></progress>
    <dl class="facts">{"".join(map(_fact, FACTS))}</dl>
  </div>
  <div class="panels">
    <div>
      {LOSSES}
      {OPINIONS}
      <p class="note">{MONITOR["curves_note"]}</p>
    </div>
    <figure class="samples">
      <figcaption>{MONITOR["samples"]} <span data-part="shown"></span></figcaption>
      <input type="range" data-part="past" min="0" max="0" value="0" step="1"
        aria-label="{MONITOR["past_epochs"]}">
      <canvas class="pixels" data-part="samples" role="img" aria-label="{MONITOR["samples"]}"
        hidden></canvas>
      <p class="empty" data-part="no-samples">{MONITOR["no_samples"]}</p>
    </figure>
  </div>
</div>
"""


def monitor_widget(sessions: Sessions) -> gr.HTML:
    """Shows the run of the session whose token is its value; fires `phase` when that changes.

    A function, because gradio writes a .pyi file beside the source of every class on gr.HTML.
    """

    def poll(have: dict) -> dict:
        try:
            session = sessions.get(str(have["token"]))
            (stride, step), (picture_stride, number) = have["rows"], have["pictures"]
            return session.report(have["run"], (stride, step), (picture_stride, number))
        except InputError as error:
            return {"error": str(error)}
        except (KeyError, TypeError, ValueError):
            return {"error": "poll needs token, run, rows and pictures"}

    return gr.HTML(
        html_template=HTML,
        js_on_load=script("curves.js", "monitor.js"),
        apply_default_css=False,
        elem_id="monitor",
        server_functions=[poll],
        words=MONITOR,
    )
