"""Opens a sample of a run as it stood at the end of an epoch. It imports torch."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from demo.trainers import read_images
from gan_core.config import RunConfig
from gan_core.inspection import inspect
from gan_core.trainer import Trainer

BRIGHTER, DARKER = (86, 180, 233), (240, 130, 40)  # colours of what D wants, on black


def open_sample(data_dir: Path | None, state: tuple[dict, dict], place: int) -> dict[str, Any]:
    """What there is to say of the sample at this place of the grid; see `Inspection`.

    Pictures are uint8 (H, W, C).
    """
    config = RunConfig.from_dict(state[1]["config"])
    images = read_images(config, data_dir)
    trainer = Trainer(config, images)
    trainer.restore(*state)
    found = inspect(config, images, trainer.shown_generator, trainer.discriminator, place)
    return {**asdict(found), "wanted": coloured(found.wanted)}


def coloured(wanted: np.ndarray) -> np.ndarray:
    """(H, W) in [-1, 1] -> uint8 (H, W, 3): black where nothing is wanted."""
    share = np.abs(wanted)[..., None] ** 0.5  # what is wanted a little can be seen, too
    colour = np.where(wanted[..., None] > 0, BRIGHTER, DARKER)
    return (share * colour).round().astype(np.uint8)
