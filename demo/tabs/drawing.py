"""A part of the Explore tab: pictures that are put in, found in latent space, and repaired."""

import gradio as gr

from demo.sessions import Sessions
from demo.tabs import PRIVATE
from demo.text import drawing as text
from demo.widgets.drawing import drawing_widget


def drawing_section(sessions: Sessions, latent: gr.HTML, model: gr.Dropdown) -> None:
    """Build it inside the current Blocks; the value of `latent` is the point of the sliders, and
    `model` the menu of models."""
    with gr.Accordion(text.TITLE, open=False, elem_id="drawing-section"):
        drawing = drawing_widget(sessions)
    latent.moved(None, [latent, drawing], drawing, js="(now, told) => ({...told, now})", **PRIVATE)
    drawing.chosen(
        None, drawing, [latent, model], js="({chosen}) => [chosen, chosen.model]", **PRIVATE
    )
