"""A picture to draw or bring, parts of it hidden, and what a model makes of it."""

from base64 import b64encode

import gradio as gr

from demo.point import read_point
from demo.searching import Search, read_hidden, read_picture
from demo.sessions import Sessions
from demo.text.drawing import DRAWING
from demo.widgets import script
from demo.widgets.answers import answered

TOOLS = ("draw", "erase", "hide", "show")
EDITS = ("undo", "clear", "invert")
SOURCES = ("upload", "take", "example")


def _tool(name: str) -> str:
    checked = "checked" if name == "draw" else ""
    return (
        f'<label><input type="radio" name="drawing-tool" value="{name}" {checked}>'
        f" {DRAWING[name]}</label>"
    )


def _button(name: str) -> str:
    return f'<button type="button" data-part="drawing-{name}">{DRAWING[name]}</button>'


HTML = f"""
<div class="monitor drawing">
  <p>{DRAWING["introduction"]}</p>
  <p class="message" data-part="drawing-message" role="alert" hidden></p>
  <div class="sides">
    <figure>
      <figcaption>{DRAWING["paper"]}</figcaption>
      <div class="sheet">
        <canvas class="pixels" data-part="drawing-paper" role="img" tabindex="0"
          aria-label="{DRAWING["paper"]}. {DRAWING["keys"]}"></canvas>
        <canvas class="pixels mask" data-part="drawing-mask" aria-hidden="true"></canvas>
        <span class="brush" data-part="drawing-brush" hidden></span>
      </div>
      <div class="tools">
        <fieldset><legend>{DRAWING["tool"]}</legend>{"".join(map(_tool, TOOLS))}</fieldset>
        <label>{DRAWING["width"]}
          <input type="range" data-part="drawing-width" min="1" max="12" step="0.5"></label>
      </div>
      <div class="tools">{"".join(map(_button, EDITS))}</div>
      <div class="tools">{"".join(map(_button, SOURCES))}
        <input type="file" accept="image/*" data-part="drawing-file" hidden></div>
      <p class="note">{DRAWING["keys"]}</p>
    </figure>
    <figure>
      <figcaption>{DRAWING["found"]}</figcaption>
      <img class="pixels" data-part="drawing-found" alt="" hidden>
      <progress data-part="drawing-progress" max="1" value="0"
        aria-label="{DRAWING["progress"]}"></progress>
      <p role="status" data-part="drawing-state"></p>
      <div class="tools">{"".join(map(_button, ("find", "repair", "stop", "move")))}</div>
    </figure>
  </div>
</div>
"""


def drawing_widget(sessions: Sessions) -> gr.HTML:
    """Its value is {now, chosen}: the point of the sliders, and where they are to go; it fires
    `chosen` for that.

    A function, because gradio writes a .pyi file beside the source of every class on gr.HTML.
    """

    @answered
    def paper(wish: dict) -> dict:
        """The size of the pictures that the model draws."""
        shape = read_point(sessions, wish["now"]).model.card.config.shape
        if len(shape) != 3:
            return {"error": DRAWING["points"]}
        return dict(zip(("channels", "height", "width"), shape))

    @answered
    def begin(wish: dict) -> dict:
        """Search for the picture, or for what could be where it is hidden."""
        point = read_point(sessions, wish["now"])
        session = sessions.get(str(wish["now"]["token"]))
        picture = read_picture(point, wish["pixels"])
        hidden = None if wish["hidden"] is None else read_hidden(point, wish["hidden"])
        session.search_by(Search(point, picture, hidden))
        return {}

    @answered
    def look(wish: dict) -> dict:
        """The best so far."""
        search = sessions.get(str(wish["token"])).search
        return search.facts() if search else {"phase": "idle"}

    @answered
    def halt(wish: dict) -> dict:
        search = sessions.get(str(wish["token"])).search
        if search:
            search.stop()
        return {}

    @answered
    def example(wish: dict) -> dict:
        """A real picture of those that the model learned from."""
        from demo.neighbours import an_image  # imports torch

        point = read_point(sessions, wish["now"])
        session = sessions.get(str(wish["now"]["token"]))
        picture = an_image(session, str(wish["now"]["model"]), point)
        return {"pixels": b64encode(picture.tobytes()).decode()}

    return gr.HTML(
        {"now": None},
        html_template=HTML,
        js_on_load=script("sheet.js", "drawing.js"),
        apply_default_css=False,
        elem_id="drawing",
        server_functions=[paper, begin, look, halt, example],
        words=DRAWING,
    )
