"""The same points drawn by the generators of a run's rounds. It knows no gradio."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from demo.player import Player
from demo.point import Point
from demo.sessions import Sessions
from demo.text.walk import NO_ROUNDS
from demo.walk import beside, read_keyframes
from gan_core.errors import InputError
from gan_core.pretrained import shipped_models

MAX_ROUNDS = 12
MAX_POINTS = 8  # drawn of each round


@dataclass(frozen=True)
class Round:
    step: int
    picture: np.ndarray  # uint8 (H, W, C): a row of the points


def draw_rounds(sessions: Sessions, told: list[dict[str, Any]]) -> list[Round]:
    """Of the rounds kept at most MAX_ROUNDS, taken evenly, the first and the last among them.

    InputError for the points of a model of which none is kept.
    """
    if not 1 <= len(told) <= MAX_POINTS:
        raise InputError(f"1 to {MAX_POINTS} points are drawn over the rounds, not {len(told)}")
    points = read_keyframes(sessions, told)
    player = _run_of(sessions, str(told[0]["token"]), str(told[0]["model"]))
    kept = player.rounds_kept
    if not kept:
        raise InputError("this run has no round to look at yet; wait for its first samples")
    places = np.linspace(0, len(kept) - 1, min(MAX_ROUNDS, len(kept))).round().astype(int)
    weights = str(told[0].get("weights", "shown"))
    return [_draw(player, points, kept[place], weights) for place in places]


def _run_of(sessions: Sessions, token: str, name: str) -> Player:
    if name in shipped_models():
        raise InputError(NO_ROUNDS)
    runs = {run.name: run for run in sessions.get(token).runs()}
    if name not in runs:
        raise InputError(f"'{name}' is one round alone; choose its run as the model")
    return runs[name]


def _draw(player: Player, points: list[Point], step: int, weights: str) -> Round:
    model = player.explored_at(step).model(weights)
    images = [replace(point, model=model).draw() for point in points]
    return Round(step, beside(np.stack(images)))
