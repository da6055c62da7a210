"""A part of the Explore tab: the shipped models side by side."""

import gradio as gr

from demo.tabs import PRIVATE
from demo.text import gallery as text
from demo.widgets.gallery import gallery_widget

TO_THE_IMAGE = """(name) => {
  document.getElementById("latent")?.scrollIntoView({behavior: "smooth", block: "center"});
  return name;
}"""


def gallery_section(model: gr.Dropdown) -> None:
    """Build it inside the current Blocks; `model` is the menu of models."""
    with gr.Accordion(text.TITLE, open=False, elem_id="gallery-section"):
        gallery = gallery_widget()
    gallery.chosen(None, gallery, model, js=TO_THE_IMAGE, **PRIVATE)
