"""How good a labelled digit model is, by what a classifier makes of it.

    python tests/benchmarks/digit_scores.py mnist-conditional --data-dir D

Prints three accuracies of one small CNN, trained anew each time (Shmelkov, Schmid & Alahari 2018,
"How good is my GAN?"): real -> real is the ceiling, real -> fake is GAN-test (are the digits what
they were asked to be?), fake -> real is GAN-train (are they as varied as real ones?).
"""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torchvision.datasets import MNIST

from gan_core.pretrained import open_model

EPOCHS, BATCH, PEAK_RATE, SEED = 4, 128, 3e-3, 0


def classifier() -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs, stride in ((1, 32, 1), (32, 64, 2), (64, 64, 2)):
        layers += [
            nn.Conv2d(inputs, outputs, 3, stride, padding=1),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(),
                         nn.Linear(128, 10))  # fmt: skip


def trained(images: Tensor, labels: Tensor) -> nn.Module:
    """A classifier after EPOCHS over images (N, 1, 28, 28) in [-1, 1]."""
    torch.manual_seed(SEED)
    network, steps = classifier(), EPOCHS * (len(images) // BATCH)
    optimiser = torch.optim.Adam(network.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK_RATE, total_steps=steps)
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(images))[: steps // EPOCHS * BATCH].split(BATCH):
            optimiser.zero_grad()
            cross_entropy(network(images[chosen]), labels[chosen]).backward()
            optimiser.step()
            schedule.step()
    return network.eval()


@torch.no_grad()
def accuracy(network: nn.Module, images: Tensor, labels: Tensor) -> float:
    guessed = torch.cat([network(part).argmax(dim=1) for part in images.split(1000)])
    return (guessed == labels).float().mean().item()


def scaled(images: Tensor) -> Tensor:
    """uint8 (N, 28, 28) -> (N, 1, 28, 28) in [-1, 1]."""
    return images[:, None].float() / 127.5 - 1


def fakes(model: str, count: int, seed: int) -> tuple[Tensor, Tensor]:
    images, labels = open_model(model).sample(count, seed)
    return scaled(torch.from_numpy(images[..., 0])), torch.from_numpy(labels.astype(np.int64))


def main(model: str, data_dir: Annotated[Path, typer.Option()]) -> None:
    real, test = (MNIST(data_dir, train=part) for part in (True, False))
    real_images, test_images = scaled(real.data), scaled(test.data)
    judge = trained(real_images, real.targets)
    generated = fakes(model, len(test), seed=1)
    student = trained(*fakes(model, len(real), seed=2))
    scores = {
        "real_to_real_accuracy": round(accuracy(judge, test_images, test.targets), 4),
        "gan_test_accuracy": round(accuracy(judge, *generated), 4),
        "gan_train_accuracy": round(accuracy(student, test_images, test.targets), 4),
        "images_generated_for_gan_test": len(test),
        "images_generated_for_gan_train": len(real),
        "real_test_images": len(test),
        "measured_by": f"tests/benchmarks/digit_scores.py {model}",
    }
    print(json.dumps(scores, indent=2))


if __name__ == "__main__":
    typer.run(main)
