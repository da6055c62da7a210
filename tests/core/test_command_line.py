"""The command line, run as a user runs it."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_core.__main__ import main
from gan_core.choosing import read_kept
from gan_core.pretrained import open_model

COMMAND = [sys.executable, "-m", "gan_core"]


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Call the command line in this process (importing torch anew takes seconds)."""
    monkeypatch.setattr(sys, "argv", ["gan_core", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short training with the real command, two epochs and a bit of `digits`."""
    out = tmp_path_factory.mktemp("runs") / "run"
    words = ["train", "--preset", "simple", "--steps", "60", "--seed", "7", "--out", str(out)]
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


def test_a_run_folder_holds_everything(run_folder: Path) -> None:
    names = {str(path.relative_to(run_folder)) for path in run_folder.rglob("*") if path.is_file()}
    assert names == {
        "config.json",
        "evaluations.jsonl",
        "events.jsonl",
        "loss.png",
        "model.json",
        "model.safetensors",
        "state.safetensors",
        *(f"samples/epoch-000{epoch}.png" for epoch in range(4)),
    }
    config = json.loads((run_folder / "config.json").read_text())
    assert (config["preset"], config["dataset"], config["seed"]) == ("simple", "digits", 7)


def test_every_step_is_a_line_of_events(run_folder: Path) -> None:
    lines = [json.loads(line) for line in (run_folder / "events.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(1, 61))
    assert set(lines[0]) == {
        "step", "epoch", "d_loss", "g_loss", "d_real", "d_fake", "d_gradient", "g_gradient",
        "terms", "images_per_s",
    }  # fmt: skip
    assert set(lines[0]["terms"]) == {"d_real_loss", "d_fake_loss"}
    assert lines[-1]["epoch"] == 3


def test_pictures_have_the_size_they_should(run_folder: Path) -> None:
    with Image.open(run_folder / "samples" / "epoch-0001.png") as grid:
        assert grid.size == (8 * 30 - 2, 8 * 30 - 2)
    with Image.open(run_folder / "loss.png") as loss:
        assert loss.size == (960, 720)


def test_the_card_says_how_to_train_it_again(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = open_model(str(run_folder)).card.train_command.split()
    assert command[:3] == ["python", "-m", "gan_core"]
    assert run(monkeypatch, *command[3:], "--out", str(tmp_path / "again")) == 0
    weights = "model.safetensors"
    assert (tmp_path / "again" / weights).read_bytes() == (run_folder / weights).read_bytes()


def test_a_run_is_never_written_over(run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (run_folder / "model.safetensors").read_bytes()
    words = ["train", "--preset", "simple", "--steps", "1", "--out", str(run_folder)]
    assert run(monkeypatch, *words) == 1
    assert (run_folder / "model.safetensors").read_bytes() == before


def test_what_else_a_folder_holds_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "loss.png").write_text("mine")
    assert run(monkeypatch, "train", "--steps", "1", "--out", str(tmp_path)) == 1
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"loss.png": "mine"}


def stems(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.iterdir())


def test_the_networks_of_every_so_many_epochs_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each are what a run of that length ends with; those before training are none."""
    words = ["train", "--preset", "simple", "--set", "evaluate_every=0", "--out"]
    long, short = tmp_path / "long", tmp_path / "short"
    assert run(monkeypatch, *words, str(long), "--epochs", "4", "--keep-every", "2") == 0
    assert run(monkeypatch, *words, str(short), "--epochs", "2") == 0
    assert stems(long / "kept") == ["epoch-0002", "epoch-0004"] and not (short / "kept").exists()
    for folder, epoch in ((short, 2), (long, 4)):
        kept = read_kept(long / "kept" / f"epoch-{epoch:04d}.safetensors")
        images, _ = open_model(str(folder)).sample(9, seed=0)
        np.testing.assert_array_equal(kept.model("raw").sample(9, seed=0)[0], images)
        assert (kept.card.epoch, kept.card.step) == (epoch, 28 * epoch)


def test_a_run_that_goes_on_keeps_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = str(tmp_path / "run")
    keep = ["--keep-every", "1", "--set", "evaluate_every=0"]
    words = ["train", "--preset", "simple", "--steps", "40", "--out", out]
    assert run(monkeypatch, *words, *keep) == 0
    assert run(monkeypatch, "train", "--resume", out, "--steps", "90", *keep) == 0
    kept = stems(tmp_path / "run" / "kept")
    assert kept == stems(tmp_path / "run" / "samples")[1:]
    assert kept == [f"epoch-000{epoch}" for epoch in range(1, 5)]  # the fourth as far as it came
    steps = [
        read_kept(tmp_path / "run" / "kept" / f"{name}.safetensors").card.step for name in kept
    ]
    assert steps == [28, 56, 84, 90]


def test_rounds_that_end_an_epoch_in_their_midst_keep_it_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """28 batches an epoch, 5 a round: after round 6 the second epoch has begun."""
    out = tmp_path / "run"
    words = ["--preset", "simple", "--epochs", "3", "--set", "d_steps=5", "--keep-every", "1"]
    words += ["--set", "evaluate_every=0"]
    assert run(monkeypatch, "train", *words, "--out", str(out)) == 0
    assert stems(out / "kept") == stems(out / "samples")[1:]
    assert stems(out / "kept") == ["epoch-0001", "epoch-0002", "epoch-0003"]
    kept = [read_kept(path).card for path in sorted((out / "kept").iterdir())]
    assert [(card.epoch, card.step) for card in kept] == [(1, 6), (2, 12), (3, 17)]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_being_stopped_saves_and_exits_cleanly(stop: signal.Signals, tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = ["train", "--preset", "simple", "--epochs", "1000", "--out", str(out)]
    process = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not (out / "samples" / "epoch-0001.png").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(stop)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "stopped at step" in output and "Traceback" not in errors
    steps = [json.loads(line)["step"] for line in (out / "events.jsonl").read_text().splitlines()]
    assert open_model(str(out)).card.step == steps[-1] == len(steps)
    assert (out / "loss.png").stat().st_size > 10_000


def test_sampling_writes_images_and_labels(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "new" / "x.npz"
    assert run(monkeypatch, "sample", str(run_folder), "-n", "70", "--out", str(out)) == 0
    with np.load(out) as arrays:
        assert arrays["images"].shape == (70, 28, 28, 1)
        assert arrays["images"].dtype == np.uint8
        assert arrays["labels"].shape == (70,)


def test_a_label_gives_only_that_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "x.npz"
    words = ["sample", "mnist-conditional", "-n", "9", "--label", "7", "--out", str(out)]
    assert run(monkeypatch, *words) == 0
    with np.load(out) as arrays:
        assert arrays["labels"].tolist() == [7] * 9


def test_the_same_seed_samples_the_same_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = []
    for name, seed in (("a.png", "5"), ("b.png", "5"), ("c.png", "6")):
        out = tmp_path / name
        words = ["sample", "mnist-conditional", "-n", "16", "--seed", seed, "--out", str(out)]
        assert run(monkeypatch, *words) == 0
        pictures.append(out.read_bytes())
    assert pictures[0] == pictures[1] != pictures[2]


def test_interpolation_makes_a_gif_or_a_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["interpolate", "mnist-conditional", "--seeds", "1,2,3", "--steps", "5", "--out"]
    assert run(monkeypatch, *words, str(tmp_path / "x.gif")) == 0
    with Image.open(tmp_path / "x.gif") as gif:
        assert (
            getattr(gif, "n_frames", 1) >= 9
        )  # Pillow joins the keyframe that ends and begins legs
    assert run(monkeypatch, *words, str(tmp_path / "x.png"), "--method", "lerp") == 0
    with Image.open(tmp_path / "x.png") as sheet:
        assert sheet.size == (5 * 30 - 2, 2 * 30 - 2)


def test_models_are_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    assert run(monkeypatch, "models") == 0
    assert "mnist-conditional: conditional on mnist" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("train --preset nope", "choose one of: modern, vanilla, deep-mlp"),
        ("train --dataset nope", "choose one of: digits, mnist"),
        ("train --epochs 0", "epochs must be positive"),
        ("train --steps -5", "steps must be positive"),
        ("train --epochs nan", "--epochs"),
        ("train --seed -1", "seed must not be negative"),
        ("train --epochs 1 --steps 1", "not both"),
        ("train --keep-every -1", "--keep-every"),
        ("train --device tpu", "auto, cpu, cuda"),
        ("train --set precision=float8", "float32, bfloat16"),
        ("train --dataset folder", "--data-dir"),
        ("train --dataset folder --data-dir {tmp}", "no images"),
        ("train --data-dir {tmp}/missing", "no folder"),
        ("train --seed " + "9" * 400, "seed must be"),
        ("train --steps 1 --out {tmp}/" + "x" * 300, "cannot write"),
        ("train --set real_range=0..2", "real_range"),
        ("sample {tmp}/" + "x" * 300 + " --out x.png", "too long"),
        ("train --steps 1 --out {tmp}/file/run", "cannot write"),
        ("sample nope --out x.png", "mnist-conditional"),
        ("sample mnist-conditional --out {tmp}/x.bmp", ".npz or .png"),
        ("sample mnist-conditional --out {tmp}/file/x.png", "cannot write"),
        ("sample mnist-conditional -n 0 --out {tmp}/x.png", "must be positive"),
        ("sample mnist-conditional --seed -1 --out {tmp}/x.png", "seed"),
        ("sample mnist-conditional --label 11 --out {tmp}/x.png", "0, 1, 2"),
        ("sample {tmp}/file --out {tmp}/x.png", "unknown model"),
        ("interpolate mnist-conditional --seeds 1 --out {tmp}/x.gif", "two or more seeds"),
        ("interpolate mnist-conditional --steps 1 --out {tmp}/x.gif", "steps must be 2 or more"),
        ("interpolate mnist-conditional --method cubic --out {tmp}/x.gif", "slerp, lerp"),
        ("trian", "train"),
    ],
)
def test_bad_input_ends_in_one_line_that_says_what_to_do(
    words: str,
    hint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *words.format(tmp=tmp_path).split()) != 0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1 and hint in lines[0]
    assert not list(tmp_path.glob("x.*"))
