"""The training images near what a model draws, for models whose data is here."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demo.neighbours import COUNT, neighbours
from demo.point import read_point
from demo.session import Session
from demo.sessions import Sessions
from gan_core.data import load
from gan_core.errors import InputError
from tests.demo.test_app import ask_widget

SHIPPED = {"model": "mnist-conditional", "seed": 1, "label": 3}


def test_the_nearest_of_a_run_on_digits_are_the_nearest_of_all(sessions: Sessions) -> None:
    token = sessions.open()
    session = sessions.get(token)
    run = session.start("simple", "digits", 1, 0)
    assert run.wait(60)
    point = read_point(sessions, {"token": token, "model": run.name, "seed": 1})
    found = neighbours(session, run.name, point)
    every = load("digits", 28, 1).images.permute(0, 2, 3, 1).numpy() / 255
    distances = np.sqrt(((every - point.draw() / 255) ** 2).mean(axis=(1, 2, 3)))
    np.testing.assert_allclose([one.distance for one in found], np.sort(distances)[:COUNT])
    nearest = found[0].image / 255
    np.testing.assert_array_equal(nearest, every[distances.argmin()])
    assert found[0].label in tuple("0123456789")
    past = session.explore(1, 28)  # a round of it
    assert neighbours(session, past, point)[0].distance == found[0].distance


def test_those_of_a_visitor_s_own_images_are_theirs(sessions: Sessions, tmp_path: Path) -> None:
    noise = np.random.default_rng(0)
    for number in range(20):
        Image.fromarray(noise.integers(0, 255, (28, 28), np.uint8)).save(tmp_path / f"{number}.png")
    token = sessions.open()
    session = sessions.get(token)
    session.take_images(sorted(tmp_path.iterdir()))
    run = session.start("simple", "folder", 1, 0, ["batch_size=10"])
    assert run.wait(60) and run.phase == "finished", run.message
    point = read_point(sessions, {"token": token, "model": run.name, "seed": 1})
    found = neighbours(session, run.name, point)
    own = [np.asarray(Image.open(file))[..., None] for file in tmp_path.iterdir()]
    assert all(any(np.array_equal(one.image, image) for image in own) for one in found)
    assert {one.label for one in found} == {""}


def test_what_is_not_here_is_said_and_not_downloaded(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(*_: object) -> None:
        raise AssertionError("downloaded")

    monkeypatch.setattr("gan_core.data._download", download)
    monkeypatch.setattr("demo.neighbours.search_path", lambda path: [])
    token = sessions.open()
    point = read_point(sessions, {**SHIPPED, "token": token})
    with pytest.raises(InputError, match="mnist, are not on this machine"):
        neighbours(sessions.get(token), "mnist-conditional", point)
    face = read_point(sessions, {"token": token, "model": "faces-modern", "seed": 1})
    with pytest.raises(InputError, match="CelebA, aligned, 64x64, are not on this machine"):
        neighbours(sessions.get(token), "faces-modern", face)


def test_mnist_is_looked_through_where_it_is(data_dir: Path) -> None:
    sessions = Sessions(data_dir=data_dir)
    token = sessions.open()
    point = read_point(sessions, {**SHIPPED, "token": token})
    found = neighbours(sessions.get(token), "mnist-conditional", point)
    assert [one.label for one in found].count("3") > COUNT / 2


def test_feature_maps_come_in_order_and_end_with_the_image(app_url: str, visitor: Session) -> None:
    told = ask_widget(app_url, "inside", "maps", {**SHIPPED, "token": "x"})
    assert [layer["shape"] for layer in told["layers"]][-2:] == ["32 x 28 x 28", "1 x 28 x 28"]
    assert all(layer["src"].startswith("data:image/png") for layer in told["layers"])
    moved = ask_widget(app_url, "inside", "maps", {**SHIPPED, "token": "x", "seed": 2})
    assert moved["layers"][0]["src"] != told["layers"][0]["src"]


def test_nonsense_is_answered_with_a_line(app_url: str) -> None:
    for function in ("maps", "resembled"):
        for told in ({}, {"token": "x", "model": "none"}, {**SHIPPED, "token": "x", "z": [1]}):
            assert "error" in ask_widget(app_url, "inside", function, told)
    assert "error" in ask_widget(app_url, "inside", "resembled", {**SHIPPED, "token": "x"})
