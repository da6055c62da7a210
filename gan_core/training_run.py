"""`train` at the command line: a trainer, its run folder, progress, and stopping in good order."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from gan_core.config import RunConfig
from gan_core.data import ImageSet, load
from gan_core.device import choose_device, device_name
from gan_core.diagnosis import diagnose
from gan_core.distributed import World, joined
from gan_core.errors import InputError
from gan_core.events import Diverged, Evaluated, Snapshot, StepDone
from gan_core.run_folder import RunFolder, check_out, make_run_folder, read_run, write_config
from gan_core.trainer import Trainer

SAVE_EVERY_SECONDS = 300  # inside a long epoch


def train_to_folder(
    config: RunConfig, data_dir: Path | None, device: str, out: Path | None, keep_every: int = 0
) -> None:
    """Train `config` into a new folder, saving after each epoch and when told to stop.

    keep_every: epochs from one to the next whose networks stay in kept/; 0 is none.
    """
    with joined(device) as world:
        name = f"{config.preset}-{config.dataset}-seed{config.seed}"
        path = out or _free_folder(Path("runs") / name)
        choose_device(device)  # this and the folder are known to fail before minutes of reading
        if world.rank == 0:
            check_out(path)
        trainer = Trainer(config, _read(config, data_dir, world), device, world)
        folder = make_run_folder(path, trainer.config, data_dir) if world.rank == 0 else None
        _train(trainer, folder, world, keep_every)


def resume_run(
    path: Path, settings: list[str], data_dir: Path | None, device: str, keep_every: int = 0
) -> None:
    """Go on with the run in `path` from its last saved state, some settings changed."""
    run = read_run(path)
    config = replace(run.config, **run.config.parsed(settings))
    with joined(device) as world:
        images = _read(run.config, data_dir or run.data_dir, world)
        trainer = Trainer(run.config, images, device, world)
        if run.state:
            trainer.restore(*run.state)
        trainer.change(config)
        world.wait()  # until all have read what rank 0 is about to write
        folder = RunFolder(path, config, run.step) if world.rank == 0 else None
        if folder:
            folder.save(trainer)  # the settings are kept from here on
            if data_dir:
                write_config(path, run.config, data_dir)
        _train(trainer, folder, world, keep_every)


def _read(config: RunConfig, data_dir: Path | None, world: World) -> ImageSet:
    """The data; one process of each machine reads first, for the others to find it decoded."""
    if world.local_rank > 0:
        world.wait()
    images = _read_with_bar(config, data_dir, quiet=world.rank > 0)
    if world.local_rank == 0:
        world.wait()
    return images


def _read_with_bar(config: RunConfig, data_dir: Path | None, quiet: bool) -> ImageSet:
    with _progress_bar(quiet) as bar:
        task = bar.add_task(f"reading {config.dataset}", total=None, rate="")

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, rate=f"{done:,} of {total:,} images")

        images = load(config.dataset, config.image_size, config.channels, data_dir, show)
        bar.remove_task(task)
    if images.skipped and not quiet:
        print(
            f"{len(images.skipped):,} of {len(images.skipped) + len(images):,} images could not be "
            f"read and were left out, the first is {images.skipped[0]}",
            file=sys.stderr,
        )
    return images


def _train(trainer: Trainer, folder: RunFolder | None, world: World, keep_every: int) -> None:
    """Train to the end or until told to stop; only the process that has the folder writes."""
    config, path = trainer.config, folder.path if folder else None
    if folder:
        print(
            f"{config.preset} on {len(trainer.images):,} samples of {config.dataset}, "
            f"{trainer.total_steps:,} steps, seed {config.seed}, "
            f"{device_name(trainer.device)}{f' x {world.size}' if world.size > 1 else ''}, "
            f"{config.precision} -> {path}",
            file=sys.stderr,
        )
    with folder or nullcontext(), _stop_signals() as stopped, _progress_bar(not folder) as bar:
        task = bar.add_task("", total=trainer.total_steps, completed=trainer.steps_done, rate="")
        seen: Evaluated | None = None
        for event in trainer.run():
            if isinstance(event, Diverged):
                if folder:
                    folder.save_curves()
                raise _diverged(event, trainer, path)
            if folder:
                folder.record(event)
                ended = event.epoch if isinstance(event, Snapshot) else 0
                if keep_every and ended and ended % keep_every == 0:
                    folder.keep(trainer, ended)  # before the state that is behind it
                late = time.monotonic() - folder.saved > SAVE_EVERY_SECONDS
                if isinstance(event, Snapshot) or late:
                    folder.save(trainer)
            if isinstance(event, Evaluated):
                seen = event
            if isinstance(event, StepDone):
                bar.update(
                    task,
                    completed=event.step,
                    description=f"epoch {event.epoch}",
                    rate=f"{_in_short(seen or event)}  {event.images_per_s:,.0f} images/s",
                )
            if world.any(bool(stopped)):
                break
        if folder:
            folder.save(trainer)
            folder.save_curves()
    if folder:
        words = "stopped" if stopped else "done"
        print(f"{words} at step {trainer.steps_done:,}, epoch {trainer.epoch}; saved {path}")
        for found in diagnose(trainer.config, folder.events()):
            print(f"\n{found.title} ({found.evidence})\n{found.meaning} {found.remedy}")


def _in_short(event: StepDone | Evaluated) -> str:
    """Losses say little; they stand in until there is something that says more."""
    if isinstance(event, StepDone):
        return f"D {event.d_loss:.3f}  G {event.g_loss:.3f}"
    words = [f"diversity {event.diversity:.2f}"]
    if event.distance is not None:
        words = [f"distance {event.distance:.0f} (real {event.distance_floor:.0f})"]
    if event.classes:
        words.append(f"{len(event.classes) - len(event.missing)} of {len(event.classes)} classes")
    return "  ".join(words)


def _diverged(event: Diverged, trainer: Trainer, path: Path | None) -> InputError:
    slower = " ".join(
        f"--set {name}={getattr(trainer.config, name) / 10:g}"
        for name in ("g_learning_rate", "d_learning_rate")
    )
    return InputError(
        f"diverged: {event.term} is not a finite number at step {event.step}; the last good state "
        f"is kept, go on from it more slowly: python -m gan_core train --resume {path} {slower}"
    )


def _free_folder(wanted: Path) -> Path:
    """`wanted`, or the first of wanted-2, wanted-3, ... that doesn't exist."""
    path, number = wanted, 1
    while path.exists():
        number += 1
        path = wanted.with_name(f"{wanted.name}-{number}")
    return path


@contextmanager
def _stop_signals() -> Iterator[list[int]]:
    """A list that Ctrl-C or SIGTERM puts its number in; the loop looks at it between steps."""
    caught: list[int] = []
    previous = {
        number: signal.signal(number, lambda got, frame: caught.append(got))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield caught
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _progress_bar(quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%  {task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        disable=quiet,
    )
