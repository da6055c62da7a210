"""Points that a visitor saved, and sums of them."""

import json

import gradio as gr

from demo.arithmetic import add, keep, point_of
from demo.charts import png_url
from demo.point import read_point
from demo.sessions import Sessions
from demo.text.arithmetic import ARITHMETIC
from demo.widgets import script
from demo.widgets.answers import answered
from gan_core.errors import InputError
from gan_core.latent_points import MOST, MOST_LETTERS

MOST_PICTURES = 50  # of a request
BOUNDS = {"most": MOST, "letters": MOST_LETTERS}
# The point of the sliders joins the value, and with the first come the points that the browser
# keeps; not when the widget appears, for what it sets then is lost.
FOLLOW = f"""(now, told) => {{
{script("kept_points.js")}
  return {{ ...told, now, points: told.points ?? keptPoints({json.dumps(BOUNDS)}) }};
}}"""
GROUPS = {"a": "-", "b": "+", "c": "="}  # with the sign behind each


def _term(name: str, sign: str) -> str:
    return (
        f'<figure data-part="term-{name}"><img class="pixels" alt="" hidden>'
        f"<figcaption><b>{ARITHMETIC[name]}</b> <span></span></figcaption></figure>"
        f'<span class="sign" aria-hidden="true">{sign}</span>'
    )


HTML = f"""
<div class="monitor arithmetic">
  <p>{ARITHMETIC["introduction"]}</p>
  <p class="message" data-part="saved-message" role="alert" hidden></p>
  <form class="tools" data-part="saved-adding">
    <label>{ARITHMETIC["name"]} <input type="text" data-part="saved-name"
      maxlength="{MOST_LETTERS}"></label>
    <button data-part="saved-save" disabled>{ARITHMETIC["save"]}</button>
    <button type="button" data-part="saved-take">{ARITHMETIC["take"]}</button>
  </form>
  <p class="note" data-part="saved-none">{ARITHMETIC["none"]}</p>
  <ul class="saved" data-part="saved" aria-label="{ARITHMETIC["saved"]}"></ul>
  <div class="sum" data-part="sum">
    {"".join(_term(name, sign) for name, sign in GROUPS.items())}
    <figure class="result" data-part="term-result"><img class="pixels" alt="" hidden>
      <figcaption><b>{ARITHMETIC["result"]}</b> <span></span></figcaption>
      <button type="button" data-part="sum-move" disabled>{ARITHMETIC["move"]}</button></figure>
  </div>
</div>
"""


def arithmetic_widget(sessions: Sessions) -> gr.HTML:
    """Its value is {now, points, chosen}: the point of the sliders, those saved as in
    demo/arithmetic.py, each with the `groups` it is in (null until `FOLLOW` has looked what the
    browser keeps), and where the sliders are to go.

    It fires `chosen` for that, and `take` for a file of all. (A function, because gradio writes a
    .pyi file beside the source of every class on gr.HTML.)
    """

    @answered
    def save(wish: dict) -> dict:
        """The point of the sliders as a saved one."""
        return {"point": keep(sessions, wish["now"], wish["name"])}

    @answered
    def draw(wish: dict) -> dict:
        """A picture of each of the points, or why there is none."""
        points = wish["points"]
        if len(points) > MOST_PICTURES:
            raise InputError(f"at most {MOST_PICTURES} points are drawn at once")
        return {"pictures": [_picture(wish["token"], one) for one in points]}

    def _picture(token: object, saved: dict) -> dict[str, str]:
        try:
            return {
                "src": png_url(read_point(sessions, {**point_of(saved), "token": token}).draw())
            }
        except InputError as error:
            return {"src": "", "message": str(error)}

    @answered
    def calculate(wish: dict) -> dict:
        """Pictures of A, B, C and the sum, and the point of the sum."""
        found = add(sessions, wish["now"], wish["chosen"])
        terms = {name: png_url(picture) for name, picture in found.terms.items()}
        return {**terms, "result": png_url(found.picture), "point": found.point}

    scripts = "newest.js", "elements.js", "kept_points.js", "saved_points.js", "arithmetic.js"
    return gr.HTML(
        {"now": None, "points": None},
        html_template=HTML,
        js_on_load=script(*scripts),
        apply_default_css=False,
        elem_id="arithmetic",
        server_functions=[save, draw, calculate],
        words={**ARITHMETIC, **BOUNDS, "at_once": MOST_PICTURES},
    )
