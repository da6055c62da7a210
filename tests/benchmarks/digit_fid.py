"""How close models' digits are to MNIST, by what a small classifier sees in them.

    python tests/benchmarks/digit_fid.py runs/first runs/next --data-dir D --judge J.safetensors

For each model: the Frechet distance between its digits and MNIST's 10,000 test digits on the 128
features of the classifier (torchmetrics), the same for as many training digits (the floor), and
how many of the ten classes make up at least 2 % of its digits. The classifier is that of
digit_scores.py, trained once and kept in the file that --judge names.
"""

import json
from pathlib import Path
from typing import Annotated

import torch
import typer
from digit_scores import accuracy, classifier, scaled, trained
from safetensors.torch import load_model, save_model
from torch import Tensor, nn
from torchmetrics.image.fid import FrechetInceptionDistance
from torchvision.datasets import MNIST

from gan_core.pretrained import open_model

BATCH = 500


class Features(nn.Module):
    """The classifier without its last layer, on float images in [-1, 1]."""

    num_features = 128

    def __init__(self, judge: nn.Sequential) -> None:
        super().__init__()
        self.layers = judge[:-1]

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images)


def frechet(judge: nn.Sequential, real: Tensor, other: Tensor) -> float:
    """Between images (N, 1, 28, 28) of two kinds."""
    distance = FrechetInceptionDistance(Features(judge), normalize=True, input_img_size=(1, 28, 28))
    for images, is_real in ((real, True), (other, False)):
        for part in images.split(BATCH):
            distance.update(part, real=is_real)
    return round(distance.compute().item(), 2)


def main(
    models: list[str],
    data_dir: Annotated[Path, typer.Option()],
    judge: Annotated[Path, typer.Option()],
    count: Annotated[int, typer.Option(min=1000)] = 10_000,
) -> None:
    real, test = (MNIST(data_dir, train=part) for part in (True, False))
    real_images, test_images = scaled(real.data), scaled(test.data)
    network = classifier().eval()
    if judge.exists():
        load_model(network, judge)
    else:
        network.load_state_dict(trained(real_images, real.targets).state_dict())
        save_model(network, str(judge))
    print(f"judge: {accuracy(network, test_images, test.targets):.4f} on MNIST test")
    print(f"floor: {frechet(network, test_images, real_images[:count])} ({count} real digits)")
    for name in models:
        model = open_model(name)
        images, _ = model.sample(count, seed=1)
        fakes = scaled(torch.from_numpy(images[..., 0]))
        with torch.no_grad():
            guessed = torch.cat([network(part).argmax(dim=1) for part in fakes.split(BATCH)])
        counts = torch.bincount(guessed, minlength=10).tolist()
        scores = {
            "model": name,
            "step": model.card.step,
            "fid": frechet(network, test_images, fakes),
            "digits": count,
            "classes": sum(number >= count / 50 for number in counts),
            "of_each_class": counts,
        }
        print(json.dumps(scores))


if __name__ == "__main__":
    typer.run(main)
