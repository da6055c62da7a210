"""A config is checked when it is made."""

import json
from dataclasses import asdict, replace

import pytest

from gan_core.config import PRESETS, RunConfig
from gan_core.errors import InputError

SIMPLE = PRESETS["simple"]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_config_survives_json(preset: str) -> None:
    config = PRESETS[preset]
    assert RunConfig.from_dict(json.loads(json.dumps(asdict(config)))) == config


@pytest.mark.parametrize("field", ["epochs", "steps", "batch_size", "noise_dim", "learning_rate"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "3", True])
def test_numbers_no_run_could_use_are_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(InputError, match=field):
        replace(SIMPLE, **{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change", [{"betas": (1.0, 0.9)}, {"betas": (0.5, float("nan"))}, {"betas": (0.5,)},
               {"ema_decay": 1.0}, {"seed": -1}, {"seed": 2**32}, {"seed": 10**400},
               {"noise_dim": 10**30}, {"precision": "float8"}, {"noise": "pink"},
               {"conditional": "no"}, {"architecture": []}, {"preset": [1]}]
)  # fmt: skip
def test_choices_that_do_not_exist_are_refused_by_name(change: dict) -> None:
    with pytest.raises(InputError, match=next(iter(change))):
        replace(SIMPLE, **change)


def test_a_foreign_or_incomplete_dict_is_refused() -> None:
    with pytest.raises(InputError, match="unknown config fields: colour"):
        RunConfig.from_dict({**asdict(SIMPLE), "colour": "red"})
    with pytest.raises(InputError, match="incomplete"):
        RunConfig.from_dict({"preset": "simple", "betas": [0.5, 0.9]})
    with pytest.raises(InputError):
        RunConfig.from_dict({**asdict(SIMPLE), "betas": 3})
