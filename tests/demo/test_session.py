"""Visitors and their trainings, without a page."""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Event, Thread

import numpy as np
import pytest
import torchvision
from PIL import Image

import demo.session
import demo.sessions
import demo.states
import demo.trainers
import gan_core.image_cache
from demo.charts import NOTHING
from demo.choices import make_config
from demo.models import find_model, model_names
from demo.moves import Move
from demo.session import Session
from demo.sessions import Sessions
from gan_core.errors import InputError
from gan_core.image_files import ImageFiles
from gan_core.pretrained import image_models
from tests.demo.visits import report, until


def test_a_training_plays_pauses_resumes_and_stops(visitor: Session) -> None:
    assert report(visitor)["phase"] == "idle"
    player = visitor.start("simple", "digits", 1000, 0)
    until(lambda: report(visitor)["step"] > 5)
    player.pause()
    until(lambda: player.phase == "paused")
    step = report(visitor)["step"]
    time.sleep(0.3)
    assert report(visitor)["step"] == step
    player.resume()
    until(lambda: report(visitor)["step"] > step)
    player.stop()
    assert player.wait(20) and player.phase == "stopped"


def test_pausing_changes_nothing_of_what_is_learned(sessions: Sessions) -> None:
    rows = []
    for pause in (False, True):
        visitor = sessions.get(sessions.open())
        player = visitor.start("vanilla", "digits", 2, 3)
        if pause:
            until(lambda visitor=visitor: report(visitor)["step"] >= 10)
            player.pause()
            until(lambda player=player: player.phase == "paused")
            player.resume()
        assert player.wait(60) and player.phase == "finished"
        rows.append(report(visitor))
    assert rows[0]["curves"] == rows[1]["curves"]
    plain, paused = (
        {shown["step"]: shown["src"] for shown in told["snapshots"]["rows"]} for told in rows
    )
    assert [*plain] == [0, 28, 56]
    (looked_at,) = paused.keys() - plain.keys()  # where it paused
    assert 10 <= looked_at < 56 and paused.pop(looked_at) not in plain.values()
    assert paused == plain


def test_moves_by_hand_add_up_to_the_run_itself(sessions: Sessions) -> None:
    by_hand, at_once = (sessions.get(sessions.open()) for _ in range(2))
    player = by_hand.start("simple", "digits", 2, 0, first_move="round")
    until(lambda: player.phase == "paused")
    assert report(by_hand)["step"] == 1
    player.move("round")
    player.move("round")
    until(lambda: report(by_hand)["step"] == 3 and player.phase == "paused")
    player.move("epoch")
    until(lambda: report(by_hand)["step"] == 28 and player.phase == "paused")
    assert report(by_hand)["snapshots"]["rows"][-1]["epoch"] == 1
    player.resume()
    assert player.wait(60) and player.phase == "finished"
    assert at_once.start("simple", "digits", 2, 0).wait(60)
    assert report(by_hand)["curves"] == report(at_once)["curves"]


@pytest.mark.parametrize(("move", "learns", "still"), [("D", "d", "g"), ("G", "g", "d")])
def test_one_network_moves_alone(move: Move, learns: str, still: str, visitor: Session) -> None:
    player = visitor.start("simple", "digits", 2, 0, first_move=move)
    until(lambda: player.phase == "paused")
    last = report(visitor)["last"]
    assert last[f"{still}_gradient"] == 0 < last[f"{learns}_gradient"]
    player.move("round")
    until(lambda: report(visitor)["step"] == 2)
    assert min(report(visitor)["last"][f"{side}_gradient"] for side in "dg") > 0


def test_pause_breaks_off_an_epoch_by_hand(visitor: Session) -> None:
    visitor.pace(0.05)
    player = visitor.start("simple", "digits", 1, 0, first_move="epoch")
    until(lambda: report(visitor)["step"] > 3)
    player.pause()
    until(lambda: player.phase == "paused")
    assert report(visitor)["step"] < report(visitor)["steps"]


def test_slow_motion_is_slow_and_ends_at_once(visitor: Session) -> None:
    visitor.pace(10)
    player = visitor.start("simple", "digits", 2, 0)
    until(lambda: report(visitor)["step"] == 1)
    time.sleep(0.2)
    assert report(visitor)["step"] == 1
    visitor.pace(0)
    assert player.wait(60) and player.phase == "finished"
    for bad in (-1, 11, float("nan"), "fast", None):
        with pytest.raises(InputError, match="from 0 to 10"):
            visitor.pace(bad)


