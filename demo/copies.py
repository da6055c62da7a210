"""The newest copies of a generator that learns, for those who draw from it meanwhile."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gan_core.model import Model
    from gan_core.trainer import Trainer

FRESH_SECONDS = 0.3  # who draws often need not wait for each round


class Copies:
    """One for each set of weights."""

    def __init__(self) -> None:
        self._copies: dict[str, tuple[Model, float]] = {}  # and when it was as new as its trainer

    def fresh(self, weights: str) -> "Model | None":
        """One that is not older than FRESH_SECONDS, if there is any."""
        copy, at = self._copies.get(weights, (None, 0.0))
        return copy if time.monotonic() - at < FRESH_SECONDS else None

    def of(self, trainer: "Trainer", weights: str) -> "Model":
        """As the trainer is now; the same one until its next step."""
        copy, _ = self._copies.get(weights, (None, 0.0))
        if copy is None or copy.card.step != trainer.steps_done:
            from demo.explored import model_of  # imports torch

            copy = model_of(trainer, weights)
        self._copies[weights] = copy, time.monotonic()
        return copy
