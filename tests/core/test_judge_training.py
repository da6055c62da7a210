"""How judges are made: what their training sees, and what is written when it is over."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from gan_core import judge_training
from gan_core.chance import Chance
from gan_core.classifier import Augmentation, scaled
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.judge import JUDGES, load_judge
from gan_core.judge_training import RECIPES, clothing, handwriting, train_judge


def chance(seed: int = 0) -> Chance:
    return Chance(seed, torch.device("cpu"))


@pytest.fixture
def bars() -> torch.Tensor:
    """Upright bars, off the middle, as a batch of digits one."""
    images = torch.full((64, 1, 28, 28), -1.0)
    images[:, :, 4:24, 9:12] = 1
    return images


@pytest.fixture
def few(digits: ImageSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some of scikit-learn's digits stand in for the real sets, and one epoch is enough."""
    some = replace(digits, images=digits.images[:400], labels=digits.labels[:400])
    monkeypatch.setattr(judge_training, "load", lambda *arguments, **options: some)
    monkeypatch.setattr(judge_training, "HELD_OUT", 300)
    short = {name: replace(recipe, epochs=1) for name, recipe in RECIPES.items()}
    monkeypatch.setattr(judge_training, "RECIPES", short)


@pytest.mark.parametrize("augment", [handwriting, clothing])
def test_what_training_sees_are_images_that_a_seed_decides(
    augment: Augmentation, digits: ImageSet
) -> None:
    images = scaled(digits.images[:65])  # an odd number
    seen = augment(images, chance())
    assert seen.shape == images.shape and seen.isfinite().all()
    assert seen.min() >= -1.001 and seen.max() <= 1.001
    assert torch.equal(seen, augment(images, chance()))
    assert not torch.equal(seen, augment(images, chance(1)))


@pytest.mark.parametrize("augment", [handwriting, clothing])
def test_an_image_without_ink_stays_one(augment: Augmentation) -> None:
    blank = torch.full((5, 1, 28, 28), -1.0)
    assert torch.allclose(augment(blank, chance()), blank, atol=1e-5)


def test_coarse_digits_fill_their_frame_and_fine_ones_keep_its_margin(bars: torch.Tensor) -> None:
    rows = (handwriting(bars, chance()) > 0).any(dim=3).sum(dim=2).flatten()  # high, of 28
    coarse, fine = rows.split(32)
    assert coarse.float().mean() > 24 > 22 > fine.float().mean()


def test_half_of_the_clothes_are_mirrored(bars: torch.Tensor) -> None:
    columns = torch.arange(28) - 13.5
    light = (clothing(bars, chance()) + 1).sum(dim=(1, 2))  # (B, W)
    side = (light * columns).sum(dim=1) / light.sum(dim=1)  # bars stand at -3.5
    assert 20 < int((side > 0).sum()) < 44
    assert (side.abs() - 3.5).abs().max() < 3


def test_every_judge_that_is_asked_for_can_be_made_again() -> None:
    assert {*RECIPES} == {*JUDGES.values()}


@pytest.mark.usefixtures("few")
def test_a_judge_is_written_with_what_it_got_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train_judge("mnist", None, tmp_path / "new" / "folder")
    judge = load_judge(tmp_path / "new" / "folder" / "mnist.safetensors")
    assert judge.class_names == tuple("0123456789")
    assert judge.card["parameters"] == sum(p.numel() for p in judge.network.parameters())
    assert judge.card["training"]["images"] == 100
    scores = judge.card["scores"]
    counts = {"held_out": 300, "test": 400, "digits": 400}
    assert {name: scores[f"{name}_images"] for name in counts} == counts
    assert all(0 <= scores[f"{name}_accuracy"] <= 1 for name in counts)
    assert "mnist.safetensors" in capsys.readouterr().out


@pytest.mark.usefixtures("few")
def test_where_nothing_can_be_written_it_says_so_before_it_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge_training, "train_classifier", None)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot write into"):
        train_judge("mnist", None, tmp_path / "file" / "folder")


@pytest.mark.usefixtures("few")
def test_too_few_images_to_hold_some_out_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge_training, "HELD_OUT", 400)
    with pytest.raises(InputError, match=r"holds 400 images; more than 400 are needed"):
        train_judge("mnist", None, tmp_path)


def test_an_unknown_judge_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown judge 'faces'.*mnist, fashion-mnist"):
        train_judge("faces", None, tmp_path)
