"""What a visitor takes away, loads back, drops here, and looks into again."""

import json
import shutil
import sys
from pathlib import Path
from subprocess import run
from xml.etree import ElementTree
from zipfile import ZipFile

import av
import numpy as np
import pytest
from PIL import Image

from demo.models import find_model
from demo.session import Session
from demo.sessions import Sessions
from gan_core.errors import InputError
from tests.demo.visits import report, until

PATIENCE = 60


def test_a_run_taken_away_in_the_middle_goes_on_elsewhere_as_it_did_here(
    sessions: Sessions,
) -> None:
    here, there = (sessions.get(sessions.open()) for _ in range(2))
    player = here.start("modern", "digits", 3, 5, ["evaluate_every=20"], first_move="epoch")
    until(lambda: player.phase == "paused")
    packed = player.take_away("zip")
    assert packed.name == "ganscope-modern-digits-seed5.zip"
    player.resume()
    assert player.wait(PATIENCE) and player.phase == "finished"

    loaded = there.load(packed)
    until(lambda: loaded.phase == "paused")
    told = report(there)
    assert (told["step"], told["epoch"], told["seed"]) == (56, 1, 5)
    assert [shown["step"] for shown in told["snapshots"]["rows"]] == [0, 56]
    assert [row[0] for row in told["looks"]["rows"]] == [20, 40]
    loaded.resume()
    assert loaded.wait(PATIENCE) and loaded.phase == "finished"
    assert report(there)["curves"] == report(here)["curves"]
    assert report(there)["looks"] == report(here)["looks"]
    ends = [
        {shown["step"]: shown["src"] for shown in report(visitor)["snapshots"]["rows"]}
        for visitor in (here, there)
    ]
    assert [ends[0][step] for step in (0, 56, 112, 168)] == [*ends[1].values()]


def test_the_zip_holds_all_that_was_promised_and_no_path_of_the_server(visitor: Session) -> None:
    player = visitor.start("simple", "digits", 2, 0)
    assert player.wait(PATIENCE)
    with ZipFile(player.take_away("zip")) as archive:
        names = set(archive.namelist())
        assert {"config.json", "events.jsonl", "state.safetensors", "model.safetensors",
                "model.json", "loss.png"} <= names  # fmt: skip
        assert {f"samples/epoch-{epoch:04}.png" for epoch in range(3)} <= names
        assert len(archive.read("events.jsonl").splitlines()) == 56
        assert json.loads(archive.read("config.json"))["data_dir"] is None


def test_films_curves_and_the_script_are_what_they_are_called(
    visitor: Session, tmp_path: Path
) -> None:
    player = visitor.start("simple", "digits", 2, 0)
    assert player.wait(PATIENCE)
    with av.open(player.take_away("mp4")) as film:
        assert film.streams.video[0].frames >= 3
    with Image.open(player.take_away("gif")) as film:
        assert getattr(film, "n_frames", 1) >= 3
    with Image.open(player.take_away("png")) as curves:
        assert curves.format == "PNG"
    assert ElementTree.parse(player.take_away("svg")).getroot().tag.endswith("svg")
    script = shutil.copy(player.take_away("py"), tmp_path)
    compile(Path(script).read_text(), script, "exec")
    assert run([sys.executable, "-m", "py_compile", script], check=False).returncode == 0
    with pytest.raises(InputError, match="choose one of: zip"):
        player.take_away("exe")


def test_a_run_whose_settings_changed_has_no_one_script(visitor: Session) -> None:
    player = visitor.start("simple", "digits", 1, 0, first_move="round")
    until(lambda: player.phase == "paused")
    player.change(["g_learning_rate=1e-3"])
    with pytest.raises(InputError, match="changed on the way, behind round 1,"):
        player.take_away("py")


def test_a_branch_can_be_taken_away_whole(sessions: Sessions) -> None:
    visitor, other = (sessions.get(sessions.open()) for _ in range(2))
    assert visitor.start("simple", "digits", 3, 0).wait(PATIENCE)
    branch = visitor.fork(1, 28)
    until(lambda: branch.phase == "paused")
    loaded = other.load(branch.take_away("zip"))
    until(lambda: loaded.phase == "paused")
    assert report(other)["curves"] == report(visitor)["curves"]
    assert [shown["epoch"] for shown in report(other)["snapshots"]["rows"]] == [0, 1]


