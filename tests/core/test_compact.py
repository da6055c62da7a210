"""Weights in fewer bytes: how far off they come back, and what is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from gan_core.checkpoint import load_model, save_card, save_weights
from gan_core.compact import PRECISIONS, SCALE, compacted, restored
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.presets import PRESETS
from gan_core.trainer import Trainer


@pytest.fixture(scope="module")
def trainer(digits: ImageSet) -> Trainer:
    """With linear and transposed convolutions, and BatchNorm."""
    trainer = Trainer(replace(PRESETS["conv"], batch_size=32), digits, device="cpu")
    for _ in range(3):
        trainer.step()
    return trainer


def saved(trainer: Trainer, precision: str, path: Path) -> Path:
    model = trainer.model("m")
    save_weights(compacted(model.state(), precision), path)
    save_card(model.card, path)
    return path


def test_int8_comes_back_within_half_a_step_of_each_row() -> None:
    made = torch.Generator().manual_seed(0)
    rows = torch.tensor([1e-3, 1.0, 50.0])
    weight = torch.randn(3, 40, 2, generator=made) * rows[:, None, None]
    back = restored(compacted({"w": weight}, "int8"))["w"]
    steps = weight.abs().amax((1, 2)) / 127
    assert ((back - weight).abs().amax((1, 2)) <= 0.501 * steps).all()
    assert (back - weight).abs().max() > 0.2 * steps.max()  # it was rounded at all
    assert back.dtype == torch.float32 and back.shape == weight.shape


def test_rows_of_zeros_and_vectors_come_back_as_they_were() -> None:
    weights = {"w": torch.zeros(2, 3), "b": torch.tensor([0.1, 7e4]), "n": torch.tensor(3)}
    made = compacted(weights, "int8")
    assert made["w"].dtype == torch.int8 and {*made} == {"w", "w" + SCALE, "b", "n"}
    back = restored(made)
    assert {*back} == {*weights}
    assert all(torch.equal(back[name], weights[name]) for name in weights)


@pytest.mark.parametrize(
    ("precision", "share", "apart"), [("int8", 0.27, 2.0), ("bfloat16", 0.52, 1.0)]
)
def test_a_file_is_smaller_and_its_images_look_the_same(
    precision: str, share: float, apart: float, trainer: Trainer, tmp_path: Path
) -> None:
    whole = saved(trainer, "float32", tmp_path / "whole.safetensors")
    small = saved(trainer, precision, tmp_path / "small.safetensors")
    assert small.stat().st_size < share * whole.stat().st_size
    images, expected = (
        load_model(path).sample(50, seed=0)[0].astype(float) for path in (small, whole)
    )
    assert expected.std() > 10
    assert 0 < np.abs(images - expected).mean() < apart  # of 255
    assert all(weight.dtype == torch.float32 for weight in load_model(small).state().values()
               if weight.is_floating_point())  # fmt: skip


def test_scales_that_fit_no_weights_are_refused(trainer: Trainer, tmp_path: Path) -> None:
    path = saved(trainer, "int8", tmp_path / "m.safetensors")
    weights = load_file(path)
    name = next(name for name in weights if name.endswith(SCALE))
    save_file({**weights, name: weights[name][:-1]}, path)
    with pytest.raises(InputError, match=r"holds weights of torch\.int8; .* int8 with scales"):
        load_model(path)
    save_file({key: tensor for key, tensor in weights.items() if key != name}, path)
    with pytest.raises(InputError, match=r"holds weights of torch\.int8; .* int8 with scales"):
        load_model(path)


def test_a_small_file_stands_for_no_larger_tensor() -> None:
    """Rows of one number each would multiply into as many columns as there are scales."""
    weights = {"w": torch.ones(1, 3, dtype=torch.int8), "w" + SCALE: torch.ones(5)}
    for scale in (torch.ones(5), torch.ones(1, 1), torch.ones(1, dtype=torch.float64)):
        back = restored({**weights, "w" + SCALE: scale})
        assert {*back} == {"w", "w" + SCALE} and back["w"].dtype == torch.int8


def test_an_unknown_precision_is_told_the_ones_there_are() -> None:
    with pytest.raises(InputError, match=", ".join(PRECISIONS)):
        compacted({}, "int4")
