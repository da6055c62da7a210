"""A small CNN that tells classes apart, and its training: for judges, and to learn from fakes."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, interpolate
from torch.optim.lr_scheduler import OneCycleLR

from gan_core.chance import Chance
from gan_core.device import on_device
from gan_core.image_cache import Progress
from gan_core.modules import initialise

SIDE = 28  # pixels of what it looks at, each way
FEATURES = 128
BATCH, PEAK_RATE = 128, 3e-3
AT_ONCE = 500  # images looked at together: bounds memory, costs no speed
LUMA = (0.299, 0.587, 0.114)  # how bright red, green and blue look (ITU-R BT.601)

Augmentation = Callable[[Tensor, Chance], Tensor]  # images (B, 1, 28, 28) in [-1, 1] -> the same


class Classifier(nn.Module):
    """Images (B, 1, 28, 28) in [-1, 1] -> features (B, 128) and logits (B, classes).

    4.0 million multiplications an image, 440,000 weights.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs, shrink in ((1, 24, 2), (24, 48, 2), (48, 64, 1)):
            layers += [
                nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
                nn.MaxPool2d(shrink),  # first, so that less is left to normalise
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
            ]
        layers += [nn.Flatten(), nn.Linear(64 * 7 * 7, FEATURES), nn.ReLU()]
        self.features = nn.Sequential(*layers)
        self.logits = nn.Linear(FEATURES, classes)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.features(images)
        return features, self.logits(features)


def train_classifier(
    images: Tensor,
    labels: Tensor,
    classes: int,
    epochs: int,
    seed: int,
    progress: Progress | None = None,
    augment: Augmentation | None = None,
) -> Classifier:
    """A classifier after `epochs` over images uint8 (N, 1, 28, 28) with labels int64 (N,).

    It is trained where the images are; the same seed there gives the same weights. `progress` hears
    how many steps of how many are done.
    """
    network = Classifier(classes)
    initialise(network, torch.Generator().manual_seed(seed))
    network = on_device(network, images.device).train()
    chance = Chance(seed, images.device)
    batch = min(BATCH, len(images))
    rounds = len(images) // batch  # an epoch
    optimiser = torch.optim.Adam(network.parameters())
    schedule = OneCycleLR(optimiser, PEAK_RATE, total_steps=epochs * rounds)
    for epoch in range(epochs):
        order = torch.randperm(len(images), device=images.device, generator=chance.random)
        for step, chosen in enumerate(order[: rounds * batch].split(batch)):
            seen = scaled(images[chosen])
            _, logits = network(augment(seen, chance) if augment else seen)
            optimiser.zero_grad()
            cross_entropy(logits, labels[chosen]).backward()
            optimiser.step()
            schedule.step()
            if progress:
                progress(epoch * rounds + step + 1, epochs * rounds)
    return network.eval()


@torch.inference_mode()
def accuracy(network: Classifier, images: Tensor, labels: Tensor) -> float:
    """The share of images uint8 (N, 1, 28, 28) whose likeliest class is their label (N,)."""
    guessed = [network(scaled(part))[1].argmax(dim=1) for part in images.split(AT_ONCE)]
    return (torch.cat(guessed) == labels).float().mean().item()


def scaled(images: Tensor) -> Tensor:
    """uint8 -> floats in [-1, 1]."""
    return images.float() / 127.5 - 1


def prepared(images: np.ndarray) -> Tensor:
    """Images uint8 (N, H, W, C), grey or colour of any size -> grey, uint8 (N, 1, 28, 28).

    Resized as `gan_core.data` resizes what is trained on.
    """
    parts = []
    for start in range(0, len(images), AT_ONCE):
        part = images[start : start + AT_ONCE].copy()  # for it may be a view, or read-only
        grey = torch.from_numpy(part).permute(0, 3, 1, 2).float()  # (B, C, H, W)
        if grey.shape[1] == 3:
            grey = (grey * torch.tensor(LUMA).view(3, 1, 1)).sum(dim=1, keepdim=True)
        if grey.shape[2:] != (SIDE, SIDE):
            grey = interpolate(grey, (SIDE, SIDE), mode="bicubic", antialias=True)
        parts.append(grey.round().clamp(0, 255).byte())
    return torch.cat(parts)
