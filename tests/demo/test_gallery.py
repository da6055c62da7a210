"""The cards of the shipped models, also where files are damaged or missing."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from demo import gallery
from demo.charts import png_url
from demo.models import shipped
from gan_core.checkpoint import read_card
from gan_core.errors import InputError
from gan_core.images import picture
from gan_core.pretrained import open_model, shipped_models
from tests.demo.test_app import ask_widget

NAME = "mnist-conditional"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped model as "whole", "cut", "cardless", "weightless" and "odd"."""
    source = shipped_models()[NAME]
    for name in ("whole", "cut", "cardless", "weightless", "odd"):
        for suffix in (".safetensors", ".json"):
            shutil.copy(source.with_suffix(suffix), tmp_path / f"{name}{suffix}")
    (tmp_path / "cut.safetensors").write_bytes(source.read_bytes()[:1000])
    (tmp_path / "cardless.json").unlink()
    (tmp_path / "weightless.safetensors").unlink()
    (tmp_path / "odd.json").write_text("[1, 2]")
    for module in ("demo.gallery", "gan_core.pretrained"):
        monkeypatch.setattr(f"{module}.files", lambda package: tmp_path)
    shipped.cache_clear()
    return tmp_path


def test_a_card_says_what_the_model_s_own_card_says(app_url: str) -> None:
    assert ask_widget(app_url, "gallery", "models", {})["names"] == list(shipped_models())
    for name, path in shipped_models().items():
        told, card = ask_widget(app_url, "gallery", "open_card", {"name": name}), read_card(path)
        assert told["sheet"].startswith("data:image/png")
        data = card.data or card.config.dataset
        assert (told["data"], told["licence"]) == (data, card.licence)
        assert (told["command"], told["notes"]) == (card.train_command, card.notes)
        assert told["truncation"] == card.truncation
        assert told["scores"]
        for score in told["scores"]:
            figure = card.scores[score["name"].replace(" ", "_")]
            assert float(score["value"]) == pytest.approx(figure["value"], rel=1e-3)
            assert (score["samples"], score["reals"]) == (figure["samples"], figure["reals"])


def test_faces_are_shown_at_their_card_s_truncation() -> None:
    for name in ("faces-modern", "faces-dcgan-lsgan"):  # by the same, to be compared
        assert read_card(shipped_models()[name]).truncation == 0.7
    model = open_model("faces-modern")
    images = model.generate(np.float32(0.7) * model.noise(gallery.SEED, 60))
    assert gallery.card("faces-modern")["sheet"] == png_url(picture(images, columns=10))


def test_damaged_and_missing_files_harm_no_other(folder: Path) -> None:
    assert gallery.names() == ["cardless", "cut", "odd", "weightless", "whole"]
    assert gallery.card("whole")["sheet"]
    for name, reason in (
        ("cardless", "put cardless.json back"),
        ("cut", "cut.safetensors is damaged"),
        ("odd", "odd.json is not a ganscope model card"),
        ("weightless", "weightless.safetensors is missing"),
    ):
        with pytest.raises(InputError, match=reason) as told:
            gallery.card(name)
        assert "/" not in str(told.value)
    shutil.copy(folder / "whole.json", folder / "odd.json")  # mended: no restart is needed
    assert gallery.card("odd")["data"] == "mnist"


def test_nonsense_is_answered_with_a_line(app_url: str) -> None:
    assert "error" in ask_widget(app_url, "gallery", "open_card", {"name": "../x"})
    assert "error" in ask_widget(app_url, "gallery", "open_card", {})
