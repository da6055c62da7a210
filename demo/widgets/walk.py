"""Keyframes in a row, and the walk past them: as filmstrips and played."""

from html import escape

import gradio as gr
import numpy as np

from demo.charts import png_url
from demo.sessions import Sessions
from demo.text.walk import WALK
from demo.walk import MAX_STEPS, Walk, beside
from demo.walk_files import MAX_SCALE
from demo.widgets import script
from demo.widgets.answers import answered
from gan_core.evolution import FASTEST
from gan_core.images import grid
from gan_core.latent import EASINGS, METHODS

FIRST_SEEDS = (1, 2, 3)


def _options(names: dict[str, str]) -> str:
    return "".join(
        f'<option value="{name}">{escape(said)}</option>' for name, said in names.items()
    )


def _number(name: str, value: int, least: int, most: int) -> str:
    return (
        f'<label>{WALK[name]} <input type="number" data-part="walk-{name}" value="{value}" '
        f'min="{least}" max="{most}"></label>'
    )


def _select(name: str, options: dict[str, str]) -> str:
    return (
        f'<label>{WALK[name]} <select data-part="walk-{name}">{_options(options)}</select></label>'
    )


PATHS = {**{name: name for name in METHODS}, "both": WALK["both"]}
ENDS = {name: WALK[name] for name in ("loop", "to_and_fro", "once")}
KINDS = ("gif", "mp4", "png")

HTML = f"""
<div class="monitor walk">
  <p class="message" data-part="walk-message" role="alert" hidden></p>
  <form class="tools" data-part="walk-adding">
    <label>{WALK["seeds"]} <input type="text" data-part="walk-seeds" inputmode="numeric"
      value="4, 5" size="10"></label>
    <button>{WALK["add_seeds"]}</button>
    <button type="button" data-part="walk-add">{WALK["add_point"]}</button>
    <button type="button" data-part="walk-clear">{WALK["clear"]}</button>
  </form>
  <ol class="keyframes" data-part="walk-keyframes" aria-label="{WALK["keyframes"]}"></ol>
  <div class="tools" data-part="walk-way">
    {_select("path", PATHS)}
    {_select("easing", {name: WALK[name] for name in EASINGS})}
    {_number("steps", 12, 2, MAX_STEPS)}
    <label><input type="checkbox" data-part="walk-closed"> {WALK["closed"]}</label>
    <span class="note">{WALK["path_info"]}</span>
  </div>
  <div class="walked" data-part="walk-walked" hidden>
    <div class="film">
      <canvas class="pixels" data-part="walk-film" role="img" aria-label="{WALK["film"]}"></canvas>
      <div class="tools">
        <button type="button" data-part="walk-play">{WALK["play"]}</button>
        <input type="range" data-part="walk-frame" min="0" value="0" aria-label="{WALK["frame"]}">
      </div>
      <div class="tools">
        {_number("speed", 12, 1, FASTEST)}
        {_select("again", ENDS)}
      </div>
      <div class="tools" role="group" aria-label="{WALK["take"]}">
        {
    "".join(f'<button type="button" data-kind="{kind}">{WALK[kind]}</button>' for kind in KINDS)
}
        {_number("scale", 4, 1, MAX_SCALE)}
      </div>
    </div>
    <div class="strips" data-part="walk-strips"></div>
  </div>
</div>
"""
SCRIPTS = (
    "newest.js", "sheets.js", "points.js", "kept_keyframes.js", "keyframes.js", "film.js",
    "strips.js", "walk.js",
)  # fmt: skip


def walk_widget(sessions: Sessions) -> gr.HTML:
    """Its value is {now, keyframes}: the point of the sliders, and what the row holds.

    A keyframe is {seed}, or a point with its own z and label; what it lacks it has from `now`. It
    fires `take` with what to write as a file. (A function, because gradio writes a .pyi file
    beside the source of every class on gr.HTML.)
    """

    @answered
    def draw(wish: dict) -> dict:
        """Images of the keyframes, and where there are two or more, a sheet for each path."""
        walk = Walk.read(sessions, wish)
        if not walk.points:
            return {"keyframes": "", "labels": [], "strips": []}
        keyframes = np.stack([point.draw() for point in walk.points])
        strips = walk.strips() if walk.legs else []
        height, width = keyframes.shape[1:3]
        return {
            "keyframes": png_url(beside(keyframes)),
            "labels": [point.model.labels[_label(point.labels)] if point.model.labels else ""
                       for point in walk.points],
            "strips": [png_url(grid(strip, walk.steps)) for strip in strips],
            "legs": walk.legs,
            "width": width,
            "height": height,
        }  # fmt: skip

    return gr.HTML(
        {"now": None, "keyframes": [{"seed": seed} for seed in FIRST_SEEDS]},
        html_template=HTML,
        js_on_load=script(*SCRIPTS),
        apply_default_css=False,
        elem_id="walk",
        server_functions=[draw],
        words=WALK,
    )


def _label(labels: np.ndarray | None) -> int:
    """The one with the most weight."""
    return int(labels.argmax()) if labels is not None else 0
