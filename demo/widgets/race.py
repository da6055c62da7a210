"""The view of a race: lanes side by side, their scores over the rounds, the scoreboard."""

import gradio as gr

from demo.sessions import Sessions
from demo.text.race import RACE
from demo.widgets import fact, script
from demo.widgets.answers import answered, have_of

FACTS = ("system", "step", "epoch", "speed", "left", "seed", "device")
COLUMNS = ("place", "objective", "score", "classes", "diversity", "round", "seconds", "state")


def _heading(name: str) -> str:
    return f'<th scope="col" data-part="{name}-name">{RACE[name]}</th>'


HTML = f"""
<div class="monitor race">
  <p class="status"><span data-part="phase" role="status"></span></p>
  <p class="message" data-part="message" role="alert" hidden></p>
  <div data-part="facts" hidden>
    <progress data-part="progress" max="1" value="0" aria-label="{RACE["training"]}"></progress>
    <dl class="facts">{"".join(fact(name, RACE[name]) for name in FACTS)}</dl>
  </div>
  <p class="note" data-part="own-noise" hidden></p>
  <div class="samples">
    <div class="past"><span>{RACE["lanes"]}</span>
      <input type="range" data-part="past" min="0" max="0" value="0" step="1" disabled
        aria-label="{RACE["past"]}"><span data-part="shown"></span></div>
    <div class="lanes" data-part="lanes"></div>
    <p class="empty" data-part="no-samples">{RACE["no_samples"]}</p>
  </div>
  <div class="results" data-part="results" hidden>
    <div class="board" tabindex="0" role="region" aria-label="{RACE["board"]}">
      <table>
        <caption>{RACE["board"]}</caption>
        <thead><tr>{"".join(map(_heading, COLUMNS))}</tr></thead>
        <tbody data-part="board"></tbody>
      </table>
    </div>
    <p class="note" data-part="board-note"></p>
    <figure data-part="chart">
      <figcaption data-part="chart-title">{RACE["chart"]}</figcaption>
      <div class="readout" data-part="readout"></div>
      <canvas class="chart" data-part="scores" role="img" aria-label="{RACE["chart"]}"></canvas>
    </figure>
  </div>
</div>
"""
SCRIPTS = (
    "chart_numbers.js", "chart_draw.js", "chart_readout.js", "chart_view.js", "chart.js",
    "facts.js", "polling.js", "series.js", "sheets.js", "pictures.js", "lanes.js",
    "scoreboard.js", "race.js",
)  # fmt: skip


def race_widget(sessions: Sessions) -> gr.HTML:
    """Shows the race of the session whose token is its value.

    It fires `phase` when that changes, and `settings` when the page begins to show it.
    """

    @answered
    def poll(have: dict) -> dict:
        """What changed since, or everything of a race that the page doesn't show yet."""
        session = sessions.get(str(have["token"]))
        session.touch()
        race = session.race
        if race is None:
            return {"race": 0, "phase": "idle"}
        if have["race"] != race.number:
            return race.facts()  # of how many lanes the page must ask
        pictures = [have_of(one) for one in have["snapshots"]]
        return {**race.facts(), **race.increments(have_of(have["scores"]), pictures)}

    return gr.HTML(
        html_template=HTML,
        js_on_load=script(*SCRIPTS),
        apply_default_css=False,
        elem_id="race",
        server_functions=[poll],
        words=RACE,
    )
