"""Finding a model: one that is shipped or on the Hub by name, the user's own by path."""

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.errors import InputError
from gan_core.hub import ON_HUB, fetched

if TYPE_CHECKING:
    from gan_core.model import Model

FIRST = "mnist-conditional"
MODEL_FILE = "model.safetensors"  # inside a run folder, or in a repository of the Hub


def shipped_models() -> dict[str, Path]:
    """Name -> weights of every model that came with ganscope; what a page begins with is first."""
    found = Path(str(files("pretrained"))).glob("*.safetensors")
    ordered = sorted(found, key=lambda path: (path.stem != FIRST, path.stem))
    return {path.stem: path for path in ordered}


def image_models() -> list[str]:
    """The names of those that draw images; of points of the plane there is none to look at."""
    return [name for name, path in shipped_models().items() if not _draws_points(path)]


def _draws_points(path: Path) -> bool:
    """By its card; one that can't be read says so once somebody opens it."""
    try:
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        return card["config"]["image_size"] == 0
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return False


def find_weights(reference: str, anonymous: bool = False) -> Path:
    """A shipped model's name, a run folder, a .safetensors file or hub:USER/NAME -> its weights.

    anonymous: as for `gan_core.hub.fetched`.
    """
    shipped, path = shipped_models(), Path(reference)
    if reference in shipped:
        return shipped[reference]
    if reference.startswith(ON_HUB):
        path = fetched(reference.removeprefix(ON_HUB), anonymous)
    if path.is_dir():
        if not (path / MODEL_FILE).is_file():
            raise InputError(f"{path} is no run folder: it holds no {MODEL_FILE}")
        return path / MODEL_FILE
    if path.suffix == ".safetensors":
        return path
    raise InputError(
        f"unknown model '{reference}'; give a run folder, a .safetensors file, {ON_HUB}USER/NAME "
        f"or one of: {', '.join(shipped) or '(none shipped)'}"
    )


def open_model(reference: str) -> "Model":
    """What `find_weights` finds, ready to sample from."""
    from gan_core.checkpoint import load_model  # imports torch, which names do not need

    return load_model(find_weights(reference))
