"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest

from gan_core.data import ImageSet, load


@pytest.fixture(scope="session")
def digits() -> ImageSet:
    return load("digits", image_size=28, channels=1)


REAL_DATA = os.environ.get("GAN_DATA_DIR")  # read now: tests of the search path unset it


@pytest.fixture
def data_dir() -> Path:
    """The folder with the real data sets; tests that want them are skipped without it."""
    if not REAL_DATA:
        pytest.skip("set GAN_DATA_DIR to a folder that holds MNIST/ in torchvision's layout")
    return Path(REAL_DATA)
