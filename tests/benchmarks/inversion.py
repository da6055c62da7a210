"""How many real digits the shipped model draws again, and mends with their middle third hidden.

    python tests/benchmarks/inversion.py --data-dir D [--first N] [--count N] [--threads N]

D holds MNIST; --count of its test images are taken, from --first on. An attempt is right if it is
read as the digit's label: by the judge, and, as the judge takes part in some of the searches, by
the nearest of the 60,000 training images.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Annotated

import numpy as np
import torch
import typer
from sklearn.neighbors import KNeighborsClassifier

from gan_core.data import ImageSet, load
from gan_core.inversion import Attempt, invert
from gan_core.judge import open_judge
from gan_core.pretrained import open_model
from gan_core.repair import repair

MODEL = "mnist-conditional"
HIDDEN = slice(9, 19)  # rows of 28


def arrays(images: ImageSet) -> np.ndarray:
    return images.images.permute(0, 2, 3, 1).numpy()  # (N, H, W, C)


def main(
    data_dir: Annotated[Path, typer.Option()],
    first: int = 0,
    count: int = 20,
    seed: int = 0,
    threads: int = 2,
) -> None:
    torch.set_num_threads(threads)
    model, judge = open_model(MODEL), open_judge("mnist")
    train, test = (load("mnist", 28, 1, data_dir, part=part) for part in ("train", "test"))
    neighbour = KNeighborsClassifier(1).fit(arrays(train).reshape(len(train), -1), train.labels)
    chosen = slice(first, first + count)
    images, labels = arrays(test)[chosen], test.labels[chosen].numpy()
    hidden = np.zeros((28, 28), bool)
    hidden[HIDDEN] = True
    searches: dict[str, Callable[[np.ndarray], Iterator[Attempt]]] = {
        "drawn without judge": lambda image: invert(model, image, seed=seed),
        "drawn": lambda image: invert(model, image, judge, seed=seed),
        "mended": lambda image: repair(model, image, hidden, seed=seed),
    }
    print(json.dumps({"model": MODEL, "threads": threads, "seed": seed, "digits": [first, count]}))
    for name, search in searches.items():
        found, seconds, busy = [], [], []
        for image in images:
            start, worked = time.perf_counter(), time.process_time()
            *_, best = search(image)
            seconds.append(time.perf_counter() - start)
            busy.append(time.process_time() - worked)
            found.append(best.image)
        drawn = np.stack(found)
        read = judge.look(drawn)[1].argmax(axis=1)
        nearest = neighbour.predict(drawn.reshape(len(drawn), -1))
        told = {
            "what": name,
            "right by judge": int((read == labels).sum()),
            "by neighbour": int((nearest == labels).sum()),
            "wrong": [first + int(place) for place in np.flatnonzero(read != labels)],
            "pixels off": round(
                float(np.sqrt(np.square((drawn - images.astype(float)) / 255).mean())), 3
            ),
            "s, p50": round(median(seconds), 2),
            "s, worst": round(max(seconds), 2),
            "CPU s, p50": round(median(busy), 2),
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    typer.run(main)
