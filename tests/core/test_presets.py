"""Each preset against the numbers its source publishes."""

from dataclasses import asdict, fields, replace
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import nn

from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.game import check_rules
from gan_core.modules import Discriminator, Dropout, Generator
from gan_core.networks import build_discriminator, build_networks
from gan_core.notes import NOTES
from gan_core.presets import ON_POINTS, ON_STACKS, PRESETS, SYSTEMS, preset
from gan_core.toys import POINT_SETS


def networks(name: str) -> tuple[Generator, Discriminator]:
    return build_networks(PRESETS[name], 10, torch.Generator().manual_seed(0))


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


@pytest.mark.parametrize("name", GENERATOR_PARAMETERS)
def test_parameter_counts_follow_from_the_published_layer_widths(name: str) -> None:
    generator, discriminator = networks(name)
    assert parameter_count(generator) == GENERATOR_PARAMETERS[name]
    assert parameter_count(discriminator) == DISCRIMINATOR_PARAMETERS[name]


def test_parameter_counts_are_the_published_totals() -> None:
    assert GENERATOR_PARAMETERS["vanilla"] == 1_510_032
    assert DISCRIMINATOR_PARAMETERS["vanilla"] == 533_505
    assert GENERATOR_PARAMETERS["conv"] == 6_675_009
    assert DISCRIMINATOR_PARAMETERS["conv"] == 1_102_721


@pytest.mark.parametrize("name", PRESETS)
def test_a_generator_draws_in_range_and_a_discriminator_gives_a_logit_each(name: str) -> None:
    config = PRESETS[name]
    generator, discriminator = networks(name)
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


@pytest.mark.parametrize("name", LAYERS)
def test_layers_stand_in_the_published_order(name: str) -> None:
    generator, discriminator = networks(name)
    assert (layers(generator), layers(discriminator)) == LAYERS[name]


PUBLISHED: dict[str, dict[str, Any]] = {
    "vanilla": {"objective": "non-saturating", "noise": "normal", "noise_dim": 100,
                "betas": (0.5, 0.999), "batch_size": 64, "epochs": 200,
                "first_step": "generator", "reuse_fakes": True, "halve_d_loss": True},
    "deep-mlp": {"objective": "non-saturating", "noise": "normal", "noise_dim": 100,
                 "betas": (0.5, 0.999), "batch_size": 64, "epochs": 500},
    "conv": {"objective": "non-saturating", "noise": "uniform", "noise_dim": 96,
             "betas": (0.5, 0.999), "batch_size": 128, "epochs": 10},
    "dcgan-lsgan": {"objective": "least-squares", "noise": "normal", "noise_dim": 100,
                    "betas": (0.5, 0.999), "batch_size": 32, "epochs": 20,
                    "image_size": 64, "channels": 3},
    "simple": {"objective": "non-saturating", "noise": "normal", "noise_dim": 100,
               "betas": (0.9, 0.999), "batch_size": 64, "epochs": 1000, "reuse_fakes": True},
    # Arjovsky et al. 2017, algorithm 1; alpha of RMSprop is PyTorch's own, without momentum
    "wgan": {"objective": "wasserstein", "d_optimiser": "rmsprop", "g_optimiser": "rmsprop",
             "betas": (0.0, 0.99), "batch_size": 64, "d_steps": 5, "weight_clip": 0.01,
             "gradient_penalty_weight": 0.0},
    # Gulrajani et al. 2017, algorithm 1 and section 5
    "wgan-gp": {"objective": "wasserstein", "d_optimiser": "adam", "g_optimiser": "adam",
                "betas": (0.0, 0.9), "batch_size": 64, "d_steps": 5, "weight_clip": 0.0,
                "gradient_penalty_weight": 10.0, "noise_dim": 128},
    "r3gan": {"objective": "relativistic", "architecture": "residual", "betas": (0.0, 0.99),
              "d_steps": 1},
}  # fmt: skip
LEARNING_RATES = {"vanilla": 2e-4, "deep-mlp": 2e-4, "conv": 1e-3, "dcgan-lsgan": 2e-4,
                  "simple": 2e-4, "wgan": 5e-5, "wgan-gp": 1e-4}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_hyper_parameters_are_the_published_ones(name: str) -> None:
    values = asdict(PRESETS[name])
    assert {field: values[field] for field in PUBLISHED[name]} == PUBLISHED[name]
    if name in LEARNING_RATES:
        assert values["g_learning_rate"] == values["d_learning_rate"] == LEARNING_RATES[name]


LISTINGS = ("vanilla", "deep-mlp", "conv", "dcgan-lsgan", "simple")


@pytest.mark.parametrize("name", LISTINGS)
def test_the_listings_have_nothing_that_came_after_them(name: str) -> None:
    later = ["real_range", "samples_from", "label_smoothing", "instance_noise", "augment",
             "packing", "r1_weight", "r2_weight", "gradient_penalty_weight", "weight_clip",
             "conditional", "schedule", "d_steps", "g_steps", "precision"]  # fmt: skip
    off = {field.name: field.default for field in fields(RunConfig)}
    assert {n: getattr(PRESETS[name], n) for n in later} == {n: off[n] for n in later}


def test_r3gan_penalises_both_sides_alike_and_normalises_nowhere() -> None:
    assert PRESETS["r3gan"].r1_weight == PRESETS["r3gan"].r2_weight > 0
    assert "BN" not in "".join(map(layers, networks("r3gan")))


@pytest.mark.parametrize("dataset", ["digits", "ring"])
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_carries_its_own_name_keeps_the_rules_and_has_a_note(
    name: str, dataset: str
) -> None:
    config = preset(name, dataset)
    assert (config.preset, config.dataset) == (name, dataset)
    with torch.device("meta"):
        check_rules(config, build_discriminator(config, 10))
    assert NOTES[name].endswith(".")
    assert set(NOTES) == set(PRESETS)


@pytest.mark.parametrize("dataset", POINT_SETS)
@pytest.mark.parametrize("name", PRESETS)
def test_on_points_a_preset_plays_by_its_own_rules_with_small_networks(
    name: str, dataset: str
) -> None:
    changed = {"dataset": dataset, "architecture": "points", "image_size": 0, "channels": 2,
               "noise_dim": 2, "augment": ()}  # fmt: skip
    changed |= ON_POINTS.get(name, {})
    assert preset(name, dataset) == replace(PRESETS[name], **changed)


def test_the_published_systems_change_nothing_else_on_points_or_stacked_digits() -> None:
    assert not ({*ON_POINTS} | {*ON_STACKS}) & {*SYSTEMS}


@pytest.mark.parametrize("name", PRESETS)
def test_stacked_digits_are_in_colour(name: str) -> None:
    changed = {"dataset": "stacked-mnist", "channels": 3} | ON_STACKS.get(name, {})
    assert preset(name, "stacked-mnist") == replace(PRESETS[name], **changed)


def test_an_unknown_preset_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=f"choose one of: {', '.join(PRESETS)}$"):
        preset("stylegan", "digits")
