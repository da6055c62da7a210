"""What ails a run, or that nothing does: its events in, findings in words out.

Each finding says what it rests on, and what is not certain is not told: the losses of a healthy GAN
go up and down, too, and while the samples get better by measure, odd curves are no fault.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gan_core.config import RunConfig
from gan_core.events import Evaluated, Event
from gan_core.finding_texts import FINDINGS
from gan_core.finding_texts import REMEDIES as REMEDY_WORDS
from gan_core.remedies import Changes, remedy
from gan_core.signals import LOOKS_OF_A_TREND, PAIRED, Signals, signals


@dataclass(frozen=True)
class Finding:
    """Something that holds now."""

    name: str  # a key of FINDINGS
    since: int  # the round since which it holds
    alarm: bool  # something is wrong; False is good news
    title: str  # a few words
    evidence: str  # the numbers it rests on, in a line
    meaning: str  # two sentences in plain language
    remedy: str  # one thing to do
    changes: Changes  # for Trainer.change, a new value by field; empty where no setting helps


def diagnose(config: RunConfig, events: Sequence[Event]) -> list[Finding]:
    """What the events of a run say, the worst first; config: as it is now.

    All Evaluated should be among the events; of the StepDone every n-th does. Where the run went
    back to an earlier state, leave out what came after that state.
    """
    run = signals(config, events)
    seen = {name: told for name, rule in RULES.items() if (told := rule(run))}
    hidden = {other for name in seen for other in HIDES.get(name, ())}
    return [_finding(name, *told, config) for name, told in seen.items() if name not in hidden]


def _finding(name: str, since: int, evidence: str, config: RunConfig) -> Finding:
    words, (cure, changes) = FINDINGS[name], remedy(name, config)
    return Finding(
        name=name,
        since=since,
        alarm=name not in GOOD_NEWS,
        title=words.title,
        evidence=evidence,
        meaning=words.meaning,
        remedy=REMEDY_WORDS[cure].format(**changes),
        changes=changes,
    )


Told = tuple[int, str] | None  # the round since which it holds, and the evidence

EXPLODED = 100.0  # of a loss; healthy presets stay below 10
EXPLODED_PAIRED = 1000.0  # of a critic's; its scale is that of the images, healthy ones below 30
PERFECT = 0.97  # gap from which D hardly errs; healthy `conv` and `dcgan-lsgan` come to 0.95
SURE = 50  # rounds for which D must have been perfect
SOON = 20  # the same where G's gradient is gone
WARM_UP = 150  # rounds in which it may be, for G knows nothing yet
FADED = 0.1  # of its largest, minimax's gradient of G
GONE = 0.001  # the same of another objective's, which does not fade of itself
FAINT = 0.01  # D(G(z)), a factor of minimax's gradient
BORN = 100  # round from which samples may be asked to differ
ALIKE = 0.25  # diversity; that of healthy presets is 0.9 after 100 rounds
LOOKS = 3  # in a row that must agree
LOOKS_FOR_CLASSES = 5  # the same on what is missing, where much else is there
FOOLED, AHEAD = 0.0, 0.3  # gaps between which D swings; below 0 it takes fakes for real
RECENT = 60  # medians of WIDTH events, in which swings are counted
SWINGS = 4  # crossings from one to the other
COPIED = 0.6  # nearest; what a healthy generator makes is above 1, as real samples are at 1
A_WHILE = 300  # rounds in which the distance must have stood still
FLAT = 0.1  # share of it by which it may have changed meanwhile


def _divergence(run: Signals) -> Told:
    if run.diverged:
        return run.diverged.step, f"'{run.diverged.term}' is no finite number any more"
    limit = EXPLODED_PAIRED if run.config.objective in PAIRED else EXPLODED
    curves = run.curves
    start = curves.stretch(curves.loss > limit)
    if start is None or len(curves.loss) - start < 2:
        return None
    since = int(curves.first[start])
    return since, f"a loss of {_short(curves.loss[-1])} over {_rounds(since, run.step)}"


def _vanishing_gradient(run: Signals) -> Told:
    curves, minimax = run.curves, run.config.objective == "minimax"
    if run.improving or not len(curves.gap):
        return None
    largest = np.maximum.accumulate(curves.g_gradient)
    weak = curves.g_gradient < (FADED if minimax else GONE) * largest
    if minimax:  # the gradient of log(1 - D) has the factor D
        weak |= curves.d_fake < FAINT
    start = curves.stretch((curves.gap > PERFECT) & weak)
    if start is None or run.step - curves.first[start] < SOON:
        return None
    since = int(curves.first[start])
    return since, (
        f"G's gradient is {_short(curves.g_gradient[-1])}, once {_short(largest[-1])}, and "
        f"D(G(z)) is {_short(curves.d_fake[-1])} ({_rounds(since, run.step)})"
    )


def _mode_collapse(run: Signals) -> Told:
    looks = [look for look in run.looks if look.step >= BORN]
    alike = len(looks) >= LOOKS and max(look.diversity for look in looks[-LOOKS:]) < ALIKE
    looks = looks[-LOOKS if alike else -LOOKS_FOR_CLASSES :]
    missing = set.intersection(*(set(look.missing) for look in looks)) if looks else set()
    if not alike and (
        len(looks) < LOOKS_FOR_CLASSES or not missing or run.improving or _finds_more(run.looks)
    ):
        return None

    def holds(look: Evaluated) -> bool:
        return look.diversity < ALIKE if alike else missing <= set(look.missing)

    since, classes = _since(run.looks, holds), looks[-1].classes
    told = f"diversity is {looks[-1].diversity:.2f} of the data's"
    if missing:
        names = ", ".join(name for name in classes if name in missing)
        told += f", missing {names} ({len(missing)} of {len(classes)} classes)"
    return since, f"{told}; {looks[-1].samples} samples a look, {_rounds(since, run.step)}"


def _finds_more(looks: Sequence[Evaluated]) -> bool:
    """Whether fewer classes are missing than a while ago."""
    counts = [len(look.missing) for look in looks[-2 * LOOKS_FOR_CLASSES :]]
    earlier, recent = counts[:-LOOKS_FOR_CLASSES], counts[-LOOKS_FOR_CLASSES:]
    return bool(earlier) and float(np.median(recent)) < float(np.median(earlier))


def _discriminator_saturated(run: Signals) -> Told:
    """A critic is meant to win: what it knows is in its slope, which does not fade."""
    config, curves = run.config, run.curves
    if config.objective in PAIRED or run.improving or run.step < WARM_UP:
        return None
    start = curves.stretch(curves.gap > PERFECT - config.label_smoothing)
    if start is None or run.step - curves.first[start] < SURE:
        return None
    since = int(curves.first[start])
    d_fake = float(np.median(curves.d_fake[start:]))
    d_real = d_fake + float(np.median(curves.gap[start:]))
    told = f"D(x) is {d_real:.3f}, D(G(z)) {d_fake:.3f}"
    return since, f"{told}, medians over {_rounds(since, run.step)}"


def _oscillation(run: Signals) -> Told:
    gap, first = run.curves.gap[-RECENT:], run.curves.first[-RECENT:]
    if run.improving or run.step < WARM_UP:
        return None
    sides = np.where(gap <= FOOLED, -1, np.where(gap >= AHEAD, 1, 0))
    taken = np.flatnonzero(sides)
    turns = taken[1:][np.diff(sides[taken]) != 0]  # where it has just come to the other side
    if len(turns) < SWINGS or len(gap) - turns[-1] > RECENT // 2:
        return None
    since = int(first[turns[0]])
    return since, (
        f"D(x) - D(G(z)) changed sides {len(turns)} times between {gap.min():.2f} and "
        f"{gap.max():.2f} ({_rounds(since, run.step)})"
    )


def _memorisation(run: Signals) -> Told:
    looks = run.looks[-LOOKS:]
    known = [look.nearest for look in looks if look.nearest is not None]
    if len(known) < LOOKS or max(known) >= COPIED:
        return None
    since = _since(run.looks, lambda look: look.nearest is not None and look.nearest < COPIED)
    return since, (
        f"samples lie {known[-1]:.2f} times as far from the nearest training sample as those do "
        f"from one another ({_rounds(since, run.step)}, epoch {looks[-1].epoch})"
    )


def _still_improving(run: Signals) -> Told:
    return _trend_told(run) if run.improving else None


def _converged(run: Signals) -> Told:
    trend = run.trend
    if trend is None or run.improving or trend.looks < LOOKS_OF_A_TREND:
        return None
    if trend.last - trend.first < A_WHILE:
        return None
    # looks take the same noise and reals each time, so that what they tell of their own error is
    # common to them: only their scatter hides a change
    most = abs(trend.change) + 2 * trend.scatter
    return _trend_told(run) if most <= FLAT else None


def _trend_told(run: Signals) -> Told:
    trend = run.trend
    assert trend
    floor = run.looks[-1].distance_floor
    least = "" if floor is None else f", real samples are at {_short(floor)}"
    return trend.first, (
        f"Frechet distance from {_short(trend.before)} to {_short(trend.after)}, "
        f"{trend.after / trend.before - 1:+.0%} with an error of {trend.error:.0%} "
        f"({trend.looks} looks, {_rounds(trend.first, trend.last)}{least})"
    )


def _since(looks: Sequence[Evaluated], holds: Callable[[Evaluated], bool]) -> int:
    """Round of the first of the last looks in a row for which it holds."""
    since = looks[-1].step
    for look in reversed(looks):
        if not holds(look):
            break
        since = look.step
    return since


def _rounds(first: int, last: int) -> str:
    return f"rounds {first} to {last}"


def _short(number: float) -> str:
    return f"{number:.3g}"


GOOD_NEWS = {"still-improving", "converged"}
RULES: dict[str, Callable[[Signals], Told]] = {  # the worst first
    "divergence": _divergence,
    "vanishing-gradient": _vanishing_gradient,
    "mode-collapse": _mode_collapse,
    "discriminator-saturated": _discriminator_saturated,
    "oscillation": _oscillation,
    "memorisation": _memorisation,
    "still-improving": _still_improving,
    "converged": _converged,
}
ALARMS = tuple(name for name in RULES if name not in GOOD_NEWS)
HIDES: dict[str, tuple[str, ...]] = {  # what follows from a finding, or is no comfort beside it
    **{name: tuple(GOOD_NEWS) for name in ALARMS},
    "divergence": tuple(name for name in RULES if name != "divergence"),
    "vanishing-gradient": ("discriminator-saturated", *GOOD_NEWS),
}
