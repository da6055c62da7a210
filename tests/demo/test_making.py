"""Data sets made for visitors: what they hold, how they end, and what is refused."""

import json
import shutil
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from torchvision.datasets import MNIST, ImageFolder

from demo.disk import LEAST_FREE
from demo.making import SLOTS, BrokenOff, Making, most_bytes, pack
from demo.session import Session
from demo.sessions import Sessions
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


def leave_free(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """From now on the disk has so many bytes free."""
    usage = type(shutil.disk_usage("/"))(10**12, 10**12 - size, size)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)


def made(model: Model, plan: MadeData) -> Making:
    making = Making(model, plan)
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
    making = Making(model, ENDLESS)
    until(lambda: making.done > 0)
    assert [*folder_of(making).iterdir()]
    making.stop()
    assert making.wait(20) and making.phase == "stopped" and making.path is None
    assert not folder_of(making).exists()


def test_packing_can_be_broken_off(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "x").write_bytes(b"x" * 10)

    def stop() -> None:
        raise BrokenOff

    with pytest.raises(BrokenOff):
        pack(tmp_path / "set", stop)
    assert pack(tmp_path / "set", lambda: None).name == "set.zip"


def test_a_second_visitor_waits_for_the_first(model: Model, sessions: Sessions) -> None:
    first, second = (sessions.get(sessions.open()) for _ in range(2))
    slow = first.make(model, ENDLESS)
    until(lambda: slow.done > 0)
    quick = second.make(model, MadeData(10))
    until(lambda: quick.phase == "waiting")
    with pytest.raises(InputError, match="stop it before you make another"):
        first.make(model, MadeData(10))
    slow.stop()
    until(lambda: quick.phase == "made")


def test_who_waits_can_stop(model: Model) -> None:
    with SLOTS.hold("another", lambda: True):
        waiting = Making(model, MadeData(10))
        waiting.stop()
        assert waiting.wait(20)
        assert waiting.phase == "stopped" and not folder_of(waiting).exists()


def test_a_set_goes_when_another_is_made(model: Model, visitor: Session) -> None:
    folder = folder_of(visitor.make(model, MadeData(10)))
    until(lambda: visitor.making is not None and visitor.making.ended)
    assert folder.exists()
    visitor.make(model, MadeData(10))
    assert not folder.exists()


def test_a_set_under_way_ends_with_its_session(
    model: Model, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    making = sessions.get(sessions.open()).make(model, ENDLESS)
    until(lambda: making.done > 0)
    monkeypatch.setattr("demo.sessions.LEASE_SECONDS", 0)
    sessions.touch("nobody")
    until(lambda: making.phase == "stopped")
    assert not folder_of(making).exists()


def test_the_file_goes_with_its_session_whoever_holds_on_to_that(
    model: Model, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = sessions.get(sessions.open())  # as a training does that takes its time to end
    folder = folder_of(session.make(model, MadeData(10)))
    until(lambda: session.making is not None and session.making.ended)
    assert folder.exists()
    monkeypatch.setattr("demo.sessions.LEASE_SECONDS", 0)
    sessions.touch("nobody")
    assert not folder.exists()


@pytest.mark.parametrize("form", ["npz", "idx", "folder"])
def test_a_set_that_the_disk_has_no_room_for_is_refused_before_anything_is_written(
    model: Model, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = MadeData(1000, format=form)
    needed = LEAST_FREE + most_bytes(model, plan)
    leave_free(monkeypatch, needed - 1)
    monkeypatch.setattr("gan_core.made_data.make_data", lambda *_: pytest.fail("it was begun"))
    making = Making(model, plan)
    until(lambda: making.ended)
    assert making.phase == "failed" and not folder_of(making).exists()
    assert making.message.startswith("the disk here has room for 0.00 GB, which is too little; ")
    monkeypatch.undo()
    leave_free(monkeypatch, needed)
    assert made(model, plan).path


@pytest.mark.parametrize("form", ["npz", "idx", "folder"])
def test_no_set_takes_more_of_the_disk_than_was_reckoned(
    model: Model, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (50, 28, 28, 1), np.uint8)
    monkeypatch.setattr(Model, "generate", lambda self, z, labels: noise[: len(z)])
    plan = MadeData(300, format=form)
    most = 0

    def weigh(folder: Path, size: int, instead: str) -> None:
        nonlocal most
        most = max(most, sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()))

    monkeypatch.setattr("demo.making.check_room", weigh)
    making = made(model, plan)
    assert making.path
    most = max(most, making.path.stat().st_size)
    assert most_bytes(model, plan) / 3 < most < most_bytes(model, plan)


def test_a_set_is_broken_off_where_others_fill_the_disk(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    making = Making(model, ENDLESS)
    until(lambda: making.done > 0)
    leave_free(monkeypatch, LEAST_FREE - 1)
    until(lambda: making.ended)
    assert making.phase == "failed" and "too little" in making.message
    assert not folder_of(making).exists()


def test_a_set_is_not_copied_to_be_downloaded_where_the_disk_has_no_room(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    making = made(model, MadeData(10))
    assert making.take() == making.path
    leave_free(monkeypatch, LEAST_FREE + 1000)
    with pytest.raises(InputError, match="download it later"):
        making.take()


def test_what_cannot_be_written_is_told_in_a_line_without_the_server_s_folders(
    model: Model,
) -> None:
    making = Making(model, MadeData(1, format="idx"))
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
