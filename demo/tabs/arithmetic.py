"""A part of the Explore tab: points that are saved, A - B + C of them, and their file."""

from pathlib import Path

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from demo.arithmetic import as_file, from_file
from demo.sessions import Sessions
from demo.tabs import PRIVATE, told_in_the_page
from demo.tabs.takeaway import fetch
from demo.text import arithmetic as text
from demo.widgets.arithmetic import FOLLOW, arithmetic_widget
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
        found = gr.JSON(visible=False)  # in the file that was loaded last

    @told_in_the_page()
    def take(told: dict) -> str:
        try:
            written = as_file(told["points"])
        except UNREADABLE as error:
            raise _as_input_error(error) from None
        # straight to where gradio serves it from, and cleans up
        return save_bytes_to_cache(written, FILE, taken.GRADIO_CACHE)

    @told_in_the_page()
    def load(file: str, told: dict) -> list[dict]:
        """What the file holds."""
        try:
            content = Path(file).read_bytes()
            points = from_file(sessions, content, told["now"], told["kept"])
            return [{**one, "groups": []} for one in points]
        except UNREADABLE as error:
            raise _as_input_error(error) from None

    latent.moved(None, [latent, arithmetic], arithmetic, js=FOLLOW, **PRIVATE)
    arithmetic.chosen(
        None, arithmetic, [latent, model], js="({chosen}) => [chosen, chosen.model]", **PRIVATE
    )
    arithmetic.take(
        take, arithmetic, taken, show_progress="hidden", api_name="save_points"
    ).success(None, None, None, js=fetch("points-taken"))
    # behind the points as they are by then: they may have changed while the file was read
    loaded.upload(
        load, [loaded, arithmetic], found, show_progress="hidden", api_name="load_points",
        js="(file, {now, points}) => [file, {now, kept: points?.length ?? 0}]",
    ).success(
        None, [arithmetic, found], arithmetic, **PRIVATE,
        js="(told, found) => ({...told, points: [...told.points, ...found]})",
    )  # fmt: skip


def _as_input_error(error: Exception) -> InputError:
    if isinstance(error, InputError):
        return error
    return InputError("these points can't be read; reload the page")
