"""A part of the Explore tab: a model that did not come with the app."""

from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from demo.models import model_names
from demo.sessions import Sessions
from demo.tabs import PRIVATE, told_in_the_page
from demo.text import opening as text
from gan_core.errors import InputError

if TYPE_CHECKING:
    from demo.opened import Opened


def opening_section(sessions: Sessions, token: gr.State, model: gr.Dropdown) -> None:
    """Build it inside the current Blocks; `model` is the menu of models."""
    with gr.Accordion(text.TITLE, open=False, elem_id="opening-section"):
        gr.Markdown(text.FILES_INFO)
        with gr.Row(equal_height=False):
            files = gr.File(
                label=text.FILES, file_count="multiple", height=150, elem_id="model-files",
                file_types=[".safetensors", ".json", ".webp", ".zip"],
            )  # fmt: skip
            with gr.Column():
                hub = gr.Textbox(
                    label=text.HUB, info=text.HUB_INFO, placeholder="USER/NAME", max_lines=1
                )
                fetch = gr.Button(text.OPEN, size="sm", min_width=120)
        told = gr.Markdown(visible=False)

    def listed(token: str, named: "tuple[str, Opened]") -> list[dict]:
        name = sessions.get(token).models.add(*named)
        choices = gr.update(choices=model_names(sessions, token), value=name)
        return [choices, gr.update(value=text.OPENED.format(name=name), visible=True)]

    @told_in_the_page()
    def open_own(token: str, dropped: list[str] | None) -> list[dict]:
        from demo.opening import open_files  # imports torch

        return listed(token, open_files([Path(file) for file in dropped or []]))

    @told_in_the_page()
    def open_named(token: str, name: str) -> list[dict]:
        from demo.opening import open_from_hub  # imports torch

        if not name.strip():
            raise InputError(text.HUB_EMPTY)
        return listed(token, open_from_hub(name))

    opened = files.upload(open_own, [token, files], [model, told], api_name="open_model")
    # the next files would be added to these; those that are refused wait for the rest of a model
    opened.success(lambda: None, None, files, **PRIVATE)
    gr.on(
        [fetch.click, hub.submit], open_named, [token, hub], [model, told],
        api_name="open_model_from_hub",
    )  # fmt: skip
