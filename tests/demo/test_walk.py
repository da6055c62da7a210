"""Walks, planes and rounds as a page asks for them."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from demo.point import read_point
from demo.session import Session
from demo.sessions import Sessions
from demo.text.walk import NO_ROUNDS
from demo.walk import MAX_IMAGES, MAX_KEYFRAMES, Walk
from demo.walk_files import write
from demo.walk_rounds import draw_rounds
from gan_core.errors import InputError
from gan_core.images import GAP
from tests.demo.test_app import ask_widget
from tests.demo.visits import until

POINT = {"token": "", "model": "mnist-conditional", "label": 7, "z": None}
THREE = [{**POINT, "seed": seed} for seed in (1, 2, 3)]
WISH: dict[str, Any] = {
    "keyframes": THREE, "methods": ["slerp"], "easing": "linear", "steps": 5, "closed": False,
    "kind": "gif", "speed": 10, "to_and_fro": False, "scale": 2,
}  # fmt: skip
PLANE = {"keyframes": THREE, "now": {**POINT, "seed": 0}, "places": [[0, 0], [2.5, -1]]}


def read(sessions: Sessions, **changes: object) -> Walk:
    return Walk.read(sessions, {**WISH, **changes})


def test_a_leg_begins_and_ends_at_its_keyframes(sessions: Sessions) -> None:
    (strip,) = read(sessions).strips()
    assert strip.shape == (10, 28, 28, 1)
    for place, seed in ((0, 0), (4, 1), (5, 1), (9, 2)):
        np.testing.assert_array_equal(strip[place], read_point(sessions, THREE[seed]).draw())


def test_a_closed_walk_ends_where_it_began(sessions: Sessions) -> None:
    (strip,) = read(sessions, closed=True).strips()
    assert len(strip) == 15
    np.testing.assert_array_equal(strip[-1], strip[0])


def test_the_paths_part_between_keyframes_alone(sessions: Sessions) -> None:
    arc, line = read(sessions, methods=["slerp", "lerp"]).strips()
    same = (arc == line).all(axis=(1, 2, 3))
    assert same.tolist() == [True, False, False, False, True] * 2


def test_an_easing_changes_the_pace(sessions: Sessions) -> None:
    even, eased = (read(sessions, easing=easing).strips()[0] for easing in ("linear", "cubic"))
    differ = np.abs(even.astype(int) - eased).sum(axis=(1, 2, 3)) > 100
    assert differ.tolist() == [False, True, False, True, False] * 2


def test_labels_are_mixed_between_keyframes_of_different_ones(sessions: Sessions) -> None:
    seven, three = THREE[0], {**THREE[0], "label": 3}
    (strip,) = read(sessions, keyframes=[seven, three], steps=3).strips()
    half = read_point(sessions, {**seven, "other": 3, "share": 0.5}).draw()
    np.testing.assert_array_equal(strip[0], read_point(sessions, seven).draw())
    np.testing.assert_array_equal(strip[1], half)
    np.testing.assert_array_equal(strip[2], read_point(sessions, three).draw())
    assert (strip[0] != half).any() and (strip[2] != half).any()


def test_a_walk_is_truncated_as_its_keyframes_are(sessions: Sessions) -> None:
    half = [{**point, "psi": 0.5} for point in THREE]
    (strip,) = read(sessions, keyframes=half).strips()
    np.testing.assert_array_equal(strip[-1], read_point(sessions, half[-1]).draw())
    assert (strip[-1] != read_point(sessions, THREE[-1]).draw()).any()


def test_a_film_shows_the_end_of_a_leg_once_and_the_paths_beside(sessions: Sessions) -> None:
    walk = read(sessions, methods=["slerp", "lerp"])
    frames, (arc, line) = walk.frames(), walk.strips()
    assert frames.shape == (9, 28, 2 * 28 + GAP, 1)
    np.testing.assert_array_equal(frames[5, :, :28], arc[6])
    np.testing.assert_array_equal(frames[5, :, -28:], line[6])


def test_a_sheet_has_the_paths_of_a_leg_below_each_other(sessions: Sessions) -> None:
    walk = read(sessions, methods=["slerp", "lerp"])
    sheet, (_, line) = walk.sheet(), walk.strips()
    assert sheet.shape == (4 * 30 - GAP, 5 * 30 - GAP, 1)
    np.testing.assert_array_equal(sheet[30:58, :28], line[0])
    np.testing.assert_array_equal(sheet[90:118, :28], line[5])


def test_every_kind_of_file_is_what_it_says(sessions: Sessions) -> None:
    walk = read(sessions)
    with Image.open(BytesIO(write(walk, WISH))) as film:
        assert (film.format, film.size) == ("GIF", (700, 700))
    assert write(walk, {**WISH, "kind": "mp4"})[4:8] == b"ftyp"
    with Image.open(BytesIO(write(walk, {**WISH, "kind": "png", "scale": 3}))) as strip:
        height, width = walk.sheet().shape[:2]
        assert (strip.format, strip.size) == ("PNG", (3 * width, 3 * height))


def test_to_and_fro_is_a_longer_film(sessions: Sessions) -> None:
    walk = read(sessions)
    there, back = (write(walk, {**WISH, "to_and_fro": fro}) for fro in (False, True))
    with Image.open(BytesIO(there)) as once, Image.open(BytesIO(back)) as twice:
        assert twice.n_frames - once.n_frames == 7  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"keyframes": THREE[:1]}, "two keyframes"),
        ({"methods": []}, "two keyframes"),
        ({"methods": ["cubic"]}, "slerp, lerp"),
        ({"easing": "abrupt"}, "linear, smooth, cubic"),
        ({"steps": 1}, "whole number from 2"),
        ({"steps": 2.5}, "whole number from 2"),
        ({"keyframes": THREE * 10, "steps": 64}, str(MAX_IMAGES)),
        ({"keyframes": THREE * 11}, f"{MAX_KEYFRAMES} keyframes"),
        ({"keyframes": [*THREE, {**POINT, "model": "/etc/passwd"}]}, "mnist-conditional"),
        ({"keyframes": [*THREE, {**POINT, "z": [0.0] * 3}]}, "64 numbers"),
        ({"kind": "exe"}, "gif, mp4, png"),
        ({"speed": 0}, "images a second"),
        ({"speed": 51}, "images a second"),
        ({"kind": "png", "scale": 17}, "scale must be"),
        ({"kind": "png", "scale": 16, "keyframes": THREE * 7, "steps": 24}, "smaller scale"),
    ],
)
def test_what_is_no_walk_is_told(change: dict, hint: str, sessions: Sessions) -> None:
    wish = {**WISH, **change}
    with pytest.raises(InputError, match=hint):
        write(Walk.read(sessions, wish), wish)


def test_the_walk_widget_draws_what_there_is(app_url: str) -> None:
    told = ask_widget(app_url, "walk", "draw", WISH)
    assert (told["legs"], told["labels"], len(told["strips"])) == (2, ["7"] * 3, 1)
    alone = ask_widget(app_url, "walk", "draw", {**WISH, "keyframes": THREE[:1]})
    assert (alone["labels"], alone["strips"]) == (["7"], [])
    assert ask_widget(app_url, "walk", "draw", {**WISH, "keyframes": []})["labels"] == []


def test_the_plane_is_asked_for_tiles_and_tells_the_z_of_one(app_url: str) -> None:
    told = ask_widget(app_url, "plane", "tiles", PLANE)
    assert told["corners"][0] == [0, 0] and told["corners"][1][1] == 0
    assert (told["width"], told["height"]) == (28, 28)
    again = ask_widget(app_url, "plane", "tiles", {**PLANE, "places": [told["corners"][2]]})
    third = ask_widget(app_url, "walk", "draw", {**WISH, "keyframes": THREE[2:]})
    assert again["sheet"] == third["keyframes"]

    chosen = ask_widget(app_url, "plane", "choose", {**PLANE, "place": told["corners"][2]})
    third = ask_widget(app_url, "latent", "generate", THREE[2])
    np.testing.assert_allclose(chosen["z"], third["z"], atol=1e-3)


def test_a_chosen_point_is_told_before_its_truncation(app_url: str) -> None:
    half = {
        "keyframes": [{**point, "psi": 0.5} for point in THREE],
        "now": {**PLANE["now"], "psi": 0.5},
    }
    chosen = ask_widget(app_url, "plane", "choose", {**half, "place": [0, 0]})
    first = ask_widget(app_url, "latent", "generate", THREE[0])
    np.testing.assert_allclose(chosen["z"], first["z"], atol=1e-3)


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"places": [[0, 0]] * 65}, "at most 64"),
        ({"places": [[1e9, 0]]}, "must lie within"),
        ({"places": [[float("nan"), 0]]}, "must lie within"),
        ({"places": [["x", 0]]}, "not asked as it should be"),
        ({"places": [[0, 0, 0]]}, "a place is two numbers"),
        ({"places": [[0] * 200]}, "a place is two numbers"),
        ({"places": [[10**400, 0]]}, "not asked as it should be"),
        ({"keyframes": THREE[:2]}, "3 keyframes"),
        ({"keyframes": [THREE[0]] * 3}, "one line"),
        ({"now": {**POINT, "seed": 0, "label": 11}}, "label must be"),
    ],
)
def test_what_is_no_part_of_a_plane_is_told(change: dict, hint: str, app_url: str) -> None:
    assert hint in ask_widget(app_url, "plane", "tiles", {**PLANE, **change})["error"]


@pytest.mark.parametrize(
    ("widget", "function"),
    [("walk", "draw"), ("plane", "tiles"), ("plane", "choose"), ("rounds", "rounds")],
)
def test_nonsense_is_an_error_and_no_crash(widget: str, function: str, app_url: str) -> None:
    for wish in ({}, [], "text", None, {"keyframes": 3}, {"keyframes": ["x"] * 3, "now": 1}):
        assert ask_widget(app_url, widget, function, wish)["error"]


def test_the_rounds_of_a_run_are_taken_evenly(
    visitor: Session, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.walk_rounds.MAX_ROUNDS", 3)
    player = visitor.start("simple", "digits", 4, 0)
    until(lambda: player.ended)
    (token,) = sessions._sessions
    points = [{"token": token, "model": player.name, "seed": seed} for seed in (1, 2)]
    drawn = draw_rounds(sessions, points)
    kept = player.rounds_kept
    assert [one.step for one in drawn] == [kept[0], kept[round((len(kept) - 1) / 2)], kept[-1]]
    assert drawn[0].picture.shape == (28, 2 * 28 + GAP, 1)
    assert (drawn[0].picture != drawn[-1].picture).any()
    now = np.concatenate([read_point(sessions, point).draw() for point in points], axis=1)
    np.testing.assert_array_equal(np.delete(drawn[-1].picture, [28, 29], axis=1), now)


def test_no_history_is_told_of_a_shipped_model(sessions: Sessions) -> None:
    with pytest.raises(InputError, match=NO_ROUNDS[:40]):
        draw_rounds(sessions, THREE)
    with pytest.raises(InputError, match="1 to 8 points"):
        draw_rounds(sessions, THREE * 3)
