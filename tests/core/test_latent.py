"""Latent arithmetic against geometry."""

import numpy as np
import pytest

from gan_core.errors import InputError
from gan_core.latent import interpolate, lerp, noise, parse_seeds, slerp

T = np.linspace(0, 1, 5)


def test_a_seed_stands_for_the_same_noise_however_many_are_drawn() -> None:
    assert np.array_equal(noise(3, 2, 100), noise(3, 50, 100)[:2])
    assert not np.array_equal(noise(3, 2, 100), noise(4, 2, 100))


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


def test_seeds_are_read_and_bad_ones_named() -> None:
    assert parse_seeds(" 1,2 , 3") == [1, 2, 3]
    for text in ("", "1", "1,x", "1,-2", "1,2.5"):
        with pytest.raises(InputError):
            parse_seeds(text)


def test_an_unknown_method_lists_what_there_is() -> None:
    with pytest.raises(InputError, match="slerp, lerp"):
        interpolate(noise(1, 2, 8), 4, "cubic")
