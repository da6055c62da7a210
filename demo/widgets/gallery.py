"""The shipped models as cards, each drawn when the gallery is first seen."""

import gradio as gr

from demo.gallery import card, epoch, names
from demo.text.gallery import GALLERY
from demo.widgets import script
from demo.widgets.answers import answered

HTML = f"""
<div class="monitor gallery">
  <p class="note">{GALLERY["introduction"]}</p>
  <div class="cards" data-part="cards"></div>
</div>
"""


def gallery_widget() -> gr.HTML:
    """It fires `chosen`, and has the name of a model as its value, when somebody wants to explore
    that.

    (A function, because gradio writes a .pyi file beside the source of every class on gr.HTML.)
    """

    @answered
    def models(wish: dict) -> dict:
        return {"names": names()}

    @answered
    def open_card(wish: dict) -> dict:
        return card(str(wish["name"]))

    @answered
    def open_epoch(wish: dict) -> dict:
        return {"src": epoch(str(wish["name"]), wish["place"])}

    return gr.HTML(
        "",
        html_template=HTML,
        js_on_load=script("elements.js", "newest.js", "evolution.js", "gallery.js"),
        apply_default_css=False,
        elem_id="gallery",
        server_functions=[models, open_card, open_epoch],
        words=GALLERY,
    )
