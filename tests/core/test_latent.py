"""Latent arithmetic against geometry."""

import numpy as np
import pytest

from gan_core.errors import InputError
from gan_core.latent import (
    EASINGS,
    analogy,
    draw,
    interpolate,
    lerp,
    mean_point,
    noise,
    parse_seeds,
    slerp,
)

T = np.linspace(0, 1, 5)


def test_a_seed_stands_for_the_same_noise_however_many_are_drawn() -> None:
    assert np.array_equal(noise(3, 2, 100), noise(3, 50, 100)[:2])
    assert not np.array_equal(noise(3, 2, 100), noise(4, 2, 100))


@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_noise_drawn_in_parts_is_that_drawn_at_once(kind: str) -> None:
    random = np.random.default_rng(3)
    parts = [draw(random, count, 7, kind) for count in (1, 3, 5)]  # odd: half a word is kept over
    np.testing.assert_array_equal(np.concatenate(parts), noise(3, 9, 7, kind))


def test_noise_has_the_moments_of_its_distribution() -> None:
    normal, uniform = noise(0, 1000, 100), noise(0, 1000, 100, "uniform")
    assert abs(normal.mean()) < 0.01 and abs(normal.std() - 1) < 0.01
    assert abs(uniform.mean()) < 0.01 and abs(uniform.var() - 1 / 3) < 0.01
    assert uniform.min() >= -1 and uniform.max() <= 1


@pytest.mark.parametrize("between", [lerp, slerp])
def test_both_paths_start_and_end_at_their_points(between) -> None:  # noqa: ANN001
    start, end = noise(1, 2, 64)
    path = between(start, end, T)
    np.testing.assert_allclose(path[0], start, atol=1e-6)
    np.testing.assert_allclose(path[-1], end, atol=1e-6)


def test_lerp_halves_the_way() -> None:
    start, end = noise(1, 2, 64)
    np.testing.assert_allclose(lerp(start, end, T)[2], (start + end) / 2, rtol=1e-6)


def test_slerp_keeps_to_the_circle_at_even_angles() -> None:
    path = slerp(np.array([2.0, 0.0]), np.array([0.0, 2.0]), T)
    angles = np.arctan2(path[:, 1], path[:, 0])
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 2)
    np.testing.assert_allclose(angles, T * np.pi / 2)


@pytest.mark.parametrize("factor", [1.0, 2.0, -1.0, 0.0])
def test_slerp_goes_straight_where_there_is_no_arc(factor: float) -> None:
    start = noise(1, 1, 64)[0]
    path = slerp(start, factor * start, T)
    np.testing.assert_allclose(path, lerp(start, factor * start, T), atol=1e-6)


def test_interpolation_has_a_leg_between_each_pair_and_hits_every_keyframe() -> None:
    keyframes = noise(1, 3, 64)
    legs = interpolate(keyframes, 7, "slerp")
    assert legs.shape == (2, 7, 64)
    np.testing.assert_allclose(legs[0, -1], keyframes[1], atol=1e-6)
    np.testing.assert_allclose(legs[1, 0], keyframes[1], atol=1e-6)


@pytest.mark.parametrize("easing", EASINGS)
def test_every_easing_goes_from_end_to_end_and_never_back(easing: str) -> None:
    t = EASINGS[easing](np.linspace(0, 1, 101))
    np.testing.assert_allclose(t[[0, 50, 100]], [0, 0.5, 1], atol=1e-12)
    assert (np.diff(t) > 0).all()
    np.testing.assert_allclose(t, 1 - t[::-1], atol=1e-12)  # it ends as it begins


def test_all_but_the_linear_easing_are_slow_at_the_ends() -> None:
    first = {easing: EASINGS[easing](np.array([0.1]))[0] for easing in EASINGS}
    assert first["linear"] == pytest.approx(0.1)
    assert first["smooth"] == pytest.approx((1 - np.cos(0.1 * np.pi)) / 2)
    assert first["cubic"] == pytest.approx(0.004)


def test_an_eased_leg_takes_the_same_way_at_another_pace() -> None:
    keyframes = noise(1, 2, 64)
    even, eased = (interpolate(keyframes, 5, "lerp", easing)[0] for easing in ("linear", "cubic"))
    np.testing.assert_allclose(eased[[0, 2, 4]], even[[0, 2, 4]], atol=1e-6)
    np.testing.assert_allclose(eased[1], 0.9375 * keyframes[0] + 0.0625 * keyframes[1], atol=1e-6)


def test_mixed_labels_are_shares_all_along_the_way() -> None:
    labels = np.eye(10, dtype=np.float32)[[3, 7]]
    shares = interpolate(labels, 5, "lerp", "smooth")[0]
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(shares[2, [3, 7]], [0.5, 0.5], atol=1e-6)


def test_seeds_are_read_and_bad_ones_named() -> None:
    assert parse_seeds(" 1,2 , 3") == [1, 2, 3]
    for text in ("", "1", "1,x", "1,-2", "1,2.5"):
        with pytest.raises(InputError):
            parse_seeds(text)


def test_an_unknown_method_lists_what_there_is() -> None:
    with pytest.raises(InputError, match="slerp, lerp"):
        interpolate(noise(1, 2, 8), 4, "cubic")
    with pytest.raises(InputError, match="linear, smooth, cubic"):
        interpolate(noise(1, 2, 8), 4, "slerp", "abrupt")


def test_an_analogy_points_where_the_sum_does_and_lies_where_noise_lies() -> None:
    a, b, c = noise(5, 3, 64)
    found = analogy(a, b, c)
    assert np.linalg.norm(found) == pytest.approx(8)
    cosine = np.dot(found, a - b + c) / np.linalg.norm(found) / np.linalg.norm(a - b + c)
    assert cosine == pytest.approx(1)
    lengths = np.linalg.norm(noise(0, 2000, 64), axis=1)
    assert abs(np.linalg.norm(found) - lengths.mean()) < 0.1  # where real noise is


def test_an_analogy_of_uniform_noise_stays_in_its_cube() -> None:
    a, b, c = np.array([[0.9, 0.1], [-0.9, 0.2], [0.5, 0.3]])
    np.testing.assert_allclose(analogy(a, b, c, "uniform"), [1, 0.2], rtol=1e-6)


def test_a_mean_is_the_middle_on_the_sphere() -> None:
    middle = mean_point(np.array([[2.0, 0.0, 0, 0], [0.0, 2.0, 0, 0]]))
    np.testing.assert_allclose(middle, [2**0.5, 2**0.5, 0, 0], rtol=1e-6)
    uniform = mean_point(np.array([[1.0, 0.5], [0.0, 0.5]]), "uniform")
    np.testing.assert_array_equal(uniform, [0.5, 0.5])


def test_where_points_cancel_out_nothing_is_left() -> None:
    a = noise(1, 1, 8)[0]
    np.testing.assert_array_equal(mean_point(np.stack([a, -a])), np.zeros(8))
