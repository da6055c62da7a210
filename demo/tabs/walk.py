"""A part of the Explore tab: keyframes, the walk past them, their plane, and a run's rounds."""

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from demo.sessions import Sessions
from demo.tabs import PRIVATE, told_in_the_page
from demo.tabs.takeaway import fetch
from demo.text import walk as text
from demo.walk import Walk
from demo.walk_files import write
from demo.widgets.plane import plane_widget
from demo.widgets.rounds import rounds_widget
from demo.widgets.walk import walk_widget
from gan_core.errors import InputError


def walk_section(sessions: Sessions, latent: gr.HTML) -> None:
    """Build it inside the current Blocks; the value of `latent` is the point of the sliders."""
    gr.Markdown(text.INTRODUCTION)
    walk = walk_widget(sessions)
    taken = gr.DownloadButton(visible="hidden", elem_id="walk-taken")
    with gr.Accordion(text.PLANE_TITLE, open=False):
        plane = plane_widget(sessions)
    with gr.Accordion(text.ROUNDS_TITLE, open=False):
        rounds = rounds_widget(sessions)

    @told_in_the_page()
    def take(told: gr.EventData) -> str:
        wish = told._data
        try:
            written, kind = write(Walk.read(sessions, wish), wish), wish["kind"]
        except InputError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError):
            raise InputError("this walk can't be read; reload the page") from None
        # straight to where gradio serves it from, and cleans up
        return save_bytes_to_cache(written, f"ganscope-walk.{kind}", taken.GRADIO_CACHE)

    latent.change(None, [latent, walk], walk, js="(now, walk) => ({...walk, now})", **PRIVATE)
    for widget in (plane, rounds):
        walk.change(None, walk, widget, js="(walk) => walk", **PRIVATE)
    plane.chosen(None, plane, latent, js="({chosen}) => chosen", **PRIVATE)
    walk.take(take, None, taken, show_progress="hidden", api_visibility="private").success(
        None, None, None, js=fetch("walk-taken")
    )
