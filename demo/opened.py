"""A model from files, with what else came with it: averaged weights, D, and its evolution.

It imports torch.
"""

from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from demo.data_folder import named_briefly
from demo.text.explore import ONE_SET
from gan_core.checkpoint import load_model
from gan_core.companions import (
    average_path,
    discriminator_path,
    load_average,
    load_discriminator,
    load_evolution,
)
from gan_core.errors import InputError
from gan_core.inspection import opinion
from gan_core.model import Model

if TYPE_CHECKING:
    from gan_core.modules import Discriminator


class Opened:
    """Read once; a companion that is damaged harms only who asks for it."""

    def __init__(self, path: Path, folder: TemporaryDirectory | None = None) -> None:
        """folder: what it lies in, if ours; gone with this object."""
        self._path, self._folder = path, folder
        with named_briefly(path.parent):
            self._model = load_model(path)

    def model(self, weights: str = "shown") -> Model:
        """weights: one of `demo.models.WEIGHTS`; averages come only beside learned ones."""
        if weights == "shown" or (weights == "raw" and self.both_weights):
            return self._model
        if not self.both_weights:
            raise InputError(ONE_SET)
        assert self._average is not None
        return self._average

    @property
    def both_weights(self) -> bool:
        """Of the generator, the learned and the averaged."""
        return average_path(self._path).is_file()

    @property
    def has_opinion(self) -> bool:
        return self._model.card.real_logit is not None and discriminator_path(self._path).is_file()

    def opinion(self, model: Model, z: np.ndarray, labels: np.ndarray | None) -> float:
        """Of the image that `model` draws; see `gan_core.inspection.opinion`."""
        assert self._discriminator is not None and model.card.real_logit is not None
        return opinion(model, model.card.real_logit, self._discriminator, z, labels)

    @cached_property
    def _average(self) -> Model | None:
        with named_briefly(self._path.parent):
            return load_average(self._path, self._model.card)

    @cached_property
    def _discriminator(self) -> "Discriminator | None":
        with named_briefly(self._path.parent):
            return load_discriminator(self._path, self._model.card)

    @cached_property
    def evolution(self) -> list[np.ndarray]:
        """Grids uint8 (H, W, 3) of the epochs that the card lists."""
        with named_briefly(self._path.parent):
            return load_evolution(self._path, self._model.card)
