"""Each preset against the numbers its source publishes."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from gan_core.config import PRESETS
from gan_core.modules import Discriminator, Dropout, Generator
from gan_core.networks import build_networks


def networks(preset: str) -> tuple[Generator, Discriminator]:
    return build_networks(PRESETS[preset], 10, torch.Generator().manual_seed(0))


def parameter_count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def linear(inputs: int, outputs: int) -> int:
    return (inputs + 1) * outputs


def conv(inputs: int, outputs: int, kernel: int) -> int:
    return inputs * outputs * kernel**2 + outputs


def chain(*widths: int) -> int:
    return sum(linear(inputs, outputs) for inputs, outputs in pairwise(widths))


def norms(*widths: int) -> int:
    return 2 * sum(widths)


GENERATOR_PARAMETERS = {
    "vanilla": chain(100, 128, 256, 512, 1024, 784) + norms(256, 512, 1024),
    "deep-mlp": chain(100, 128, 256, 512, 1024, 2048, 4096, 784)
    + norms(256, 512, 1024, 2048, 4096),
    "conv": chain(96, 1024, 6272) + norms(1024, 6272, 64) + conv(128, 64, 4) + conv(64, 1, 4),
    "dcgan-lsgan": conv(100, 512, 4) + conv(512, 256, 4) + conv(256, 128, 4) + conv(128, 64, 4)
    + conv(64, 3, 4) + norms(256, 128, 64),
    "simple": chain(100, 256, 512, 1024, 784),
}  # fmt: skip
DISCRIMINATOR_PARAMETERS = {
    "vanilla": chain(784, 512, 256, 1),
    "deep-mlp": chain(784, 4096, 2048, 1024, 512, 256, 1),
    "conv": conv(1, 32, 5) + conv(32, 64, 5) + chain(1024, 1024, 1),
    "dcgan-lsgan": conv(3, 64, 4) + conv(64, 128, 4) + conv(128, 256, 4) + conv(256, 512, 4)
    + conv(512, 1, 4) + norms(128, 256, 512),
    "simple": chain(784, 512, 256, 1),
}  # fmt: skip


@pytest.mark.parametrize("preset", GENERATOR_PARAMETERS)
def test_parameter_counts_follow_from_the_published_layer_widths(preset: str) -> None:
    generator, discriminator = networks(preset)
    assert parameter_count(generator) == GENERATOR_PARAMETERS[preset]
    assert parameter_count(discriminator) == DISCRIMINATOR_PARAMETERS[preset]


def test_parameter_counts_are_the_published_totals() -> None:
    assert GENERATOR_PARAMETERS["vanilla"] == 1_510_032
    assert DISCRIMINATOR_PARAMETERS["vanilla"] == 533_505
    assert GENERATOR_PARAMETERS["conv"] == 6_675_009
    assert DISCRIMINATOR_PARAMETERS["conv"] == 1_102_721


@pytest.mark.parametrize("preset", PRESETS)
def test_a_generator_draws_in_range_and_a_discriminator_gives_a_logit_each(preset: str) -> None:
    config = PRESETS[preset]
    generator, discriminator = networks(preset)
    labels = torch.tensor([0, 9])
    images = generator(torch.randn(2, config.noise_dim), labels)
    assert images.shape == (2, config.channels, config.image_size, config.image_size)
    assert images.abs().max() <= 1
    assert discriminator(images, labels).shape == (2,)


def layers(network: nn.Module) -> str:
    """The layers in order, in the words of the sources."""
    words: list[str] = []
    for module in network.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            words.append(
                str(module.weight.shape[1 if isinstance(module, nn.ConvTranspose2d) else 0])
            )
        elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            words.append("BN" if module.eps == 1e-5 else f"BN{module.eps}")
        elif isinstance(module, nn.LeakyReLU):
            words.append(f"L{module.negative_slope}" if module.negative_slope else "R")
        elif isinstance(module, nn.ReLU | nn.Tanh | nn.MaxPool2d):
            words.append({nn.ReLU: "R", nn.Tanh: "T", nn.MaxPool2d: "P"}[type(module)])
        elif isinstance(module, Dropout):
            words.append(f"D{module.probability}")
    return " ".join(words)


LAYERS = {
    "vanilla": (
        "128 L0.2 256 BN0.8 L0.2 512 BN0.8 L0.2 1024 BN0.8 L0.2 784 T",
        "512 L0.2 256 L0.2 1",
    ),
    "deep-mlp": (
        "128 L0.2 256 BN0.8 L0.2 512 BN0.8 L0.2 1024 BN0.8 L0.2 "
        "2048 BN0.8 L0.2 4096 BN0.8 L0.2 784 T",
        "4096 R 2048 R D0.5 1024 R D0.5 512 R D0.5 256 1",
    ),
    "conv": ("1024 R BN 6272 R BN 64 R BN 1 T", "32 L0.01 P 64 L0.01 P 1024 L0.01 1"),
    "dcgan-lsgan": (
        "512 256 BN L0.05 128 BN L0.05 64 BN L0.05 3 T",
        "64 L0.05 128 BN L0.05 256 BN L0.05 512 BN L0.05 1",
    ),
    "simple": ("256 R 512 R 1024 R 784 T", "512 L0.2 256 L0.2 1"),
}


@pytest.mark.parametrize("preset", LAYERS)
def test_layers_stand_in_the_published_order(preset: str) -> None:
    generator, discriminator = networks(preset)
    assert (layers(generator), layers(discriminator)) == LAYERS[preset]


PUBLISHED = {  # noise, noise_dim, objective, learning rate, betas, batch, epochs
    "vanilla": ("normal", 100, "non-saturating", 2e-4, (0.5, 0.999), 64, 200),
    "deep-mlp": ("normal", 100, "non-saturating", 2e-4, (0.5, 0.999), 64, 500),
    "conv": ("uniform", 96, "non-saturating", 1e-3, (0.5, 0.999), 128, 10),
    "dcgan-lsgan": ("normal", 100, "least-squares", 2e-4, (0.5, 0.999), 32, 20),
    "simple": ("normal", 100, "non-saturating", 2e-4, (0.9, 0.999), 64, 1000),
}


@pytest.mark.parametrize("preset", PUBLISHED)
def test_hyper_parameters_are_the_published_ones(preset: str) -> None:
    config = PRESETS[preset]
    assert PUBLISHED[preset] == (
        config.noise,
        config.noise_dim,
        config.objective,
        config.learning_rate,
        config.betas,
        config.batch_size,
        config.epochs,
    )
    assert config.real_range == "-1..1"
    assert config.samples_from == "raw"


def test_every_preset_carries_its_own_name() -> None:
    assert all(config.preset == name for name, config in PRESETS.items())
