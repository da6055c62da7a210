"""One system by several objectives, in turns. It knows no files and no user interface."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch

from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.device import choose_device
from gan_core.errors import InputError, choose
from gan_core.events import Diverged, Event, Finished, StepDone
from gan_core.modules import Dropout, has_batchnorm
from gan_core.networks import build_discriminator
from gan_core.objectives import OBJECTIVES
from gan_core.precision import with_precision
from gan_core.trainer import Trainer

FEWEST, MOST = 2, 4  # lanes


def lanes(config: RunConfig, objectives: Sequence[str]) -> list[RunConfig]:
    """The config by each of the objectives, with what that one needs beside.

    InputError unless they are 2 to 4 different ones.
    """
    if not FEWEST <= len(set(objectives)) == len(objectives) <= MOST:
        raise InputError(f"a race takes {FEWEST} to {MOST} different objectives, not "
                         f"{len(set(objectives))}; choose others")  # fmt: skip
    return [replace(config, objective=name, **_needs(config, name)) for name in objectives]


class Race:
    """Trainers that take turns, a round each, from the same weights on the same data.

    Round k shows the same reals to all of them, and the same z to all but those of `own_noise`. A
    lane's events are those of its config trained alone.
    """

    def __init__(
        self, configs: Sequence[RunConfig], images: ImageSet, device: str = "auto"
    ) -> None:
        """configs: of `lanes`; all compute in the precision that is the first one's."""
        where = choose_device(device)
        precision = with_precision(configs[0], len(images.class_names), where).precision
        alike = [replace(config, precision=precision) for config in configs]
        self.trainers = tuple(Trainer(config, images, device) for config in alike)
        self.racing = [*range(len(alike))]  # lanes that are neither at the end nor diverged
        self.seconds = [0.0] * len(alike)  # that each lane's own rounds took
        drawn = [_draws(trainer) for trainer in self.trainers]
        usual = Counter(drawn).most_common(1)[0][0]
        # lanes whose z are not those of most others: their rounds draw more, or fewer, numbers
        self.own_noise = tuple(lane for lane, draws in enumerate(drawn) if draws != usual)

    def run(self) -> Iterator[tuple[int, Event]]:
        """Lane and event, until all have finished or diverged.

        Stopping to iterate and calling again later changes nothing.
        """
        while self.racing:
            lane = min(self.racing, key=lambda lane: self.trainers[lane].steps_done)
            started = time.perf_counter()
            event = next(self.trainers[lane].run())
            if isinstance(event, StepDone):
                self.seconds[lane] += time.perf_counter() - started
            elif isinstance(event, Diverged | Finished):
                self.racing.remove(lane)
            yield lane, event


def _needs(config: RunConfig, name: str) -> dict[str, Any]:
    """What else must be different for this objective."""
    objective = choose("objective", name, OBJECTIVES)
    needs: dict[str, Any] = {} if objective.has_targets else NO_TARGETS
    penalised = config.r1_weight or config.r2_weight or config.gradient_penalty_weight
    if objective.needs_bound and not (penalised or config.weight_clip):
        with torch.device("meta"):  # nobody needs its weights
            discriminator = build_discriminator(config, classes=1)
        needs = needs | BOUNDS[has_batchnorm(discriminator)]
    return needs


def _draws(trainer: Trainer) -> tuple[bool, bool]:
    """What lanes may differ in of the random numbers of a round, which come from one stream."""
    config = trainer.config
    dropout = any(isinstance(part, Dropout) for part in trainer.discriminator.modules())
    looking_draws = dropout or config.instance_noise > 0 or len(config.augment) > 0
    compares = OBJECTIVES[config.objective].compares  # D looks at the reals once more
    return config.gradient_penalty_weight > 0, compares and looking_draws


NO_TARGETS = {"label_smoothing": 0.0}  # there is no target for reals that it could lower
BOUNDS: dict[bool, dict[str, float]] = {  # on D's slope, by whether D has BatchNorm
    # Gulrajani et al. 2017, "Improved Training of Wasserstein GANs": their weight on all data sets
    False: {"gradient_penalty_weight": 10.0},
    # Arjovsky, Chintala & Bottou 2017, "Wasserstein GAN": with BatchNorm, which mixes samples, no
    # gradient belongs to one of them, so that there is nothing to penalise
    True: {"weight_clip": 0.01},
}
