"""A run that was taken away as a .zip, ready to go on. It imports torch."""

from pathlib import Path

import numpy as np

from demo.charts import png_url
from demo.data_folder import named_briefly
from demo.kept import Kept
from demo.record import Branch, Record
from gan_core.config import RunConfig
from gan_core.errors import InputError, choose
from gan_core.events import StepDone
from gan_core.evolution import read_samples
from gan_core.images import GAP
from gan_core.presets import PRESETS
from gan_core.run_folder import read_run
from gan_core.run_zip import history, unpack


def load_run(path: Path) -> Branch:
    """InputError where the file holds no run that could go on."""
    kept, record = Kept(), Record()
    unpack(path, kept.run_path)
    with named_briefly(kept.path):
        return _read(path.name, kept, record)


def _read(name: str, kept: Kept, record: Record) -> Branch:
    saved = read_run(kept.run_path)
    if saved.state is None:
        raise InputError(f"{name} holds a run that was never saved; take it away once more")
    ends = {0: 0}  # the round that each epoch ended at, or was taken away at
    for event in history(kept.run_path):
        if event.step <= saved.step:
            record.recall(event)
            if isinstance(event, StepDone):
                ends[event.epoch] = event.step
    choose("preset", saved.config.preset, PRESETS)
    done = saved.state[1].get("epochs", max(ends))  # it may have trained on while it was packed
    for picture, epoch in zip(*read_samples(kept.run_path)):
        if epoch in ends and epoch <= done:
            grid = _grid(saved.config, picture)
            record.recall_picture(epoch, ends[epoch], *grid, png_url(picture))
    kept.go_on(saved.config, saved.step)
    return Branch(saved.state, record, kept)


def _grid(config: RunConfig, picture: np.ndarray) -> tuple[int, int]:
    """Columns and count of its samples."""
    side = config.image_size + GAP
    rows, columns = ((length + GAP) // side for length in picture.shape[:2])
    return columns, columns * rows
