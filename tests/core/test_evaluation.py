"""A model's report: the shipped model, collapsed ones, and data that can't be judged."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from gan_core.__main__ import main
from gan_core.data import ImageSet, Unavailable, load
from gan_core.errors import InputError
from gan_core.evaluation import evaluate, read_reals
from gan_core.model import Card, Model
from gan_core.modules import Generator
from gan_core.presets import preset
from gan_core.pretrained import open_model
from gan_core.report import FIGURES


class Shows(nn.Module):
    """Gives out these images in turn, whatever the noise."""

    def __init__(self, images: Tensor) -> None:
        super().__init__()
        self.images = images.float() / 127.5 - 1
        self.turn = nn.Parameter(torch.zeros(()))

    def forward(self, z: Tensor) -> Tensor:
        start = int(self.turn)
        self.turn += len(z)
        return self.images[(start + torch.arange(len(z))) % len(self.images)]


def model(images: Tensor, **changes: object) -> Model:
    config = replace(preset("modern", "digits"), **changes)
    card = Card("stand-in", config, 1, 1, (), "none", "none", "none")
    return Model(Generator(Shows(images)), card)


def test_real_digits_score_about_as_their_floors(digits: ImageSet) -> None:
    report = evaluate(model(digits.images[torch.randperm(len(digits))]), students=False)
    found = report.figures
    assert found["frechet_distance"].value < 1.5 * found["frechet_distance"].floor
    for name in ("precision", "recall", "density", "coverage"):
        assert found[name].value == pytest.approx(found[name].floor, abs=0.15), name
    assert {figure.samples for figure in found.values()} == {898}
    assert sum(report.classes.values()) == 898
    assert found["copies"].value > 0.99  # and copied they are
    assert {*report.left_out} == {"gan_test", "gan_train"}  # for the model takes no labels
    assert {*found, *report.left_out} <= {*FIGURES}


def test_a_collapsed_model_is_found_out(digits: ImageSet) -> None:
    found = evaluate(model(digits.images[digits.labels == 0][:1])).figures
    assert found["frechet_distance"].value > 10 * found["frechet_distance"].floor
    assert found["recall"].value < 0.05 and found["coverage"].value < 0.05
    assert found["class_divergence"].value == pytest.approx(np.log(10), abs=1e-3)


def test_the_shipped_model_is_good_and_copies_nothing(data_dir: Path) -> None:
    report = evaluate(open_model("mnist-conditional"), data_dir, count=500, students=False)
    found = report.figures
    assert found["gan_test"].value > 0.98
    assert found["precision"].value > 0.8 and found["recall"].value > 0.8
    assert found["nearest_training_image"].value == pytest.approx(1, abs=0.2)
    assert found["copies"].value < 0.05
    assert report.left_out == {"gan_train": "it was not asked for"}
    assert json.loads(json.dumps(report.facts()))["figures"]["recall"]["samples"] == 500


def test_gan_train_is_what_a_classifier_learns_from_fakes(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fakes that are real images with their labels teach as much as those."""
    real = load("mnist", 28, 1, data_dir)
    chosen = torch.cat([torch.nonzero(real.labels == label)[:200, 0] for label in range(10)])
    some = ImageSet(real.images[chosen], real.labels[chosen], real.class_names)
    test = load("mnist", 28, 1, data_dir, part="test")
    parts = {"train": some, "test": test}
    monkeypatch.setattr("gan_core.evaluation.load", lambda *_, part="train", **__: parts[part])
    card = Card("stand-in", preset("conditional", "mnist"), 1, 1, real.class_names, "", "", "")

    class ByLabel(Generator):
        def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
            assert labels is not None
            return some.images[labels * 200 + torch.arange(len(z)) % 200].float() / 127.5 - 1

    stand_in = Model(ByLabel(nn.Linear(1, 1)), card)
    figure = evaluate(stand_in, data_dir, count=500).figures["gan_train"]
    assert figure.floor > 0.85
    assert figure.value == pytest.approx(figure.floor, abs=0.06)


def test_what_cannot_be_judged_is_left_out_with_the_reason(
    tmp_path: Path, digits: ImageSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image

    def refuse(*_: object) -> Tensor:
        raise Unavailable("no network")

    monkeypatch.setattr("gan_core.evaluation.inception_features", refuse)
    for number, image in enumerate(digits.images[:200]):
        Image.fromarray(image[0].numpy()).save(tmp_path / f"{number}.png")
    colour = digits.images[:200].expand(-1, 3, -1, -1)
    report = evaluate(model(colour, dataset="folder", channels=3), tmp_path)
    assert report.left_out == {
        "frechet_distance": "no judge knows 'folder'",
        "inception_frechet_distance": "no network",
    }
    assert {*report.figures} == {"sliced_wasserstein", "nearest_training_image", "copies"}


def test_a_model_of_a_ring_is_judged_by_its_modes() -> None:
    """Its own noise is one blob in the middle, where no mode is."""
    card = Card("ring", preset("simple", "ring"), 1, 1, (), "", "", "")
    same = nn.Linear(2, 2, bias=False)
    nn.init.eye_(same.weight)
    report = evaluate(Model(Generator(same), card))
    assert report.figures["high_quality"].value < 0.05 < 0.98 < report.figures["high_quality"].floor
    assert report.figures["covered"].floor == 8
    assert report.figures["divergence"].samples == 2500


def test_points_and_small_sets_are_refused_in_one_line(digits: ImageSet) -> None:
    points = Card("line", preset("simple", "line"), 1, 1, (), "", "", "")
    with pytest.raises(InputError, match="nobody knows the modes of 'line'"):
        evaluate(Model(Generator(nn.Linear(2, 2)), points))
    with pytest.raises(InputError, match="50 images are too few"):
        read_reals("digits", 28, 1, None, count=50)


def test_no_image_is_both_reference_and_floor(digits: ImageSet) -> None:
    reals = read_reals("digits", 28, 1, None, count=10_000)
    sets = [{image.numpy().tobytes() for image in part.images}
            for part in (reals.reference, reals.others)]  # fmt: skip
    assert not sets[0] & sets[1] and not reals.apart


def test_the_command_prints_a_table_and_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    words = ["gan_core", "evaluate", "mnist-conditional", "--data-dir", str(data_dir)]
    for more in (["-n", "200", "--no-gan-train"], ["-n", "200", "--no-gan-train", "--json"]):
        monkeypatch.setattr(sys, "argv", [*words, *more])
        with pytest.raises(SystemExit) as end:
            main()
        assert not end.value.code
        told = capsys.readouterr()
        if "--json" in more:
            assert json.loads(told.out)["figures"]["gan_test"]["reals"] == 200
        else:
            assert "gan test" in told.out and "classes: 0: " in told.out
            assert "without gan train: it was not asked for" in told.err
