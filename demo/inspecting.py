"""Looks into a run as it stood at one of its rounds. It imports torch."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from demo.charts import png_url
from demo.explored import Explored
from demo.kept import State
from demo.text.en import NO_BATCHNORM
from demo.trainers import read_images
from gan_core.config import RunConfig
from gan_core.errors import choose
from gan_core.images import picture
from gan_core.inspection import inspect
from gan_core.modules import has_batchnorm
from gan_core.snapshots import Statistics, take_snapshot
from gan_core.trainer import Trainer

BRIGHTER, DARKER = (86, 180, 233), (240, 130, 40)  # colours of what D wants, on black
STATISTICS: dict[str, Statistics] = {"running": "running", "batch": "batch"}


def open_sample(data_dir: Path | None, state: State, place: int) -> dict[str, Any]:
    """What there is to say of the sample at this place of the grid; see `Inspection`.

    Pictures are uint8 (H, W, C).
    """
    trainer = _restored(data_dir, state)
    found = inspect(
        trainer.config, trainer.images, trainer.shown_generator, trainer.discriminator, place
    )
    return {**asdict(found), "wanted": coloured(found.wanted)}


def redraw(data_dir: Path | None, state: State, weights: str, statistics: str) -> dict[str, Any]:
    """The grid as a data URL, of "raw" or "ema" weights, normalised by `STATISTICS`."""
    trainer = _restored(data_dir, state)
    generators = {"raw": trainer.generator, "ema": trainer.generator_ema}
    generator = choose("weights", weights, generators)
    how = choose("statistics", statistics, STATISTICS)
    step, epoch = trainer.steps_done, trainer.epoch
    drawn = take_snapshot(trainer.config, trainer.images, generator, step, epoch, how)
    return {
        "src": png_url(picture(drawn.samples, drawn.columns, drawn.reference)),
        "columns": drawn.columns,
        "count": len(drawn.samples),
        "note": "" if has_batchnorm(generator) else NO_BATCHNORM,
    }


def explored_at(data_dir: Path | None, state: State) -> Explored:
    """The run's networks then."""
    return Explored(_restored(data_dir, state))


def coloured(wanted: np.ndarray) -> np.ndarray:
    """(H, W) in [-1, 1] -> uint8 (H, W, 3): black where nothing is wanted."""
    share = np.abs(wanted)[..., None] ** 0.5  # what is wanted a little can be seen, too
    colour = np.where(wanted[..., None] > 0, BRIGHTER, DARKER)
    return (share * colour).round().astype(np.uint8)


def _restored(data_dir: Path | None, state: State) -> Trainer:
    config = RunConfig.from_dict(state[1]["config"])
    trainer = Trainer(config, read_images(config, data_dir))
    trainer.restore(*state)
    return trainer
