"""Every setting as a control, and back."""

from dataclasses import fields, replace
from typing import get_args, get_type_hints

import gradio as gr
import pytest
from gradio.components import Component

from demo.tabs.choices import Choices
from demo.tabs.knobs import NAMES, knobs, positions, settings
from demo.text.knobs import CHOICES, KNOBS, RESTART
from gan_core.augment import AUGMENTATIONS
from gan_core.config import FIXED, RunConfig
from gan_core.networks import ARCHITECTURES
from gan_core.objectives import OBJECTIVES
from gan_core.presets import PRESETS, preset

ELSEWHERE = {"preset", "dataset", "epochs", "steps", "seed"}  # controls of their own, or none
OTHER: dict[str, object] = {  # what a control may send, for each kind of it
    "objective": "hinge",
    "d_steps": 3,
    "reuse_fakes": False,
    "g_learning_rate": 1e-5,
    "betas": "0.1, 0.2",
    "augment": ["colour", "cutout"],
    "noise": "uniform",
}


def controls(config: RunConfig) -> dict[str, Component]:
    with gr.Blocks():
        return dict(zip(NAMES, knobs(config), strict=True))


def test_every_field_of_a_config_has_one_control() -> None:
    assert sorted(NAMES) == sorted({field.name for field in fields(RunConfig)} - ELSEWHERE)
    assert set(KNOBS) == set(NAMES)


def test_the_choices_are_the_engines() -> None:
    assert set(CHOICES["objective"]) == set(OBJECTIVES)
    assert set(CHOICES["augment"]) == set(AUGMENTATIONS)
    assert set(CHOICES["architecture"]) == set(ARCHITECTURES)
    made, kinds = controls(PRESETS["modern"]), get_type_hints(RunConfig)
    for name in ("schedule", "noise", "precision", "first_step", "label_input"):
        offered = made[name].choices  # type: ignore[attr-defined]
        assert [value for _, value in offered] == [*get_args(kinds[name])]


def test_what_waits_for_the_next_start_is_marked() -> None:
    made = controls(PRESETS["modern"])
    marked = {name for name, one in made.items() if one.label and one.label.endswith(RESTART)}
    assert marked == set(NAMES) & FIXED


@pytest.mark.parametrize("dataset", ["digits", "ring"])
@pytest.mark.parametrize("name", PRESETS)
def test_untouched_controls_change_nothing(name: str, dataset: str) -> None:
    config = preset(name, dataset)
    values = [one.value for one in controls(config).values()]  # type: ignore[attr-defined]
    assert values == positions(config)
    assert settings(config, values) == []


@pytest.mark.parametrize("name", OTHER)
def test_a_control_that_was_moved_becomes_the_engines_setting(name: str) -> None:
    base = PRESETS["modern"]
    moved = [OTHER[name] if one == name else value for one, value in zip(NAMES, positions(base))]
    texts = settings(base, moved)
    assert len(texts) == 1 and " " not in texts[0]
    changed = replace(base, **base.parsed(texts))
    [position] = [place for one, place in zip(NAMES, positions(changed)) if one == name]
    assert position == OTHER[name]
    assert {field for field in NAMES if getattr(changed, field) != getattr(base, field)} == {name}


def test_who_starts_before_the_knobs_follow_gets_the_system_that_was_chosen() -> None:
    modern = positions(preset("modern", "digits"))
    assert Choices.read("modern digits", "simple", "digits", *modern) == ""
    changed = positions(replace(preset("modern", "digits"), d_steps=3))
    assert Choices.read("modern digits", "modern", "digits", *changed) == "d_steps=3"
    assert Choices.read("modern digits", "modern", "mnist", *changed) == "d_steps=3"
    assert Choices.read("modern digits", "simple", "mnist", *changed) == ""


def test_a_setting_that_can_not_be_is_told_when_it_is_read_not_dropped() -> None:
    values = positions(preset("modern", "digits"))
    values[NAMES.index("d_steps")] = -3
    assert "d_steps=-3" in Choices.read("modern digits", "modern", "digits", *values)
