"""The training loop as a stepper: `step()` does one round, `run()` yields events.

All state lives on the Trainer, so to pause is to stop asking for events. It knows no files and no
user interface.
"""

import math
import time
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager
from copy import deepcopy

import numpy as np
import torch
from torch import Tensor

from gan_core import latent
from gan_core.config import NOTES, RunConfig
from gan_core.data import ImageSet
from gan_core.device import choose_device, device_name
from gan_core.errors import InputError, choose
from gan_core.events import Diverged, Event, Finished, Snapshot, StepDone
from gan_core.images import to_uint8
from gan_core.model import Card, Model
from gan_core.modules import Discriminator, Dropout, Generator
from gan_core.networks import build_networks
from gan_core.objectives import OBJECTIVES, r1

GRID_ROWS = 8
RATE_WINDOW = 50  # steps that images_per_s is averaged over


class Trainer:
    """Trains one config's networks on one set of images."""

    def __init__(self, config: RunConfig, images: ImageSet, device: str = "auto") -> None:
        if len(images) < 2:
            raise InputError(f"training needs at least 2 images, not {len(images)}")
        if config.conditional and not images.class_names:
            raise InputError(f"preset '{config.preset}' needs labelled images; '{config.dataset}' "
                             "has none: use digits, mnist or fashion-mnist")  # fmt: skip
        self.config = config
        self.images = images
        self.device = choose_device(device)
        self.objective = choose("objective", config.objective, OBJECTIVES)
        self.steps_done = 0

        weights, order, chance = np.random.SeedSequence(config.seed).generate_state(3).tolist()
        self._order_random = torch.Generator().manual_seed(order)
        self._random = torch.Generator(self.device).manual_seed(chance)  # of noise and dropout
        generator, discriminator = build_networks(
            config, len(images.class_names), torch.Generator().manual_seed(weights)
        )
        self.generator: Generator = generator.to(self.device)
        self.discriminator: Discriminator = discriminator.to(self.device)
        self.generator_ema: Generator = deepcopy(self.generator).requires_grad_(False)
        for module in self.discriminator.modules():
            if isinstance(module, Dropout):
                module.random = self._random
        self._generator_optimiser = self._adam(self.generator)
        self._discriminator_optimiser = self._adam(self.discriminator)

        self._pixels = images.images.to(self.device)
        self._labels = images.labels.to(self.device)
        self.batch_size = min(config.batch_size, len(images))
        self.steps_per_epoch = len(images) // self.batch_size
        self.total_steps = config.steps or config.epochs * self.steps_per_epoch
        self._permutation = torch.empty(0, dtype=torch.int64)
        self._snapshot_step = -1
        self._durations: deque[float] = deque(maxlen=RATE_WINDOW)

    @property
    def epoch(self) -> int:
        """The epoch the last round belonged to; 0 before the first."""
        return math.ceil(self.steps_done / self.steps_per_epoch)

    def run(self, steps: int | None = None) -> Iterator[Event]:
        """Events of the next `steps` rounds, or of all that are left of the config's length.

        A Snapshot comes before training, after each epoch and at the end; stopping to iterate and
        calling again later changes nothing.
        """
        end = self.total_steps if steps is None else self.steps_done + steps
        while True:
            if self._snapshot_is_due():
                self._snapshot_step = self.steps_done
                yield self.snapshot()
            if self.steps_done >= end:
                break
            done = self.step()
            yield done
            for term in ("d_loss", "g_loss"):
                if not math.isfinite(getattr(done, term)):
                    yield Diverged(done.step, done.epoch, term)
                    return
        if self.steps_done >= self.total_steps:
            yield Finished(self.steps_done, self.epoch)

    def step(self) -> StepDone:
        """One round: D and G are each updated once, in the config's order."""
        started = time.perf_counter()
        reuse = self.config.reuse_fakes
        self.generator.train()
        real, labels = self._next_batch()
        if self.config.first_step == "generator":
            fakes = self._make_fakes(labels, for_generator=True)
            g_loss = self._update_generator(fakes, labels)
            if not reuse:
                fakes = self._make_fakes(labels, for_generator=False)
            d_loss, d_real, d_fake = self._update_discriminator(real, fakes.detach(), labels)
        else:
            fakes = self._make_fakes(labels, for_generator=reuse)
            d_loss, d_real, d_fake = self._update_discriminator(real, fakes.detach(), labels)
            if not reuse:
                fakes = self._make_fakes(labels, for_generator=True)
            g_loss = self._update_generator(fakes, labels)
        self.steps_done += 1
        self._update_ema()
        # one transfer, and so one wait for the device, a round
        values = torch.stack([d_loss, g_loss, d_real, d_fake]).tolist()
        self._durations.append(time.perf_counter() - started)
        images_per_s = self.batch_size * len(self._durations) / sum(self._durations)
        return StepDone(self.steps_done, self.epoch, *values, images_per_s=images_per_s)

    def snapshot(self) -> Snapshot:
        """The shown generator's answer to the run's fixed noise, in eval mode."""
        shown, classes = self._shown_generator(), len(self.images.class_names)
        columns = classes if self.config.conditional else GRID_ROWS
        count = GRID_ROWS * columns
        z = latent.noise(self.config.seed, count, self.config.noise_dim, self.config.noise)
        labels = torch.arange(count, device=self.device) % max(classes, 1)
        with torch.no_grad():
            images = shown.eval()(torch.from_numpy(z).to(self.device), labels)
        return Snapshot(self.steps_done, self.epoch, to_uint8(images), columns)

    def model(self, name: str = "") -> Model:
        """A copy of the shown generator as it is now, with its card."""
        config = self.config
        card = Card(
            name=name or f"{config.preset} on {config.dataset}",
            config=config,
            step=self.steps_done,
            epoch=self.epoch,
            class_names=self.images.class_names,
            licence=self.images.licence,
            hardware=device_name(self.device),
            train_command=config.train_command(),
            notes=NOTES.get(config.preset, ""),
        )
        return Model(deepcopy(self._shown_generator()), card)

    def _adam(self, network: torch.nn.Module) -> torch.optim.Adam:
        config = self.config
        parameters = network.parameters()
        return torch.optim.Adam(parameters, config.learning_rate, config.betas, fused=True)

    def _shown_generator(self) -> Generator:
        return self.generator_ema if self.config.samples_from == "ema" else self.generator

    def _snapshot_is_due(self) -> bool:
        at_boundary = self.steps_done % self.steps_per_epoch == 0
        return self._snapshot_step != self.steps_done and (
            at_boundary or self.steps_done == self.total_steps
        )

    def _next_batch(self) -> tuple[Tensor, Tensor]:
        """The next real images (B, C, H, W) in the config's range, and their labels (B,)."""
        position = self.steps_done % self.steps_per_epoch
        if position == 0:
            self._permutation = torch.randperm(len(self.images), generator=self._order_random)
        start = position * self.batch_size
        chosen = self._permutation[start : start + self.batch_size].to(self.device)
        pixels = self._pixels[chosen].float()
        if self.config.real_range == "0..1":
            return pixels.div_(255), self._labels[chosen]
        return pixels.div_(127.5).sub_(1), self._labels[chosen]

    def _noise(self, count: int) -> Tensor:
        z = torch.empty(count, self.config.noise_dim, device=self.device)
        if self.config.noise == "uniform":
            return z.uniform_(-1, 1, generator=self._random)
        return z.normal_(generator=self._random)

    def _autocast(self) -> AbstractContextManager:
        enabled = self.config.precision == "bfloat16"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=enabled)

    def _make_fakes(self, labels: Tensor, for_generator: bool) -> Tensor:
        """G(z) for fresh z, with the graph only where G is to learn from it."""
        with torch.set_grad_enabled(for_generator), self._autocast():
            return self.generator(self._noise(len(labels)), labels)

    def _update_discriminator(self, real: Tensor, fakes: Tensor, labels: Tensor) -> list[Tensor]:
        """One step of D; returns its loss and its mean opinion of the real and the fake batch."""
        penalised = self.config.r1_weight > 0
        # two passes, not one: real and fake in one BatchNorm batch give D the answer
        with self._autocast():
            real_logits = self.discriminator(real.requires_grad_(penalised), labels).float()
            fake_logits = self.discriminator(fakes, labels).float()
        loss = self.objective.real(real_logits) + self.objective.fake(fake_logits)
        if self.config.halve_d_loss:
            loss = loss / 2
        total = loss
        if penalised:
            total = loss + self.config.r1_weight * r1(real_logits, real)
        self._discriminator_optimiser.zero_grad()
        total.backward()
        self._discriminator_optimiser.step()
        score = self.objective.score
        return [
            loss.detach(),
            score(real_logits.detach()).mean(),
            score(fake_logits.detach()).mean(),
        ]

    def _update_generator(self, fakes: Tensor, labels: Tensor) -> Tensor:
        """One step of G; D stands still, and no gradient of its weights is computed."""
        self.discriminator.requires_grad_(False)
        with self._autocast():
            logits = self.discriminator(fakes, labels).float()
        loss = self.objective.generator(logits)
        self._generator_optimiser.zero_grad()
        loss.backward()
        self._generator_optimiser.step()
        self.discriminator.requires_grad_(True)
        return loss.detach()

    @torch.no_grad()
    def _update_ema(self) -> None:
        """Average G's weights, copy its BatchNorm statistics; early on the average is shorter."""
        decay = min(self.config.ema_decay, (1 + self.steps_done) / (10 + self.steps_done))
        averaged, current = self.generator_ema, self.generator
        for average, weight in zip(averaged.parameters(), current.parameters()):
            average.lerp_(weight, 1 - decay)
        for buffer, source in zip(averaged.buffers(), current.buffers()):
            buffer.copy_(source)
