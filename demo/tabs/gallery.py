"""A part of the Explore tab: the shipped models side by side."""

import gradio as gr

from demo.tabs import PRIVATE
from demo.text import gallery as text
from demo.widgets.gallery import gallery_widget

# the focus goes along, for those who move by keyboard or have the page read out
TO_THE_IMAGE = """(name) => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const image = document.querySelector('#latent [data-part="image"]');
  image.tabIndex = -1;
  image.focus({preventScroll: true});
  image.scrollIntoView({behavior: calm ? "instant" : "smooth", block: "center"});
  return name;
}"""


def gallery_section(model: gr.Dropdown) -> None:
    """Build it inside the current Blocks; `model` is the menu of models."""
    with gr.Accordion(text.TITLE, open=False, elem_id="gallery-section"):
        gallery = gallery_widget()
    gallery.chosen(None, gallery, model, js=TO_THE_IMAGE, **PRIVATE)
