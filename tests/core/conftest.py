"""Runs that tests of the core share."""

from dataclasses import replace
from pathlib import Path

import pytest

from gan_core.presets import preset
from gan_core.training_run import train_to_folder


@pytest.fixture(scope="session")
def kept_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three epochs of `digits`, all kept; D compares. Copy it before you change it."""
    out = tmp_path_factory.mktemp("runs") / "run"
    config = replace(preset("simple", "digits"), objective="relativistic", epochs=3)
    train_to_folder(config, None, "cpu", out, keep_every=1)
    return out
