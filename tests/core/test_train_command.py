"""The command line that a config is written as makes that config again."""

import random
import shlex
from dataclasses import replace
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

from gan_core.augment import AUGMENTATIONS
from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.networks import ARCHITECTURES
from gan_core.objectives import OBJECTIVES
from gan_core.presets import PRESETS, preset
from gan_core.train_command import train_command

TOLD_APART = {"preset", "dataset", "epochs", "steps", "seed"}  # by options of their own
NAMES = {"architecture": ARCHITECTURES, "objective": OBJECTIVES}


def another(name: str, annotation: object, dice: random.Random) -> object:
    """A value that the field may have."""
    if get_origin(annotation) is Literal:
        return dice.choice(get_args(annotation))
    if name in NAMES:
        return dice.choice(list(NAMES[name]))
    if annotation == tuple[str, ...]:
        return tuple(dice.sample(list(AUGMENTATIONS), dice.randint(0, 3)))
    if annotation == tuple[float, float]:
        return (dice.random(), dice.random())
    if annotation is bool:
        return dice.random() < 0.5
    return dice.randint(1, 200) if annotation is int else dice.random() * 10 ** -dice.randint(0, 9)


def changed(config: RunConfig, dice: random.Random) -> RunConfig:
    """Some fields at random, such as go together, and a length."""
    length = dice.choice([{"epochs": dice.randint(1, 500)}, {"steps": dice.randint(1, 10**6)}])
    config = replace(config, **length, seed=dice.randint(0, 2**32 - 1))
    choices = {n: a for n, a in get_type_hints(RunConfig).items() if n not in TOLD_APART}
    for name in dice.sample(list(choices), 12):
        try:
            config = replace(config, **{name: another(name, choices[name], dice)})
        except InputError:
            continue
    return config


def config_of(command: str) -> RunConfig:
    """What `python -m gan_core train` makes of its arguments."""
    words = shlex.split(command)
    assert words[:4] == ["python", "-m", "gan_core", "train"]
    told = list(zip(words[4::2], words[5::2], strict=True))
    options = {option: value for option, value in told if option != "--set"}
    base = preset(options.pop("--preset"), options.pop("--dataset"))
    options.pop("--data-dir", None)
    settings = [value for option, value in told if option == "--set"]
    settings += [f"{option.removeprefix('--')}={value}" for option, value in options.items()]
    return replace(base, **base.parsed(settings))


@pytest.mark.parametrize("dataset", ["digits", "folder", "grid", "drawn"])
@pytest.mark.parametrize("name", PRESETS)
def test_the_command_of_a_config_makes_it_again(name: str, dataset: str) -> None:
    dice = random.Random(f"{name} {dataset}")
    configs = [changed(preset(name, dataset), dice) for _ in range(8)]
    for config in (preset(name, dataset), *configs):
        assert config_of(train_command(config)) == config
    assert len(set(configs)) == 8


def test_a_command_names_what_was_changed_and_nothing_else() -> None:
    config = replace(preset("modern", "mnist"), seed=7, augment=("colour", "cutout"), d_steps=2)
    assert train_command(config) == (
        "python -m gan_core train --preset modern --dataset mnist --epochs 20 --seed 7 "
        "--set d_steps=2 --set augment=colour,cutout"
    )


@pytest.mark.parametrize(("dataset", "where"), [("folder", "FOLDER"), ("drawn", "POINTS.csv")])
def test_a_command_says_where_your_own_data_goes(dataset: str, where: str) -> None:
    assert f" --data-dir {where} " in train_command(preset("modern", dataset))
