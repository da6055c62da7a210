"""What more work costs: images a second at ten times the data, seconds a step at twice the batch.

    python tests/benchmarks/growth.py --data-dir D [--preset P ...]

Each pair of trainings takes its turns alternately in this process, on the MNIST in D.
"""

import json
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

from gan_core.data import ImageSet, load
from gan_core.presets import preset
from gan_core.trainer import Trainer


def images_per_second(trainer: Trainer, seconds: float) -> float:
    rounds, started = 0, time.perf_counter()
    while (passed := time.perf_counter() - started) < seconds:
        trainer.step()
        rounds += 1
    return rounds * trainer.images_per_step / passed


def compared(small: Trainer, large: Trainer, seconds: float, turns: int) -> float:
    """Images a second of the large one over those of the small one, medians."""
    told: tuple[list[float], list[float]] = [], []
    for turn in range(turns + 1):  # the first warms up
        for trainer, paces in zip((small, large), told):
            pace = images_per_second(trainer, seconds)
            if turn:
                paces.append(pace)
    return median(told[1]) / median(told[0])


def main(
    data_dir: Annotated[Path, typer.Option()],
    presets: Annotated[list[str] | None, typer.Option("--preset")] = None,
    seconds: float = 3,
    turns: int = 5,
) -> None:
    for name in presets or ["modern", "vanilla"]:
        config = preset(name, "mnist")
        every = load("mnist", config.image_size, config.channels, data_dir)
        tenth = ImageSet(every.images[::10].clone(), every.labels[::10].clone(), every.class_names)
        data = compared(Trainer(config, tenth), Trainer(config, every), seconds, turns)
        double = replace(config, batch_size=2 * config.batch_size)
        batch = compared(Trainer(config, every), Trainer(double, every), seconds, turns)
        told = {"10x the data, images/s": data, "2x the batch, s/step": 2 / batch}
        print(json.dumps({"preset": name, **{k: round(v, 2) for k, v in told.items()}}), flush=True)


if __name__ == "__main__":
    typer.run(main)
