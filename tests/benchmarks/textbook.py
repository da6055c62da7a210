"""The five published GANs, trained as tutorials train them: what the engine is compared with.

torchvision's data set through a DataLoader with transforms for each image, Adam as it comes, plain
modules and losses, D's weights collecting gradients in G's step, `.item()` after every round.
tests/core/test_textbook.py holds the engine to these losses, `python -m gan_core speed` to their
pace: it starts this file with a config, a data folder and a device, and for each line of seconds
that it writes, reads the images a second of a turn.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce_on_logits
from torch.nn.functional import mse_loss
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from gan_core.config import RunConfig
from gan_core.modules import Dropout
from gan_core.networks import build_networks


class Textbook:
    """One of LOOPS with all that it needs; `step` is one batch."""

    def __init__(
        self,
        config: RunConfig,
        generator: nn.Module,
        discriminator: nn.Module,
        batches: Iterator[Tensor],
        draw: Callable[[int, int], Tensor],
    ) -> None:
        """batches: real images (B, C, H, W) in [-1, 1]; draw: z of this shape."""
        self.G, self.D = generator, discriminator
        g_rate, d_rate = config.g_learning_rate, config.d_learning_rate
        self.optimizer_G = torch.optim.Adam(self.G.parameters(), g_rate, config.betas)
        self.optimizer_D = torch.optim.Adam(self.D.parameters(), d_rate, config.betas)
        self.bce = nn.BCELoss()
        self._noise_dim = config.noise_dim
        self._batches = batches
        self._draw = draw
        self._loop = LOOPS[config.preset]

    def step(self) -> tuple[float, float]:
        """One round's D loss and G loss."""
        d_loss, g_loss = self._loop(self)
        return d_loss.item(), g_loss.item()

    def batch(self) -> Tensor:
        return next(self._batches)

    def z(self, like: Tensor) -> Tensor:
        return self._draw(len(like), self._noise_dim)

    def opinion(self, images: Tensor) -> Tensor:
        return torch.sigmoid(self.D(images))

    def descend(self, optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def from_files(config: RunConfig, data_dir: Path, device: torch.device) -> Textbook:
    """Reading the config's data set in `data_dir` as tutorials do; noise from torch's own seed."""
    torch.manual_seed(config.seed)
    generator, discriminator = build_networks(config, 0, torch.Generator().manual_seed(config.seed))
    for parent in discriminator.modules():
        for name, child in parent.named_children():
            if isinstance(child, Dropout):
                setattr(parent, name, nn.Dropout(child.probability))

    def draw(*shape: int) -> Tensor:
        z = torch.randn(shape) if config.noise == "normal" else torch.rand(shape) * 2 - 1
        return z.to(device)

    batches = _endless(
        DataLoader(_data_set(config, data_dir), config.batch_size, shuffle=True), device
    )
    return Textbook(config, generator.to(device), discriminator.to(device), batches, draw)


def _data_set(config: RunConfig, data_dir: Path) -> Any:  # noqa: ANN401 - torchvision's
    half = [0.5] * config.channels
    look = transforms.Compose([
        transforms.Resize(config.image_size),
        transforms.CenterCrop(config.image_size),
        transforms.ToTensor(),
        transforms.Normalize(half, half),
    ])  # fmt: skip
    if config.dataset == "mnist":
        return datasets.MNIST(data_dir, transform=look)
    return datasets.ImageFolder(  # which looks one folder deep
        data_dir.parent,
        transform=look,
        is_valid_file=lambda path: Path(path).parent == data_dir,
        allow_empty=True,
    )


def _endless(loader: DataLoader, device: torch.device) -> Iterator[Tensor]:
    while True:
        for images, _ in loader:
            yield images.to(device)


def vanilla(book: Textbook) -> tuple[Tensor, Tensor]:
    """G first; D on the same fakes, detached; D loss is halved."""
    real = book.batch()
    fake = book.G(book.z(real))
    p = book.opinion(fake)
    g_loss = book.bce(p, torch.ones_like(p))
    book.descend(book.optimizer_G, g_loss)
    p_real, p_fake = book.opinion(real), book.opinion(fake.detach())
    on_real = book.bce(p_real, torch.ones_like(p_real))
    on_fake = book.bce(p_fake, torch.zeros_like(p_fake))
    d_loss = (on_real + on_fake) / 2
    book.descend(book.optimizer_D, d_loss)
    return d_loss, g_loss


def simple(book: Textbook) -> tuple[Tensor, Tensor]:
    """D first, G on the same fakes; D loss is the sum."""
    real = book.batch()
    fake = book.G(book.z(real))
    p_real, p_fake = book.opinion(real), book.opinion(fake.detach())
    on_real = book.bce(p_real, torch.ones_like(p_real))
    on_fake = book.bce(p_fake, torch.zeros_like(p_fake))
    d_loss = on_real + on_fake
    book.descend(book.optimizer_D, d_loss)
    p = book.opinion(fake)
    g_loss = book.bce(p, torch.ones_like(p))
    book.descend(book.optimizer_G, g_loss)
    return d_loss, g_loss


def deep_mlp(book: Textbook) -> tuple[Tensor, Tensor]:
    """D first, then G on fresh noise; D loss is the sum."""
    real = book.batch()
    fake = book.G(book.z(real)).detach()
    p_real, p_fake = book.opinion(real), book.opinion(fake)
    on_real = book.bce(p_real, torch.ones_like(p_real))
    on_fake = book.bce(p_fake, torch.zeros_like(p_fake))
    d_loss = on_real + on_fake
    book.descend(book.optimizer_D, d_loss)
    p = book.opinion(book.G(book.z(real)))
    g_loss = book.bce(p, torch.ones_like(p))
    book.descend(book.optimizer_G, g_loss)
    return d_loss, g_loss


def conv(book: Textbook) -> tuple[Tensor, Tensor]:
    """D first, then G on fresh noise; BCE on logits, D loss is the sum."""
    real = book.batch()
    fake = book.G(book.z(real)).detach()
    real_logits, fake_logits = book.D(real), book.D(fake)
    on_real = bce_on_logits(real_logits, torch.ones_like(real_logits))
    on_fake = bce_on_logits(fake_logits, torch.zeros_like(fake_logits))
    d_loss = on_real + on_fake
    book.descend(book.optimizer_D, d_loss)
    logits = book.D(book.G(book.z(real)))
    g_loss = bce_on_logits(logits, torch.ones_like(logits))
    book.descend(book.optimizer_G, g_loss)
    return d_loss, g_loss


def least_squares(book: Textbook) -> tuple[Tensor, Tensor]:
    """D first, then G on fresh noise; squares of D's plain output, none halved."""
    real = book.batch()
    fake = book.G(book.z(real)).detach()
    on_real, on_fake = book.D(real), book.D(fake)
    d_loss = mse_loss(on_real, torch.ones_like(on_real)) + mse_loss(
        on_fake, torch.zeros_like(on_fake)
    )
    book.descend(book.optimizer_D, d_loss)
    on_fake = book.D(book.G(book.z(real)))
    g_loss = mse_loss(on_fake, torch.ones_like(on_fake))
    book.descend(book.optimizer_G, g_loss)
    return d_loss, g_loss


LOOPS: dict[str, Callable[[Textbook], tuple[Tensor, Tensor]]] = {
    "vanilla": vanilla,
    "deep-mlp": deep_mlp,
    "conv": conv,
    "dcgan-lsgan": least_squares,
    "simple": simple,
}


def serve(config: RunConfig, data_dir: Path, device: torch.device) -> None:
    """A turn of so many seconds for each line of stdin; its images a second on stdout."""
    book = from_files(config, data_dir, device)
    for line in sys.stdin:
        rounds, started = 0, time.perf_counter()
        while (passed := time.perf_counter() - started) < float(line):
            book.step()
            rounds += 1
        print(rounds * config.batch_size / passed, flush=True)


if __name__ == "__main__":
    serve(
        RunConfig.from_dict(json.loads(sys.argv[1])), Path(sys.argv[2]), torch.device(sys.argv[3])
    )
