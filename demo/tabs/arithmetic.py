"""A part of the Explore tab: points that are saved, A - B + C of them, and their file."""

from pathlib import Path

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from demo.arithmetic import as_file, from_file
from demo.sessions import Sessions
from demo.tabs import PRIVATE, told_in_the_page
from demo.tabs.takeaway import fetch
from demo.text import arithmetic as text
from demo.widgets.arithmetic import arithmetic_widget
from gan_core.errors import InputError

FILE = "ganscope-points.json"
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


def arithmetic_section(sessions: Sessions, latent: gr.HTML, model: gr.Dropdown) -> None:
    """Build it inside the current Blocks; the value of `latent` is the point of the sliders, and
    `model` the menu of models."""
    with gr.Accordion(text.TITLE, open=False, elem_id="arithmetic-section"):
        arithmetic = arithmetic_widget(sessions)
        with gr.Row():
            loaded = gr.UploadButton(
                text.LOAD, size="sm", scale=0, min_width=160, file_types=[".json"]
            )
        taken = gr.DownloadButton(visible="hidden", elem_id="points-taken")

    @told_in_the_page()
    def take(told: dict) -> str:
        try:
            written = as_file(told["points"])
        except UNREADABLE as error:
            raise _as_input_error(error) from None
        # straight to where gradio serves it from, and cleans up
        return save_bytes_to_cache(written, FILE, taken.GRADIO_CACHE)

    @told_in_the_page()
    def load(file: str, now: dict | None, told: dict) -> dict:
        """What is saved, and behind it what the file holds."""
        try:
            points = [*told["points"]]
            found = from_file(sessions, Path(file).read_bytes(), now, len(points))
        except UNREADABLE as error:
            raise _as_input_error(error) from None
        return {**told, "points": [*points, *({**one, "groups": []} for one in found)]}

    latent.moved(
        None, [latent, arithmetic], arithmetic, js="(now, told) => ({...told, now})", **PRIVATE
    )
    arithmetic.chosen(
        None, arithmetic, [latent, model], js="({chosen}) => [chosen, chosen.model]", **PRIVATE
    )
    arithmetic.take(
        take, arithmetic, taken, show_progress="hidden", api_name="save_points"
    ).success(None, None, None, js=fetch("points-taken"))
    loaded.upload(
        load, [loaded, latent, arithmetic], arithmetic,
        show_progress="hidden", api_name="load_points",
    )  # fmt: skip


def _as_input_error(error: Exception) -> InputError:
    if isinstance(error, InputError):
        return error
    return InputError("these points can't be read; reload the page")
