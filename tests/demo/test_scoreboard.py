"""Places of lanes, from what a look told."""

from dataclasses import replace

import pytest

from demo.scoreboard import Lane, places, score, scoreboard
from gan_core.events import Evaluated

LOOK = Evaluated(
    step=28, epoch=1, samples=240, d_accuracy_real=0.9, d_accuracy_fake=0.9, diversity=0.87654,
    classes={"a": 120, "b": 110, "c": 10, "d": 0}, distance=100.0, distance_error=3.0,
    distance_floor=20.0, nearest=None,
)  # fmt: skip


def lane(distance: float | None, error: float | None = 0.0, **changes: object) -> Lane:
    look = replace(LOOK, distance=distance, distance_error=error)
    return Lane("hinge", "racing", 30, 1.23, look)._replace(**changes)


def test_the_smaller_distance_is_ahead() -> None:
    assert places([lane(30), lane(10), lane(20)]) == [3, 1, 2]


@pytest.mark.parametrize(
    ("distances", "told"),
    [
        ([(100, 3), (104.9, 4)], [1, 1]),  # 4.9 < 5, the error of the difference
        ([(100, 3), (105.1, 4)], [1, 2]),
        ([(100, 0), (100, 0)], [1, 1]),
        ([(104, 3), (100, 3), (130, 3)], [1, 1, 3]),  # two are ahead of the third
        # each is within the error of the next, but the third is behind the first
        ([(100, 3), (104, 3), (108, 3), (109, 3)], [1, 1, 3, 3]),
        ([(100, None), (101, None)], [1, 2]),
    ],
)
def test_lanes_that_cannot_be_told_apart_share_a_place(
    distances: list[tuple[float, float | None]], told: list[int]
) -> None:
    assert places([lane(*one) for one in distances]) == told


def test_a_lane_that_diverged_or_was_not_looked_at_has_no_place() -> None:
    lanes = [lane(50), lane(10, state="diverged"), lane(20, look=None), lane(60, state="finished")]
    assert places(lanes) == [1, None, None, 2]
    assert [row["lane"] for row in scoreboard(lanes)] == [0, 3, 1, 2]


def test_without_a_distance_the_missing_classes_are_the_score() -> None:
    assert score(replace(LOOK, distance=None)) == (1, 0, "missing")  # "c" has a tenth of its share
    assert score(replace(LOOK, distance=float("nan"))) == (1, 0, "missing")
    fewer = replace(LOOK, distance=None, classes={"a": 240, "b": 0})
    assert places([lane(None), lane(None, look=fewer), lane(None)]) == [1, 1, 1]
    none = replace(LOOK, distance=None, classes={"a": 60, "b": 60, "c": 60, "d": 60})
    assert places([lane(None), lane(None, look=none)]) == [2, 1]
    for nothing in ({}, {"all": 240}):
        assert score(replace(LOOK, distance=None, classes=nothing)) is None


def test_a_row_tells_what_the_look_told() -> None:
    assert scoreboard([lane(100.12345, 3.21987), lane(7, look=None, objective="minimax")]) == [
        {
            "lane": 0, "place": 1, "objective": "hinge", "state": "racing", "score": 100.123,
            "error": 3.22, "classes": 4, "present": 3, "diversity": 0.877, "step": 30,
            "seconds": 1.2,
        },
        {
            "lane": 1, "place": None, "objective": "minimax", "state": "racing", "score": None,
            "error": None, "classes": 0, "present": 0, "diversity": None, "step": 30,
            "seconds": 1.2,
        },
    ]  # fmt: skip
