"""Models and the state of runs as files: safetensors and JSON. Nothing is unpickled."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save_file
from torch import Tensor, nn

from gan_core.compact import restored
from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.model import Card, Model
from gan_core.networks import build_generator

STATE_KEY = "ganscope_run"  # of the JSON in a state's header
MOST_BYTES = 2**28  # of a model's file, which is read as a whole; anybody may send one to a host
MOST_HEADER = 2**20  # of its part before the weights
MOST_JSON = 2**20  # of its card
TYPES = {torch.float32, torch.float16, torch.bfloat16, torch.int64}  # the last: BatchNorm's counter

N = TypeVar("N", bound=nn.Module)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write; it takes the place of `path` once it is whole and on the disk.

    Whoever reads sees the old file or the new one, never a part, whatever is killed when.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(path: Path) -> None:
    """Without it a power cut may undo a rename; Windows opens no folders."""
    if os.name == "posix":
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_atomically(path: Path, content: bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def save_model(model: Model, path: Path) -> None:
    """Write `path` (.safetensors) and its card, the same name with .json."""
    save_weights(model.state(), path)
    save_card(model.card, path)


def save_weights(weights: dict[str, Tensor], path: Path) -> None:
    _write_tensors(weights, path, None)


def save_card(card: Card, path: Path) -> None:
    """Write the card of the weights in `path` beside them."""
    content = json.dumps(card.to_json(), indent=2) + "\n"
    write_atomically(path.with_suffix(".json"), content.encode())


def save_state(tensors: dict[str, Tensor], facts: dict[str, Any], path: Path) -> None:
    """Write what `Trainer.state` returned.

    The JSON travels in the safetensors header: one file, so that one rename makes both true.
    """
    _write_tensors(tensors, path, {STATE_KEY: json.dumps(facts)})


def load_state(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What `save_state` wrote, on the CPU; InputError where the file holds no such thing."""
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {})[STATE_KEY])
            return {name: file.get_tensor(name) for name in file.keys()}, facts  # noqa: SIM118
    except (SafetensorError, OSError, KeyError, ValueError, RecursionError) as error:
        raise InputError(f"{path} is no state of a run ({_first_line(error)})") from None


def _write_tensors(tensors: dict[str, Tensor], path: Path, header: dict[str, str] | None) -> None:
    # clones, for what shares memory can't be saved
    plain = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in tensors.items()
    }
    with replacing(path) as temporary:
        try:
            save_file(plain, temporary, header)
        except SafetensorError as error:  # a full disk, in its words
            raise InputError(f"cannot write {path} ({_first_line(error)})") from None
        temporary.chmod(
            0o644
        )  # it was made for its owner alone; whoever reads a card may read this


def read_card(path: Path) -> Card:
    """The card beside weights `path`; InputError where there is none or it is no card."""
    card_path = path.with_suffix(".json")
    try:
        if card_path.stat().st_size > MOST_JSON:
            raise InputError(f"{card_path} is no model card: it is larger than a MiB")
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
    return Model(load_network(path, path.name, card, build_generator), card)


def read_checked(path: Path, name: str, card: Card, most: int = MOST_BYTES) -> bytes:
    """The file; InputError where it has more than `most` bytes, or not the hash that its card says.

    name: that of the file beside its model; the card knows it by that one or, where files were
    renamed, by its own. A card without hashes vouches for none.
    """
    if path.stat().st_size > most:
        raise InputError(f"{path} is too large for what its card says; put the right one back")
    content = path.read_bytes()
    shipped_as = name.removesuffix(path.name) + card.name + path.suffix
    known = [card.sha256.get(one) for one in (name, shipped_as)]
    if card.sha256 and hashlib.sha256(content).hexdigest() not in known:
        raise InputError(f"{path} is damaged: it is not the file that its card describes; put the "
                         "right one back")  # fmt: skip
    return content


def load_network(path: Path, name: str, card: Card, build: Callable[[RunConfig, int], N]) -> N:
    """The network in `path` in float32 on the CPU, for which `build` makes the layers.

    Its hash, where the card has hashes, its size, its shapes, its types and its numbers are
    checked; InputError says which are wrong. name: as for `read_checked`.
    """
    try:
        # on the meta device a network is only shapes: a false card can't claim memory
        with torch.device("meta"):
            network = build(card.config, len(card.class_names))
        whole = sum(tensor.nbytes for tensor in network.state_dict().values())
        content = read_checked(path, name, card, min(MOST_BYTES, whole + MOST_HEADER))
        weights = restored(load(content))
        odd = {tensor.dtype for tensor in weights.values()} - TYPES
        if odd:
            raise InputError(f"{path} holds weights of {', '.join(map(str, odd))}; a model's are "
                             "float32, float16, bfloat16, or int8 with scales")  # fmt: skip
        network.load_state_dict(weights, assign=True)
    except (SafetensorError, OSError, KeyError) as error:  # KeyError: a type that torch has not
        raise InputError(f"{path} is damaged or no safetensors ({_first_line(error)})") from None
    except (RuntimeError, TypeError, OverflowError):  # shapes that differ, or can't be
        raise InputError(
            f"the weights in {path} do not fit its card's '{card.config.architecture}' network"
        ) from None
    if not all(end.isfinite() for tensor in weights.values() for end in tensor.aminmax()):
        raise InputError(f"{path} holds weights that are not finite numbers")
    return network.float()


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
