"""The training loop as a stepper: `step()` does one round, `run()` yields events.

All state lives on the Trainer, so to pause is to stop asking for events. It knows no files and no
user interface.
"""

import time
from collections import deque
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, replace
from functools import cached_property
from typing import Any

from torch import Tensor

from gan_core.blocks import Blocks
from gan_core.config import FIXED, RunConfig
from gan_core.data import ImageSet
from gan_core.device import choose_device, device_name
from gan_core.distributed import ALONE, World
from gan_core.errors import InputError, NotFinite
from gan_core.events import Diverged, Evaluated, Event, Finished, Snapshot, StepDone
from gan_core.game import check_rules
from gan_core.memory import keep_freed_memory
from gan_core.model import Card, Model
from gan_core.modules import Discriminator, Generator
from gan_core.notes import notes_on
from gan_core.observer import Observer
from gan_core.opening import opening
from gan_core.precision import with_precision
from gan_core.snapshots import take_snapshot
from gan_core.train_command import train_command

BLOCK = 50  # rounds that a GPU plays at a time
RATE_WINDOW = 2 * BLOCK  # rounds that images_per_s is averaged over

keep_freed_memory()  # before there are threads


class Trainer:
    """Trains one config's networks on one set of images or points."""

    def __init__(
        self, config: RunConfig, images: ImageSet, device: str = "auto", world: World = ALONE
    ) -> None:
        if config.conditional and not images.class_names:
            raise InputError(f"preset '{config.preset}' needs labelled images; '{config.dataset}' "
                             "has none: use digits, mnist or fashion-mnist")  # fmt: skip
        self.images = images
        self.device = choose_device(device, world.local_rank)
        self.config = with_precision(config, len(images.class_names), self.device, world)
        self._snapshot_step = -1  # round of the last snapshot of `run`
        self._evaluated_step = 0  # and of the last evaluation
        self._epoch_ends = True  # the last round ended an epoch; before training, none is begun
        self._changed: list[int] = []  # rounds before which the config was changed
        self._pace: deque[tuple[int, float]] = deque(maxlen=RATE_WINDOW)  # images, seconds

        self._rounds = opening(self.config, images, self.device, world)
        self._batches = self._rounds.batches
        graphs = self.device.type == "cuda" and world.size == 1 and self._batches.on_device
        self._blocks = Blocks(self._rounds, BLOCK if graphs else 1)

    @property
    def generator(self) -> Generator:
        self._blocks.settle()
        return self._rounds.generator

    @property
    def generator_ema(self) -> Generator:
        self._blocks.settle()
        return self._rounds.generator_ema

    @property
    def shown_generator(self) -> Generator:
        """The one that samples are from."""
        return self.generator_ema if self.config.samples_from == "ema" else self.generator

    @property
    def discriminator(self) -> Discriminator:
        self._blocks.settle()
        return self._rounds.discriminator

    @property
    def steps_done(self) -> int:
        """Rounds so far."""
        return self._blocks.done

    @property
    def batch_size(self) -> int:
        return self._batches.size

    @property
    def images_per_step(self) -> int:
        """Real samples of a round."""
        return self.batch_size * self.config.batches_a_round

    @property
    def epoch(self) -> int:
        """The epoch the last round belonged to; 0 before the first."""
        return -(-self._blocks.seen // self._batches.per_epoch)

    @property
    def _epochs_done(self) -> int:
        return self._blocks.seen // self._batches.per_epoch

    @property
    def total_steps(self) -> int:
        """Rounds of the whole run, if nothing is changed from here on."""
        if self.config.steps:
            return self.config.steps
        left = self.config.epochs * self._batches.per_epoch - self._blocks.seen
        return self.steps_done + max(0, -(-left // self.config.batches_a_round))

    def change(self, config: RunConfig) -> None:
        """Go on by another config from the next round; InputError for what can't change mid-run."""
        if config.precision == "auto":
            config = replace(config, precision=self.config.precision)
        before, after = asdict(self.config), asdict(config)
        fixed = sorted(name for name in FIXED if before[name] != after[name])
        if fixed:
            raise InputError(f"{', '.join(fixed)} cannot change during a run; start another")
        check_rules(config, self.discriminator)
        if not config.plays_as(self.config):
            self._changed.append(self.steps_done)
        self.config = config

    def run(self, steps: int | None = None) -> Iterator[Event]:
        """Events of the next `steps` rounds, or of all that are left of the config's length.

        A Snapshot comes before training, after each epoch and at the end, an Evaluated as often as
        the config says; stopping to iterate and calling again later changes nothing. After
        Diverged, restore an earlier state or change the config, and call again.
        """
        end = None if steps is None else self.steps_done + steps
        at = self.steps_done
        try:
            while True:
                if self._snapshot_is_due():
                    at = self.steps_done
                    self._rounds.check_weights()
                    snapshot = self.snapshot()
                    self._snapshot_step = self.steps_done
                    yield snapshot
                if self._evaluation_is_due():
                    self._evaluated_step = self.steps_done
                    yield self.evaluate()
                if self.steps_done >= (self.total_steps if end is None else end):
                    break
                at = self.steps_done + 1
                yield self.step()
        except NotFinite as error:
            yield Diverged(at, self._epochs_done + 1, error.term)
            return
        if self.steps_done >= self.total_steps:
            yield Finished(self.steps_done, self.epoch)

    def step(self) -> StepDone:
        """One round. Raises NotFinite in place of an update that would spoil the weights."""
        started, epochs_done = time.perf_counter(), self._epochs_done
        behind = self.steps_done / max(1, self.total_steps)
        left = self._batches.per_epoch - self._blocks.seen % self._batches.per_epoch
        most = min(left // self.config.batches_a_round, self.total_steps - self.steps_done)
        if every := self.config.evaluate_every:
            most = min(most, every - self.steps_done % every)
        d, g = self._blocks.play(self.config, behind, most)
        self._epoch_ends = self._epochs_done > epochs_done
        self._pace.append((self.images_per_step, time.perf_counter() - started))
        images, seconds = map(sum, zip(*self._pace))
        return StepDone(
            step=self.steps_done,
            epoch=self.epoch,
            d_loss=sum(d[name] for name in d if name.endswith("_loss")),
            g_loss=g["g_loss"],
            d_real=d.pop("d_real"),
            d_fake=d.pop("d_fake"),
            d_gradient=d["gradient of D"],
            g_gradient=g["gradient of G"],
            terms={name: d[name] for name in d if " of " not in name},
            images_per_s=images / seconds,
        )

    def snapshot(self) -> Snapshot:
        """The shown generator's answer to the run's fixed noise, in eval mode."""
        epoch, shown = self._epochs_done if self._epoch_ends else self.epoch, self.shown_generator
        return take_snapshot(self.config, self.images, shown, self.steps_done, epoch)

    def evaluate(self) -> Evaluated:
        """A look at fresh samples of the shown generator."""
        return self._observer.look(self.config, self.steps_done, self.epoch, self.shown_generator)

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
            train_command=train_command(config),
            notes=notes_on(config.preset, self._changed),
        )
        return Model(deepcopy(self.shown_generator), card)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """All that the next rounds depend on: tensors by name, and what JSON can hold.

        The tensors are the live ones: copy or write them before the next step.
        """
        self._blocks.settle()
        tensors, facts = self._rounds.state()
        facts |= {
            "config": asdict(self.config),
            "data": self.images.fingerprint(),
            "snapshot_step": self._snapshot_step,
            "evaluated_step": self._evaluated_step,
            "epoch_ends": self._epoch_ends,
            "changed": self._changed,
        }
        return tensors, facts

    def restore(self, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
        """Go on from what `state` returned, bit for bit where config and machine are the same.

        InputError where it is the state of other networks or other data.
        """
        if facts.get("data") != self.images.fingerprint():
            raise InputError("the data is not what this run began with; put that back, or start "
                             "another run")  # fmt: skip
        self._blocks.forget()
        self._rounds.restore(tensors, facts)
        self._snapshot_step = int(facts["snapshot_step"])
        self._evaluated_step = int(facts["evaluated_step"])
        self._epoch_ends = bool(facts["epoch_ends"])
        self._changed = [*facts["changed"]]

    def _snapshot_is_due(self) -> bool:
        ends = self._epoch_ends or self.steps_done >= self.total_steps
        return ends and self._snapshot_step != self.steps_done

    def _evaluation_is_due(self) -> bool:
        every, done = self.config.evaluate_every, self.steps_done
        return every > 0 and done % every == 0 and done > self._evaluated_step

    @cached_property
    def _observer(self) -> Observer:
        return Observer(self.config, self.images, self._rounds)
