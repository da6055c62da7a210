"""The same noise by two statistics: against a textbook's train mode, and without a trace."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import interpolate

from gan_core import latent
from gan_core.config import RunConfig
from gan_core.data import ImageSet, load
from gan_core.events import Snapshot
from gan_core.images import to_samples
from gan_core.modules import Dropout, Generator, has_batchnorm
from gan_core.presets import PRESETS, preset
from gan_core.snapshots import Statistics, take_snapshot
from gan_core.trainer import Trainer

NORMALISED = ["vanilla", "conv", "dcgan-lsgan", "modern", "conditional", "deep-mlp"]


@pytest.fixture
def few(digits: ImageSet) -> ImageSet:
    return ImageSet(digits.images[:48], digits.labels[:48], digits.class_names)


def trained(name: str, images: ImageSet, steps: int = 3, **change: object) -> Trainer:
    config = replace(PRESETS[name], batch_size=16, evaluate_every=0, **change)  # pyright: ignore[reportArgumentType]
    size = (config.image_size, config.image_size)
    pixels = interpolate(images.images.float(), size).byte().expand(-1, config.channels, -1, -1)
    trainer = Trainer(config, ImageSet(pixels, images.labels, images.class_names), "cpu")
    for _ in range(steps):
        trainer.step()
    return trainer


def shot(trainer: Trainer, statistics: Statistics) -> Snapshot:
    shown = trainer.shown_generator
    return take_snapshot(trainer.config, trainer.images, shown, 3, 1, statistics)


@pytest.mark.parametrize("name", NORMALISED)
@pytest.mark.parametrize("samples_from", ["raw", "ema"])
def test_batch_statistics_are_those_of_train_mode(
    name: str, samples_from: str, few: ImageSet
) -> None:
    trainer = trained(name, few, samples_from=samples_from)
    assert has_batchnorm(trainer.shown_generator)
    running, batch = shot(trainer, "running"), shot(trainer, "batch")
    config, count = trainer.config, len(running.samples)
    z = torch.from_numpy(latent.noise(config.seed, count, config.noise_dim, config.noise))
    oracle = deepcopy(trainer.shown_generator).train()
    assert not any(isinstance(layer, Dropout | nn.Dropout) for layer in oracle.modules())
    with torch.no_grad():
        expected = to_samples(oracle(z, torch.arange(count) % 10))
    assert np.array_equal(batch.samples, expected)
    assert not np.array_equal(batch.samples, running.samples)
    assert (batch.step, batch.epoch, batch.columns) == (3, 1, running.columns)


@pytest.mark.parametrize("name", ["simple", "r3gan"])
def test_without_batchnorm_both_are_the_same(name: str, few: ImageSet) -> None:
    trainer = trained(name, few)
    assert not has_batchnorm(trainer.shown_generator)
    assert shot(trainer, "batch") == shot(trainer, "running")


@pytest.mark.parametrize("training", [True, False])
def test_dropout_stays_off_and_nothing_changes(training: bool, few: ImageSet) -> None:
    config = replace(PRESETS["simple"], noise_dim=4)
    layers = nn.Linear(4, 784), nn.BatchNorm1d(784), nn.Dropout(0.5), Dropout(0.5)
    generator = Generator(*layers, nn.Unflatten(1, (1, 28, 28)), nn.Tanh()).train(training)
    layers[2].train(not training)
    modes = [layer.training for layer in generator.modules()]
    before = deepcopy(generator.state_dict())
    random = torch.get_rng_state()
    batch = take_snapshot(config, few, generator, 0, 0, "batch")
    assert batch == take_snapshot(config, few, generator, 0, 0, "batch")
    assert [layer.training for layer in generator.modules()] == modes
    assert torch.equal(torch.get_rng_state(), random)
    for key, value in generator.state_dict().items():
        assert torch.equal(value, before[key]), key
    plain = Generator(*layers[:2], nn.Unflatten(1, (1, 28, 28)), nn.Tanh()).train()
    z = torch.from_numpy(latent.noise(config.seed, 64, 4, config.noise))
    assert np.array_equal(batch.samples, to_samples(plain(z).detach()))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", ["vanilla", "conv", "modern"])
def test_training_goes_on_as_if_nobody_had_looked(name: str, precision: str, few: ImageSet) -> None:
    unwatched, watched = (trained(name, few, 2, precision=precision) for _ in range(2))
    for _ in range(2):
        shot(watched, "batch")
        assert watched.step() == unwatched.step()
    for key, tensor in unwatched.state()[0].items():
        assert torch.equal(tensor, watched.state()[0][key]), key
    assert watched.snapshot() == unwatched.snapshot()


def test_points_have_both_too() -> None:
    config: RunConfig = replace(preset("vanilla", "ring"), batch_size=32)
    trainer = Trainer(config, load("ring", 0, 2), "cpu")
    trainer.step()
    both = [take_snapshot(config, trainer.images, trainer.generator, 1, 1, way)
            for way in ("running", "batch")]  # fmt: skip
    assert all(s.samples.shape == (1000, 2) and s.reference is not None for s in both)
    assert has_batchnorm(trainer.generator) == (both[0] != both[1])
