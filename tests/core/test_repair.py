"""Repair: weights and seam against their definitions, the filling against what was hidden."""

from pathlib import Path

import numpy as np
import pytest
import torch

from gan_core.data import load
from gan_core.errors import InputError
from gan_core.inversion import Attempt
from gan_core.judge import open_judge
from gan_core.model import Model
from gan_core.pretrained import open_model
from gan_core.repair import FAR, blended, context_weights, repair
from tests.core.test_inversion import SIDE, last, small_model

SHAPE = (8, 9)


def band(first: int, behind: int, shape: tuple[int, int]) -> np.ndarray:
    """Rows hidden from the one to before the other."""
    hidden = np.zeros(shape, bool)
    hidden[first:behind] = True
    return hidden


def test_a_visible_pixel_counts_more_the_more_of_its_window_is_hidden() -> None:
    hidden = np.random.default_rng(0).random(SHAPE) < 0.3
    known = np.zeros(SHAPE)
    for y, x in np.argwhere(~hidden):
        known[y, x] = FAR + hidden[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4].mean()
    found = context_weights(torch.from_numpy(hidden)[None, None])
    np.testing.assert_allclose(found[0, 0].numpy(), known / known.sum(), rtol=1e-5)


@pytest.mark.parametrize("channels", [1, 3])
def test_what_blending_adds_is_harmonic_in_the_hole(channels: int) -> None:
    random = np.random.default_rng(0)
    image, drawn = random.integers(90, 160, (2, *SHAPE, channels), dtype=np.uint8)
    hidden = random.random(SHAPE) < 0.5
    places = {tuple(place): row for row, place in enumerate(np.argwhere(hidden))}
    matrix, right = np.zeros((len(places), len(places))), np.zeros((len(places), channels))
    for (y, x), row in places.items():
        for there in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if not (0 <= there[0] < SHAPE[0] and 0 <= there[1] < SHAPE[1]):
                continue
            matrix[row, row] += 1
            if there in places:
                matrix[row, places[there]] -= 1
            else:
                right[row] += image[there].astype(float) - drawn[there]
    known = drawn[hidden] + np.linalg.solve(matrix, right)
    found = blended(image, drawn, hidden)
    assert np.abs(found[hidden] - known.clip(0, 255)).max() <= 0.51
    assert np.array_equal(found[~hidden], image[~hidden])


def test_a_drawing_that_is_only_brighter_leaves_no_trace() -> None:
    image = np.random.default_rng(0).integers(50, 200, (28, 28, 1), dtype=np.uint8)
    hidden = band(5, 23, (28, 28))
    assert np.array_equal(blended(image, image + 40, hidden), image)


@pytest.mark.parametrize("conditional", [False, True])
def test_what_was_hidden_comes_back_where_only_one_z_fits(conditional: bool) -> None:
    model = small_model(conditional=conditional)
    for seed in range(3):
        labels = np.array([seed])
        image = model.generate(model.noise(seed + 100), labels)[0]
        hidden = band(2, 4, (SIDE, SIDE))
        shown = np.where(hidden[..., None], 77, image).astype(np.uint8)
        attempts = [*repair(model, shown, hidden)]
        assert np.abs(attempts[-1].image.astype(int) - image).max() <= 2
        assert attempts[-1].label == (seed if conditional else None)
        losses = [each.loss for each in attempts]
        assert losses == sorted(losses, reverse=True) and attempts[-1].share == 1
        for each in attempts:
            assert np.array_equal(each.image[~hidden], image[~hidden])


def test_hidden_pixels_take_no_part() -> None:
    model, hidden = small_model(), band(0, 3, (SIDE, SIDE))
    image = model.generate(model.noise(7))[0]

    def repaired(value: int) -> Attempt:
        covered = np.where(hidden[..., None], value, image).astype(np.uint8)
        return last(repair(model, covered, hidden))

    black, white = repaired(0), repaired(255)
    assert np.array_equal(black.image, white.image) and np.array_equal(black.z, white.z)


def test_the_shipped_model_mends_digits(data_dir: Path) -> None:
    model, judge = open_model("mnist-conditional"), open_judge("mnist")
    test = load("mnist", 28, 1, data_dir, part="test")
    images, hidden = test.images[:4].permute(0, 2, 3, 1).numpy(), band(9, 19, (28, 28))
    mended = np.stack([last(repair(model, image, hidden)).image for image in images])
    right = judge.look(mended)[1].argmax(axis=1) == test.labels[:4].numpy()
    assert right.sum() >= 3
    emptied = np.where(hidden[..., None], 0, images)
    off, lost = (np.square(each.astype(float) - images).mean() for each in (mended, emptied))
    assert off < lost / 2


@pytest.fixture(scope="module")
def model() -> Model:
    return small_model()


@pytest.mark.parametrize(
    ("hidden", "message"),
    [
        (np.zeros((SIDE, SIDE), bool), "hides no pixel; hide those to repair"),
        (np.ones((SIDE, SIDE), bool), "hides every pixel; leave some"),
        (np.ones((SIDE, SIDE), np.uint8), r"must be bool \(6, 6\), as the image, not uint8"),
        (np.ones((SIDE, SIDE, 1), bool), r"must be bool \(6, 6\)"),
        (np.ones((SIDE, SIDE + 1), bool), r"must be bool \(6, 6\)"),
    ],
    ids=["empty", "everything", "numbers", "a channel", "another size"],
)
def test_masks_that_can_not_be_used_are_refused_at_once(
    model: Model, hidden: np.ndarray, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        repair(model, np.zeros((SIDE, SIDE, 1), np.uint8), hidden)


def test_images_that_the_model_does_not_draw_are_refused_at_once(model: Model) -> None:
    with pytest.raises(InputError, match="must be uint8"):
        repair(model, np.zeros((SIDE, SIDE, 1), np.float32), band(0, 2, (SIDE, SIDE)))
