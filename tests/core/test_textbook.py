"""The engine against each system's loop as a textbook writes it: same batches, same noise."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from gan_core.data import ImageSet
from gan_core.modules import Dropout
from gan_core.presets import PRESETS, SYSTEMS
from gan_core.trainer import Trainer
from tests.benchmarks.textbook import LOOPS, Textbook

STEPS = 20
# at their own rates, rounding errors of these two grow tenfold a step
SLOWLY = {"conv": 1e-5, "dcgan-lsgan": 1e-6}


class SameCoins:
    """Dropout's coins, for each width always the same ones for each 4 samples.

    The engine shows D real and fake at once and the textbook one after the other, so that they
    would take their coins from one stream in another order.
    """

    def __init__(self) -> None:
        self._coins: dict[int, Tensor] = {}

    def coins(self, probability: float, samples: int, width: int) -> Tensor:
        if width not in self._coins:
            random = torch.Generator().manual_seed(width)
            self._coins[width] = (torch.rand(4, width, generator=random) < probability).float()
        return self._coins[width].repeat(samples // 4, 1)


def trainer(preset: str, digits: ImageSet) -> Trainer:
    batch_size = {"deep-mlp": 4, "dcgan-lsgan": 8}.get(preset, 16)  # few, where they are slow
    config = replace(PRESETS[preset], batch_size=batch_size)
    if preset in SLOWLY:
        rate = SLOWLY[preset]
        config = replace(config, g_learning_rate=rate, d_learning_rate=rate)
    size = (config.image_size, config.image_size)
    pixels = nn.functional.interpolate(digits.images[:256].float(), size).byte()
    images = ImageSet(pixels.expand(-1, config.channels, -1, -1), digits.labels[:256])
    made = Trainer(config, images, device="cpu")
    for module in made.discriminator.modules():
        if isinstance(module, Dropout):
            module.chance = SameCoins()  # type: ignore[assignment]
    return made


def textbook(twin: Trainer) -> Textbook:
    """With the networks, batches and noise of a twin of the engine."""

    def batches() -> Iterator[Tensor]:
        while True:
            yield twin._batches.next().samples

    def z(*shape: int) -> Tensor:
        """As published: U(-1, 1) for `conv`, N(0, 1) for the others."""
        random = twin._rounds.chance.random
        if twin.config.preset == "conv":
            return torch.empty(shape).uniform_(-1, 1, generator=random)
        return torch.empty(shape).normal_(0, 1, generator=random)

    return Textbook(twin.config, twin.generator, twin.discriminator, batches(), z)


@pytest.mark.parametrize("preset", SYSTEMS)
def test_the_first_losses_equal_the_textbook_loop(preset: str, digits: ImageSet) -> None:
    engine, book = trainer(preset, digits), textbook(trainer(preset, digits))
    expected = [book.step() for _ in range(STEPS)]
    got = [(done.d_loss, done.g_loss) for done in (engine.step() for _ in range(STEPS))]
    torch.testing.assert_close(torch.tensor(got), torch.tensor(expected), atol=1e-4, rtol=1e-4)


def test_every_published_system_has_its_loop() -> None:
    assert set(LOOPS) == set(SYSTEMS)
