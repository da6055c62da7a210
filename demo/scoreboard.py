"""Who leads a race, from what a look at each lane told. It knows no gradio."""

from collections.abc import Sequence
from math import hypot, isfinite
from typing import Literal, NamedTuple

from gan_core.events import Evaluated

State = Literal["racing", "diverged", "finished"]
Measure = Literal["distance", "missing"]  # the Frechet distance, or classes that are missing


class Lane(NamedTuple):
    objective: str
    state: State
    step: int  # rounds done
    seconds: float  # of its own training
    look: Evaluated | None  # the one that it is judged by


class Score(NamedTuple):
    """The smaller, the better."""

    value: float
    error: float
    measure: Measure


def score(look: Evaluated | None) -> Score | None:
    """The distance where there is one, else the classes that are missing; None without either."""
    if look and look.distance is not None and isfinite(look.distance):
        return Score(look.distance, look.distance_error or 0.0, "distance")
    if look and len(look.classes) > 1:
        return Score(len(look.missing), 0.0, "missing")
    return None


def places(lanes: Sequence[Lane]) -> list[int | None]:
    """Of each lane, 1 the best; None without a score, and for a lane that diverged.

    A lane shares the place of the best one that is ahead of it by no more than the error of their
    difference.
    """
    scored = [(found, lane) for lane, one in enumerate(lanes)
              if one.state != "diverged" and (found := score(one.look))]  # fmt: skip
    told: list[int | None] = [None] * len(lanes)
    place, (best, error) = 0, (0.0, 0.0)
    for ahead, (found, lane) in enumerate(sorted(scored)):
        if not place or found.value - best > hypot(found.error, error):
            place, (best, error) = ahead + 1, found[:2]
        told[lane] = place
    return told


def scoreboard(lanes: Sequence[Lane]) -> list[dict]:
    """A row for each lane, the best first, those without a place last."""
    rows = [_row(number, *told) for number, told in enumerate(zip(lanes, places(lanes)))]
    return sorted(rows, key=lambda row: (row["place"] is None, row["place"], row["lane"]))


def _row(number: int, lane: Lane, place: int | None) -> dict:
    look, found = lane.look, score(lane.look)
    return {
        "lane": number,
        "place": place,
        "objective": lane.objective,
        "state": lane.state,
        "score": round(found.value, 3) if found else None,
        "error": round(found.error, 3) if found else None,
        "classes": len(look.classes) if look else 0,
        "present": len(look.classes) - len(look.missing) if look else 0,
        "diversity": round(look.diversity, 3) if look and isfinite(look.diversity) else None,
        "step": lane.step,
        "seconds": round(lane.seconds, 1),
    }
