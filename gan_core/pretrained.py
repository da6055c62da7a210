"""Finding a model: one that is shipped, by name, or one of the user's own, by path."""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.model import Model

MODEL_FILE = "model.safetensors"  # inside a run folder


def shipped_models() -> dict[str, Path]:
    """Name -> weights of every model that came with ganscope."""
    folder = Path(str(files("pretrained")))
    return {path.stem: path for path in sorted(folder.glob("*.safetensors"))}


def open_model(reference: str) -> "Model":
    """A shipped model's name, a run folder or a .safetensors file -> the model."""
    from gan_core.checkpoint import load_model  # imports torch, which names do not need

    shipped, path = shipped_models(), Path(reference)
    if reference in shipped:
        return load_model(shipped[reference])
    if path.is_dir():
        if not (path / MODEL_FILE).is_file():
            raise InputError(f"{path} is no run folder: it holds no {MODEL_FILE}")
        return load_model(path / MODEL_FILE)
    if path.suffix == ".safetensors":
        return load_model(path)
    raise InputError(
        f"unknown model '{reference}'; give a run folder, a .safetensors file or one of: "
        f"{', '.join(shipped) or '(none shipped)'}"
    )
