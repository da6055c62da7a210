"""A run's choices as the query of a link, and back. It knows no gradio."""

from collections.abc import Sequence
from urllib.parse import parse_qs, urlencode

from demo.choices import make_config
from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.presets import preset


def query(
    system: str, dataset: str, epochs: float, seed: float, settings: Sequence[str] = ()
) -> str:
    """For `config_of`; InputError for choices that can't be used."""
    config = make_config(system, dataset, epochs, seed, settings)
    told = {"system": system, "data": dataset, "epochs": config.epochs, "seed": config.seed}
    return urlencode([*told.items(), *(("set", setting) for setting in settings)])


def config_of(text: str) -> RunConfig | None:
    """What the query of a link asks for; None where it asks for nothing, InputError for nonsense.

    What it leaves out is as in the preset.
    """
    told = parse_qs(text)
    if "system" not in told:
        return None
    base = preset(told["system"][0], told.get("data", ["digits"])[0])
    numbers = {}
    for name, default in (("epochs", base.epochs), ("seed", base.seed)):
        given = told.get(name, [str(default)])[0]
        if not given.isdecimal():
            raise InputError(f"the link's {name} must be a whole number, not '{given}'")
        numbers[name] = int(given)
    return make_config(base.preset, base.dataset, settings=told.get("set", []), **numbers)
