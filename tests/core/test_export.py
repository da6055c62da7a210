"""Generators as ONNX files."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from gan_core.errors import InputError
from gan_core.export import export_onnx
from gan_core.model import Card, Model
from gan_core.networks import ARCHITECTURES, build_networks
from gan_core.presets import PRESETS
from gan_core.pretrained import open_model


def model(architecture: str, conditional: bool) -> Model:
    points = {"image_size": 0, "channels": 2} if architecture.endswith("points") else {}
    config = replace(
        PRESETS["modern"], architecture=architecture, conditional=conditional, **points
    )
    generator, _ = build_networks(config, 10, torch.Generator().manual_seed(0))
    names = tuple("0123456789")
    return Model(generator, Card("test", config, 0, 0, names, "none", "none", "none"))


@pytest.mark.parametrize("architecture", sorted({*ARCHITECTURES} - {"deep-mlp"}))
def test_every_kind_of_generator_runs_elsewhere_on_any_number_of_samples(
    architecture: str, tmp_path: Path
) -> None:
    made = model(architecture, conditional=architecture in ("small-conv", "points"))
    assert export_onnx(made, tmp_path / "g.onnx") <= 1e-4
    session = onnxruntime.InferenceSession(tmp_path / "g.onnx")
    for count in (1, 5):
        inputs = {"z": made.noise(3, count)}
        labels = np.arange(count)
        if made.labels:
            inputs["labels"] = labels
        (samples,) = session.run(["samples"], inputs)
        shown = made.generate(inputs["z"], labels).astype(float)
        if shown.ndim == 4:  # pixels, against floats in [-1, 1]
            samples = (np.asarray(samples) + 1) * 127.5
            shown = shown.transpose(0, 3, 1, 2)
        assert np.abs(np.asarray(samples) - shown).max() < 0.51


def test_a_network_that_came_out_wrong_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wrong:
        def __init__(self, *arguments: object, **options: object) -> None: ...

        def run(self, names: None, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
            return [np.full((16, 1, 28, 28), 0.5, np.float32)]

    monkeypatch.setattr(onnxruntime, "InferenceSession", Wrong)
    with pytest.raises(InputError, match="off by"):
        export_onnx(open_model("mnist-conditional"), tmp_path / "g.onnx")
    assert not list(tmp_path.iterdir())


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(InputError, match=r"onnxruntime.*pip install -e '\.\[onnx\]'"):
        export_onnx(open_model("mnist-conditional"), tmp_path / "g.onnx")
