"""The picture of all models: what is on it, and where."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_core.checkpoint import save_model
from gan_core.companions import average_path, save_companion
from gan_core.contact_sheet import HEIGHT, SAMPLES, SCATTER, SEED, STRIP, contact_sheet
from gan_core.data import ImageSet, load
from gan_core.images import grid
from gan_core.model import Model
from gan_core.presets import PRESETS, preset
from gan_core.trainer import Trainer
from tests.core.test_shipping import command


@pytest.fixture
def trainer(digits: ImageSet) -> Trainer:
    trained = Trainer(replace(PRESETS["simple"], batch_size=16), digits, device="cpu")
    trained.step()
    return trained


def test_samples_lie_below_their_model_s_name_points_side_by_side(trainer: Trainer) -> None:
    points = Trainer(preset("r3gan", "ring"), load("ring", 0, 2), device="cpu")
    drawn = contact_sheet({"r": points.model(), "grey": trainer.model(), "s": points.model()})
    images = trainer.model().sample(SAMPLES, SEED)[0]
    scale = HEIGHT // 28
    band = grid(images.repeat(scale, axis=1).repeat(scale, axis=2), SAMPLES)
    height, width, _ = band.shape
    assert drawn.shape == (2 * STRIP + height + SCATTER, width, 3)
    np.testing.assert_array_equal(drawn[STRIP : STRIP + height], band.repeat(3, axis=2))
    below = drawn[-SCATTER:]
    first, between, second, beside = np.split(below, np.cumsum([SCATTER, STRIP, SCATTER]), axis=1)
    np.testing.assert_array_equal(first, second)
    assert first.max() > 200 and between.max() == beside.max() == 0
    for top in (0, STRIP + height):
        assert drawn[top : top + STRIP].max() > 200 and drawn[top : top + STRIP].mean() < 20


def test_each_is_drawn_at_its_card_s_truncation(trainer: Trainer) -> None:
    model = trainer.model()
    model.card = replace(model.card, truncation=0.25)
    drawn = contact_sheet({"grey": model})
    model.card = replace(model.card, truncation=1)
    whole = contact_sheet({"grey": model})
    images = model.generate(model.noise(SEED, SAMPLES) / 4)
    scale = HEIGHT // 28
    band = grid(images.repeat(scale, axis=1).repeat(scale, axis=2), SAMPLES)
    np.testing.assert_array_equal(drawn[STRIP:], band.repeat(3, axis=2))
    assert (drawn[:STRIP] > 0).sum() > 2 * (whole[:STRIP] > 0).sum()  # which its caption says


@pytest.fixture
def folder(trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of two shipped models, the first with averaged weights too."""
    for name in ("one", "two"):
        save_model(trainer.model(name), tmp_path / f"{name}.safetensors")
    average = average_path(tmp_path / "one.safetensors")
    save_companion(trainer.generator_ema.state_dict(), average)
    monkeypatch.setattr("gan_core.pretrained.files", lambda package: tmp_path)
    return tmp_path


def test_the_command_draws_all_shipped_models_and_averages_below_learned_weights(
    folder: Path, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(monkeypatch, "sheet", "--out", str(folder / "zoo.png")) == 0
    with Image.open(folder / "zoo.png") as image:
        drawn = np.asarray(image)
    average = Model(trainer.generator_ema, trainer.model().card)
    names = {"one": trainer.model(), "one, its weights averaged": average, "two": trainer.model()}
    np.testing.assert_array_equal(drawn, contact_sheet(names))
    bands = np.split(drawn, 3)
    np.testing.assert_array_equal(bands[0][STRIP:], bands[2][STRIP:])
    assert np.abs(bands[1][STRIP:].astype(float) - bands[0][STRIP:]).mean() > 1


def test_a_damaged_model_is_named_after_the_others_were_served(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "one.json").write_text("[1, 2]")
    assert command(monkeypatch, "sheet", "--out", str(folder / "zoo.png")) == 1
    assert (folder / "zoo.png").is_file()
    assert "one.json is not a ganscope model card" in capsys.readouterr().err
    assert command(monkeypatch, "models") == 1
    told = capsys.readouterr()
    assert told.out.startswith("two: simple on digits") and "one.json" in told.err


def test_another_format_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, "sheet", "--out", str(tmp_path / "zoo.jpg")) == 1
    assert "--out must end in .png, not 'zoo.jpg'" in capsys.readouterr().err
