"""Data sets made for visitors: what they hold, how they end, and what is refused."""

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from torchvision.datasets import MNIST, ImageFolder

from demo.making import BrokenOff, Making, Makings, pack
from demo.session import Session
from demo.sessions import Sessions
from demo.slots import Slots
from demo.tabs.making import read_plan
from gan_core.errors import InputError
from gan_core.made_data import MadeData, make_data
from gan_core.model import Model
from gan_core.pretrained import open_model
from tests.demo.test_app import ask_widget
from tests.demo.visits import until

NAME = "mnist-conditional"
ENDLESS = MadeData(1_000_000)


@pytest.fixture(scope="module")
def model() -> Model:
    return open_model(NAME)


@pytest.fixture
def makings() -> Iterator[Makings]:
    made = Makings()
    yield made
    made.close()


def made(model: Model, plan: MadeData) -> Making:
    making = Making(model, plan, Slots(1), lambda: True)
    until(lambda: making.ended)
    assert making.phase == "made", making.message
    return making


def folder_of(making: Making) -> Path:
    return Path(making._folder.name)


def test_the_file_is_what_the_engine_writes(model: Model, tmp_path: Path) -> None:
    plan = MadeData(120, seed=4, truncation=0.7, labels=(("3", 20), ("7", 100)))
    making = made(model, plan)
    assert making.path and making.path.name == "ganscope-mnist-conditional-120.npz"
    assert making.path.read_bytes() == make_data(model, plan, tmp_path / "x.npz").read_bytes()
    told = making.facts()
    assert (told["done"], told["total"], told["bytes"]) == (120, 120, making.path.stat().st_size)


def test_idx_comes_as_one_zip_and_nothing_else_stays(model: Model, tmp_path: Path) -> None:
    making = made(model, MadeData(70, format="idx"))
    assert making.path and [*folder_of(making).iterdir()] == [making.path]
    with ZipFile(making.path) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    assert len(MNIST(tmp_path, train=True)) == 60
    assert json.loads((tmp_path / "card.json").read_text())["model"] == NAME


def test_folders_hold_an_image_of_each(model: Model, tmp_path: Path) -> None:
    making = made(model, MadeData(12, labels=(("0", 5), ("9", 7)), format="folder"))
    assert making.path
    with ZipFile(making.path) as archive:
        archive.extractall(tmp_path)
    assert sorted(ImageFolder(str(tmp_path)).targets) == [0] * 5 + [1] * 7


def test_a_set_that_is_stopped_leaves_nothing(model: Model) -> None:
    making = Making(model, ENDLESS, Slots(1), lambda: True)
    until(lambda: making.done > 0)
    assert [*folder_of(making).iterdir()]
    making.stop()
    assert making.phase == "stopped" and making.path is None
    assert not folder_of(making).exists()


def test_packing_can_be_broken_off(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "x").write_bytes(b"x" * 10)

    def stop() -> None:
        raise BrokenOff

    with pytest.raises(BrokenOff):
        pack(tmp_path / "set", stop)
    assert pack(tmp_path / "set", lambda: None).name == "set.zip"


def test_a_second_visitor_waits_for_the_first(
    model: Model, sessions: Sessions, makings: Makings
) -> None:
    first, second = (sessions.get(sessions.open()) for _ in range(2))
    slow = makings.start(first, model, ENDLESS, lambda: True)
    until(lambda: slow.done > 0)
    quick = makings.start(second, model, MadeData(10), lambda: True)
    until(lambda: quick.phase == "waiting")
    with pytest.raises(InputError, match="stop it before you make another"):
        makings.start(first, model, MadeData(10), lambda: True)
    slow.stop()
    until(lambda: quick.phase == "made")


def test_who_waits_can_stop(model: Model, visitor: Session, makings: Makings) -> None:
    busy = Slots(1)
    with busy.hold("another", lambda: True):
        waiting = Making(model, MadeData(10), busy, lambda: True)
        waiting.stop()
        assert waiting.phase == "stopped" and not folder_of(waiting).exists()


def test_a_set_ends_with_its_session(model: Model, sessions: Sessions, makings: Makings) -> None:
    token = sessions.open()
    session = sessions.get(token)
    making = makings.start(session, model, ENDLESS, lambda: sessions.find(token) is not None)
    until(lambda: making.done > 0)
    sessions._sessions.pop(token)
    until(lambda: making.phase == "stopped")


def test_the_file_goes_with_its_session(model: Model, sessions: Sessions, makings: Makings) -> None:
    token = sessions.open()
    folder = folder_of(makings.start(sessions.get(token), model, MadeData(10), lambda: True))
    until(lambda: getattr(makings.of(sessions.get(token)), "phase", None) == "made")
    assert folder.exists()
    sessions._sessions.pop(token)
    gc.collect()
    assert not folder.exists()


def test_what_cannot_be_written_is_told_in_a_line_without_the_server_s_folders(
    model: Model,
) -> None:
    making = Making(model, MadeData(1, format="idx"), Slots(1), lambda: True)
    until(lambda: making.ended)
    assert making.phase == "failed" and making.message.startswith("idx holds a training and a test")
    assert "/" not in making.message and not folder_of(making).exists()


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"count": 0}, "1 to 1,000,000, not 0"),
        ({"count": 1_000_001}, "1 to 1,000,000"),
        ({"count": None}, "1 to 1,000,000"),
        ({"count": 1.5}, "whole number"),
        ({"count": float("nan")}, "whole number"),
        ({"labels": "0=5"}, "'even' or such as"),
        ({"labels": "0:5"}, "add up to 5"),
        ({"labels": 7}, "'even' or such as"),
        ({"labels": "0:1," * 1000}, "'even' or such as"),
        ({"psi": 0}, "above 0 and 1 at most"),
        ({"psi": float("nan")}, "above 0 and 1 at most"),
        ({"psi": "much"}, "truncation must be a number"),
        ({"seed": -1}, "seed must be"),
        ({"form": "exe"}, "choose one of: npz, idx, folder"),
    ],
)
def test_nonsense_is_refused_in_a_line(told: dict[str, Any], reason: str) -> None:
    asked = {"count": 10, "labels": "even", "psi": 1, "seed": 0, "form": "npz"}
    with pytest.raises(InputError, match=reason):
        read_plan(**(asked | told))


def test_spaces_around_labels_do_no_harm() -> None:
    assert read_plan(10, " 0:4, 1:6 ", 1, 0, "npz").labels == (("0", 4), ("1", 6))
    assert read_plan(10, "", 1, 0, "npz").labels == ()


def test_the_page_s_requests_are_checked(app_url: str) -> None:
    client = Client(app_url, verbose=False)
    for point, reason in ((None, "a point needs token"), ({"token": 1, "model": "x"}, "model")):
        with pytest.raises(AppError, match=reason):
            client.predict(point, 10, "even", 1, 0, "npz", api_name="/make_data")
    client.close()
    for function in ("poll", "stop"):
        for told in ({"token": "nobody"}, {}, {"token": None}):
            assert "error" in ask_widget(app_url, "making", function, told)
