"""A run's networks as they stood at one of its rounds, to look into. It imports torch."""

from copy import deepcopy

import numpy as np

from gan_core.errors import choose
from gan_core.inspection import opinion, reals_to_compare
from gan_core.model import Model
from gan_core.trainer import Trainer


def model_of(trainer: Trainer, weights: str) -> Model:
    """A copy of its generator as it is now; weights: one of `demo.models.WEIGHTS`."""
    shown = trainer.model()
    learned = {"raw": trainer.generator, "ema": trainer.generator_ema}
    generator = choose("weights", weights, {"shown": trainer.shown_generator, **learned})
    if generator is trainer.shown_generator:
        return shown
    return Model(deepcopy(generator), shown.card)


class Explored:
    """Copies that later rounds leave alone."""

    both_weights = has_opinion = True  # as an `Opened` model may not have

    def __init__(self, trainer: Trainer) -> None:
        self._models = {weights: model_of(trainer, weights) for weights in ("raw", "ema")}
        self._models["shown"] = self._models[trainer.config.samples_from]
        self._discriminator = deepcopy(trainer.discriminator)
        self._reals = reals_to_compare(trainer.config, trainer.images)

    def model(self, weights: str = "shown") -> Model:
        return choose("weights", weights, self._models)

    def opinion(self, model: Model, z: np.ndarray, labels: np.ndarray | None) -> float:
        """D's, of the image that `model` draws; see `gan_core.inspection.opinion`."""
        return opinion(model, self._reals, self._discriminator, z, labels)
