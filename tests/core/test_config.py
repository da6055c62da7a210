"""A config is checked when it is made."""

import json
from dataclasses import asdict, fields, replace
from typing import Any

import pytest

from gan_core.config import FIXED, RunConfig
from gan_core.errors import InputError
from gan_core.presets import PRESETS, preset
from gan_core.toys import POINT_SETS

SIMPLE = PRESETS["simple"]


NUMBERS = ("epochs", "steps", "batch_size", "noise_dim", "channels",
           "packing", "g_learning_rate", "d_learning_rate")  # fmt: skip
MAY_BE_ZERO = ("seed", "label_smoothing", "instance_noise", "r1_weight", "r2_weight",
               "gradient_penalty_weight", "weight_clip", "ema_decay", "d_steps",
               "g_steps")  # fmt: skip


@pytest.mark.parametrize("dataset", ["digits", "ring"])
@pytest.mark.parametrize("name", PRESETS)
def test_a_config_survives_json(name: str, dataset: str) -> None:
    config = replace(preset(name, dataset), steps=7)
    assert RunConfig.from_dict(asdict(config)) == config
    assert RunConfig.from_dict(json.loads(json.dumps(asdict(config)))) == config


def test_names_survive_json() -> None:
    config = replace(PRESETS["modern"], augment=("colour", "cutout"))
    assert RunConfig.from_dict(json.loads(json.dumps(asdict(config)))) == config


@pytest.mark.parametrize("field", NUMBERS)
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "3", True])
def test_numbers_no_run_could_use_are_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(InputError, match=field):
        replace(SIMPLE, **{field: value})  # type: ignore[arg-type]


def test_one_of_the_two_has_to_learn() -> None:
    with pytest.raises(InputError, match=r"^d_steps and g_steps cannot both be 0"):
        replace(SIMPLE, d_steps=0, g_steps=0)


@pytest.mark.parametrize("field", MAY_BE_ZERO)
def test_what_is_off_at_zero_may_be_zero_but_not_below(field: str) -> None:
    assert getattr(replace(SIMPLE, **{field: 0}), field) == 0
    for value in (-1, float("nan"), float("inf"), "0", None):
        with pytest.raises(InputError, match=field):
            replace(SIMPLE, **{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change", [{"betas": (1.0, 0.9)}, {"betas": (0.5, float("nan"))}, {"betas": (0.5,)},
               {"betas": [0.5, 0.9]}, {"betas": (0.5, 0.9, 0.9)}, {"betas": ("a", "b")},
               {"ema_decay": 1.0}, {"label_smoothing": 1.0}, {"seed": -1}, {"seed": 2**32},
               {"seed": 10**400}, {"noise_dim": 10**30}, {"batch_size": 1.5},
               {"precision": "float8"}, {"noise": "pink"}, {"g_optimiser": "lion"},
               {"d_optimiser": None}, {"schedule": "linear"}, {"label_input": "none"},
               {"first_step": []}, {"real_range": "0..255"}, {"samples_from": 1},
               {"conditional": "no"}, {"reuse_fakes": 1}, {"architecture": []}, {"preset": [1]},
               {"augment": "colour"}, {"augment": ("colour", 3)}, {"augment": None}]
)  # fmt: skip
def test_choices_that_do_not_exist_are_refused_by_name(change: dict) -> None:
    with pytest.raises(InputError, match=next(iter(change))):
        replace(SIMPLE, **change)


def test_packing_must_divide_the_batch() -> None:
    assert replace(SIMPLE, batch_size=9, packing=3).packing == 3
    with pytest.raises(InputError, match="batch_size 8 must be a multiple of packing 3"):
        replace(SIMPLE, batch_size=8, packing=3)


def test_a_pack_has_no_label_and_points_no_pixels() -> None:
    with pytest.raises(InputError, match="several labels; set packing=1 or conditional=false"):
        replace(SIMPLE, packing=2, conditional=True)
    with pytest.raises(InputError, match="points of the plane take none"):
        replace(preset("modern", "ring"), augment=("cutout",))


