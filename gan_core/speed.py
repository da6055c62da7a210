"""How much faster the engine trains than a textbook loop: both in turns, in one run."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import torch

from gan_core.config import RunConfig
from gan_core.data import ImageSet, load, search_path
from gan_core.device import device_name
from gan_core.errors import InputError, choose
from gan_core.events import Diverged, StepDone
from gan_core.presets import SYSTEMS, preset
from gan_core.trainer import Trainer

TEXTBOOK = Path(__file__).parents[1] / "tests" / "benchmarks" / "textbook.py"
WARM_UP = 2.0  # seconds

Pace = Callable[[float], float]  # seconds of a turn -> images a second


@dataclass(frozen=True)
class Comparison:
    """Images a second, turn by turn."""

    preset: str
    batch_size: int
    device: str
    precision: str  # of the engine; the textbook's is float32
    textbook: list[float]
    engine: list[float]

    @property
    def ratio(self) -> float:
        """Of the medians."""
        return median(self.engine) / median(self.textbook)

    def facts(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return {**asdict(self), "ratio": round(self.ratio, 2), "torch": torch.__version__}


def sentence(compared: Comparison) -> str:
    """A line for people."""
    textbook, engine = median(compared.textbook), median(compared.engine)
    return (
        f"{compared.preset}, batch {compared.batch_size}, {compared.device}: textbook "
        f"{textbook:,.0f} images/s, engine in {compared.precision} {engine:,.0f}: "
        f"{compared.ratio:.2f} times (medians of {len(compared.engine)} turns)"
    )


def compare_system(
    name: str, data_dir: Path | None, settings: list[str], device: str, seconds: float, turns: int
) -> Comparison:
    """`compare` for one of SYSTEMS, on MNIST or, for dcgan-lsgan, on the images in `data_dir`."""
    choose("system of a textbook", name, dict.fromkeys(SYSTEMS))
    config = preset(name, "folder" if name == "dcgan-lsgan" else "mnist")
    config = replace(config, **config.parsed(settings))
    images = load(config.dataset, config.image_size, config.channels, data_dir)
    if config.dataset == "mnist":
        images_file = Path("MNIST", "raw", "train-images-idx3-ubyte")
        data_dir = next(f for f in search_path(data_dir) if (f / images_file).is_file())
    assert data_dir is not None  # else `load` has said so
    return compare(config, images, data_dir.resolve(), device, seconds, turns)


def compare(
    config: RunConfig, images: ImageSet, data_dir: Path, device: str, seconds: float, turns: int
) -> Comparison:
    """The textbook loop and the engine, A B A B, after a turn that warms each of them up.

    The loop runs in a process of its own, as somebody would start it, and reads the same images
    from `data_dir` through torchvision. InputError where it can't.
    """
    trainer = Trainer(config, images, device)
    with _textbook(config, data_dir, trainer.device) as textbook_pace:
        paces = {"textbook": textbook_pace, "engine": _engine(trainer)}
        told: dict[str, list[float]] = {name: [] for name in paces}
        for turn in range(turns + 1):
            for name, pace in paces.items():
                if turn:
                    told[name].append(round(pace(seconds), 1))
                else:
                    pace(min(WARM_UP, seconds))
    where, precision = device_name(trainer.device), trainer.config.precision
    return Comparison(config.preset, config.batch_size, where, precision, **told)


def _engine(trainer: Trainer) -> Pace:
    """As for somebody who watches: with every event."""

    def events() -> Iterator[int]:
        while True:
            for event in trainer.run(steps=10**9):
                if isinstance(event, Diverged):
                    raise InputError(f"the engine diverged at step {event.step}: {event.term}")
                yield trainer.images_per_step if isinstance(event, StepDone) else 0

    images = events()

    def pace(seconds: float) -> float:
        done, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            done += next(images)
        if trainer.device.type == "cuda":
            torch.cuda.synchronize(trainer.device)
        return done / (time.perf_counter() - started)

    return pace


@contextmanager
def _textbook(config: RunConfig, data_dir: Path, device: torch.device) -> Iterator[Pace]:
    if not TEXTBOOK.is_file():
        raise InputError(f"the textbook loop to compare with, {TEXTBOOK}, is not here; run this in "
                         "a copy of the repository")  # fmt: skip
    told = [json.dumps(asdict(config)), str(data_dir), str(device)]
    loop = subprocess.Popen(
        [sys.executable, str(TEXTBOOK), *told],
        cwd=TEXTBOOK.parents[2],
        env=os.environ | {"PYTHONPATH": str(TEXTBOOK.parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert loop.stdin and loop.stdout
    stdin, stdout = loop.stdin, loop.stdout

    def pace(seconds: float) -> float:
        print(seconds, file=stdin, flush=True)
        answer = stdout.readline()
        if not answer:
            raise InputError("the textbook loop ended; its own message is above")
        return float(answer)

    try:
        yield pace
    finally:
        loop.kill()
        loop.communicate()
