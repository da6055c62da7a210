"""Every setting of a run as a control, in groups, and back as the engine's texts."""

from typing import Literal, get_args, get_origin, get_type_hints

import gradio as gr
from gradio.components import Component

from demo.text.knobs import CHOICES, GROUPS, KNOBS, RESTART
from gan_core.config import FIXED, RunConfig, as_text

NAMES = tuple(name for names in GROUPS.values() for name in names)  # in the order of the page
KINDS = get_type_hints(RunConfig)


def knobs(config: RunConfig) -> list[Component]:
    """A control for each of NAMES inside the current Blocks, set as in `config`."""
    controls = []
    for group, names in GROUPS.items():
        with gr.Accordion(group, open=False):
            controls += [_control(name, getattr(config, name)) for name in names]
    return controls


def positions(config: RunConfig) -> list[object]:
    """What each of NAMES is to show."""
    return [_shown(getattr(config, name)) for name in NAMES]


def settings(base: RunConfig, values: list[object]) -> list[str]:
    """Texts such as "d_steps=5", no spaces, for controls that stand elsewhere than in `base`."""
    return [
        f"{name}={as_text(value).replace(' ', '')}"
        for name, value in zip(NAMES, values, strict=True)
        if value != _shown(getattr(base, name))
    ]


def _shown(value: object) -> object:
    """A field's value as its control has it."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) if value and isinstance(value[0], float) else [*value]
    return value


def _control(name: str, value: object) -> Component:
    knob, kind = KNOBS[name], KINDS[name]
    told = {
        "label": knob.label + (RESTART if name in FIXED else ""),
        "info": knob.meaning,
        "value": _shown(value),
        "elem_id": f"knob-{name}",
    }
    if kind is bool:
        return gr.Checkbox(**told)
    if name in CHOICES and isinstance(value, tuple):
        return gr.CheckboxGroup(list(CHOICES[name]), **told)
    if name in CHOICES or get_origin(kind) is Literal:
        return gr.Dropdown(list(CHOICES.get(name) or get_args(kind)), **told)
    if kind in (int, float):
        return gr.Number(**told, precision=0 if kind is int else None)
    return gr.Textbox(**told)