def test_a_foreign_or_incomplete_dict_is_refused() -> None:
    with pytest.raises(InputError, match="unknown config fields: colour"):
        RunConfig.from_dict({**asdict(SIMPLE), "colour": "red"})
    with pytest.raises(InputError, match="incomplete"):
        RunConfig.from_dict({"preset": "simple", "betas": [0.5, 0.9]})
    with pytest.raises(InputError):
        RunConfig.from_dict({**asdict(SIMPLE), "betas": 3})


def test_the_shape_of_a_sample_is_that_of_an_image_or_a_point() -> None:
    assert replace(SIMPLE, image_size=32, channels=3).shape == (3, 32, 32)
    for name in POINT_SETS:
        assert preset("simple", name).shape == (2,)


def test_what_is_fixed_are_fields() -> None:
    assert {field.name for field in fields(RunConfig)} >= FIXED


PARSED: dict[str, Any] = {  # each kind of annotation
    "objective=hinge": "hinge",
    "noise=uniform": "uniform",
    "real_range=0..1": "0..1",
    "d_steps=5": 5,
    "steps=300": 300,
    "steps=none": None,
    "g_learning_rate=5e-5": 5e-5,
    "r1_weight=10": 10.0,
    "conditional=true": True,
    "halve_d_loss=false": False,
    "betas=0,0.9": (0.0, 0.9),
    "betas=0.5, 0.999": (0.5, 0.999),
    "augment=colour,cutout": ("colour", "cutout"),
    "augment=cutout": ("cutout",),
    "augment=": (),
}


@pytest.mark.parametrize("setting", PARSED)
def test_a_text_becomes_a_value_of_the_fields_own_type(setting: str) -> None:
    name = setting.partition("=")[0]
    parsed = SIMPLE.parsed([setting])
    assert parsed == {name: PARSED[setting]}
    assert type(parsed[name]) is type(PARSED[setting])
    assert getattr(replace(SIMPLE, **parsed), name) == PARSED[setting]


def test_settings_add_up_and_the_last_of_a_name_counts() -> None:
    assert SIMPLE.parsed([]) == {}
    settings = ["d_steps=2", "noise=uniform", "d_steps=3"]
    assert SIMPLE.parsed(settings) == {"d_steps": 3, "noise": "uniform"}


@pytest.mark.parametrize(
    "setting", ["learning_rate=1", "d_steps", "=3", "", "D_STEPS=3", "shape=3"]
)
def test_a_setting_of_nothing_is_refused_with_the_names_there_are(setting: str) -> None:
    with pytest.raises(InputError, match=f"^'{setting}' sets nothing.*architecture, .*, seed$"):
        SIMPLE.parsed([setting])


@pytest.mark.parametrize(
    "setting", ["d_steps=many", "d_steps=1.5", "d_steps=", "steps=None", "r1_weight=big",
                "g_learning_rate=1,5", "conditional=yes", "conditional=True", "betas=0.5,high",
                "betas=", "packing=none"]
)  # fmt: skip
def test_a_text_that_is_no_such_value_is_refused_by_name(setting: str) -> None:
    name, _, value = setting.partition("=")
    with pytest.raises(InputError, match=f"^{name} cannot be '{value}'$"):
        SIMPLE.parsed([setting])


@pytest.mark.parametrize(
    "setting", ["betas=0.5", "betas=0.1,0.2,0.3", "noise=pink", "r1_weight=nan", "d_steps=-1",
                "g_learning_rate=inf", "seed=-1", "schedule="]
)  # fmt: skip
def test_a_value_that_no_run_could_use_is_refused_when_the_config_is_made(setting: str) -> None:
    with pytest.raises(InputError, match=setting.partition("=")[0]):
        replace(SIMPLE, **SIMPLE.parsed([setting]))


@pytest.mark.parametrize("change", [{"channels": 2}, {"channels": 4}, {"image_size": 0},
                                    {"image_size": 0, "channels": 3}])  # fmt: skip
def test_channels_that_no_picture_or_point_has_are_refused(change: dict) -> None:
    with pytest.raises(InputError, match="channels of"):
        replace(SIMPLE, **change)
