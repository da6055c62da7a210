"""Samples of several models on one picture."""

from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gan_core.data import load
from gan_core.images import grid, scatter, to_pil
from gan_core.model import Model

SAMPLES, POINTS = 20, 2000  # of a band: images, or points of the plane
SCATTER = 320  # pixels of a picture of points
HEIGHT = 64  # pixels of an image; smaller ones grow as often as they fit
STRIP, TEXT = 24, 14  # pixels: the height of a caption and of its letters
SEED = 1


def contact_sheet(models: Mapping[str, Model]) -> np.ndarray:
    """uint8 (H, W, 3) of one model or more, each below its name; all draw from the same noise.

    Each is drawn at its card's truncation. A model of images has a row of its own; those of points
    share the last.
    """
    drawn = {name: _samples(model) for name, model in models.items()}
    points = {name: drawn.pop(name) for name in models if _draws_points(models[name])}
    rows = [*({name: picture} for name, picture in drawn.items()), *([points] if points else [])]
    width = max(sum(picture.shape[1] + STRIP for picture in row.values()) - STRIP for row in rows)
    height = sum(STRIP + max(picture.shape[0] for picture in row.values()) for row in rows)
    sheet = Image.new("RGB", (width, height))
    brush, font, top = ImageDraw.Draw(sheet), ImageFont.load_default(TEXT), 0
    for row in rows:
        left = 0
        for name, picture in row.items():
            line = _caption(name, models[name].card.truncation)
            brush.text((left + TEXT // 2, top + STRIP // 2), line, "white", font, anchor="lm")
            sheet.paste(to_pil(picture), (left, top + STRIP))
            left += picture.shape[1] + STRIP
        top += STRIP + max(picture.shape[0] for picture in row.values())
    return np.asarray(sheet)


def _draws_points(model: Model) -> bool:
    return model.card.config.image_size == 0


def _caption(name: str, truncation: float) -> str:
    return name if truncation == 1 else f"{name}, at a truncation of {truncation:g}"


def _samples(model: Model) -> np.ndarray:
    """One row (H, W, C) of images, or points beside real ones."""
    config = model.card.config
    if _draws_points(model):
        return scatter(model.sample(POINTS, SEED)[0], real_points(model), side=SCATTER)
    images, _ = model.sample(SAMPLES, SEED, truncation=model.card.truncation)
    scale = max(1, HEIGHT // config.image_size)
    return grid(images.repeat(scale, axis=1).repeat(scale, axis=2), SAMPLES)


def real_points(model: Model) -> np.ndarray:
    """Float32 (POINTS, 2) of what it was trained on."""
    config = model.card.config
    return load(config.dataset, config.image_size, config.channels).images[:POINTS].numpy()
