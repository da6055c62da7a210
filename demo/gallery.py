"""What there is to say of the shipped models, one at a time. It knows no gradio."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from demo.charts import png_url
from demo.choices import whole_number
from demo.models import shipped
from demo.text.gallery import MISSING, NO_EVOLUTION
from gan_core.errors import InputError, choose
from gan_core.images import picture, scatter
from gan_core.pretrained import FIRST, shipped_models
from gan_core.report import FIGURES

if TYPE_CHECKING:
    from demo.opened import Opened
    from gan_core.model import Model

COLUMNS = 10
ROWS = 6
SEED = 1  # of the sheets
SUFFIXES = (".safetensors", ".json")


def names() -> list[str]:
    """Of all models of which a file is there, also of those that can't be used."""
    found = {path.stem for path in _folder().glob("*") if path.suffix in SUFFIXES}
    return sorted(found, key=lambda name: (name != FIRST, name))


def card(name: str) -> dict[str, Any]:
    """A model's sheets and card, for JSON; InputError where its files can't be used."""
    choose("model", name, dict.fromkeys(names()))
    if name not in shipped_models():
        raise InputError(MISSING.format(name=name))
    opened = shipped(name)
    model = opened.model()
    told = model.card
    average, average_error = _average(opened)
    return {
        "sheet": _sheet(model, COLUMNS // 2 if average else COLUMNS),
        "average": _sheet(average, COLUMNS // 2) if average else "",
        "average_error": average_error,
        "truncation": told.truncation,
        "explorable": bool(told.config.image_size),
        "evolution": told.evolution,  # epochs, of which `epoch` has the samples
        "chosen_by": told.chosen_by.replace("_", " "),
        "history": [[row["epoch"], row[told.chosen_by]] for row in told.history],
        "data": told.data or told.config.dataset,
        "licence": told.licence,
        "epochs": told.epoch,
        "steps": told.step,
        "hardware": told.hardware,
        "notes": told.notes,
        "command": told.train_command,
        "measured_by": str(told.scores.get("measured_by", "")),
        "scores": [_score(kind, told.figures[kind]) for kind in FIGURES if kind in told.figures],
    }


def epoch(name: str, place: object) -> str:
    """Samples of the training of a model, a data URL: the `place`-th of those that it came with."""
    choose("model", name, dict.fromkeys(shipped_models()))
    frames = shipped(name).evolution
    if not frames:
        raise InputError(NO_EVOLUTION.format(name=name))
    return png_url(frames[whole_number("place", place, 0, len(frames) - 1)])


def _average(opened: "Opened") -> "tuple[Model | None, str]":
    """The model with its averaged weights, or why they can't be shown though they came along."""
    if not opened.both_weights:
        return None, ""
    try:
        return opened.model("ema"), ""
    except InputError as error:
        return None, str(error)


@cache
def _sheet(model: "Model", most: int) -> str:
    """Rows of `most` samples, each column of one label where there are labels; or points of the
    plane beside real ones."""
    if not model.card.config.image_size:
        from gan_core.contact_sheet import POINTS, real_points  # imports torch

        return png_url(scatter(model.sample(POINTS, SEED)[0], real_points(model)))
    columns = min(most, len(model.labels)) if model.labels else most
    count = columns * ROWS
    labels = np.arange(count) % columns if model.labels else None
    z = np.float32(model.card.truncation) * model.noise(SEED, count)
    return png_url(picture(model.generate(z, labels), columns))


def _score(kind: str, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": kind.replace("_", " "),
        "meaning": FIGURES[kind],
        "value": f"{told['value']:.4g}",
        "floor": f"{told['floor']:.4g}",
        "samples": int(told["samples"]),
        "reals": int(told["reals"]),
    }


def _folder() -> Path:
    return Path(str(files("pretrained")))
