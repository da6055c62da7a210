"""The shipped classifiers: what a set of images is made of, as features and as classes."""

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from gan_core.checkpoint import write_atomically
from gan_core.classifier import AT_ONCE, Classifier, prepared, scaled
from gan_core.errors import InputError, choose

JUDGES: dict[str, str] = {  # data set -> the judge that knows its classes
    "mnist": "mnist",
    "digits": "mnist",
    "fashion-mnist": "fashion-mnist",
}


class Judge:
    """A trained classifier with its card. Safe to share between threads: nothing in it changes."""

    def __init__(self, network: Classifier, card: dict[str, Any]) -> None:
        self.card = card
        network = network.to(memory_format=torch.channels_last)  # more than twice as fast
        self.network = network.eval().requires_grad_(False)

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(self.card["class_names"])

    def look(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """uint8 (N, H, W, C) -> features float32 (N, 128), probabilities float32 (N, classes).

        Grey or colour, of any size; InputError where the array holds no such images.
        """
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] not in (1, 3):
            raise InputError(
                "a judge looks at images uint8 (N, H, W, 1) or (N, H, W, 3), "
                f"not {images.dtype} {images.shape}"
            )
        if not images.size:
            raise InputError("there are no images to judge; give one or more")
        features, probabilities = [], []
        with torch.inference_mode():
            for part in prepared(images).split(AT_ONCE):
                seen, logits = self.network(scaled(part))
                features.append(seen)
                probabilities.append(logits.softmax(dim=1))
        return torch.cat(features).numpy(), torch.cat(probabilities).numpy()


def shipped_judges() -> dict[str, Path]:
    """Name -> weights of every judge that came with ganscope."""
    folder = Path(str(files("pretrained"))) / "judges"
    return {path.stem: path for path in sorted(folder.glob("*.safetensors"))}


@cache
def open_judge(name: str) -> Judge:
    """A shipped judge, read once; InputError where there is none of the name, or it is damaged."""
    return load_judge(choose("judge", name, shipped_judges()))


def save_judge(network: Classifier, card: dict[str, Any], path: Path) -> None:
    """Write `path` (.safetensors), in float16, and the card beside it (.json) with its hash."""
    weights = save(
        {
            name: (tensor.half() if tensor.is_floating_point() else tensor).contiguous()
            for name, tensor in network.state_dict().items()
        }
    )
    card = card | {"sha256": hashlib.sha256(weights).hexdigest()}
    write_atomically(path, weights)
    write_atomically(path.with_suffix(".json"), (json.dumps(card, indent=2) + "\n").encode())


def load_judge(path: Path) -> Judge:
    """What `save_judge` wrote; InputError where a file is missing, damaged or another one."""
    card_path = path.with_suffix(".json")
    try:
        weights = path.read_bytes()
        card = json.loads(card_path.read_text(encoding="utf-8"))
        sha256, classes = card["sha256"], len(card["class_names"])
    except FileNotFoundError as error:
        raise InputError(f"there is no file {error.filename}; {_REINSTALL}") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"{card_path} is not a judge's card; {_REINSTALL}") from None
    if hashlib.sha256(weights).hexdigest() != sha256:
        raise InputError(f"{path} is not the file its card describes; {_REINSTALL}")
    try:
        with torch.device("meta"):  # only shapes: a false card can't claim memory
            network = Classifier(classes)
        network.load_state_dict(load(weights), assign=True)
    except (SafetensorError, RuntimeError):
        raise InputError(f"{path} holds no weights of a judge; {_REINSTALL}") from None
    return Judge(network.float(), card)


_REINSTALL = "install ganscope anew, or train it: python -m gan_core judge NAME --out FOLDER"