def test_settings_change_at_the_next_round_and_the_curves_are_marked(visitor: Session) -> None:
    player = visitor.start("simple", "digits", 1000, 0, ["d_steps=2"], first_move="round")
    until(lambda: player.phase == "paused")
    player.change(["g_learning_rate=1e-3", "objective=hinge"])
    assert report(visitor)["marks"] == [
        {"step": 1, "text": "objective non-saturating → hinge, g_learning_rate 0.0002 → 0.001"}
    ]
    assert (player.config.d_steps, player.config.objective) == (2, "hinge")
    for refused, reason in (
        ("batch_size=8", "batch_size cannot change during a run"),
        ("objective=wasserstein", "needs a bound"),
        ("g_learning_rate=0", "must be positive"),
    ):
        with pytest.raises(InputError, match=reason):
            player.change([refused])
    assert len(report(visitor)["marks"]) == 1
    player.stop()
    assert player.wait(20)
    with pytest.raises(InputError, match="is over"):
        player.change(["d_steps=1"])


def test_a_branch_goes_on_from_a_kept_epoch_as_the_run_did(visitor: Session) -> None:
    first = visitor.start("simple", "digits", 3, 0)
    assert first.wait(60)
    whole = report(visitor)
    assert whole["kept"] == [0, 28, 56, 84]
    branch = visitor.fork(1, 28)
    until(lambda: branch.phase == "paused")
    told = report(visitor)
    assert (told["run"], told["step"], told["kept"]) == (2, 28, [0, 28])
    assert told["earlier"] == [{"run": 1, "name": first.name}]
    assert told["curves"]["rows"] == whole["curves"]["rows"][:28]
    assert [shown["epoch"] for shown in told["snapshots"]["rows"]] == [0, 1]
    branch.resume()
    assert branch.wait(60) and branch.phase == "finished"
    assert report(visitor)["curves"] == whole["curves"]
    assert report(visitor)["snapshots"] == whole["snapshots"]

    other = visitor.fork(2, 56)  # a branch of the branch
    until(lambda: other.phase == "paused")
    other.change(["g_learning_rate=1e-3"])
    other.resume()
    assert other.wait(60)
    rows = report(visitor)["curves"]["rows"]
    assert rows[:56] == whole["curves"]["rows"][:56] and rows[-1] != whole["curves"]["rows"][-1]
    assert visitor.run(1).increments(NOTHING, NOTHING, NOTHING)["curves"] == whole["curves"]


def test_a_branch_knows_the_looks_before_it(visitor: Session) -> None:
    run = visitor.start("simple", "digits", 3, 0, ["evaluate_every=20"])
    assert run.wait(60)
    assert report(visitor)["look"]["step"] == 80
    branch = visitor.fork(1, 28)
    until(lambda: branch.phase == "paused")
    assert [row[0] for row in report(visitor)["looks"]["rows"]] == [20]
    assert report(visitor)["look"]["step"] == 20


def test_a_fork_ends_the_run_it_leaves_and_refuses_what_is_not_kept(visitor: Session) -> None:
    player = visitor.start("simple", "digits", 1000, 0)
    until(lambda: report(visitor)["epoch"] > 1)
    for run, step, reason in ((7, 0, "run 7 is gone"), (1, 999_999, "round 999999 is not kept"),
                               (1, -1, "whole number"), (None, 0, "is gone")):  # fmt: skip
        with pytest.raises(InputError, match=reason):
            visitor.fork(run, step)
    assert not player.ended
    visitor.fork(1, 0)
    assert player.phase == "stopped"


def test_a_long_run_keeps_fewer_rounds_within_its_room(
    visitor: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo.states, "MOST", 3)
    assert visitor.start("simple", "digits", 9, 0).wait(120)
    assert report(visitor)["kept"] == [0, 4 * 28, 8 * 28, 9 * 28]  # and where it stands


def test_a_long_first_epoch_is_shown_at_steps_that_double(visitor: Session) -> None:
    player = visitor.start("modern", "digits", 2, 0)  # 56 rounds an epoch
    assert player.wait(120) and player.phase == "finished"
    shown = report(visitor)["snapshots"]["rows"]
    assert [(one["step"], one["epoch"]) for one in shown] == [(0, 0), (50, 1), (56, 1), (112, 2)]
    assert [one["number"] for one in shown] == [0, 1, 2, 3]


def test_a_page_that_has_everything_is_sent_nothing(visitor: Session) -> None:
    visitor.start("simple", "digits", 1, 0).wait(60)
    whole = report(visitor)
    stride = whole["curves"]["stride"]
    have = (stride, whole["step"])
    again = visitor.report(whole["run"], have, NOTHING, (stride, whole["epoch"]))
    assert again["curves"]["rows"] == [] and again["snapshots"]["rows"] == []
    assert (whole["step"], whole["steps"]) == (28, 28)


