"""Generators and discriminators, each written as the list of layers its source publishes.

Discriminators end in logits: where a source ends in a sigmoid, the objective applies it, which
is the same mathematics and does not overflow.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import nn

from gan_core.config import RunConfig
from gan_core.errors import InputError, choose
from gan_core.modules import Discriminator, Dropout, Generator, initialise


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


def small_conv_generator(config: RunConfig, classes: int) -> Generator:
    side = config.image_size // 4
    embedding = nn.Embedding(classes, 32) if config.conditional else None
    return Generator(
        nn.Linear(config.noise_dim + (32 if embedding else 0), side * side * 128),
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
        embedding=embedding,
    )


def small_conv_discriminator(config: RunConfig, classes: int) -> Discriminator:
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
    embedding = nn.Embedding(classes, 256) if config.conditional else None
    return Discriminator(features, nn.Linear(256, 1), embedding)


@dataclass(frozen=True)
class Architecture:
    """Both networks of a system, each a function of (config, number of classes)."""

    generator: Callable[[RunConfig, int], Generator]
    discriminator: Callable[[RunConfig, int], Discriminator]


def build_generator(config: RunConfig, classes: int) -> Generator:
    """The config's generator with PyTorch's own first weights, on the current default device."""
    generator = choose("architecture", config.architecture, ARCHITECTURES).generator(
        config, classes
    )
    if config.conditional and generator.embedding is None:
        raise InputError(f"architecture '{config.architecture}' takes no labels")
    return generator


def build_networks(
    config: RunConfig, classes: int, random: torch.Generator
) -> tuple[Generator, Discriminator]:
    """Both of the config's networks on the CPU, their first weights drawn from `random`."""
    generator = build_generator(config, classes)
    discriminator = ARCHITECTURES[config.architecture].discriminator(config, classes)
    initialise(generator, random)
    initialise(discriminator, random)
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
    "small-conv": Architecture(small_conv_generator, small_conv_discriminator),
}
