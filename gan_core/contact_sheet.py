"""Samples of several models on one picture, a band of each."""

from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gan_core.data import load
from gan_core.images import picture, to_pil
from gan_core.model import Model

SAMPLES, POINTS = 20, 2000  # of a band: images, or points of the plane
HEIGHT = 64  # pixels of an image; smaller ones grow as often as they fit
STRIP, TEXT = 24, 14  # pixels: the height of a caption and of its letters
SEED = 1


def contact_sheet(models: Mapping[str, Model]) -> np.ndarray:
    """uint8 (H, W, 3) of one model or more, each below its name; all draw from the same noise."""
    bands = [(name, _samples(model)) for name, model in models.items()]
    width = max(band.shape[1] for _, band in bands)
    height = sum(band.shape[0] + STRIP for _, band in bands)
    sheet = Image.new("RGB", (width, height))
    brush, font, top = ImageDraw.Draw(sheet), ImageFont.load_default(TEXT), 0
    for caption, band in bands:
        brush.text((TEXT // 2, top + STRIP // 2), caption, "white", font, anchor="lm")
        sheet.paste(to_pil(band), (0, top + STRIP))
        top += STRIP + band.shape[0]
    return np.asarray(sheet)


def _samples(model: Model) -> np.ndarray:
    """One row (H, W, C) of images, or points beside real ones."""
    config = model.card.config
    if not config.image_size:
        real = load(config.dataset, config.image_size, config.channels).images[:POINTS].numpy()
        return picture(model.sample(POINTS, SEED)[0], 1, real)
    images, _ = model.sample(SAMPLES, SEED)
    scale = max(1, HEIGHT // config.image_size)
    return picture(images.repeat(scale, axis=1).repeat(scale, axis=2), SAMPLES)
