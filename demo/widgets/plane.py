"""A plane through three points of latent space, drawn where one looks."""

import gradio as gr
import numpy as np

from demo.charts import png_url
from demo.sessions import Sessions
from demo.text.walk import PLANE
from demo.walk import beside, drawn_z, read_keyframes
from demo.widgets import script
from demo.widgets.answers import answered
from gan_core.errors import InputError
from gan_core.plane import Plane

MAX_TILES = 64  # of a request
MAX_PLACE = 1e4  # from the first point, in latent units

HTML = f"""
<div class="monitor plane">
  <p class="message" data-part="plane-message" role="alert" hidden></p>
  <canvas data-part="plane-tiles" tabindex="0" role="application"
    aria-label="{PLANE["image"]}"></canvas>
  <div class="tools">
    <button type="button" data-part="plane-nearer" aria-label="{PLANE["nearer"]}">+</button>
    <button type="button" data-part="plane-further" aria-label="{PLANE["further"]}">&minus;</button>
    <button type="button" data-part="plane-whole">{PLANE["whole"]}</button>
    <span class="note" data-part="plane-where"></span>
  </div>
  <p class="note">{PLANE["note"]}</p>
</div>
"""
SCRIPTS = (
    "newest.js", "sheets.js", "points.js", "plane_view.js", "plane_moves.js", "plane.js",
)  # fmt: skip


def plane_widget(sessions: Sessions) -> gr.HTML:
    """Its value is the walk's, and `chosen`, a point, once it has fired that.

    (A function, because gradio writes a .pyi file beside the source of every class on gr.HTML.)
    """

    @answered
    def tiles(wish: dict) -> dict:
        """Images at these places, with the label of `now`, and where the three points are."""
        plane, now = _plane(wish), read_keyframes(sessions, [wish["now"]])[0]
        places = _places(wish["places"])
        told: dict = {"corners": plane.corners.tolist(), "sheet": ""}
        if len(places):
            labels = None if now.labels is None else now.labels.repeat(len(places), axis=0)
            images = now.model.generate(plane.at(places), labels)
            height, width = images.shape[1:3]
            told |= {"sheet": png_url(beside(images)), "width": width, "height": height}
        return told

    @answered
    def choose(wish: dict) -> dict:
        """The z of a place, before the truncation of `now`."""
        now = read_keyframes(sessions, [wish["now"]])[0]
        if not now.psi:
            raise InputError("at a truncation of 0 all points look alike; raise it first")
        z = _plane(wish).at(_places([wish["place"]]))[0] / now.psi
        return {"z": [round(float(number), 4) for number in z]}

    def _plane(wish: dict) -> Plane:
        points = read_keyframes(sessions, [*wish["keyframes"], wish["now"]])[:-1]
        if len(points) != 3:
            raise InputError(f"a plane goes through 3 keyframes, not {len(points)}")
        return Plane.through(drawn_z(points))

    return gr.HTML(
        {"now": None, "keyframes": []},
        html_template=HTML,
        js_on_load=script(*SCRIPTS),
        apply_default_css=False,
        elem_id="plane",
        server_functions=[tiles, choose],
        words=PLANE,
        most=MAX_TILES,
    )


def _places(told: list) -> np.ndarray:
    """(N, 2); InputError for too many, or far out."""
    if len(told) > MAX_TILES:
        raise InputError(f"at most {MAX_TILES} images are drawn at once, not {len(told)}")
    places = np.array(told, dtype=np.float64) if told else np.zeros((0, 2))
    if places.ndim != 2 or places.shape[1] != 2:
        raise InputError("a place is two numbers")
    if not (np.abs(places) <= MAX_PLACE).all():  # nor where one is no number
        raise InputError(f"a place must lie within {MAX_PLACE:g} of the first keyframe")
    return places
