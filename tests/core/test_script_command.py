"""The command `script`, and scripts started by themselves."""

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from gan_core.__main__ import main
from gan_core.config import RunConfig
from gan_core.data import load
from gan_core.errors import InputError
from gan_core.presets import preset
from gan_core.run_folder import make_run_folder
from gan_core.script import script, script_of_run
from gan_core.trainer import Trainer


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["gan_core", "script", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


def test_a_script_runs_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "new" / "mine.py"
    words = ["--preset", "simple", "--set", "batch_size=800", "--set", "steps=3", "--out", str(out)]
    assert run(monkeypatch, *words) == 0
    done = subprocess.run([sys.executable, "-I", out], cwd=tmp_path, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    config = replace(preset("simple", "digits"), batch_size=800, steps=3)
    trainer = Trainer(config, load("digits", 28, 1), "cpu")
    losses = [trainer.step() for _ in range(3)][-1]
    assert done.stdout == f"round 3 of 3: D loss {losses.d_loss:.6f}, G loss {losses.g_loss:.6f}\n"
    assert {path.name for path in (tmp_path / "samples").iterdir()} == {
        f"round-00000{done}.png" for done in (0, 2, 3)
    }


def test_a_script_is_printed_where_no_file_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 0
    assert capsys.readouterr().out == script(preset("modern", "digits"))


def write_run(folder: Path, config: RunConfig) -> None:
    folder.mkdir()
    values = {**asdict(config), "data_dir": "pictures"}
    (folder / "config.json").write_text(json.dumps(values))


def test_a_run_folder_knows_its_run(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                    monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    config = replace(preset("modern", "folder"), seed=3, precision="bfloat16")
    write_run(tmp_path / "run", config)
    assert run(monkeypatch, str(tmp_path / "run")) == 0
    text = capsys.readouterr().out
    assert text == script(config, data_dir=Path("pictures"))
    assert "SEED = 3" in text and 'DATA = "pictures"' in text and "computed in bfloat16" in text


def test_a_run_folder_puts_no_text_of_its_own_into_a_script(tmp_path: Path) -> None:
    write_run(tmp_path / "run", replace(preset("simple", "digits"), preset='"""\nimport os'))
    with pytest.raises(InputError, match="unknown preset"):
        script_of_run(tmp_path / "run")


def test_a_run_whose_settings_changed_has_no_script(tmp_path: Path) -> None:
    config = preset("simple", "ring")
    trainer = Trainer(config, load("ring", 0, 2), "cpu")
    folder = make_run_folder(tmp_path / "run", config, None)
    with folder:
        trainer.step()
        folder.save(trainer)
        assert "R1_WEIGHT" not in script_of_run(tmp_path / "run")
        trainer.change(replace(config, r1_weight=1.0))
        folder.save(trainer)
    with pytest.raises(InputError, match="were changed after step 1,"):
        script_of_run(tmp_path / "run")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--out", "x.txt"], "must end in .py"),
        (["nowhere", "--preset", "simple"], "a run folder says what its run was"),
        (["nowhere"], "is no run folder"),
        (["--preset", "nothing"], "unknown preset"),
        (["--preset", "vanilla", "--dataset", "nothing"], "unknown dataset"),
        (["--preset", "vanilla", "--set", "objective=nothing"], "unknown objective"),
        (["--preset", "dcgan-lsgan", "--set", "r1_weight=1"], "BatchNorm"),
        (["--preset", "conditional", "--dataset", "line"], "needs labelled images"),
        (["--dataset", "stacked-mnist", "--set", "channels=1"], "is in colour"),
        (["--preset", "simple", "--dataset", "ring", "--set", "image_size=28", "--set",
          "channels=1", "--set", "architecture=simple"], "is made of points"),
        (["--preset", "simple", "--set", "image_size=40"], "has no image_size 40"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_line(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert run(monkeypatch, *words) == 1
    assert told in capsys.readouterr().err
