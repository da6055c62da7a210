"""A plane of latent space against geometry."""

import numpy as np
import pytest

from gan_core.errors import InputError
from gan_core.latent import noise
from gan_core.plane import Plane

POINTS = noise(1, 3, 64)


def test_a_plane_passes_through_its_three_points() -> None:
    plane = Plane.through(POINTS)
    np.testing.assert_allclose(plane.at(plane.corners), POINTS, atol=1e-5)


def test_places_are_as_far_apart_as_their_points() -> None:
    plane = Plane.through(POINTS)
    places = np.random.default_rng(0).standard_normal((2, 2)) * 5
    apart = np.linalg.norm(np.subtract(*plane.at(places)))
    assert apart == pytest.approx(np.linalg.norm(np.subtract(*places)), rel=1e-5)


@pytest.mark.parametrize(
    "points", [POINTS[[0, 0, 1]], POINTS[[0, 1, 1]], POINTS[[0, 1, 0]], np.zeros((3, 64))]
)
def test_points_on_a_line_span_no_plane(points: np.ndarray) -> None:
    with pytest.raises(InputError, match="one line"):
        Plane.through(points)
    with pytest.raises(InputError, match="one line"):
        Plane.through(np.stack([POINTS[0], POINTS[1], 3 * POINTS[1] - 2 * POINTS[0]]))
