"""The points of a walk as they looked round after round of a run."""

import gradio as gr

from demo.charts import png_url
from demo.sessions import Sessions
from demo.text.walk import ROUNDS
from demo.walk_rounds import draw_rounds
from demo.widgets import script
from demo.widgets.answers import answered

HTML = f"""
<div class="monitor rounds">
  <p>{ROUNDS["introduction"]}</p>
  <div class="tools">
    <fieldset><legend>{ROUNDS["points"]}</legend>
      <label><input type="radio" name="rounds-points" value="keyframes" checked>
        {ROUNDS["keyframes"]}</label>
      <label><input type="radio" name="rounds-points" value="now"> {ROUNDS["now"]}</label>
    </fieldset>
    <button type="button" data-part="rounds-draw">{ROUNDS["draw"]}</button>
  </div>
  <p class="message" data-part="rounds-message" role="alert" hidden></p>
  <div class="drawn" data-part="rounds-drawn"></div>
</div>
"""


def rounds_widget(sessions: Sessions) -> gr.HTML:
    """Its value is the walk's.

    (A function, because gradio writes a .pyi file beside the source of every class on gr.HTML.)
    """

    @answered
    def rounds(wish: dict) -> dict:
        """A picture of each round, the first first."""
        drawn = draw_rounds(sessions, wish["keyframes"])
        return {"rounds": [{"step": one.step, "src": png_url(one.picture)} for one in drawn]}

    return gr.HTML(
        {"now": None, "keyframes": []},
        html_template=HTML,
        js_on_load=script("points.js", "rounds.js"),
        apply_default_css=False,
        elem_id="rounds",
        server_functions=[rounds],
        words=ROUNDS,
    )
