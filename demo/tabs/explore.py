"""The Explore tab: pick a model, move a point of its latent space, walk between points."""

from typing import Any
from urllib.parse import parse_qs

import gradio as gr

from demo.models import find_model, model_names
from demo.sessions import Sessions
from demo.tabs import PRIVATE, told_in_the_page
from demo.tabs.arithmetic import arithmetic_section
from demo.tabs.drawing import drawing_section
from demo.tabs.gallery import gallery_section
from demo.tabs.inside import inside_section
from demo.tabs.making import making_section
from demo.tabs.opening import opening_section
from demo.tabs.walk import walk_section
from demo.text import explore as text
from demo.widgets.latent import latent_widget
from gan_core.pretrained import image_models

FIRST_SEED = 1
ADDRESS = "() => location.hash"


def linked_model(address: str) -> str | None:
    """The model that the hash of a page's address names; None where it names none."""
    return parse_qs(address.removeprefix("#")).get("model", [None])[0]


def explore_tab(tab: gr.Tab, sessions: Sessions, token: gr.State) -> gr.Dropdown:
    """Build the tab inside the current Blocks; returns the choice of a model."""
    shipped = image_models()
    gr.Markdown(text.INTRODUCTION)
    lacking = gr.Markdown(text.NO_MODELS, visible=not shipped)
    model = gr.Dropdown(
        shipped, value=next(iter(shipped), None), label=text.MODEL, info=text.MODEL_INFO
    )
    opening_section(sessions, token, model)
    latent = latent_widget(sessions)
    walk_section(sessions, latent)

    def choices(token: str, chosen: str | None) -> dict:
        names = model_names(sessions, token)
        first = next(iter(names), None)
        return gr.update(choices=names, value=chosen if chosen in names else first)

    @told_in_the_page()
    def show(token: str, chosen: str | None, told: dict | None) -> dict:
        """The point for this model: what was told of the last one stays where it can."""
        told = told or {}
        if chosen is None or (told.get("token"), told.get("model")) == (token, chosen):
            return gr.skip()
        model = find_model(sessions, token, chosen)
        labels = model.labels
        label = min(told.get("label") or 0, len(labels) - 1) if labels else None
        return {
            "token": token,
            "model": chosen,
            "seed": told.get("seed", FIRST_SEED),
            "z": told.get("z") if told.get("model") == chosen else None,
            "label": label,
            "other": None,
            "share": 0,
            "psi": model.card.truncation,
            "weights": "shown",
        }

    # queued: the page shows errors of queued events only
    quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    tab.select(choices, [token, model], model, **quick)
    model.change(lambda chosen: gr.update(visible=chosen is None), model, lacking, **quick)
    gr.on(
        [tab.select, model.change], show, [token, model, latent], latent,
        trigger_mode="always_last", **quick,
    )  # fmt: skip
    # without the model that was chosen it stayed with the last one
    latent.stayed(None, latent, model, js="(now) => now.model", **PRIVATE)
    drawing_section(sessions, latent, model)
    arithmetic_section(sessions, latent, model)
    inside_section(sessions, latent)
    making_section(sessions, latent)
    gallery_section(model)
    return model
