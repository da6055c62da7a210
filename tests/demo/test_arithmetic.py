"""Saved points of latent space: sums against NumPy, files and back, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from demo.arithmetic import add, as_file, from_file, keep, point_of
from demo.point import read_point
from demo.sessions import Sessions
from gan_core.errors import InputError
from gan_core.latent import analogy, mean_point
from gan_core.latent_points import LatentPoint, load_points, save_points
from gan_core.pretrained import open_model
from tests.demo.test_app import ask_widget

NAME = "mnist-conditional"
MODEL = open_model(NAME)


@pytest.fixture
def now(sessions: Sessions) -> dict[str, Any]:
    return {"token": sessions.open(), "model": NAME, "seed": 3, "z": None, "label": 7,
            "other": None, "share": 0, "psi": 1, "weights": "shown"}  # fmt: skip


def saved(sessions: Sessions, now: dict[str, Any], *seeds: int, label: int = 0) -> list[dict]:
    return [keep(sessions, {**now, "seed": seed, "label": label}, str(seed)) for seed in seeds]


def z(points: list[dict]) -> np.ndarray:
    return np.array([point["z"] for point in points], np.float32)


def test_a_point_is_saved_as_it_is_drawn(sessions: Sessions, now: dict[str, Any]) -> None:
    moved = {**now, "psi": 0.5, "other": 2, "share": 0.4}
    kept = keep(sessions, moved, "half")
    np.testing.assert_allclose(kept["z"], 0.5 * MODEL.noise(3)[0], atol=1e-4)
    assert (kept["label"], kept["other"], kept["share"]) == (7, 2, 0.4)
    again = read_point(sessions, {**point_of(kept), "token": now["token"]}).draw().astype(int)
    assert np.abs(again - read_point(sessions, moved).draw()).max() <= 2  # z is rounded


def test_a_sum_is_that_of_the_means(sessions: Sessions, now: dict[str, Any]) -> None:
    a, b = saved(sessions, now, 1, 2, 4, label=1), saved(sessions, now, 5, 6, label=2)
    c = saved(sessions, now, 8, label=3)
    found = add(sessions, now, {"a": a, "b": b, "c": c})
    means = {"a": mean_point(z(a)), "b": mean_point(z(b)), "c": z(c)[0]}
    expected = analogy(means["a"], means["b"], means["c"])
    np.testing.assert_allclose(found.point["z"], expected, atol=1e-4)
    assert (found.point["label"], found.point["psi"]) == (3, 1)
    for label, name in enumerate("abc", start=1):
        picture = MODEL.generate(means[name][None], np.array([label]))[0].astype(int)
        assert np.abs(found.terms[name] - picture).max() <= 1
    drawn = MODEL.generate(expected[None], np.array([3]))[0].astype(int)
    assert np.abs(found.picture - drawn).max() <= 2
    moved = read_point(sessions, found.point).draw().astype(int)  # where the sliders would go
    assert np.abs(moved - found.picture).max() <= 2


def test_sums_want_points_of_each_and_of_the_model_s_size(
    sessions: Sessions, now: dict[str, Any]
) -> None:
    some = saved(sessions, now, 1)
    with pytest.raises(InputError, match="B must be 1 to 1,000 of the saved points, not 0"):
        add(sessions, now, {"a": some, "b": [], "c": some})
    other = [{**some[0], "name": "far", "z": [0.0] * 100}]
    with pytest.raises(InputError, match="'far' has 100 numbers and the z of the model chosen 64"):
        add(sessions, now, {"a": some, "b": some, "c": other})


def test_points_go_to_a_file_and_back(sessions: Sessions, now: dict[str, Any]) -> None:
    points = saved(sessions, now, 1, 2, 3, label=4)
    written = as_file(points)
    found, directions = load_points(written)
    assert [point.name for point in found] == ["1", "2", "3"] and not directions
    assert from_file(sessions, written, now, 0) == points
    with pytest.raises(InputError, match="save one first"):
        as_file([])


def test_points_of_several_models_come_back_whole(sessions: Sessions, now: dict[str, Any]) -> None:
    mixed = keep(sessions, {**now, "other": 2, "share": 0.4, "psi": 0.5}, "mixed")
    plain = {"label": None, "other": None, "share": 0}
    gone = {"name": "far", "model": "run 9: gone", "weights": "raw", "z": [0.5] * 100, **plain}
    points = [mixed, gone]
    assert from_file(sessions, as_file(points), now, 0) == points


def test_a_file_of_seeds_and_of_models_from_elsewhere_is_read(
    sessions: Sessions, now: dict[str, Any], tmp_path: Path
) -> None:
    points = [
        LatentPoint("far", "run 9: gone", seed=5, label=2),
        LatentPoint("here", NAME, seed=6),
    ]
    save_points(tmp_path / "x.json", points)
    far, here = from_file(sessions, (tmp_path / "x.json").read_bytes(), now, 0)
    np.testing.assert_allclose(far["z"], MODEL.noise(5)[0], atol=1e-4)
    assert (far["model"], far["label"]) == ("run 9: gone", 2)
    drawn = read_point(sessions, {**point_of(here), "token": now["token"]}).drawn_z
    np.testing.assert_allclose(drawn, MODEL.noise(6), atol=1e-4)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\x00", "no JSON"),
        (b"[1, 2]", "holds no latent points"),
        (b'{"version": 1, "points": [], "directions": []}', "holds no points"),
        (b'{"version": 1, "points": [{"name": "a"}], "directions": []}', "no point"),
        (b'{"version": 9, "points": [], "directions": []}', "version"),
    ],
)
def test_a_bad_file_is_refused_in_a_line(
    content: bytes, reason: str, sessions: Sessions, now: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match=reason):
        from_file(sessions, content, now, 0)


def test_there_is_room_for_a_thousand(sessions: Sessions, now: dict[str, Any]) -> None:
    written = as_file(saved(sessions, now, 1, 2))
    assert len(from_file(sessions, written, now, 998)) == 2
    with pytest.raises(InputError, match="holds 2 points and there is room for 1;"):
        from_file(sessions, written, now, 999)


def test_nonsense_is_answered_with_a_line(app_url: str) -> None:
    point = {"token": "x", "model": NAME, "seed": 1, "label": 1}
    for function, told in (
        ("save", {}),
        ("save", {"now": point, "name": ""}),
        ("save", {"now": point, "name": "x" * 101}),
        ("save", {"now": point, "name": 7}),
        ("draw", {"token": "x", "points": [{}] * 51}),
        ("draw", {"token": "x", "points": 7}),
        ("calculate", {"now": point, "chosen": {"a": [{}], "b": [], "c": []}}),
        ("calculate", {"now": point, "chosen": None}),
    ):
        assert ask_widget(app_url, "arithmetic", function, told)["error"], (function, told)
    told = ask_widget(
        app_url,
        "arithmetic",
        "draw",
        {"token": "x", "points": [{"z": 1}, {**point, "z": [0.0] * 64}]},
    )
    assert [bool(one["src"]) for one in told["pictures"]] == [False, True]
    client = Client(app_url, verbose=False)
    for value in (
        None,
        {},
        {"points": 7},
        {"points": [7]},
        {"points": [{"name": "a", "model": "b", "z": ["x"], "label": None}]},
    ):
        with pytest.raises(AppError, match=r"can't be read|finite numbers"):
            client.predict(value, api_name="/save_points")
    client.close()
