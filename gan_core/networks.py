"""Generators and discriminators, each written as the list of layers its source publishes.

Discriminators end in logits: where a source ends in a sigmoid, the objective applies it, which
is the same mathematics and does not overflow.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from gan_core.config import RunConfig
from gan_core.errors import choose


class Generator(nn.Module):
    """z (B, noise_dim), and labels (B,) if conditional -> images (B, C, H, W) in [-1, 1]."""

    def __init__(self, *layers: nn.Module, embedding: nn.Embedding | None = None) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.embedding = embedding

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        if self.embedding is not None:
            assert labels is not None, "a conditional generator needs labels"
            z = torch.cat([z, self.embedding(labels)], dim=1)
        return self.layers(z)


class Discriminator(nn.Module):
    """Images (B, C, H, W), and labels (B,) if conditional -> logits (B,).

    A label enters as the projection <embedding(label), features> (Miyato & Koyama 2018,
    "cGANs with Projection Discriminator").
    """

    def __init__(
        self, features: nn.Sequential, logit: nn.Module, embedding: nn.Embedding | None = None
    ) -> None:
        super().__init__()
        self.features = features
        self.logit = logit
        self.embedding = embedding

    def forward(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        features = self.features(images)
        logits = self.logit(features).flatten()
        if self.embedding is not None:
            assert labels is not None, "a conditional discriminator needs labels"
            logits = logits + (self.embedding(labels) * features).sum(dim=1)
        return logits


class Dropout(nn.Module):
    """Dropout whose coin is an explicit torch.Generator, so that two runs in a process don't mix.

    The trainer sets `random`; without it, torch's global generator is used.
    """

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.probability = probability
        self.random: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = 1 - self.probability
        return x * torch.empty_like(x).bernoulli_(keep, generator=self.random).div_(keep)


def _pixels(config: RunConfig) -> tuple[int, int, int]:
    return config.channels, config.image_size, config.image_size


def mlp_generator(
    config: RunConfig, classes: int, widths: tuple[int, ...], slope: float, batchnorm_eps: float = 0
) -> Generator:
    """Linear layers of these widths; BatchNorm after each but the first where an eps is given."""
    layers: list[nn.Module] = []
    for index, (inputs, outputs) in enumerate(zip((config.noise_dim, *widths), widths)):
        layers.append(nn.Linear(inputs, outputs))
        if batchnorm_eps and index > 0:
            layers.append(nn.BatchNorm1d(outputs, eps=batchnorm_eps))
        layers.append(nn.LeakyReLU(slope))  # slope 0 is ReLU
    pixels = _pixels(config)
    return Generator(
        *layers, nn.Linear(widths[-1], math.prod(pixels)), nn.Tanh(), nn.Unflatten(1, pixels)
    )


def mlp_discriminator(config: RunConfig, classes: int) -> Discriminator:
    features = nn.Sequential(
        nn.Flatten(),
        nn.Linear(math.prod(_pixels(config)), 512),
        nn.LeakyReLU(0.2),
        nn.Linear(512, 256),
        nn.LeakyReLU(0.2),
    )
    return Discriminator(features, nn.Linear(256, 1))


def deep_mlp_discriminator(config: RunConfig, classes: int) -> Discriminator:
    features = nn.Sequential(
        nn.Flatten(),
        nn.Linear(math.prod(_pixels(config)), 4096),
        nn.ReLU(),
        nn.Linear(4096, 2048),
        nn.ReLU(),
        Dropout(0.5),
        nn.Linear(2048, 1024),
        nn.ReLU(),
        Dropout(0.5),
        nn.Linear(1024, 512),
        nn.ReLU(),
        Dropout(0.5),
        nn.Linear(512, 256),  # no activation here: the source has none
    )
    return Discriminator(features, nn.Linear(256, 1))


def conv_generator(config: RunConfig, classes: int) -> Generator:
    side = config.image_size // 4
    return Generator(
        nn.Linear(config.noise_dim, 1024),
        nn.ReLU(),
        nn.BatchNorm1d(1024),
        nn.Linear(1024, side * side * 128),
        nn.ReLU(),
        nn.BatchNorm1d(side * side * 128),
        nn.Unflatten(1, (128, side, side)),
        nn.ConvTranspose2d(128, 64, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.BatchNorm2d(64),
        nn.ConvTranspose2d(64, config.channels, 4, stride=2, padding=1),
        nn.Tanh(),
    )


def conv_discriminator(config: RunConfig, classes: int) -> Discriminator:
    side = ((config.image_size - 4) // 2 - 4) // 2  # two unpadded 5x5 convolutions, each halved
    features = nn.Sequential(
        nn.Conv2d(config.channels, 32, 5),
        nn.LeakyReLU(0.01),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5),
        nn.LeakyReLU(0.01),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(side * side * 64, side * side * 64),
        nn.LeakyReLU(0.01),
    )
    return Discriminator(features, nn.Linear(side * side * 64, 1))


def dcgan_generator(config: RunConfig, classes: int) -> Generator:
    layers: list[nn.Module] = [
        nn.Unflatten(1, (config.noise_dim, 1, 1)),
        nn.ConvTranspose2d(config.noise_dim, 512, 4),  # (B, 512, 4, 4); no norm, no activation
    ]
    for inputs, outputs in ((512, 256), (256, 128), (128, 64)):
        layers += [
            nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1),
            nn.BatchNorm2d(outputs),
            nn.LeakyReLU(0.05),
        ]
    to_pixels = nn.ConvTranspose2d(64, config.channels, 4, stride=2, padding=1)
    return Generator(*layers, to_pixels, nn.Tanh())


def dcgan_discriminator(config: RunConfig, classes: int) -> Discriminator:
    layers: list[nn.Module] = [
        nn.Conv2d(config.channels, 64, 4, stride=2, padding=1),
        nn.LeakyReLU(0.05),
    ]
    for inputs, outputs in ((64, 128), (128, 256), (256, 512)):
        layers += [
            nn.Conv2d(inputs, outputs, 4, stride=2, padding=1),
            nn.BatchNorm2d(outputs),
            nn.LeakyReLU(0.05),
        ]
    return Discriminator(nn.Sequential(*layers), nn.Conv2d(512, 1, 4))


def conditional_generator(config: RunConfig, classes: int) -> Generator:
    side = config.image_size // 4
    return Generator(
        nn.Linear(config.noise_dim + 32, side * side * 128),
        nn.Unflatten(1, (128, side, side)),
        nn.BatchNorm2d(128),
        nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 4, stride=2, padding=1),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.Conv2d(32, config.channels, 3, padding=1),
        nn.Tanh(),
        embedding=nn.Embedding(classes, 32),
    )


def conditional_discriminator(config: RunConfig, classes: int) -> Discriminator:
    """No normalisation: R1 asks for the gradient of one image's logit, which BatchNorm mixes."""
    side = config.image_size // 4
    features = nn.Sequential(
        nn.Conv2d(config.channels, 32, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(32, 64, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(side * side * 64, 256),
        nn.LeakyReLU(0.2),
    )
    return Discriminator(features, nn.Linear(256, 1), embedding=nn.Embedding(classes, 256))


@dataclass(frozen=True)
class Architecture:
    """Both networks of a system, each a function of (config, number of classes)."""

    generator: Callable[[RunConfig, int], Generator]
    discriminator: Callable[[RunConfig, int], Discriminator]


def _initialise(network: nn.Module, random: torch.Generator) -> None:
    """PyTorch's default initialisation, drawn from `random` instead of the global generator."""
    for module in network.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_uniform_(module.weight, a=math.sqrt(5), generator=random)
            if module.bias is not None:
                # fan_in as PyTorch counts it: weight.shape[1] x kernel, for ConvTranspose too
                bound = 1 / math.sqrt(module.weight[0].numel())
                nn.init.uniform_(module.bias, -bound, bound, generator=random)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, generator=random)


def build_networks(
    config: RunConfig, classes: int, random: torch.Generator
) -> tuple[Generator, Discriminator]:
    """The config's networks on the CPU, with initial weights drawn from `random`."""
    architecture = choose("architecture", config.architecture, ARCHITECTURES)
    generator = architecture.generator(config, classes)
    discriminator = architecture.discriminator(config, classes)
    _initialise(generator, random)
    _initialise(discriminator, random)
    return generator, discriminator


ARCHITECTURES: dict[str, Architecture] = {
    "vanilla": Architecture(
        partial(mlp_generator, widths=(128, 256, 512, 1024), slope=0.2, batchnorm_eps=0.8),
        mlp_discriminator,
    ),
    "deep-mlp": Architecture(
        partial(
            mlp_generator, widths=(128, 256, 512, 1024, 2048, 4096), slope=0.2, batchnorm_eps=0.8
        ),
        deep_mlp_discriminator,
    ),
    "conv": Architecture(conv_generator, conv_discriminator),
    "dcgan-64": Architecture(dcgan_generator, dcgan_discriminator),
    "simple": Architecture(
        partial(mlp_generator, widths=(256, 512, 1024), slope=0.0), mlp_discriminator
    ),
    "conditional": Architecture(conditional_generator, conditional_discriminator),
}
