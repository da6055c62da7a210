"""The picture of all models: what is on it, and where."""

import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_core.__main__ import main
from gan_core.checkpoint import save_model
from gan_core.companions import average_path, save_companion
from gan_core.contact_sheet import HEIGHT, SAMPLES, SEED, STRIP, contact_sheet
from gan_core.data import ImageSet, load
from gan_core.images import grid
from gan_core.presets import PRESETS, preset
from gan_core.trainer import Trainer


def saved(trainer: Trainer, name: str, folder: Path) -> Path:
    path = folder / f"{name}.safetensors"
    save_model(trainer.model(name), path)
    return path


def test_each_model_has_a_band_of_its_samples_below_its_name(
    digits: ImageSet, tmp_path: Path
) -> None:
    trainer = Trainer(replace(PRESETS["simple"], batch_size=16), digits, device="cpu")
    trainer.step()
    grey = saved(trainer, "grey", tmp_path)
    points = load("ring", 0, 2)
    ring = saved(Trainer(preset("r3gan", "ring"), points, device="cpu"), "ring", tmp_path)
    drawn = contact_sheet({"grey": grey, "ring": ring})
    images = trainer.model().sample(SAMPLES, SEED)[0]
    scale = HEIGHT // 28
    band = grid(images.repeat(scale, axis=1).repeat(scale, axis=2), SAMPLES)
    height, width, _ = band.shape
    assert drawn.shape == (2 * STRIP + height + 480, width, 3)
    np.testing.assert_array_equal(drawn[STRIP : STRIP + height], band.repeat(3, axis=2))
    for top in (0, STRIP + height):
        assert drawn[top : top + STRIP].max() > 200 and drawn[top : top + STRIP].mean() < 20


def test_averaged_weights_draw_below_the_learned_ones(digits: ImageSet, tmp_path: Path) -> None:
    trainer = Trainer(replace(PRESETS["simple"], batch_size=16), digits, device="cpu")
    trainer.step()
    path = saved(trainer, "grey", tmp_path)
    alone = contact_sheet({"grey": path})
    save_companion(trainer.generator_ema.state_dict(), average_path(path))
    both = contact_sheet({"grey": path})
    np.testing.assert_array_equal(both[: len(alone)], alone)
    below = both[len(alone) + STRIP :]
    assert below.shape == alone[STRIP:].shape
    assert np.abs(below.astype(float) - alone[STRIP:]).mean() > 1


def test_the_command_draws_the_shipped_models_and_refuses_another_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, status in (("zoo.png", 0), ("zoo.jpg", 1)):
        monkeypatch.setattr(sys, "argv", ["gan_core", "sheet", "--out", str(tmp_path / name)])
        with pytest.raises(SystemExit) as end:
            main()
        assert (end.value.code or 0) == status
    told = capsys.readouterr()
    assert "zoo.png" in told.out and "--out must end in .png, not 'zoo.jpg'" in told.err
    with Image.open(BytesIO((tmp_path / "zoo.png").read_bytes())) as image:
        assert image.height > 5 * STRIP
