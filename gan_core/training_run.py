"""`train` at the command line: a trainer, its run folder and a progress bar."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from gan_core.config import RunConfig
from gan_core.data import load
from gan_core.device import choose_device, device_name
from gan_core.errors import InputError
from gan_core.events import Diverged, Snapshot, StepDone
from gan_core.run_folder import RunFolder, check_out
from gan_core.trainer import Trainer


def train_to_folder(
    config: RunConfig, data_dir: Path | None, device: str, out: Path | None
) -> None:
    """Train `config` into folder `out`, saving after each epoch and when told to stop."""
    path = out or _free_folder(Path("runs") / f"{config.preset}-{config.dataset}-seed{config.seed}")
    check_out(path)
    choose_device(device)  # both are known to fail before minutes of reading
    print(f"reading {config.dataset} ...", file=sys.stderr)
    images = load(config.dataset, config.image_size, config.channels, data_dir)
    trainer = Trainer(config, images, device)
    with RunFolder(path, config) as folder, _stop_signals() as stopped:
        print(
            f"{config.preset} on {len(images):,} images of {config.dataset}, "
            f"{trainer.total_steps:,} steps, seed {config.seed}, "
            f"{device_name(trainer.device)} -> {path}",
            file=sys.stderr,
        )
        _record(trainer, folder, stopped)
        folder.save(trainer.model())
        folder.save_curves()
    words = "stopped" if stopped else "done"
    print(f"{words} at step {trainer.steps_done:,}, epoch {trainer.epoch}; saved {path}")


def _record(trainer: Trainer, folder: RunFolder, stopped: list[int]) -> None:
    """Train to the end, or until `stopped` holds a signal, with a progress bar."""
    with _progress_bar() as bar:
        task = bar.add_task("epoch 0", total=trainer.total_steps, rate="")
        for event in trainer.run():
            folder.record(event)
            if isinstance(event, StepDone):
                bar.update(
                    task,
                    completed=event.step,
                    description=f"epoch {event.epoch}",
                    rate=f"D {event.d_loss:.3f}  G {event.g_loss:.3f}  "
                    f"{event.images_per_s:,.0f} images/s",
                )
            elif isinstance(event, Snapshot) and event.step > 0:
                folder.save(trainer.model())
            elif isinstance(event, Diverged):
                folder.save_curves()
                kept = f"the model of epoch {event.epoch - 1} and " if event.epoch > 1 else ""
                raise InputError(
                    f"diverged: {event.term} is not a number any more at step {event.step}; "
                    f"{folder.path} keeps {kept}the curves; try another seed"
                )
            if stopped:
                break


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


def _progress_bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%  {task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
