"""How the shipped judges came to be: `python -m gan_core judge NAME` makes them again."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample, interpolate, max_pool2d

from gan_core import image_cache
from gan_core.chance import Chance
from gan_core.classifier import (
    BATCH,
    PEAK_RATE,
    SIDE,
    Augmentation,
    accuracy,
    train_classifier,
)
from gan_core.data import load
from gan_core.device import device_name
from gan_core.errors import InputError, choose
from gan_core.judge import save_judge

HELD_OUT = 5000  # the last training images: not trained on, for choices such as those below


def handwriting(images: Tensor, chance: Chance) -> Tensor:
    """Digits as others write and scan them: half of them coarsely, down to 8 pixels a side.

    Coarse scans are cut to the ink, which is drawn out to fill them, and are of a thicker pen.
    """
    count, coarse = len(images), len(images) // 2
    ink, middle = _box(images[:coarse])
    filled = torch.stack([chance.uniform(0.4, 0.9, coarse), chance.uniform(0.85, 1.1, coarse)], 1)
    zoom = torch.cat(
        [(filled / ink).clamp(0.6, 2.5), chance.uniform(0.85, 1.15, count - coarse, 2)]
    )
    middle = torch.cat([middle, torch.zeros_like(zoom[coarse:])])
    images = _moved(images, chance, zoom, middle, degrees=12, pixels=2)
    thin = images[:coarse]
    bold = thin.lerp(max_pool2d(thin, 3, 1, padding=1), chance.uniform(0, 1, coarse, 1, 1, 1))
    side = int(chance.uniform(8, 15, 1).clamp(max=14))
    light = torch.cat([_coarsened(bold, side), images[coarse:]]) + 1
    light = light / light.amax(dim=(2, 3), keepdim=True).clamp(min=0.1)  # of 1, if not blank
    return (light * chance.uniform(0.7, 1.4, count, 1, 1, 1)).clamp(0, 1) * 2 - 1


def _box(images: Tensor) -> tuple[Tensor, Tensor]:
    """Size (B, 2) and middle (B, 2) of the ink, across and down.

    Sizes are parts of the side; in the middle of the image the middle is 0, at its edges -1 and 1.
    """
    ink, ends = images[:, 0] > -0.5, []
    for seen in (ink.any(dim=1), ink.any(dim=2)):  # (B, W), (B, H)
        last = seen.shape[1] - seen.float().flip(1).argmax(dim=1)
        ends.append(torch.stack([seen.float().argmax(dim=1), last]) / seen.shape[1])
    first, last = torch.stack(ends, dim=2)  # (B, 2) each
    return last - first, first + last - 1


def _coarsened(images: Tensor, side: int) -> Tensor:
    """Shrunk to `side` pixels and enlarged again, as `gan_core.data` resizes."""
    small = interpolate(images, (side, side), mode="bicubic", antialias=True).clamp(-1, 1)
    return interpolate(small, (SIDE, SIDE), mode="bicubic", antialias=True).clamp(-1, 1)


def clothing(images: Tensor, chance: Chance) -> Tensor:
    """Half of them mirrored, and all moved a little."""
    mirror = 1 - 2 * chance.coins(0.5, len(images), 1)
    zoom = chance.uniform(0.95, 1.05, len(images), 2) * torch.cat([mirror, mirror.abs()], dim=1)
    return _moved(images, chance, zoom, torch.zeros_like(zoom), degrees=2, pixels=1)


def _moved(
    images: Tensor, chance: Chance, zoom: Tensor, middle: Tensor, degrees: float, pixels: float
) -> Tensor:
    """Images (B, 1, H, W) enlarged by zoom (B, 2) about middle (B, 2), turned and shifted.

    By up to `degrees` and `pixels` either way; what comes in is black, -1.
    """
    turn = chance.uniform(-1, 1, len(images)) * math.radians(degrees)
    shift = middle + chance.uniform(-1, 1, len(images), 2) * (2 * pixels / images.shape[-1])
    rows = [
        torch.stack([turn.cos() / zoom[:, 0], -turn.sin() / zoom[:, 0], shift[:, 0]], dim=1),
        torch.stack([turn.sin() / zoom[:, 1], turn.cos() / zoom[:, 1], shift[:, 1]], dim=1),
    ]
    places = affine_grid(torch.stack(rows, dim=1), list(images.shape), align_corners=False)
    return grid_sample(images + 1, places, align_corners=False) - 1


@dataclass(frozen=True)
class Recipe:
    augment: Augmentation
    epochs: int
    seed: int = 0
    notes: str = ""


RECIPES: dict[str, Recipe] = {  # by judge, which is called what its data is
    "mnist": Recipe(
        handwriting,
        epochs=8,
        notes="Also reads the digits that scikit-learn carries, 8x8, on which it is not trained; "
        "how images are made coarse for it was chosen on the first 600 of these.",
    ),
    "fashion-mnist": Recipe(clothing, epochs=12),
}


def train_judge(name: str, data_dir: Path | None, out: Path) -> None:
    """Train the judge `name`, try it on images it has not seen, write it into the folder `out`.

    InputError for a judge there is no recipe for, and where the data is not to be had.
    """
    recipe = choose("judge", name, RECIPES)
    train, test = (load(name, SIDE, 1, data_dir, part=part) for part in ("train", "test"))
    if len(train) <= HELD_OUT:
        raise InputError(f"{name} holds {len(train):,} images; more than {HELD_OUT:,} are needed")
    tried = {"held_out": (train.images[-HELD_OUT:], train.labels[-HELD_OUT:])}
    tried["test"] = (test.images, test.labels)
    if name == "mnist":  # sees another set, too, which it is not trained on
        digits = load("digits", SIDE, 1)
        tried["digits"] = (digits.images, digits.labels)
    try:
        out.mkdir(parents=True, exist_ok=True)  # known to fail before minutes of training
    except OSError as error:
        raise InputError(f"cannot write into {out} ({error.strerror})") from None
    images, labels = train.images[:-HELD_OUT], train.labels[:-HELD_OUT]
    classes, started = len(train.class_names), time.monotonic()
    with _progress_bar(f"judge {name}") as show:
        network = train_classifier(
            images, labels, classes, recipe.epochs, recipe.seed, show, recipe.augment
        )
    seconds = time.monotonic() - started
    network.half().float()  # as it is stored, so that the numbers below are of the file
    scores = {}
    for part, (seen, known) in tried.items():
        scores[f"{part}_accuracy"] = round(accuracy(network, seen, known), 4)
        scores[f"{part}_images"] = len(seen)
    card = {
        "name": name,
        "class_names": train.class_names,
        "data": name,
        "licence": train.licence,
        "architecture": "gan_core.classifier: 3x3 convolutions to 24, 48, 64; 128 features",
        "parameters": sum(weights.numel() for weights in network.parameters()),
        "training": {
            "images": len(images),
            "epochs": recipe.epochs,
            "seed": recipe.seed,
            "batch_size": BATCH,
            "peak_learning_rate": PEAK_RATE,
            "optimiser": "adam, one cycle",
            "augment": recipe.augment.__name__,
        },
        "hardware": device_name(images.device),
        "seconds": round(seconds),
        "train_command": f"python -m gan_core judge {name} --out FOLDER",
        "scores": scores,
        "notes": recipe.notes,
    }
    save_judge(network, card, out / f"{name}.safetensors")
    told = ", ".join(
        f"{scores[f'{part}_accuracy']:.2%} of {len(known):,} {part.replace('_', ' ')} images"
        for part, (_, known) in tried.items()
    )
    print(f"right on {told}; saved {out / name}.safetensors")


@contextmanager
def _progress_bar(words: str) -> Iterator[image_cache.Progress]:
    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn())
    with Progress(TextColumn(words), *columns, TextColumn("left"), TimeRemainingColumn()) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
