"""A trained generator with its card: NumPy in, NumPy out, so that a caller needs no torch."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

import numpy as np
import torch

from gan_core import latent
from gan_core.config import RunConfig
from gan_core.errors import InputError, choose
from gan_core.images import to_samples
from gan_core.modules import Generator

BATCH = 500  # images generated at once: bounds memory, costs no speed
FIGURE = ("value", "floor", "samples", "reals")  # numbers of each score
MOST = 1e300  # that a figure can be; an endless one, or none, is not less
SLACK = 1e-4  # in the sum of the weights of labels
KINDS = {  # of what a card from elsewhere must hold
    "name": str, "step": int, "epoch": int, "licence": str, "hardware": str, "train_command": str,
    "scores": dict, "notes": str, "sha256": dict, "chosen_by": str, "history": list,
    "evolution": list, "data": str,
}  # fmt: skip


@dataclass(frozen=True)
class Card:
    """What a model is and where it came from; stored as JSON beside its weights."""

    name: str
    config: RunConfig
    step: int  # rounds trained
    epoch: int  # epochs trained
    class_names: tuple[str, ...]  # empty where the data had no labels
    licence: str  # of the data
    hardware: str  # it was trained on
    train_command: str  # trains it again
    scores: dict[str, Any] = field(default_factory=dict)  # metric -> value, with sample counts
    notes: str = ""  # what a user should know of its faults
    sha256: dict[str, str] = field(default_factory=dict)  # of its files, by name; none: unchecked
    chosen_by: str = ""  # the score by which this epoch was taken, a key of `history`'s rows
    history: list[dict[str, float]] = field(default_factory=list)  # that score, epoch after epoch
    evolution: list[int] = field(default_factory=list)  # epochs of the frames that came with it
    data: str = ""  # what it was trained on, where the data set's name does not say
    real_logit: float | None = None  # D's of reals, on average
    truncation: float = 1.0  # psi, above 0, 1 at most: what it is shown at; figures are of 1

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        try:
            config = RunConfig.from_dict(values["config"])
            card = cls(**{**values, "config": config, "class_names": tuple(values["class_names"])})
        except (KeyError, TypeError) as error:
            raise InputError(f"not a ganscope model card ({error})") from None
        for name, kind in KINDS.items():
            if not isinstance(getattr(card, name), kind):
                raise InputError(f"not a ganscope model card ({name} is no {kind.__name__})")
        if not all(isinstance(name, str) for name in card.class_names):
            raise InputError("not a ganscope model card (class_names are no strings)")
        if config.conditional and not card.class_names:
            raise InputError("not a ganscope model card (it takes labels and names none)")
        if not all(isinstance(row, dict) for row in card.history):
            raise InputError("not a ganscope model card (its history has no rows)")
        if not isinstance(card.truncation, int | float) or not 0 < card.truncation <= 1:
            raise InputError("not a ganscope model card (its truncation is none)")
        numbers = [
            *(row.get(name) for row in card.history for name in ("epoch", card.chosen_by)),
            *(told.get(name) for told in card.figures.values() for name in FIGURE),
            *card.evolution,
            card.real_logit or 0,
        ]
        if not all(isinstance(number, int | float) and abs(number) < MOST for number in numbers):
            raise InputError("not a ganscope model card (its figures are no numbers)")
        return card

    @property
    def figures(self) -> dict[str, dict[str, Any]]:
        """Of the scores, those with a value; the others say how they were found."""
        scores = self.scores.items()
        return {name: told for name, told in scores if isinstance(told, dict) and "value" in told}


class Model:
    """A generator ready to sample from. Safe to share between threads: nothing in it changes."""

    def __init__(self, generator: Generator, card: Card) -> None:
        self.card = card
        self.generator = generator.eval().requires_grad_(False)

    def state(self) -> dict[str, torch.Tensor]:
        """The generator's weights and buffers by name, for saving."""
        return self.generator.state_dict()

    @property
    def noise_dim(self) -> int:
        return self.card.config.noise_dim

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the labels one can ask for; empty where the model takes none."""
        return self.card.class_names if self.card.config.conditional else ()

    def noise(self, seed: int, count: int = 1) -> np.ndarray:
        """z (count, noise_dim) that this seed stands for; more rows extend fewer."""
        if seed < 0:
            raise InputError(f"a seed must be zero or more, not {seed}")
        return latent.noise(seed, count, self.noise_dim, self.card.config.noise)

    def generate(self, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """z (N, noise_dim), labels where the model takes them -> uint8 (N, H, W, C).

        Labels are whole numbers (N,), or float32 weights (N, classes) whose rows sum to 1. A model
        of points of the plane returns float32 (N, 2).
        """
        if z.ndim != 2 or z.shape[1] != self.noise_dim:
            raise InputError(f"z must have shape (N, {self.noise_dim}), not {z.shape}")
        if not np.isfinite(z).all():
            raise InputError("z must hold finite numbers only")
        given = self._checked_labels(labels, len(z)) if self.labels else None
        device = next(self.generator.parameters()).device
        parts = []
        with torch.inference_mode():
            for start in range(0, len(z), BATCH):
                part = torch.from_numpy(z[start : start + BATCH].astype(np.float32)).to(device)
                told = None
                if given is not None:
                    told = torch.from_numpy(given[start : start + BATCH]).to(device)
                parts.append(to_samples(self.generator(part, told)))
        return np.concatenate(parts)

    def _checked_labels(self, labels: np.ndarray | None, count: int) -> np.ndarray:
        """As the generator takes them: int64 (N,) or float32 (N, classes)."""
        classes = len(self.labels)
        if labels is not None and labels.shape == (count, classes):
            weights = labels.astype(np.float32)
            if not np.allclose(weights.sum(axis=1), 1, atol=SLACK):
                raise InputError("the weights of the labels must sum to 1 for each z")
            return weights
        if labels is None or labels.shape != (count,):
            raise InputError(f"this model needs {count} labels, one for each z")
        if labels.min() < 0 or labels.max() >= classes:
            raise InputError(f"a label must lie between 0 and {classes - 1}")
        return labels.astype(np.int64)

    def label_number(self, label: str) -> int:
        """A class by its name ("7", "Bag"); InputError lists what there is."""
        if not self.labels:
            raise InputError(f"model '{self.card.name}' takes no labels; leave the label out")
        return choose("label", label, {name: number for number, name in enumerate(self.labels)})

    def sample(
        self, count: int, seed: int, label: int | None = None, truncation: float = 1.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """(images uint8 (N, H, W, C), labels int64 (N,)); without a label, all in equal shares.

        A model that takes no labels returns -1 for each. truncation: see `made_data.make_data`.
        """
        if count < 1:
            raise InputError(f"the number of images must be positive, not {count}")
        if not self.labels:
            labels = np.full(count, -1)
        elif label is None:
            labels = np.arange(count) % len(self.labels)
        else:
            labels = np.full(count, label)
        return self.generate(np.float32(truncation) * self.noise(seed, count), labels), labels

    def walk(
        self, seeds: list[int], steps: int, method: str = "slerp", label: int | None = None
    ) -> np.ndarray:
        """Images uint8 (legs * steps, H, W, C) from seed to seed, `steps` a leg, ends included."""
        if not self.card.config.image_size:
            raise InputError(f"'{self.card.name}' draws points; walks are for models of images")
        keyframes = np.concatenate([self.noise(seed) for seed in seeds])
        z = latent.interpolate(keyframes, steps, method).reshape(-1, self.noise_dim)
        return self.generate(z, np.full(len(z), label or 0))
