"""Data sets made by a model: so many images of each class, with a card that says how they came."""

import platform
import re
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from gan_core import latent
from gan_core.data_formats import FORMATS, Contents
from gan_core.errors import InputError, choose
from gan_core.image_cache import Progress
from gan_core.model import Model

MOST = 1_000_000
LARGEST_SEED = 2**32 - 1
PART = 50  # samples made at once: for more, the system clears fresh memory each time


@dataclass(frozen=True)
class MadeData:
    """What to make."""

    count: int
    seed: int = 0
    truncation: float = 1.0  # psi, above 0; 1 is none; see `make_data`
    labels: tuple[tuple[str, int], ...] = ()  # (class, how many of it); none: all in equal shares
    format: str = "npz"  # key of data_formats.FORMATS

    def __post_init__(self) -> None:
        choose("format", self.format, FORMATS)
        if not 1 <= self.count <= MOST:
            raise InputError(f"count must be 1 to {MOST:,}, not {self.count:,}")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise InputError(f"seed must be 0 to {LARGEST_SEED}, not {self.seed}")
        latent.check_truncation(self.truncation)
        if len({name for name, _ in self.labels}) < len(self.labels):
            raise InputError("each label may be given once; add up what is asked of it")
        if any(share < 0 for _, share in self.labels):
            raise InputError("of each label there must be 0 images or more")
        asked = sum(share for _, share in self.labels)
        if self.labels and asked != self.count:
            raise InputError(f"the labels add up to {asked:,}; make that the count, "
                             f"not {self.count:,}")  # fmt: skip


def parse_labels(text: str) -> tuple[tuple[str, int], ...]:
    """ "0:500,1:500" -> (("0", 500), ("1", 500)); "even" -> ()."""
    if text == "even":
        return ()
    pairs = [re.fullmatch(r"\s*(.+):(\d{1,9})", part) for part in text.split(",")]
    if not all(pairs):
        raise InputError(f"labels must be 'even' or such as 0:500,1:500, not '{text}'")
    return tuple((pair[1], int(pair[2])) for pair in pairs if pair)


def make_data(model: Model, plan: MadeData, path: Path, progress: Progress | None = None) -> Path:
    """Write the set to `path`, where nothing appears before all is made; the same plan writes the
    same bytes. `progress` hears how many of how many are made; by raising it breaks off.

    Truncation is psi * z, after Karras et al. 2019, "A Style-Based Generator Architecture for
    Generative Adversarial Networks", who scale w towards its mean; that of z is 0. A smaller psi
    makes samples more typical and less varied. Nothing is drawn anew, unlike in Brock et al. 2019,
    "Large Scale GAN Training for High Fidelity Natural Image Synthesis": a seed keeps its samples,
    which psi only moves, and uniform noise is treated alike.
    """
    form, config = FORMATS[plan.format], model.card.config
    if not config.image_size and plan.format != "npz":
        raise InputError(f"'{model.card.name}' draws points, which only npz holds; take npz")
    if form.suffix and path.suffix != form.suffix:
        raise InputError(f"{plan.format} is written to a file that ends in {form.suffix}, "
                         f"not '{path.name}'")  # fmt: skip
    shape = (plan.count, *config.shape[1:], config.channels)
    labels = _labels(model, plan)
    contents = Contents(shape, labels, model.labels, _card(model, plan, labels))
    random = np.random.default_rng(plan.seed)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with form.open(path, contents) as write:
            for start in range(0, plan.count, PART):
                some = labels[start : start + PART]
                z = latent.draw(random, len(some), model.noise_dim, config.noise)
                write(model.generate(np.float32(plan.truncation) * z, some))
                if progress:
                    progress(start + len(some), plan.count)
    except OSError as error:
        raise InputError(f"cannot write {path} ({error.strerror or error})") from None
    return path


def _labels(model: Model, plan: MadeData) -> np.ndarray:
    """int64 (N,), evenly mixed: every stretch of them has about the shares of the whole."""
    if not (model.labels or plan.labels):
        return np.full(plan.count, -1)
    if not plan.labels:
        return np.arange(plan.count) % len(model.labels)
    numbers = np.array([model.label_number(name) for name, _ in plan.labels])
    shares = np.array([share for _, share in plan.labels])
    places = np.concatenate([(np.arange(share) + 0.5) / share for share in shares])
    return numbers.repeat(shares)[places.argsort(kind="stable")]


def _card(model: Model, plan: MadeData, labels: np.ndarray) -> dict[str, Any]:
    shares = Counter(labels.tolist())
    return {
        "made_by": f"the model '{model.card.name}': these are no real images",
        "model": model.card.name,
        "trained_with": model.card.train_command,
        "licence": model.card.licence,
        "notes": model.card.notes,
        "count": plan.count,
        "labels": {name: shares[number] for number, name in enumerate(model.labels)} or None,
        "seed": plan.seed,
        "truncation": plan.truncation,
        "format": plan.format,
        "versions": {name: _version(name) for name in ("ganscope", "torch", "numpy", "pillow")}
        | {"python": platform.python_version()},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:  # ganscope itself, where it is started from its folder
        return None
