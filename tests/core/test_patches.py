"""The distance between textures: what it sees, and what it is blind to."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from gan_core.data import ImageSet, load
from gan_core.patches import _pyramid, sliced_wasserstein


@pytest.fixture(scope="module")
def halves() -> tuple[np.ndarray, np.ndarray]:
    """Two sets of real digits, uint8 (100, 32, 32, 1): two levels."""
    images = load("digits", 32, 1).images[:200].permute(0, 2, 3, 1).numpy()
    return images[:100], images[100:]


def blurred(images: np.ndarray, radius: float) -> np.ndarray:
    blur = ImageFilter.GaussianBlur(radius)
    soft = [np.asarray(Image.fromarray(image[..., 0]).filter(blur)) for image in images]
    return np.stack(soft)[..., None]


def noisy(images: np.ndarray, deviation: float) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, deviation, images.shape)
    return (images + noise).round().clip(0, 255).astype(np.uint8)


def tinted(images: np.ndarray, *factors: float) -> np.ndarray:
    """Grey (N, H, W, 1) in colour, each channel so much darker."""
    return (images * np.array(factors)).round().astype(np.uint8)


def test_a_set_is_at_no_distance_from_itself(halves: tuple[np.ndarray, np.ndarray]) -> None:
    assert sliced_wasserstein(halves[0], halves[0].copy()) < 0.001  # rounding


def test_the_same_seed_measures_the_same(halves: tuple[np.ndarray, np.ndarray]) -> None:
    real, fake = halves[0], blurred(halves[1], 1)
    found = [sliced_wasserstein(real, fake, seed) for seed in (0, 0, 1)]
    assert found[0] == found[1] != found[2]
    assert found[2] == pytest.approx(found[0], rel=0.25)


def test_either_may_be_the_real_one(halves: tuple[np.ndarray, np.ndarray]) -> None:
    one, other = halves
    assert sliced_wasserstein(one, other) == pytest.approx(sliced_wasserstein(other, one))


def test_the_order_of_images_says_nothing(halves: tuple[np.ndarray, np.ndarray]) -> None:
    """But that patches are then taken elsewhere, which of a hundred images is as other images."""
    one, other = halves
    turned, far = one[::-1].copy(), blurred(other, 1)
    assert 0 < sliced_wasserstein(one, turned) < 1.5 * sliced_wasserstein(one, other)
    found = sliced_wasserstein(one, far), sliced_wasserstein(turned, far)
    assert found[0] == pytest.approx(found[1], rel=0.1)


def test_it_grows_with_noise_and_with_blur(halves: tuple[np.ndarray, np.ndarray]) -> None:
    one, other = halves
    for change, amounts in ((noisy, (10, 60)), (blurred, (0.7, 2))):
        found = [sliced_wasserstein(one, change(other, amount)) for amount in amounts]
        assert sliced_wasserstein(one, other) < found[0] < found[1], change


def test_a_single_image_again_and_again_is_far(halves: tuple[np.ndarray, np.ndarray]) -> None:
    one, other = halves
    again = np.repeat(other[:1], len(one), axis=0)
    assert sliced_wasserstein(one, again) > 3 * sliced_wasserstein(one, other)


@pytest.mark.parametrize("size", [28, 32, 64])
def test_whatever_its_grey_a_flat_image_is_as_far(size: int) -> None:
    """Rounding is no texture: else some of these would lie among the reals, and some beyond."""
    real = load("digits", size, 1).images[:40].permute(0, 2, 3, 1).numpy()
    found = [sliced_wasserstein(real, np.full_like(real, grey)) for grey in (0, 77, 128, 200, 255)]
    np.testing.assert_allclose(found, found[0], rtol=0.01)
    assert found[0] > 5 * sliced_wasserstein(real, real[::-1].copy())


def test_a_cast_that_all_images_share_is_not_seen_but_one_that_they_differ_in_is(
    digits: ImageSet,
) -> None:
    """Each colour is scaled by what it is in all patches, as in the paper."""
    grey = digits.images[:200].permute(0, 2, 3, 1).numpy()
    colour = tinted(grey, 1, 1, 1)
    shared = tinted(grey, 1, 0.5, 0.8)
    assert sliced_wasserstein(colour, shared) < 3  # rounding to whole numbers
    some_red = np.concatenate([tinted(grey[:100], 1, 0.2, 0.2), tinted(grey[100:], 1, 1, 1)])
    assert sliced_wasserstein(colour, some_red) > 30
    swapped = shared[..., [1, 2, 0]]  # which colour is which, likewise
    assert sliced_wasserstein(shared, swapped) < 3


def test_a_level_has_only_what_halving_loses() -> None:
    """Of a slope, which the smaller image has as well: nothing, but at the border."""
    slope = np.linspace(0, 255, 64, dtype=np.float64).round().astype(np.uint8)
    image = np.broadcast_to(slope[:, None], (1, 64, 64))[..., None].copy()
    finest, coarser, _ = _pyramid(image)
    step = 255 / 63 / 127.5  # of the slope, in [-1, 1]
    assert finest[..., 2:-2, 2:-2].abs().max() < 0.2 * step  # rounding
    assert coarser[..., 2:-2, 2:-2].abs().max() < 0.2 * 2 * step
