"""The judges: the shipped ones against the real sets, and files that are not what they claim."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save

from gan_core.classifier import Classifier
from gan_core.data import DATASETS, ImageSet, load
from gan_core.errors import InputError
from gan_core.judge import JUDGES, Judge, load_judge, open_judge, save_judge, shipped_judges

CARD = {"name": "test", "class_names": ["a", "b", "c"]}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "test.safetensors"
    save_judge(Classifier(3), CARD, path)
    return path


def arrays(images: ImageSet) -> np.ndarray:
    return images.images.permute(0, 2, 3, 1).numpy()  # (N, H, W, C)


def share_right(judge: Judge, images: ImageSet) -> float:
    _, probabilities = judge.look(arrays(images))
    return float((probabilities.argmax(axis=1) == images.labels.numpy()).mean())


@pytest.mark.parametrize(("name", "bar"), [("mnist", 0.993), ("fashion-mnist", 0.92)])
def test_a_shipped_judge_reads_the_real_test_set(name: str, bar: float, data_dir: Path) -> None:
    judge, test = open_judge(name), load(name, 28, 1, data_dir, part="test")
    right = share_right(judge, test)
    assert right >= bar
    assert right == pytest.approx(judge.card["scores"]["test_accuracy"], abs=3e-4)
    assert judge.class_names == test.class_names


def test_the_judge_of_mnist_reads_digits_that_it_was_not_trained_on(digits: ImageSet) -> None:
    judge = open_judge(JUDGES["digits"])
    right = share_right(judge, digits)
    assert right >= 0.95
    assert right == pytest.approx(judge.card["scores"]["digits_accuracy"], abs=1e-3)
    assert judge.class_names == digits.class_names


def test_every_data_set_that_has_a_judge_exists_and_its_judge_is_shipped() -> None:
    assert {*JUDGES} <= {*DATASETS}
    assert {*JUDGES.values()} == {*shipped_judges()}
    for name, path in shipped_judges().items():
        assert open_judge(name).card["name"] == name
        assert path.stat().st_size < 1.7e6


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [28, 32, 64])
def test_it_sees_the_same_in_any_size_and_in_colour(
    side: int, channels: int, digits: ImageSet
) -> None:
    judge = open_judge("mnist")
    features, probabilities = judge.look(arrays(load("digits", side, channels))[:200])
    assert features.shape == (200, 128) and features.dtype == np.float32
    assert probabilities.shape == (200, 10) and probabilities.dtype == np.float32
    assert np.isfinite(features).all()
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    _, plain = judge.look(arrays(digits)[:200])
    assert (probabilities.argmax(axis=1) == plain.argmax(axis=1)).mean() > 0.98


@pytest.mark.parametrize("value", [0, 128, 255])
def test_blank_images_give_finite_features(value: int) -> None:
    features, probabilities = open_judge("mnist").look(np.full((2, 28, 28, 1), value, np.uint8))
    assert np.isfinite(features).all() and np.isfinite(probabilities).all()


def test_what_it_sees_in_an_image_does_not_hang_on_the_others(digits: ImageSet) -> None:
    judge, images = open_judge("mnist"), arrays(digits)[:501]  # a batch, and one left over
    features, probabilities = judge.look(images)
    for place in (0, 499, 500):
        alone_features, alone = judge.look(images[place : place + 1])
        assert np.allclose(features[place], alone_features[0], atol=1e-4)
        assert np.allclose(probabilities[place], alone[0], atol=1e-5)


def test_threads_share_a_judge(digits: ImageSet) -> None:
    images = arrays(digits)[:100]
    expected, _ = open_judge("mnist").look(images)
    with ThreadPoolExecutor(4) as threads:
        seen = threads.map(lambda _: open_judge("mnist").look(images)[0], range(8))
        assert all(np.array_equal(features, expected) for features in seen)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((2, 28, 28, 1), np.float32),
        np.zeros((2, 28, 28), np.uint8),
        np.zeros((2, 28, 28, 4), np.uint8),
        np.zeros((0, 28, 28, 1), np.uint8),
    ],
    ids=["floats", "no channel", "four channels", "none"],
)
def test_what_is_no_image_is_refused(images: np.ndarray) -> None:
    with pytest.raises(InputError, match="images"):
        open_judge("mnist").look(images)


def test_an_unknown_judge_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"unknown judge 'faces'.*fashion-mnist, mnist"):
        open_judge("faces")


def test_a_judge_comes_back_as_it_was_saved_but_for_half_precision(tmp_path: Path) -> None:
    network = Classifier(3)
    images = np.random.default_rng(0).integers(0, 256, (9, 28, 28, 1), dtype=np.uint8)
    save_judge(network, CARD, tmp_path / "test.safetensors")
    opened = load_judge(tmp_path / "test.safetensors")
    assert opened.class_names == ("a", "b", "c")
    expected = Judge(network.half().float(), CARD).look(images)
    for seen, known in zip(opened.look(images), expected):
        assert np.array_equal(seen, known)


def test_damaged_weights_are_refused(saved: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(content)
    with pytest.raises(InputError, match="not the file its card describes; install"):
        load_judge(saved)


def test_the_weights_of_another_judge_are_refused(saved: Path) -> None:
    save_judge(Classifier(3), CARD, saved.with_name("other.safetensors"))
    saved.write_bytes(saved.with_name("other.safetensors").read_bytes())
    with pytest.raises(InputError, match="not the file its card describes"):
        load_judge(saved)


@pytest.mark.parametrize(
    "content",
    [b"no safetensors", save({"features.0.weight": torch.zeros(1)}), b"\x80\x04K\x01."],
    ids=["words", "other shapes", "a pickle"],
)
def test_weights_that_are_none_are_refused_even_with_the_right_hash(
    content: bytes, saved: Path
) -> None:
    saved.write_bytes(content)
    card = CARD | {"sha256": hashlib.sha256(content).hexdigest()}
    saved.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(InputError, match="holds no weights of a judge"):
        load_judge(saved)


@pytest.mark.parametrize("suffix", [".safetensors", ".json"])
def test_a_missing_file_is_named(suffix: str, saved: Path) -> None:
    saved.with_suffix(suffix).unlink()
    with pytest.raises(InputError, match=rf"there is no file .*test\{suffix}; install"):
        load_judge(saved)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"class_names": ["a"]}', '{"sha256": "0"}', '{"class_names": 3, "sha256":']
)
def test_what_is_no_card_is_refused(text: str, saved: Path) -> None:
    saved.with_suffix(".json").write_text(text)
    with pytest.raises(InputError, match="is not a judge's card"):
        load_judge(saved)
