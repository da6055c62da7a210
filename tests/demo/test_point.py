"""Points as a page tells them: drawn as told, and refused in one line where they are none."""

from typing import Any

import numpy as np
import pytest

from demo.models import WEIGHTS
from demo.point import Point, read_opinion, read_point
from demo.sessions import Sessions
from gan_core.errors import InputError
from gan_core.pretrained import open_model
from tests.demo.visits import report, until

SHIPPED = {"token": "", "model": "mnist-conditional", "seed": 1}
WAIT = 60  # seconds


def test_what_is_left_out_is_the_seeds_own(sessions: Sessions) -> None:
    point = read_point(sessions, SHIPPED)
    assert isinstance(point, Point)
    model = open_model("mnist-conditional")
    assert np.array_equal(point.z, model.noise(1))
    assert np.array_equal(point.draw(), model.generate(model.noise(1), np.array([0]))[0])


def test_labels_share_and_psi_are_as_told(sessions: Sessions) -> None:
    z = [0.5] * 64
    told = {**SHIPPED, "z": z, "label": 7, "other": 3, "share": 0.25, "psi": 0.5}
    point = read_point(sessions, told)
    assert point.labels is not None
    assert point.labels[0, 7] == 0.75
    assert point.labels[0, 3] == 0.25
    assert np.array_equal(point.drawn_z, np.full((1, 64), 0.25, np.float32))
    alone = read_point(sessions, {**SHIPPED, "label": 7, "other": None, "share": 0.25})
    assert alone.labels is not None
    assert alone.labels[0, 7] == 1  # there is nothing to share with


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"psi": -0.1}, "psi must be"),
        ({"psi": 1.6}, "psi must be"),
        ({"psi": float("nan")}, "psi must be"),
        ({"psi": "1"}, "psi must be"),
        ({"other": 3, "share": 2}, "share must be"),
        ({"other": 3, "share": None}, "share must be"),
        ({"other": 10}, "other must be"),
        ({"label": -1}, "label must be"),
        ({"label": [1]}, "label must be"),
        ({"weights": "best"}, "unknown weights"),
        ({"weights": ["raw"]}, "unknown weights"),
        ({"model": None}, "unknown model"),
        ({"z": [[0.0] * 64]}, "64 numbers"),
        ({"z": [True] * 64}, "64 numbers"),
        ({"z": ["1"] * 64}, "64 numbers"),
        ({"z": "0" * 64}, "64 numbers"),
        ({"z": {}}, "64 numbers"),
        ({"z": [None] * 64}, "64 numbers"),
        ({"z": [1e39] * 64}, "finite"),
        ({"z": [10**400] * 64}, "finite"),
    ],
)
def test_nonsense_is_refused_in_one_line(change: dict, hint: str, sessions: Sessions) -> None:
    with pytest.raises(InputError, match=hint) as refusal:
        read_point(sessions, {**SHIPPED, **change})
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("told", [None, [], "point", 7, {}, {"token": ""}, {"model": "x"}])
def test_what_is_no_point_is_refused(told: Any, sessions: Sessions) -> None:  # noqa: ANN401
    with pytest.raises(InputError, match="needs token, model"):
        read_point(sessions, told)


def test_both_weights_and_the_opinion_are_kept_of_a_run_and_its_rounds(sessions: Sessions) -> None:
    token = sessions.open()
    visitor = sessions.get(token)
    player = visitor.start("modern", "digits", 1, 0)
    assert player.wait(WAIT)
    step = player.rounds_kept[-1]
    for name in (player.name, visitor.explore(1, step)):
        told = {"token": token, "model": name, "seed": 1}
        images = {w: read_point(sessions, {**told, "weights": w}).draw() for w in WEIGHTS}
        opinions = {w: read_opinion(sessions, {**told, "weights": w}) for w in WEIGHTS}
        assert np.array_equal(images["shown"], images["ema"])
        assert not np.array_equal(images["shown"], images["raw"])
        assert opinions["shown"] == opinions["ema"] != opinions["raw"]
        assert all(found is not None and 0 < found < 1 for found in opinions.values())
    with pytest.raises(InputError, match="takes no labels"):
        read_point(sessions, {"token": token, "model": player.name, "seed": 1, "label": 2})


def test_a_run_that_learns_has_an_opinion_too(sessions: Sessions) -> None:
    token = sessions.open()
    player = sessions.get(token).start("modern", "digits", 1000, 0)
    while player.model() is None:
        assert not player.wait(0.05)
    told = {"token": token, "model": player.name, "seed": 1}
    assert read_opinion(sessions, told) is not None
    until(lambda: report(sessions.get(token))["step"] > 5)  # at first raw and averaged are the same
    assert not np.array_equal(
        read_point(sessions, {**told, "weights": "raw"}).draw(),
        read_point(sessions, {**told, "weights": "ema"}).draw(),
    )
    player.stop()
    assert player.wait(WAIT)
