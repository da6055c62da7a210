"""A run that was stopped, in whatever way, goes on as if it had not been."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from torch.nn.functional import interpolate

from gan_core.__main__ import main
from gan_core.checkpoint import load_state, save_state
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.presets import PRESETS
from gan_core.run_folder import STATE_FILE, RunFolder, read_run
from gan_core.trainer import Trainer
from gan_core.training_run import resume_run, train_to_folder

COMMAND = [sys.executable, "-m", "gan_core", "train"]
EPOCHS = 8


@pytest.fixture
def few(digits: ImageSet) -> ImageSet:
    return ImageSet(digits.images[:48], digits.labels[:48], digits.class_names)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_saved_state_goes_on_bit_for_bit(preset: str, few: ImageSet, tmp_path: Path) -> None:
    config = replace(PRESETS[preset], batch_size=16, steps=4)
    size = (config.image_size, config.image_size)
    pixels = interpolate(few.images.float(), size).byte().expand(-1, config.channels, -1, -1)
    few = ImageSet(pixels, few.labels, few.class_names)
    through = Trainer(config, few, "cpu")
    events = list(through.run())
    first = Trainer(config, few, "cpu")
    begun = [*first.run(2)]
    save_state(*first.state(), tmp_path / "state")
    second = Trainer(config, few, "cpu")
    second.restore(*load_state(tmp_path / "state"))
    assert begun + list(second.run()) == events
    for name, tensor in through.state()[0].items():
        assert torch.equal(tensor, second.state()[0][name]), name


@pytest.mark.parametrize(
    "change",
    [{"g_optimiser": "sgd", "d_optimiser": "rmsprop"}, {"packing": 2, "instance_noise": 0.3},
     {"augment": ("colour", "translation"), "schedule": "cosine"}, {"noise": "uniform"}]
)  # fmt: skip
def test_so_does_every_other_way_to_train(change: dict, few: ImageSet) -> None:
    config = replace(PRESETS["simple"], batch_size=16, steps=6, **change)
    through = list(Trainer(config, few, "cpu").run())
    first = Trainer(config, few, "cpu")
    begun = list(first.run(4))
    second = Trainer(config, few, "cpu")
    second.restore(*deepcopy(first.state()))
    assert begun + list(second.run()) == through


def test_a_rewind_trains_the_same_branch_again(few: ImageSet) -> None:
    trainer = Trainer(replace(PRESETS["simple"], batch_size=16), few, "cpu")
    list(trainer.run(2))
    kept = deepcopy(trainer.state())
    branch = [trainer.step() for _ in range(3)]
    trainer.restore(*kept)
    assert [trainer.step() for _ in range(3)] == branch


def test_a_foreign_state_is_refused(few: ImageSet, tmp_path: Path) -> None:
    vanilla = Trainer(replace(PRESETS["vanilla"], batch_size=16), few, "cpu")
    simple = Trainer(replace(PRESETS["simple"], batch_size=16), few, "cpu")
    with pytest.raises(InputError, match="not of these networks"):
        simple.restore(*vanilla.state())
    for other in (few.images[:40], 255 - few.images):
        changed = Trainer(simple.config, ImageSet(other, few.labels[: len(other)]), "cpu")
        with pytest.raises(InputError, match="data is not what this run began with"):
            changed.restore(*simple.state())
    for content in (b"", b"text", b"\x08\0\0\0\0\0\0\0{}      "):
        (tmp_path / "state").write_bytes(content)
        with pytest.raises(InputError, match="no state of a run"):
            load_state(tmp_path / "state")


def events_of(run: Path) -> list[dict]:
    lines = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    for line in lines:
        del line["images_per_s"]
    return lines


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody disturbed."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    train_to_folder(replace(PRESETS["simple"], epochs=EPOCHS), None, "auto", out)
    return out


def assert_untorn(run: Path) -> None:
    """Every file under its final name is whole."""
    for path in run.rglob("*"):
        if path.name.startswith("."):
            continue  # being written when it was killed, under a name that nobody reads
        if path.suffix == ".safetensors":
            with safe_open(path, framework="pt") as file:
                assert all(file.get_tensor(name).isfinite().all() for name in file.keys())  # noqa: SIM118
        elif path.suffix == ".json":
            json.loads(path.read_text())
        elif path.suffix == ".png":
            assert path.read_bytes().endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("kills", [3, pytest.param(25, marks=pytest.mark.slow)])
def test_killed_at_random_moments_it_ends_with_the_same_events(
    kills: int, whole: Path, tmp_path: Path
) -> None:
    out, chance = tmp_path / "run", random.Random(kills)
    words = ["--preset", "simple", "--epochs", str(EPOCHS), "--out", str(out)]
    for _ in range(kills):
        opened = opening(out)
        process = subprocess.Popen([*COMMAND, *words], stderr=subprocess.DEVNULL)
        while opening(out) == opened and process.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert_untorn(out)
        words = ["--resume", str(out)]
    resume_run(out, [], None, "auto")
    assert events_of(out) == events_of(whole)
    for name in ("model.safetensors", "samples/epoch-0003.png", f"samples/epoch-000{EPOCHS}.png"):
        assert (out / name).read_bytes() == (whole / name).read_bytes()
    assert not list(out.rglob(".*"))


def opening(run: Path) -> int:
    """A number that changes when a process opens the run: it writes events.jsonl anew."""
    path = run / "events.jsonl"
    return path.stat().st_ino if path.exists() else 0


def test_a_run_is_trained_by_one_process_at_a_time(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    shutil.copytree(whole, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    saved = read_run(out)
    with (
        RunFolder(out, saved.config, saved.step),
        pytest.raises(InputError, match=f"{out} is being trained"),
    ):
        resume_run(out, ["epochs=9"], None, "cpu")
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    resume_run(out, [f"epochs={EPOCHS + 1}"], None, "cpu")


def test_a_stopped_run_goes_on_to_the_length_it_was_started_with_or_a_new_one(
    whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    words = ["--preset", "simple", "--epochs", str(EPOCHS), "--out", str(out)]
    process = subprocess.Popen([*COMMAND, *words])
    deadline = time.monotonic() + 60
    while not (out / "samples" / "epoch-0001.png").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert len(events_of(out)) < len(events_of(whole))
    resume_run(out, [], None, "auto")
    assert events_of(out) == events_of(whole)
    longer = EPOCHS + 1
    resume_run(out, [f"epochs={longer}"], None, "auto")
    assert len(events_of(out)) == longer * 28
    assert load_state(out / STATE_FILE)[1]["config"]["epochs"] == longer


def test_a_diverged_run_keeps_its_last_good_state_and_goes_on_more_slowly(tmp_path: Path) -> None:
    out = tmp_path / "run"
    hot = replace(PRESETS["simple"], epochs=2, g_learning_rate=4e9, d_learning_rate=4e9)
    with pytest.raises(InputError, match=rf"diverged: .*--resume {out} --set g_learning_rate="):
        train_to_folder(hot, None, "auto", out)
    resume_run(out, ["g_learning_rate=2e-4", "d_learning_rate=2e-4"], None, "auto")
    assert [line["step"] for line in events_of(out)] == list(range(1, 57))


@pytest.mark.parametrize("preset", ["simple", "vanilla", "modern"])
def test_a_save_that_is_due_at_divergence_keeps_nothing_spoilt(
    preset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gan_core.training_run.SAVE_EVERY_SECONDS", -1)
    hot = replace(PRESETS[preset], g_learning_rate=4e9, d_learning_rate=4e9)
    with pytest.raises(InputError, match="the last good state is kept"):
        train_to_folder(hot, None, "cpu", tmp_path / "run")
    tensors, _ = load_state(tmp_path / "run" / STATE_FILE)
    assert all(tensor.isfinite().all() for tensor in tensors.values())


def test_a_state_without_its_events_or_with_damaged_ones_is_refused(
    whole: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(whole, run)
    lines = (run / "events.jsonl").read_bytes().splitlines(keepends=True)
    for content, hint in (
        (b"", "holds 0 of the 224 steps"),
        (b"".join(lines[:100]), "holds 100 of the 224 steps"),
        (b"".join([*lines[:7], b"{}\n", *lines[8:]]), "line 8 of .* is damaged"),
        (b"".join([*lines[:7], b"steps\n", *lines[8:]]), "line 8 of .* is damaged"),
    ):
        (run / "events.jsonl").write_bytes(content)
        with pytest.raises(InputError, match=hint):
            resume_run(run, [], None, "cpu")
        assert (run / "events.jsonl").read_bytes() == content


def test_a_card_says_where_settings_were_changed(few: ImageSet) -> None:
    trainer = Trainer(replace(PRESETS["simple"], batch_size=16), few, "cpu")
    list(trainer.run(2))
    assert "changed" not in trainer.model().card.notes
    trainer.change(replace(trainer.config, d_steps=2))
    again = Trainer(trainer.config, few, "cpu")
    again.restore(*deepcopy(trainer.state()))
    assert "changed after step 2;" in again.model().card.notes


@pytest.mark.parametrize(
    ("follows", "told"),
    [({}, False), ({"schedule": "cosine"}, True), ({"instance_noise": 0.1}, True)],
)
def test_another_length_is_a_change_where_rounds_follow_it(
    follows: dict[str, Any], told: bool, few: ImageSet
) -> None:
    trainer = Trainer(replace(PRESETS["simple"], batch_size=16, **follows), few, "cpu")
    list(trainer.run(2))
    trainer.change(replace(trainer.config, epochs=7))
    assert ("changed after step 2;" in trainer.model().card.notes) == told
    trainer.change(replace(trainer.config, epochs=8, g_steps=2))
    assert "changed after step 2" in trainer.model().card.notes


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("--resume {run}/missing", "no run folder"),
        ("--resume {run} --preset vanilla", "leave out --preset"),
        ("--resume {run} --seed 3", "leave out --seed"),
        ("--resume {run} --set batch_size=3", "batch_size cannot change"),
        ("--resume {run} --set colour=3", "one of the names"),
        ("--set d_steps=many", "d_steps cannot be 'many'"),
        ("--set d_steps", "write NAME=VALUE"),
        ("--set preset=modern", "sets nothing"),
        ("--set batch_size=1", "BatchNorm needs something to compare"),
        ("--set noise_dim=4000000000", "noise_dim must be 65536 at most"),
    ],
)
def test_what_cannot_be_resumed_or_set_is_told_in_a_line(
    words: str, hint: str, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["gan_core", "train", *words.format(run=whole).split()])
    with pytest.raises(SystemExit) as end:
        main()
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert end.value.code == 1 and len(told) == 1 and hint in told[0]
    assert not list(tmp_path.glob("runs/*"))
