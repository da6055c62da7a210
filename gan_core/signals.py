"""A run's events as the few robust numbers that a diagnosis rests on: arrays and trends, no words.

Medians of the curves, so that one odd round decides nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import attrgetter

import numpy as np

from gan_core.config import RunConfig
from gan_core.events import Diverged, Evaluated, Event, StepDone

WIDTH = 5  # StepDone events that one median is taken of
PAIRED = {"wasserstein"}  # objectives whose losses mean something only in their difference


@dataclass(frozen=True)
class Curves:
    """Medians of each WIDTH events in a row, counted from the newest; all are (B,)."""

    first: np.ndarray  # round of the first event of each
    loss: np.ndarray  # the larger of D's and G's, without its sign
    d_fake: np.ndarray  # D's opinion of fakes, within 0..1
    gap: np.ndarray  # its opinion of reals less that of fakes: 1 is a perfect D, below 0 a fooled
    g_gradient: np.ndarray

    def stretch(self, holds: np.ndarray) -> int | None:
        """Index at which the last unbroken stretch of `holds` begins, if it lasts to the end."""
        if not len(holds) or not holds[-1]:
            return None
        broken = np.flatnonzero(~holds)
        return int(broken[-1]) + 1 if len(broken) else 0


@dataclass(frozen=True)
class Trend:
    """The Frechet distances of the newer half of a run's looks, as a steady growth or decay.

    A straight line of least squares through their logarithms; errors are shares of the distance.
    """

    looks: int
    first: int  # round of the first of these looks
    last: int
    before: float  # the line's distance there and here
    after: float
    scatter: float  # standard error of the change, from how far looks lie from the line
    error: float  # the same, or from the errors that the looks tell themselves, if that is larger

    @property
    def change(self) -> float:
        """Of the distance's logarithm; below 0 where it falls."""
        return math.log(self.after / self.before)


@dataclass(frozen=True)
class Signals:
    """What is known of a run."""

    config: RunConfig  # as it is now
    step: int  # rounds done
    curves: Curves
    looks: Sequence[Evaluated]  # oldest first
    diverged: Diverged | None  # if no round was done since

    @cached_property
    def trend(self) -> Trend | None:
        """None with fewer than FEWEST_LOOKS that know a distance."""
        known = [look for look in self.looks if look.distance is not None]
        recent = known[-max(LOOKS_OF_A_TREND, len(known) // 2) :]
        if len(recent) < FEWEST_LOOKS:
            return None
        distances = np.array([look.distance for look in recent], dtype=float).clip(TINY)
        places, logarithms = np.linspace(-0.5, 0.5, len(recent)), np.log(distances)
        slope, middle = np.polyfit(places, logarithms, 1)
        residuals = logarithms - middle - slope * places
        each = np.sqrt(residuals @ residuals / (len(recent) - 2))
        told = np.median([look.distance_error or 0.0 for look in recent] / distances)
        of_slope = 1 / np.sqrt(places @ places)
        return Trend(
            looks=len(recent),
            first=recent[0].step,
            last=recent[-1].step,
            before=math.exp(middle - slope / 2),
            after=math.exp(middle + slope / 2),
            scatter=float(each * of_slope),
            error=float(max(each, told) * of_slope),
        )

    @property
    def improving(self) -> bool:
        """Whether the distance fell by more than chance explains, and by a share worth having."""
        return self.trend is not None and -self.trend.change > max(2 * self.trend.error, 0.02)


LOOKS_OF_A_TREND = 8  # at least, where there are so many
FEWEST_LOOKS = 5
TINY = 1e-6  # a distance to take the logarithm of


def signals(config: RunConfig, events: Sequence[Event]) -> Signals:
    """Of events by rising rounds, one kind after the other or not; StepDone may be thinned out."""
    done = [event for event in events if isinstance(event, StepDone)]
    step = done[-1].step if done else 0
    ends = [event for event in events if isinstance(event, Diverged) and event.step > step]
    return Signals(
        config=config,
        step=step,
        curves=_curves(config, done),
        looks=[event for event in events if isinstance(event, Evaluated)],
        diverged=ends[-1] if ends else None,
    )


NUMBERS = attrgetter("step", "d_loss", "g_loss", "d_real", "d_fake", "g_gradient")


def _curves(config: RunConfig, done: Sequence[StepDone]) -> Curves:
    whole = done[len(done) % WIDTH :]
    numbers = np.fromiter(chain.from_iterable(map(NUMBERS, whole)), float, 6 * len(whole))
    blocks = numbers.reshape(-1, WIDTH, 6)
    _, d_loss, g_loss, d_real, d_fake, g_gradient = np.median(blocks, axis=1).T
    paired = config.objective in PAIRED
    d_fake = d_fake.clip(0, 1)
    return Curves(
        first=blocks[:, 0, 0].astype(int),
        loss=np.abs(d_loss) if paired else np.maximum(np.abs(d_loss), np.abs(g_loss)),
        d_fake=d_fake,
        gap=d_real.clip(0, 1) - d_fake,
        g_gradient=g_gradient,
    )
