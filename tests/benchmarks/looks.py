"""What looks at samples cost: their share of a training's time.

    python tests/benchmarks/looks.py [--data-dir D] [--preset P ...]

Trains each preset on the built-in digits or on the MNIST in D for --looks looks after the first,
which also reads the judge and looks at the reals.
"""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from gan_core.data import load
from gan_core.events import Evaluated
from gan_core.presets import preset
from gan_core.trainer import Trainer


def main(
    data_dir: Annotated[Path | None, typer.Option()] = None,
    presets: Annotated[list[str] | None, typer.Option("--preset")] = None,
    looks: int = 8,
) -> None:
    for name in presets or ["modern", "vanilla"]:
        config = preset(name, "mnist" if data_dir else "digits")
        images = load(config.dataset, config.image_size, config.channels, data_dir)
        trainer = Trainer(replace(config, epochs=10_000), images)
        spent: dict[bool, list[float]] = {True: [], False: []}  # by whether it was a look
        before = time.perf_counter()
        for event in trainer.run(steps=(looks + 1) * config.evaluate_every):
            now = time.perf_counter()
            spent[isinstance(event, Evaluated)].append(now - before)
            before = now
        first, *rest = spent[True]
        share = sum(rest) / (sum(rest) + sum(spent[False]) * looks / (looks + 1))
        told = {"preset": name, "every": config.evaluate_every, "share": round(share, 4)}
        ms = {"first look, ms": round(1000 * first), "look, ms": round(1000 * sum(rest) / looks)}
        print(json.dumps(told | ms), flush=True)


if __name__ == "__main__":
    typer.run(main)
