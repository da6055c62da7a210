"""A part of the Explore tab: the layers of G at the point, and the training images near it."""

import gradio as gr

from demo.sessions import Sessions
from demo.tabs import PRIVATE
from demo.text import inside as text
from demo.widgets.inside import inside_widget


def inside_section(sessions: Sessions, latent: gr.HTML) -> None:
    """Build it inside the current Blocks; the value of `latent` is the point of the sliders."""
    with gr.Accordion(text.TITLE, open=False, elem_id="inside-section"):
        inside = inside_widget(sessions)
    latent.moved(None, latent, inside, js="(now) => now", **PRIVATE)