def test_a_second_visitor_waits_sees_the_place_and_gets_it(sessions: Sessions) -> None:
    first, second = (sessions.get(sessions.open()) for _ in range(2))
    one = first.start("simple", "digits", 1000, 0)
    until(lambda: one.phase == "training")
    two = second.start("simple", "digits", 1000, 0)
    until(lambda: report(second)["place"] == 1)
    assert two.phase == "waiting"
    one.pause()  # a paused training holds no place
    until(lambda: two.phase == "training")
    assert report(second)["place"] == 0
    two.stop()
    assert two.wait(20)


def test_a_training_nobody_watches_pauses_and_goes_on_when_they_return(
    visitor: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo.session, "WATCHED_SECONDS", 0.5)
    player = visitor.start("simple", "digits", 1000, 0)
    until(lambda: player.phase == "paused")
    monkeypatch.setattr(demo.session, "WATCHED_SECONDS", 60)
    visitor.touch()
    until(lambda: player.phase == "training")


def test_a_visitor_gone_too_long_is_let_go(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sessions.open()
    player = sessions.get(token).start("simple", "digits", 1000, 0)
    assert sessions.open(token) == token
    monkeypatch.setattr(demo.sessions, "LEASE_SECONDS", 0.0)
    time.sleep(0.01)
    assert sessions.open(token) != token
    assert player.wait(20)
    with pytest.raises(InputError, match="reload the page"):
        sessions.get(token)


def test_a_double_click_starts_one_training(visitor: Session) -> None:
    barrier, started = Barrier(8), []

    def click() -> None:
        barrier.wait()
        with suppress(InputError):
            started.append(visitor.start("simple", "digits", 1000, 0))

    clicks = [Thread(target=click) for _ in range(8)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert started == [visitor.player]


def test_a_page_never_sees_the_old_run_under_the_new_number(visitor: Session) -> None:
    for number in range(1, 6):
        player = visitor.start("simple", "digits", number, 0)
        told = report(visitor)
        assert (told["run"], told["epochs"]) == (number, number)
        player.stop()
        assert player.wait(30)


def test_what_an_ended_run_no_longer_needs_is_let_go(visitor: Session) -> None:
    player = visitor.start("simple", "digits", 1, 0)
    assert player.wait(60)
    assert player._trained is None
    assert report(visitor)["step"] == 28
    model = visitor.models.find(player.name)
    assert model is not None and model.card.step == 28
    assert not visitor.models.is_live(player.name)


def test_stop_is_obeyed_while_images_are_read(
    visitor: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Event()

    def slow(*_: object) -> None:
        read.wait(20)
        raise InputError("never mind")

    monkeypatch.setattr(demo.trainers, "_cached_load", slow)
    player = visitor.start("simple", "digits", 1, 0)
    until(lambda: player.phase == "reading")
    player.stop()
    assert player.ended
    read.set()
    assert player.wait(20)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of 20 images and no cache that knows it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "folder").mkdir()
    for number in range(20):
        Image.new("L", (28, 28), number).save(tmp_path / "folder" / f"{number:02}.png")
    return tmp_path / "folder"


def test_the_page_sees_how_far_a_folder_is_read_and_stop_breaks_it_off(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, go_on = gan_core.image_cache.read_image, Event()

    def slow(files: ImageFiles, name: str, size: int, channels: int) -> np.ndarray | None:
        if name > "08.png":
            go_on.wait(20)
        return read(files, name, size, channels)

    monkeypatch.setattr(gan_core.image_cache, "read_image", slow)
    sessions = Sessions(1, data_dir=folder)
    visitor = sessions.get(sessions.open())
    player = visitor.start("simple", "folder", 1, 0)
    until(lambda: report(visitor)["read"] == 8)
    assert (report(visitor)["phase"], report(visitor)["to_read"]) == ("reading", 20)
    player.stop()
    assert player.phase == "stopped"
    go_on.set()
    assert player.wait(20) and player.phase == "stopped"
    images = gan_core.image_cache.user_cache() / "images"
    assert not [*images.glob("*.part"), *images.glob("*.uint8")]
    assert report(visitor)["read"] == 8
    again = visitor.start("simple", "folder", 1, 0)
    assert again.wait(60) and again.phase == "finished"
    assert report(visitor)["message"] == ""


def test_images_that_could_not_be_read_are_told_of_and_a_zip_will_do(folder: Path) -> None:
    (folder / "below").mkdir()
    for name in ("x.png", "y.png", "z.png"):
        (folder / "below" / name).write_bytes(b"no image")
    packed = Path(shutil.make_archive(str(folder), "zip", folder))
    sessions = Sessions(1, data_dir=packed)
    visitor = sessions.get(sessions.open())
    assert visitor.start("simple", "folder", 1, 0).wait(60)
    told = report(visitor)
    assert told["phase"] == "finished"
    assert told["message"] == (
        "3 of 23 images could not be read and were left out; the first is below/x.png"
    )
    assert visitor.start("simple", "digits", 1, 0).wait(60)  # which needs no folder
    assert report(visitor)["phase"] == "finished"


def test_there_is_a_limit_to_visitors(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo.sessions, "MAX_SESSIONS", 2)
    token = sessions.open()
    sessions.open()
    with pytest.raises(InputError, match="too many visitors"):
        sessions.open()
    assert sessions.open(token) == token


def test_two_train_at_once_unless_told_otherwise() -> None:
    sessions = Sessions()
    visitors = [sessions.get(sessions.open()) for _ in range(3)]
    players = [visitor.start("simple", "digits", 1000, 0) for visitor in visitors]
    until(lambda: [player.phase for player in players].count("training") == 2)
    until(lambda: [player.phase for player in players].count("waiting") == 1)
    sessions.close()


def test_a_stranger_cannot_guess_a_session(sessions: Sessions) -> None:
    assert sessions.open() != sessions.open()
    assert sessions.open("made up") != "made up"


def test_the_live_generator_can_be_explored_and_stays_after_the_next_start(
    sessions: Sessions,
) -> None:
    token = sessions.open()
    visitor = sessions.get(token)
    player = visitor.start("simple", "digits", 1000, 0)
    until(lambda: report(visitor)["step"] > 2)
    live = "run 1: simple on digits"
    assert model_names(sessions, token)[-1] == live
    early = find_model(sessions, token, live)
    image = early.generate(early.noise(1))
    until(lambda: report(visitor)["step"] > early.card.step + 20)
    assert not np.array_equal(find_model(sessions, token, live).generate(early.noise(1)), image)
    assert np.array_equal(early.generate(early.noise(1)), image)  # a copy: it stands still
    with pytest.raises(InputError, match="stop it before"):
        visitor.start("vanilla", "digits", 1, 0)
    player.stop()
    assert player.wait(20)
    visitor.start("vanilla", "digits", 1, 0)
    assert model_names(sessions, token)[-2:] == ["run 2: vanilla on digits", live]
    assert find_model(sessions, token, live).card.config.preset == "simple"
    with pytest.raises(InputError, match=f"choose one of: {', '.join(image_models())}, run 2"):
        find_model(sessions, token, "run 9: nothing")


def test_offline_it_says_so_in_a_line_and_trains_on_digits(
    visitor: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("GAN_DATA_DIR", raising=False)
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"])
    player = visitor.start("simple", "mnist", 1, 0)
    assert player.wait(60) and player.phase == "finished"
    told = report(visitor)
    assert told["message"].startswith("Training on digits instead: MNIST is not on this machine")
    assert "\n" not in told["message"]
    assert (told["dataset"], told["steps"]) == ("digits", 28)
    model = visitor.models.find(visitor.models.names()[0])
    assert model is not None and model.card.config.dataset == "digits"


def test_a_folder_without_images_fails_with_its_reason_and_the_next_start_works(
    tmp_path: Path,
) -> None:
    sessions = Sessions(1, data_dir=tmp_path)
    visitor = sessions.get(sessions.open())
    player = visitor.start("simple", "folder", 1, 0)
    assert player.wait(20) and player.phase == "failed"
    assert "no images" in report(visitor)["message"]
    assert visitor.start("simple", "digits", 1, 0).wait(60)
    assert report(visitor)["phase"] == "finished"


@pytest.mark.parametrize(
    ("choice", "hint"),
    [
        (("nope", "digits", 1, 0), "choose one of: modern, vanilla"),
        (("simple", "digits", 0, 0), "epochs must be a whole number from 1"),
        (("simple", "digits", 1.5, 0), "epochs must be a whole number"),
        (("simple", "digits", float("nan"), 0), "epochs must be a whole number"),
        (("simple", "digits", None, 0), "epochs must be a whole number"),
        (("simple", "digits", 10**400, 0), "from 1 to 10,000"),
        (("simple", "digits", 1, -1), "seed must be a whole number from 0"),
        (("simple", "digits", 1, float("inf")), "seed must be a whole number"),
    ],
)
def test_bad_choices_are_refused_with_the_reason(choice: tuple, hint: str) -> None:
    with pytest.raises(InputError, match=hint):
        make_config(*choice)


def test_a_size_that_would_fill_the_memory_is_refused_before_images_are_read(
    visitor: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("images were read")

    monkeypatch.setattr(demo.trainers, "_cached_load", never)
    player = visitor.start("modern", "digits", 1, 0, ["image_size=100000"])
    assert player.wait(20) and player.phase == "failed"
    assert "has no image_size 100000; choose one of: 28, 32, 64" in player.message
