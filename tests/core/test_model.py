"""Labels as numbers and as weights, against each other."""

import numpy as np
import pytest

from gan_core.errors import InputError
from gan_core.model import Model
from gan_core.pretrained import open_model

CLASSES = 10


@pytest.fixture(scope="module")
def model() -> Model:
    return open_model("mnist-conditional")


def test_all_weight_on_one_label_is_that_label_bit_for_bit(model: Model) -> None:
    z, labels = model.noise(0, CLASSES), np.arange(CLASSES)
    weights = np.eye(CLASSES, dtype=np.float32)
    assert np.array_equal(model.generate(z, weights), model.generate(z, labels))


def test_a_mixture_lies_between_two_labels(model: Model) -> None:
    z = model.noise(3)
    row = model.generator.embedding
    assert row is not None
    mixed = np.zeros((1, CLASSES), np.float32)
    mixed[0, [2, 7]] = 0.25, 0.75
    expected = 0.25 * row.weight[2] + 0.75 * row.weight[7]
    saved = row.weight[4].clone()
    row.weight[4] = expected
    image = model.generate(z, np.array([4]))
    row.weight[4] = saved
    assert np.abs(model.generate(z, mixed).astype(int) - image).max() <= 1


@pytest.mark.parametrize(
    "weights",
    [
        np.full((1, CLASSES), 0.2, np.float32),
        np.full((1, CLASSES), np.nan, np.float32),
        np.zeros((1, CLASSES), np.float32),
    ],
)
def test_weights_that_are_no_shares_are_refused(weights: np.ndarray, model: Model) -> None:
    with pytest.raises(InputError, match="sum to 1"):
        model.generate(model.noise(0), weights)


def test_samples_are_truncated_only_where_that_is_asked_for(model: Model) -> None:
    z, labels = model.noise(3, CLASSES), np.arange(CLASSES)
    assert np.array_equal(model.sample(CLASSES, 3)[0], model.generate(z, labels))
    truncated = model.sample(CLASSES, 3, truncation=0.5)[0]
    assert np.array_equal(truncated, model.generate(z / 2, labels))


def test_weights_of_another_shape_are_refused(model: Model) -> None:
    with pytest.raises(InputError, match="needs 2 labels"):
        model.generate(model.noise(0, 2), np.ones((1, CLASSES), np.float32) / CLASSES)
