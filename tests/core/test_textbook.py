"""The engine against each system's loop as a textbook writes it: same batches, same noise."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce_on_logits
from torch.nn.functional import mse_loss

from gan_core.data import ImageSet
from gan_core.presets import PRESETS
from gan_core.trainer import Trainer

STEPS = 20


class Textbook:
    """Plain optimisers and BCELoss on sigmoids; networks, batches and noise of a twin."""

    def __init__(self, twin: Trainer) -> None:
        self.twin = twin
        self.G, self.D = twin.generator, twin.discriminator
        config = twin.config
        self.optimizer_G = torch.optim.Adam(
            self.G.parameters(), config.g_learning_rate, config.betas
        )
        self.optimizer_D = torch.optim.Adam(
            self.D.parameters(), config.d_learning_rate, config.betas
        )
        self.random = twin._rounds._chance._random  # of dropout too
        self.bce = nn.BCELoss()
        self.losses: list[tuple[float, float]] = []

    def batch(self) -> Tensor:
        return self.twin._batches.next().samples

    def z(self, like: Tensor) -> Tensor:
        """As published: U(-1, 1) for `conv`, N(0, 1) for the others."""
        z = torch.empty(len(like), self.twin.config.noise_dim)
        if self.twin.config.preset == "conv":
            return z.uniform_(-1, 1, generator=self.random)
        return z.normal_(0, 1, generator=self.random)

    def opinion(self, images: Tensor) -> Tensor:
        return torch.sigmoid(self.D(images))

    def descend(self, optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def keep(self, d_loss: Tensor, g_loss: Tensor) -> None:
        self.losses.append((d_loss.item(), g_loss.item()))


def ones(p: Tensor) -> Tensor:
    return torch.ones_like(p)


def zeros(p: Tensor) -> Tensor:
    return torch.zeros_like(p)


def vanilla(book: Textbook) -> None:
    """G first; D on the same fakes, detached; D loss is halved."""
    real = book.batch()
    fake = book.G(book.z(real))
    p = book.opinion(fake)
    g_loss = book.bce(p, ones(p))
    book.descend(book.optimizer_G, g_loss)
    p_real, p_fake = book.opinion(real), book.opinion(fake.detach())
    d_loss = (book.bce(p_real, ones(p_real)) + book.bce(p_fake, zeros(p_fake))) / 2
    book.descend(book.optimizer_D, d_loss)
    book.keep(d_loss, g_loss)


def simple(book: Textbook) -> None:
    """D first, G on the same fakes; D loss is the sum."""
    real = book.batch()
    fake = book.G(book.z(real))
    p_real, p_fake = book.opinion(real), book.opinion(fake.detach())
    d_loss = book.bce(p_real, ones(p_real)) + book.bce(p_fake, zeros(p_fake))
    book.descend(book.optimizer_D, d_loss)
    p = book.opinion(fake)
    g_loss = book.bce(p, ones(p))
    book.descend(book.optimizer_G, g_loss)
    book.keep(d_loss, g_loss)


def deep_mlp(book: Textbook) -> None:
    """D first, then G on fresh noise; D loss is the sum."""
    real = book.batch()
    fake = book.G(book.z(real)).detach()
    p_real, p_fake = book.opinion(real), book.opinion(fake)
    d_loss = book.bce(p_real, ones(p_real)) + book.bce(p_fake, zeros(p_fake))
    book.descend(book.optimizer_D, d_loss)
    p = book.opinion(book.G(book.z(real)))
    g_loss = book.bce(p, ones(p))
    book.descend(book.optimizer_G, g_loss)
    book.keep(d_loss, g_loss)


def conv(book: Textbook) -> None:
    """D first, then G on fresh noise; BCE on logits, D loss is the sum."""
    real = book.batch()
    fake = book.G(book.z(real)).detach()
    on_real, on_fake = book.D(real), book.D(fake)
    d_loss = bce_on_logits(on_real, ones(on_real)) + bce_on_logits(on_fake, zeros(on_fake))
    book.descend(book.optimizer_D, d_loss)
    on_fake = book.D(book.G(book.z(real)))
    g_loss = bce_on_logits(on_fake, ones(on_fake))
    book.descend(book.optimizer_G, g_loss)
    book.keep(d_loss, g_loss)


def least_squares(book: Textbook) -> None:
    """D first, then G on fresh noise; squares of D's plain output, none halved."""
    real = book.batch()
    fake = book.G(book.z(real)).detach()
    on_real, on_fake = book.D(real), book.D(fake)
    d_loss = mse_loss(on_real, ones(on_real)) + mse_loss(on_fake, zeros(on_fake))
    book.descend(book.optimizer_D, d_loss)
    on_fake = book.D(book.G(book.z(real)))
    g_loss = mse_loss(on_fake, ones(on_fake))
    book.descend(book.optimizer_G, g_loss)
    book.keep(d_loss, g_loss)


LOOPS: dict[str, Callable[[Textbook], None]] = {
    "vanilla": vanilla,
    "deep-mlp": deep_mlp,
    "conv": conv,
    "dcgan-lsgan": least_squares,
    "simple": simple,
}


@pytest.mark.parametrize("preset", LOOPS)
def test_the_first_losses_equal_the_textbook_loop(preset: str, digits: ImageSet) -> None:
    steps = 4 if preset in ("deep-mlp", "dcgan-lsgan") else STEPS  # the slow ones
    config = replace(PRESETS[preset], batch_size=16)
    if preset in ("conv", "dcgan-lsgan"):  # at their own, rounding errors grow tenfold a step
        config = replace(config, g_learning_rate=1e-5, d_learning_rate=1e-5)
    size = (config.image_size, config.image_size)
    pixels = nn.functional.interpolate(digits.images[:256].float(), size).byte()
    images = ImageSet(pixels.expand(-1, config.channels, -1, -1), digits.labels[:256])
    engine = Trainer(config, images, device="cpu")
    book = Textbook(Trainer(config, images, device="cpu"))
    for _ in range(steps):
        LOOPS[preset](book)
    got = [(done.d_loss, done.g_loss) for done in (engine.step() for _ in range(steps))]
    torch.testing.assert_close(torch.tensor(got), torch.tensor(book.losses), atol=1e-4, rtol=1e-4)
