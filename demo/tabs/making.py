"""A part of the Explore tab: a data set made by the model chosen, as a file."""

import time
from typing import TYPE_CHECKING

import gradio as gr

from demo.choices import MAX_SEED, whole_number
from demo.point import read_point
from demo.sessions import Sessions
from demo.tabs import PRIVATE, told_in_the_page
from demo.tabs.takeaway import fetch
from demo.text import making as text
from demo.widgets.making import making_widget
from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.made_data import MadeData

MOST_LETTERS = 2000  # of what is asked of the labels


def read_plan(count: object, labels: object, psi: object, seed: object, form: object) -> "MadeData":
    """What a page asks for; InputError for nonsense."""
    from gan_core.made_data import MOST, MadeData, parse_labels  # imports torch

    if isinstance(psi, bool) or not isinstance(psi, int | float):
        raise InputError("the truncation must be a number above 0 and 1 at most")
    if not isinstance(labels, str) or len(labels) > MOST_LETTERS:
        raise InputError("labels must be 'even' or such as 0:500, 1:500")
    return MadeData(
        count=whole_number("the number of images", count, 1, MOST),
        seed=whole_number("seed", seed, 0, MAX_SEED),
        truncation=float(psi),
        labels=parse_labels(labels.strip() or "even"),
        format=str(form),
    )


def making_section(sessions: Sessions, latent: gr.HTML) -> None:
    """Build it inside the current Blocks; the value of `latent` says what model."""
    with gr.Accordion(text.TITLE, open=False, elem_id="making-section"):
        gr.Markdown(text.INTRODUCTION)
        with gr.Row():
            count = gr.Number(1000, label=text.COUNT, info=text.COUNT_INFO, precision=0)
            labels = gr.Textbox("even", label=text.LABELS, info=text.LABELS_INFO)
            psi = gr.Number(1, label=text.PSI, info=text.PSI_INFO, step=0.05)
            seed = gr.Number(0, label=text.SEED, info=text.SEED_INFO, precision=0)
        form = gr.Radio(text.FORMATS, value="npz", label=text.FORMAT)
        with gr.Row():
            make = gr.Button(text.MAKE, variant="primary", scale=0, min_width=160)
        making = making_widget(sessions)
        taken = gr.DownloadButton(visible="hidden", elem_id="set-taken")

    @told_in_the_page()
    def begin(
        now: object, count: float, labels: str, psi: float, seed: float, form: str
    ) -> dict[str, object]:
        """Start to make it with the model and the weights of the sliders."""
        plan = read_plan(count, labels, psi, seed, form)
        model = read_point(sessions, now).model
        for name, _ in plan.labels:
            model.label_number(name)  # told before anything is begun
        token = str(now["token"])  # type: ignore[index] - it was read
        sessions.get(token).make(model, plan)
        return {"token": token, "begun": time.time()}

    @told_in_the_page()
    def take(told: gr.EventData) -> str:
        making = sessions.get(str(told._data)).making
        if making is None:
            raise InputError("there is no set to download; make one first")
        return str(making.take())

    make.click(
        begin, [latent, count, labels, psi, seed, form], making,
        show_progress="hidden", api_name="make_data",
    )  # fmt: skip
    making.take(take, None, taken, show_progress="hidden", api_visibility="private").success(
        None, None, None, js=fetch("set-taken")
    )
    latent.moved(
        None, [latent, making], making, js="({token}, making) => ({...making, token})", **PRIVATE
    )
