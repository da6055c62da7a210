"""What a visitor chose, as the engine's config. It knows no gradio."""

from collections.abc import Sequence
from dataclasses import replace

from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.presets import preset as chosen_preset

MAX_EPOCHS = 10_000
MAX_SEED = 2**32 - 1


def make_config(
    preset: str, dataset: str, epochs: float, seed: float, settings: Sequence[str] = ()
) -> RunConfig:
    """The preset with a visitor's choices; InputError for what can't be used."""
    config = chosen_preset(preset, dataset)
    return replace(
        config,
        **config.parsed([*settings]),
        epochs=whole_number("epochs", epochs, 1, MAX_EPOCHS),
        seed=whole_number("seed", seed, 0, MAX_SEED),
    )


def whole_number(name: str, number: object, least: int, most: int) -> int:
    """What a page sent as a number, as an int in that range; else InputError."""
    if isinstance(number, int | float) and least <= number <= most and number == int(number):
        return int(number)
    raise InputError(f"{name} must be a whole number from {least} to {most:,}, not {number}")
