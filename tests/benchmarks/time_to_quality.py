"""How soon a preset's digits are as good as those of a textbook loop after minutes.

    python tests/benchmarks/time_to_quality.py --data-dir D --judge J.safetensors

First the textbook `vanilla` trains for --textbook-seconds, then the engine trains the preset, each
alone on the machine; the clock stands still while images are read and judged. The distance is that
of digit_fid.py, of --count digits, and so is its judge.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import torch
import typer
from digit_fid import frechet
from digit_scores import classifier, scaled
from safetensors.torch import load_model
from textbook import from_files
from torch import Tensor
from torchvision.datasets import MNIST

from gan_core.data import load
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
    judge: Annotated[Path, typer.Option()],
    name: Annotated[str, typer.Option("--preset")] = "modern",
    textbook_seconds: float = 300,
    count: Annotated[int, typer.Option(min=1000)] = 5000,
    seed: int = 0,
) -> None:
    network = classifier().eval()
    load_model(network, judge)
    test = scaled(MNIST(data_dir, train=False).data)
    floor = frechet(network, test, scaled(MNIST(data_dir).data)[:count])
    print(json.dumps({"floor": floor, "digits": count, "threads": torch.get_num_threads()}))

    def distance(images: Tensor) -> float:
        return frechet(network, test, images)

    book = from_files(preset("vanilla", "mnist"), data_dir, torch.device("cpu"))
    passed = trained_for(textbook_seconds, book.step)
    with torch.no_grad():
        images = book.G.eval()(torch.randn(count, 100))
    del book
    print(json.dumps({"textbook vanilla": round(passed, 1), "distance": distance(images)}))

    config = preset(name, "mnist")
    trainer = Trainer(config, load("mnist", config.image_size, config.channels, data_dir))
    passed = 0.0
    for look in LOOKS:
        passed += trained_for(look - passed, trainer.step)
        drawn, _ = trainer.model().sample(count, seed=seed)
        told = {name: round(passed, 1), "round": trainer.steps_done}
        distance_now = distance(scaled(torch.from_numpy(drawn[..., 0])))
        print(json.dumps({**told, "distance": distance_now}), flush=True)


if __name__ == "__main__":
    typer.run(main)
