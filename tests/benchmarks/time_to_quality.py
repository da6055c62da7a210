"""How soon a preset's digits are as good as those of a textbook loop after minutes.

    python tests/benchmarks/time_to_quality.py --data-dir D

First the textbook `vanilla` trains for --textbook-seconds, then the engine trains the preset, each
alone on the machine; the clock stands still while images are read and judged. The distance is
Frechet's, of --count digits to MNIST's test digits, on the features of the shipped judge.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import torch
import typer
from textbook import from_files

from gan_core.data import load
from gan_core.images import to_samples
from gan_core.judge import open_judge
from gan_core.metrics import frechet_distance
from gan_core.presets import preset
from gan_core.trainer import Trainer

LOOKS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)  # seconds of the preset's training


def trained_for(seconds: float, step: Callable[[], object]) -> float:
    """Step for so long; the seconds it took."""
    started = time.perf_counter()
    while (passed := time.perf_counter() - started) < seconds:
        step()
    return passed


def main(
    data_dir: Annotated[Path, typer.Option()],
    name: Annotated[str, typer.Option("--preset")] = "modern",
    textbook_seconds: float = 300,
    count: Annotated[int, typer.Option(min=1000)] = 5000,
    seed: int = 0,
) -> None:
    judge = open_judge("mnist")

    def features(images: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(judge.look(images)[0])

    def pictures(part: Literal["train", "test"]) -> np.ndarray:
        return load("mnist", 28, 1, data_dir, part=part).images.permute(0, 2, 3, 1).numpy()

    test = features(pictures("test"))
    floor = frechet_distance(test, features(pictures("train")[:count]))
    print(json.dumps({"floor": floor, "digits": count, "threads": torch.get_num_threads()}))

    book = from_files(preset("vanilla", "mnist"), data_dir, torch.device("cpu"))
    passed = trained_for(textbook_seconds, book.step)
    with torch.no_grad():
        drawn = to_samples(book.G.eval()(torch.randn(count, 100)))
    del book
    distance = frechet_distance(test, features(drawn))
    print(json.dumps({"textbook vanilla": round(passed, 1), "distance": distance}), flush=True)

    config = preset(name, "mnist")
    trainer = Trainer(config, load("mnist", config.image_size, config.channels, data_dir))
    passed = 0.0
    for look in LOOKS:
        passed += trained_for(look - passed, trainer.step)
        drawn, _ = trainer.model().sample(count, seed=seed)
        told = {name: round(passed, 1), "round": trainer.steps_done}
        distance = frechet_distance(test, features(drawn))
        print(json.dumps({**told, "distance": distance}), flush=True)


if __name__ == "__main__":
    typer.run(main)
