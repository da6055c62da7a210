"""The nearest samples, against a search by hand."""

import numpy as np
import pytest
import torch

from gan_core.data import ImageSet, load
from gan_core.errors import InputError
from gan_core.nearest import nearest


def colours(count: int, seed: int = 0) -> ImageSet:
    random = torch.Generator().manual_seed(seed)
    pixels = torch.randint(0, 256, (count, 3, 4, 4), generator=random).byte()
    return ImageSet(pixels, torch.zeros(count, dtype=torch.int64))


@pytest.mark.parametrize("at_once", [1, 1000, 2**19])
@pytest.mark.parametrize("count", [1, 7, 50])
def test_they_are_those_of_a_search_by_hand(
    at_once: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gan_core.nearest.SEARCHED_AT_ONCE", at_once)
    images = colours(50)
    sample = colours(1, seed=1).images[0].permute(1, 2, 0).numpy()
    reals = images.images.permute(0, 2, 3, 1).numpy() / 255
    distances = np.sqrt(((reals - sample / 255) ** 2).mean(axis=(1, 2, 3)))
    found = nearest(images, sample, count)
    assert [index for index, _ in found] == distances.argsort()[:count].tolist()
    np.testing.assert_allclose([away for _, away in found], np.sort(distances)[:count])


def test_an_image_is_nearest_to_itself_and_to_its_twins_in_their_order(digits: ImageSet) -> None:
    pixels = digits.images.clone()
    pixels[[3, 900]] = pixels[500].clone()
    twins = ImageSet(pixels, digits.labels)
    found = nearest(twins, pixels[500].permute(1, 2, 0).numpy(), 4)
    assert found[:3] == [(3, 0.0), (500, 0.0), (900, 0.0)] and found[3][1] > 0


def test_black_and_white_are_a_whole_apart() -> None:
    white = ImageSet(torch.full((1, 1, 4, 4), 255).byte(), torch.zeros(1, dtype=torch.int64))
    assert nearest(white, np.zeros((4, 4, 1), np.uint8)) == [(0, 1.0)]


def test_between_points_it_is_the_length() -> None:
    ring = load("ring", 0, 2)
    point = np.array([0.3, -0.2], np.float32)
    lengths = np.linalg.norm(ring.images.numpy().astype(float) - point, axis=1)
    found = nearest(ring, point, 3)
    assert [index for index, _ in found] == lengths.argsort(kind="stable")[:3].tolist()
    np.testing.assert_allclose([away for _, away in found], np.sort(lengths)[:3])


def test_of_few_there_are_no_more_than_all() -> None:
    assert len(nearest(colours(3), np.zeros((4, 4, 3), np.uint8), 10)) == 3


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(InputError, match="sample is 1x4x4 and the data 3x4x4"):
        nearest(colours(3), np.zeros((4, 4, 1), np.uint8))
    with pytest.raises(InputError, match="must be positive, not 0"):
        nearest(colours(3), np.zeros((4, 4, 3), np.uint8), 0)
