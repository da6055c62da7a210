"""What a trainer tells: frozen records of floats and NumPy arrays, no tensors.

Equality compares what was learned, not how fast: `images_per_s` is left out of it.
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class StepDone:
    """One round: D and G were each updated."""

    step: int  # rounds done so far
    epoch: int  # the epoch this round belongs to, from 1
    d_loss: float
    g_loss: float
    d_real: float  # mean of D's opinion on the real batch
    d_fake: float  # mean of D's opinion on the fakes
    images_per_s: float = field(compare=False)  # real images trained on per second of work


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What the generator makes of the run's fixed noise."""

    step: int
    epoch: int  # whole epochs done; 0 is before training
    images: np.ndarray  # uint8 (N, H, W, C)
    columns: int  # how many make a row of its grid

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Snapshot)
            and (self.step, self.epoch, self.columns) == (other.step, other.epoch, other.columns)
            and np.array_equal(self.images, other.images)
        )


@dataclass(frozen=True)
class Diverged:
    """A loss stopped being a number; the run ends here."""

    step: int
    epoch: int  # the epoch that this step belongs to
    term: str  # "d_loss" or "g_loss"


@dataclass(frozen=True)
class Finished:
    """The run has reached its length."""

    step: int
    epoch: int


Event = StepDone | Snapshot | Diverged | Finished