def test_a_file_that_is_no_run_is_refused_by_its_name_and_nothing_is_lost(
    visitor: Session, tmp_path: Path
) -> None:
    player = visitor.start("simple", "digits", 1000, 0)
    until(lambda: report(visitor)["step"] > 1)
    (tmp_path / "no.zip").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"^no\.zip is no readable \.zip"):
        visitor.load(tmp_path / "no.zip")
    with ZipFile(tmp_path / "else.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(InputError, match=r"^else\.zip is no run of ganscope"):
        visitor.load(tmp_path / "else.zip")
    assert visitor.player is player and not player.ended


def test_reset_stands_before_the_first_round_with_the_settings_it_is_given(
    visitor: Session,
) -> None:
    player = visitor.start("simple", "digits", 1000, 0)
    until(lambda: report(visitor)["step"] > 1)
    fresh = visitor.reset("simple", "digits", 2, 3, ["d_steps=2"])
    until(lambda: fresh.phase == "paused")
    assert player.phase == "stopped"
    told = report(visitor)
    assert (told["step"], told["seed"], fresh.config.d_steps) == (0, 3, 2)
    assert [shown["step"] for shown in told["snapshots"]["rows"]] == [0]
    fresh.resume()
    assert fresh.wait(PATIENCE) and fresh.phase == "finished"


def test_a_finished_run_taken_up_again_can_be_made_longer(visitor: Session) -> None:
    assert visitor.start("simple", "digits", 1, 0).wait(PATIENCE)
    branch = visitor.fork(1, 28)
    until(lambda: branch.phase == "paused")
    branch.change(["epochs=2"])
    branch.resume()
    assert branch.wait(PATIENCE) and report(visitor)["step"] == 56


def test_the_round_where_a_run_stands_can_be_opened_and_taken_up(visitor: Session) -> None:
    player = visitor.start("simple", "digits", 2, 0, first_move="round")
    until(lambda: report(visitor)["kept"] == [0, 1])
    assert player.open_sample(1, 0)["opinion"] > 0
    branch = visitor.fork(1, 1)
    until(lambda: branch.phase == "paused")
    branch.resume()
    assert branch.wait(PATIENCE)
    assert report(visitor)["kept"] == [0, 1, 28, 56]


def images(folder: Path, count: int) -> list[Path]:
    folder.mkdir()
    noise = np.random.default_rng(0)
    for number in range(count):
        pixels = noise.integers(0, 255, (20, 30), np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return sorted(folder.iterdir())


@pytest.mark.parametrize("packed", [False, True])
def test_dropped_images_are_trained_on_also_after_others_were_dropped(
    packed: bool, visitor: Session, tmp_path: Path
) -> None:
    files = images(tmp_path / "mine", 40)
    if packed:
        files = [Path(shutil.make_archive(str(tmp_path / "mine"), "zip", tmp_path / "mine"))]
    with pytest.raises(InputError, match="drop them first"):
        visitor.start("simple", "folder", 1, 0)
    assert visitor.take_images(files) == 40
    first = visitor.start("simple", "folder", 1, 0, ["batch_size=20"])
    assert first.wait(PATIENCE) and first.phase == "finished", first.message
    assert report(visitor)["steps"] == 2
    assert visitor.take_images(images(tmp_path / "others", 20)) == 20
    assert first.open_sample(2, 0)["nearest"].shape == (28, 28, 1)  # of the first ones
    assert visitor.start("simple", "folder", 1, 0, ["batch_size=20"]).wait(PATIENCE)
    assert report(visitor)["steps"] == 1


def test_what_is_no_image_is_refused_in_a_line(visitor: Session, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(InputError, match="no images in what you dropped"):
        visitor.take_images([tmp_path / "a.txt"])
    with ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../a.png", "a")
    with pytest.raises(InputError, match=r"^evil\.zip holds '\.\./a\.png'"):
        visitor.take_images([tmp_path / "evil.zip"])
    with pytest.raises(InputError, match=r"one \.zip, or images, not both"):
        visitor.take_images([tmp_path / "evil.zip", *images(tmp_path / "x", 1)])


def test_a_generator_of_the_past_is_explored_as_it_was(sessions: Sessions) -> None:
    token = sessions.open()
    visitor = sessions.get(token)
    assert visitor.start("simple", "digits", 2, 0).wait(PATIENCE)
    past, now = visitor.explore(1, 28), visitor.explore(1, None)
    assert (past, now) == ("run 1: simple on digits, round 28", "run 1: simple on digits")
    models = [find_model(sessions, token, name) for name in (past, now)]
    assert [model.card.step for model in models] == [28, 56]
    for number, step, reason in ((1, 29, "round 29 is not kept"), (9, 28, "run 9 is gone")):
        with pytest.raises(InputError, match=reason):
            visitor.explore(number, step)


def test_the_same_noise_gives_another_picture_by_the_batch_s_own_statistics(
    visitor: Session,
) -> None:
    player = visitor.start("conv", "digits", 1, 0)
    assert player.wait(PATIENCE)
    step = report(visitor)["step"]
    shown = report(visitor)["snapshots"]["rows"][-1]["src"]
    drawn = {
        (weights, statistics): player.redraw(step, weights, statistics)
        for weights in ("raw", "ema")
        for statistics in ("running", "batch")
    }
    assert drawn["raw", "running"]["src"] == shown
    assert len({told["src"] for told in drawn.values()}) == 4
    assert not any(told["note"] for told in drawn.values())
    with pytest.raises(InputError, match="choose one of: running, batch"):
        player.redraw(step, "raw", "none")


def test_a_generator_without_batchnorm_says_so(visitor: Session) -> None:
    player = visitor.start("simple", "digits", 1, 0)
    assert player.wait(PATIENCE)
    running, batch = (player.redraw(28, "raw", how) for how in ("running", "batch"))
    assert running == batch and "no BatchNorm" in batch["note"]
