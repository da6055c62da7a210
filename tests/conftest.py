"""Fixtures shared by all tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# One thread each, before torch is read, also for the processes that tests start: the networks are
# small, and threads that wait for each other lose their time where several processes train.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from demo.app import LAUNCH, build
from demo.sessions import Sessions
from gan_core.data import ImageSet, load


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests, and the processes they start, remember of this machine goes with them."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests in this process compare numbers: "auto" is the same everywhere."""
    monkeypatch.setattr("gan_core.precision.faster_precision", lambda *_: "float32")


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


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[str, Sessions]]:
    """The address of the app, served from this process, and its visitors."""
    with pytest.MonkeyPatch.context() as patched:
        visitors = Sessions()
        patched.setattr("demo.app.Sessions", lambda *_: visitors)
        app = build()
    _, url, _ = app.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", **LAUNCH)
    yield url, visitors
    app.close()


@pytest.fixture
def app_url(served: tuple[str, Sessions]) -> Iterator[str]:
    """The address of the app; what a test leaves running there is stopped at its end."""
    url, visitors = served
    yield url
    visitors.close()  # the next test wants their places
