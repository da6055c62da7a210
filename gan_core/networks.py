"""Architectures by name, and a config's pair of networks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod

import torch
from torch import nn

from gan_core import gated_layers, layers, point_layers
from gan_core.config import RunConfig
from gan_core.errors import InputError, choose
from gan_core.layers import Shape
from gan_core.modules import Discriminator, Generator, initialise

EMBEDDING = 32  # numbers that a label adds to z


@dataclass(frozen=True)
class Architecture:
    """Both networks of a system; see layers.py."""

    generator: Callable[[int, Shape], Sequence[nn.Module]]
    discriminator: Callable[[Shape], Sequence[nn.Module]]
    sides: tuple[int, ...] = (28, 32, 64)  # image sizes it is made for; (0,) for points


def check_size(config: RunConfig) -> None:
    """InputError for images of a size that the architecture isn't made for."""
    sides = choose("architecture", config.architecture, ARCHITECTURES).sides
    if config.image_size not in sides:
        raise InputError(
            f"architecture '{config.architecture}' has no image_size {config.image_size}; choose "
            f"one of: {', '.join(map(str, sides))}"
        )


def build_generator(config: RunConfig, classes: int) -> Generator:
    """The config's generator with PyTorch's own first weights, on the current default device."""
    check_size(config)
    architecture = ARCHITECTURES[config.architecture]
    embedding = nn.Embedding(classes, EMBEDDING) if config.conditional else None
    inputs = config.noise_dim + (EMBEDDING if embedding else 0)
    return Generator(*architecture.generator(inputs, config.shape), embedding=embedding)


def build_discriminator(config: RunConfig, classes: int) -> Discriminator:
    """As above; D sees the samples of a pack, and a label if it is told so, as channels."""
    channels, *sides = config.shape
    as_channel = config.conditional and config.label_input == "concatenation"
    shape = (channels * config.packing + as_channel, *sides)
    *features, logit = ARCHITECTURES[config.architecture].discriminator(shape)
    channel = projection = None
    if as_channel:
        channel = nn.Embedding(classes, prod(sides))
    elif config.conditional:
        assert isinstance(logit, nn.Linear | nn.Conv2d)
        projection = nn.Embedding(classes, logit.weight.shape[1])
    return Discriminator(nn.Sequential(*features), logit, projection, channel)


def build_networks(
    config: RunConfig, classes: int, random: torch.Generator
) -> tuple[Generator, Discriminator]:
    """Both of the config's networks on the CPU, their first weights drawn from `random`."""
    generator = build_generator(config, classes)
    discriminator = build_discriminator(config, classes)
    initialise(generator, random)
    initialise(discriminator, random)
    return generator, discriminator


ARCHITECTURES: dict[str, Architecture] = {
    "vanilla": Architecture(
        partial(layers.mlp_generator, widths=(128, 256, 512, 1024), slope=0.2, batchnorm_eps=0.8),
        layers.mlp_discriminator,
    ),
    "deep-mlp": Architecture(
        partial(
            layers.mlp_generator,
            widths=(128, 256, 512, 1024, 2048, 4096),
            slope=0.2,
            batchnorm_eps=0.8,
        ),
        layers.deep_mlp_discriminator,
    ),
    "conv": Architecture(layers.conv_generator, layers.conv_discriminator),
    "dcgan": Architecture(layers.dcgan_generator, layers.dcgan_discriminator),
    "simple": Architecture(
        partial(layers.mlp_generator, widths=(256, 512, 1024), slope=0.0), layers.mlp_discriminator
    ),
    "small-conv": Architecture(layers.small_conv_generator, layers.small_conv_discriminator),
    "light-conv": Architecture(
        layers.light_conv_generator, partial(layers.small_conv_discriminator, width=16)
    ),
    "residual": Architecture(layers.residual_generator, layers.residual_discriminator),
    "gated": Architecture(gated_layers.gated_generator, gated_layers.gated_discriminator),
    "points": Architecture(
        point_layers.points_generator, point_layers.points_discriminator, sides=(0,)
    ),
    "fourier-points": Architecture(
        point_layers.points_generator, point_layers.fourier_points_discriminator, sides=(0,)
    ),
}
