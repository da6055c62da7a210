"""Makes a run's trainer, its images read first. It knows no gradio, and imports torch."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from demo.kept import Kept
from demo.record import Branch
from demo.text.en import SKIPPED
from gan_core.config import RunConfig
from gan_core.data import ImageSet, Unavailable, load
from gan_core.device import device_name
from gan_core.image_cache import Progress
from gan_core.networks import check_size
from gan_core.presets import PRESETS
from gan_core.race import Race
from gan_core.trainer import Trainer

# two visitors must not download into the same files, nor measure at once which precision is faster
_one_at_a_time = Lock()


class Made(NamedTuple):
    trainer: Trainer
    device: str  # its name, and the precision that is fastest there
    kept: Kept
    message: str  # a line for the visitor where the images are not all that was asked for


def make_trainer(
    config: RunConfig, data_dir: Path | None, progress: Progress, branch: Branch | None = None
) -> Made:
    """On `digits` where the data set can't be had. `progress` hears of a folder's images."""
    with _one_at_a_time:
        config, images, message = _read(config, data_dir, progress)
        trainer = Trainer(config, images)
    kept = branch.kept if branch else Kept()
    if branch:
        trainer.restore(*branch.state)
        kept.states.keep(trainer)
    else:
        kept.begin(trainer.config)
    device = f"{device_name(trainer.device)}, {trainer.config.precision}"
    return Made(trainer, device, kept, message)


def make_race(
    configs: Sequence[RunConfig], data_dir: Path | None, progress: Progress
) -> tuple[Race, str, str]:
    """A race of these lanes; the device and the message as in `Made`."""
    with _one_at_a_time:
        config, images, message = _read(configs[0], data_dir, progress)
        race = Race([replace(one, dataset=config.dataset) for one in configs], images)
    first = race.trainers[0]
    return race, f"{device_name(first.device)}, {first.config.precision}", message


def rehearse() -> None:
    """Make the first choice's trainer for nobody: what comes once in a process takes seconds."""
    make_trainer(next(iter(PRESETS.values())), None, lambda done, total: None)


def read_images(config: RunConfig, data_dir: Path | None) -> ImageSet:
    """Those that `make_trainer` took for a run of this config."""
    with _one_at_a_time:
        return _read(config, data_dir, lambda done, total: None)[1]


def _read(
    config: RunConfig, data_dir: Path | None, progress: Progress
) -> tuple[RunConfig, ImageSet, str]:
    check_size(config)  # before images are made so large that they fill the memory
    name, size, channels = config.dataset, config.image_size, config.channels
    if name == "folder":  # it may have changed, and `load` has a cache for it
        images = load(name, size, channels, data_dir, progress)
        return config, images, _told_of_skipped(images)
    folder = data_dir if data_dir and data_dir.is_dir() else None
    try:
        return config, _cached_load(name, size, channels, folder), ""
    except Unavailable as error:
        digits = _cached_load("digits", size, channels, None)
        message = f"Training on digits instead: {error}"
        return replace(config, dataset="digits"), digits, message


@lru_cache(maxsize=2)
def _cached_load(name: str, size: int, channels: int, data_dir: Path | None) -> ImageSet:
    return load(name, size, channels, data_dir)


def _told_of_skipped(images: ImageSet) -> str:
    if not images.skipped:
        return ""
    count = len(images.skipped)
    return SKIPPED.format(skipped=count, total=count + len(images), first=images.skipped[0])
