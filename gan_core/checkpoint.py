"""Models as files: safetensors for the weights, a JSON card beside them. Nothing is unpickled."""

import json
import os
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save

from gan_core.errors import InputError
from gan_core.model import Card, Model
from gan_core.networks import build_generator


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside, then rename: whoever reads sees the old file or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def save_model(model: Model, path: Path) -> None:
    """Write `path` (.safetensors) and its card, the same name with .json."""
    weights = {name: tensor.contiguous().cpu() for name, tensor in model.state().items()}
    write_atomically(path, save(weights))
    card = json.dumps(model.card.to_json(), indent=2) + "\n"
    write_atomically(path.with_suffix(".json"), card.encode())


def read_card(path: Path) -> Card:
    """The card beside weights `path`; InputError where there is none or it is no card."""
    card_path = path.with_suffix(".json")
    try:
        values = json.loads(card_path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path} has no card; put {card_path.name} back beside it") from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{card_path} cannot be read ({_first_line(error)})") from None
    if not isinstance(values, dict):
        raise InputError(f"{card_path} is not a ganscope model card")
    return Card.from_json(values)


def load_model(path: Path) -> Model:
    """The generator in `path` on the CPU; InputError where file and card make no model."""
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    card = read_card(path)
    # on the meta device a network is only shapes: a false card can't claim memory
    try:
        with torch.device("meta"):
            generator = build_generator(card.config, len(card.class_names))
        weights = load_file(path)
        generator.load_state_dict(weights, assign=True)
    except (SafetensorError, OSError) as error:
        raise InputError(f"{path} is damaged or no safetensors ({_first_line(error)})") from None
    except (RuntimeError, TypeError, OverflowError):  # shapes that differ, or can't be
        raise InputError(
            f"the weights in {path} do not fit its card's '{card.config.architecture}' network"
        ) from None
    if not all(tensor.isfinite().all() for tensor in weights.values()):
        raise InputError(f"{path} holds weights that are not finite numbers")
    return Model(generator.float(), card)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
