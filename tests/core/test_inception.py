"""Inception's features, with weights that were never trained, from a file or a server."""

import pickle
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch
import torch_fidelity.feature_extractor_inceptionv3 as theirs

from gan_core.data import Unavailable
from gan_core.inception import inception_features

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("served") / "weights-inception.pth"
    torch.save({}, path)
    with pytest.MonkeyPatch.context() as patch:
        made = theirs.FeatureExtractorInceptionV3
        patch.setattr(made, "load_state_dict", lambda *_: None)
        torch.manual_seed(0)
        network = made("untrained", ["2048"], str(path))
    torch.save(network.state_dict(), path)
    return path


@pytest.fixture
def server(weights: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """In the place of where torch-fidelity downloads from."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(weights.parent))
    listening = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=listening.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{listening.server_port}/{weights.name}"
    monkeypatch.setattr(theirs, "URL_INCEPTION_V3", url)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    yield
    listening.shutdown()
    listening.server_close()


def test_features_are_the_librarys_whatever_the_parts(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = theirs.FeatureExtractorInceptionV3("test", ["2048"], str(weights))
    with torch.inference_mode():
        expected = network(torch.from_numpy(IMAGES).permute(0, 3, 1, 2))[0]
    monkeypatch.setattr("gan_core.inception.AT_ONCE", 2)
    features = inception_features(IMAGES, weights)
    assert features.shape == (3, 2048)
    torch.testing.assert_close(features, expected, rtol=1e-3, atol=1e-4)


def test_without_a_file_weights_are_downloaded(server: None, weights: Path) -> None:
    torch.testing.assert_close(inception_features(IMAGES), inception_features(IMAGES, weights))


def test_offline_it_is_one_line_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(theirs, "URL_INCEPTION_V3", "http://127.0.0.1:9/x.pth")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(Unavailable, match="--inception-weights") as caught:
        inception_features(IMAGES)
    assert "\n" not in str(caught.value)


class Evil:
    def __reduce__(self) -> tuple:
        return (Path.touch, (Path("was-run"),))


def test_a_file_is_never_unpickled_and_a_missing_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    evil = tmp_path / "evil.pth"
    evil.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(Unavailable, match="holds no weights"):
        inception_features(IMAGES, evil)
    assert not Path("was-run").exists()
    with pytest.raises(Unavailable, match="there is no file"):
        inception_features(IMAGES, tmp_path / "none.pth")
