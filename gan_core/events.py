"""What a trainer tells: frozen records of floats and NumPy arrays, no tensors.

Equality compares what was learned, not how fast: `images_per_s` is left out of it.
"""

from dataclasses import dataclass, field

import numpy as np

RARE = 0.1


@dataclass(frozen=True)
class StepDone:
    """One round: D and G were each updated; where one took several steps, of its last."""

    step: int  # rounds done so far
    epoch: int  # the epoch this round belongs to, from 1
    d_loss: float  # the objective's terms together, without penalties
    g_loss: float
    d_real: float  # mean of D's opinion on the real batch
    d_fake: float  # mean of D's opinion on the fakes
    d_gradient: float  # norm of the gradient that D followed
    g_gradient: float
    terms: dict[str, float]  # all that D minimised, by name; penalties with their weights
    images_per_s: float = field(compare=False)  # real images trained on per second of work


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What the generator makes of the run's fixed noise."""

    step: int
    epoch: int  # whole epochs done; 0 is before training
    samples: np.ndarray  # images uint8 (N, H, W, C), or points float32 (N, 2)
    columns: int  # how many images make a row of their grid
    reference: np.ndarray | None = None  # beside points: real ones, float32 (M, 2)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Snapshot)
            and (self.step, self.epoch, self.columns) == (other.step, other.epoch, other.columns)
            and np.array_equal(self.samples, other.samples)
        )


@dataclass(frozen=True)
class Evaluated:
    """What a look at fresh samples told, every `evaluate_every` rounds."""

    step: int
    epoch: int  # the epoch that the last round belonged to
    samples: int  # fakes that were looked at, beside as many reals
    d_accuracy_real: float  # share of the reals that D takes for real
    d_accuracy_fake: float  # share of the fakes that D takes for fake
    diversity: float  # mean distance between two fakes over that between two reals; 0: all alike
    classes: dict[str, int]  # fakes of each class or mode; empty where nothing tells them apart
    distance: float | None  # Frechet distance to the reals, on a judge's features, if there is one
    distance_error: float | None  # standard error of it
    distance_floor: float | None  # the same distance between reals and as many other reals
    nearest: float | None  # median distance from fakes to the nearest training sample over that
    # from training samples to the nearest other one; near 0: copies; None: the set is too large

    @property
    def missing(self) -> tuple[str, ...]:
        """The classes that make up less than a tenth of their fair share."""
        few = RARE * self.samples / max(1, len(self.classes))
        return tuple(name for name, count in self.classes.items() if count < few)


@dataclass(frozen=True)
class Diverged:
    """A number stopped being finite; the update it was for was not made."""

    step: int  # the round that failed; all before it are done
    epoch: int  # the epoch that this round belongs to
    term: str  # a name in `terms`, "g_loss", "gradient of D" or "of G", or a weight's name


@dataclass(frozen=True)
class Finished:
    """The run has reached its length."""

    step: int
    epoch: int


Event = StepDone | Snapshot | Evaluated | Diverged | Finished
