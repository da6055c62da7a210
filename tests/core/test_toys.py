"""The shapes in the plane, by their statistics, and that a GAN trains on them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.images import picture
from gan_core.presets import PRESETS, preset
from gan_core.toys import COUNT, TOYS, Points, drawn, grid_centres, ring_centres
from gan_core.trainer import Trainer


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", TOYS)
def test_a_set_has_its_points_and_a_mode_for_each(name: str) -> None:
    points, modes = TOYS[name](random())
    assert (points.shape, points.dtype) == ((COUNT, 2), np.float32)
    assert (modes.shape, modes.dtype) == ((COUNT,), np.int64)
    assert np.isfinite(points).all()


@pytest.mark.parametrize("name", TOYS)
def test_the_seed_decides(name: str) -> None:
    for first, again in zip(TOYS[name](random(3)), TOYS[name](random(3))):
        assert np.array_equal(first, again)
    assert not np.array_equal(TOYS[name](random(3))[0], TOYS[name](random(4))[0])


def test_centres_lie_on_the_unit_circle_and_on_the_even_grid() -> None:
    ring = ring_centres()
    assert np.allclose(np.linalg.norm(ring, axis=1), 1)
    angles = np.sort(np.arctan2(ring[:, 1], ring[:, 0]) % (2 * np.pi))
    assert np.allclose(angles, np.arange(8) * np.pi / 4)
    even = (-4, -2, 0, 2, 4)
    assert {tuple(centre) for centre in grid_centres()} == {(x, y) for x in even for y in even}


@pytest.mark.parametrize(
    ("name", "centres", "sigma"), [("ring", ring_centres(), 0.01), ("grid", grid_centres(), 0.05)]
)
def test_mixtures_are_round_gaussians_in_equal_shares_about_their_centres(
    name: str, centres: np.ndarray, sigma: float
) -> None:
    points, modes = TOYS[name](random())
    share = COUNT // len(centres)
    assert np.array_equal(np.bincount(modes), np.full(len(centres), share))
    error = 5 * sigma / share**0.5  # of a mean of so many
    for mode, centre in enumerate(centres):
        cloud = points[modes == mode]
        assert np.abs(cloud.mean(axis=0) - centre).max() < error
        assert np.allclose(np.cov(cloud.T), sigma**2 * np.eye(2), atol=5 * sigma * error)
    away = np.linalg.norm(points - centres[modes], axis=1) / sigma
    assert np.mean(away < 1) == pytest.approx(1 - np.exp(-0.5), abs=0.02)  # Rayleigh
    assert np.mean(away < 2) == pytest.approx(1 - np.exp(-2), abs=0.02)


def test_the_line_is_thin_even_and_symmetric() -> None:
    points, modes = TOYS["line"](random())
    along, across = (points @ np.array([1, sign]) / 2**0.5 for sign in (1, -1))
    assert across.std() == pytest.approx(0.01, rel=0.05)
    quarters, _ = np.histogram(along, bins=4, range=(-(2**0.5), 2**0.5))
    assert quarters / COUNT == pytest.approx([0.25] * 4, abs=0.02)
    assert not modes.any()


def test_two_moons_are_half_circles_that_their_labels_tell_apart() -> None:
    points, moons = TOYS["two-moons"](random())
    assert np.array_equal(np.bincount(moons), [COUNT // 2] * 2)
    assert np.abs(points.max(axis=0) + points.min(axis=0)).max() < 0.2  # centred
    for moon, centre, up in ((0, (-0.5, -0.25), 1), (1, (0.5, 0.25), -1)):
        around = points[moons == moon] - np.array(centre)
        radii = np.linalg.norm(around, axis=1)
        assert radii.mean() == pytest.approx(1, abs=0.01)
        assert radii.std() == pytest.approx(0.05, abs=0.005)
        assert np.mean(up * around[:, 1]) == pytest.approx(2 / np.pi, abs=0.02)


def test_the_swiss_roll_is_a_spiral_whose_radius_grows_with_its_angle() -> None:
    points, modes = TOYS["swiss-roll"](random())
    assert 1.2 < np.abs(points).max() < 1.6
    angle, radius = np.arctan2(points[:, 1], points[:, 0]), np.linalg.norm(points, axis=1)
    # scikit-learn: (t cos t, t sin t), t in [1.5 pi, 4.5 pi]; off by less than a turn
    turns = (10 * radius - angle) / (2 * np.pi)
    assert np.abs(turns - turns.round()).mean() < 0.06
    assert radius.min() < 0.15 * np.pi + 0.02 and radius.max() > 0.45 * np.pi - 0.02
    assert not modes.any()


def test_drawn_points_are_centred_scaled_and_jittered_about_where_they_were_drawn() -> None:
    strokes = np.array([[100.0, 40.0], [300.0, 40.0], [200.0, 140.0]])
    points, modes = drawn(strokes, random())
    assert (points.shape, points.dtype) == ((COUNT, 2), np.float32)
    assert not modes.any() and modes.dtype == np.int64
    corners = np.array([[-1, -0.5], [1, -0.5], [0, 0.5]])  # its longer side fills [-1, 1]
    nearest = np.linalg.norm(points[:, None] - corners, axis=2).argmin(axis=1)
    for corner, centre in enumerate(corners):
        cloud = points[nearest == corner]
        assert len(cloud) == pytest.approx(COUNT / 3, abs=1)
        assert np.allclose(cloud.mean(axis=0), centre, atol=0.002)
        assert np.allclose(cloud.std(axis=0), 0.02, atol=0.001)


def test_a_single_drawn_point_becomes_a_cloud_in_the_middle() -> None:
    points, _ = drawn(np.array([[7.0, 9.0]]), random())
    assert np.abs(points).max() < 0.15
    assert points.std() == pytest.approx(0.02, abs=0.001)


def as_set(points_and_modes: Points, class_names: tuple[str, ...] = ()) -> ImageSet:
    points, modes = points_and_modes
    return ImageSet(torch.from_numpy(points), torch.from_numpy(modes), class_names)


@pytest.mark.parametrize("name", TOYS)
def test_a_snapshot_of_a_toy_holds_points_beside_real_ones_and_shows_both(name: str) -> None:
    watched = Trainer(preset("r3gan", name), as_set(TOYS[name](random())), "cpu")
    for done in [watched.step() for _ in range(3)]:
        assert np.isfinite([done.d_loss, done.g_loss, done.terms["r1"], done.terms["r2"]]).all()
    snapshot = watched.snapshot()
    assert (snapshot.samples.shape, snapshot.samples.dtype) == ((1000, 2), np.float32)
    assert snapshot.reference is not None
    real = {tuple(point) for point in watched.images.images.tolist()}
    assert len(snapshot.reference) == 1000
    assert {tuple(point) for point in snapshot.reference.tolist()} <= real
    shown = picture(snapshot.samples, snapshot.columns, snapshot.reference)
    assert (shown.shape, shown.dtype) == ((480, 480, 3), np.uint8)
    _, pixels = np.unique(shown.reshape(-1, 3), axis=0, return_counts=True)
    assert len(pixels) == 3 and pixels.min() > 50  # the ground, real points, fakes


PLAYED: list[Callable[[RunConfig], RunConfig]] = [
    lambda config: replace(config, conditional=True),
    lambda config: replace(config, conditional=True, label_input="concatenation"),
    lambda config: replace(config, packing=2),
    lambda config: replace(config, precision="bfloat16"),
    lambda config: replace(config, instance_noise=0.1),
]


@pytest.mark.parametrize("change", PLAYED, ids=["projection", "concatenation", "packing",
                                                "bfloat16", "noise"])  # fmt: skip
def test_the_ring_takes_labels_and_what_else_the_rules_allow(
    change: Callable[[RunConfig], RunConfig],
) -> None:
    eight = as_set(TOYS["ring"](random()), tuple("abcdefgh"))
    watched = Trainer(change(preset("r3gan", "ring")), eight, "cpu")
    assert all(np.isfinite(watched.step().g_loss) for _ in range(2))
    assert watched.snapshot().samples.shape == (1000, 2)


def test_labels_are_refused_where_a_toy_has_no_classes() -> None:
    with pytest.raises(InputError, match="needs labelled images"):
        Trainer(preset("conditional", "line"), as_set(TOYS["line"](random())), "cpu")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_plays_on_the_ring(name: str) -> None:
    eight = as_set(TOYS["ring"](random()), tuple("abcdefgh"))
    done = Trainer(preset(name, "ring"), eight, "cpu").step()
    assert np.isfinite([done.d_loss, done.g_loss, done.d_gradient, done.g_gradient]).all()


def test_a_conditional_gan_learns_where_each_mode_of_the_ring_lies() -> None:
    points, modes = TOYS["ring"](random())
    config = replace(preset("conditional", "ring"), batch_size=64, ema_decay=0.98)
    watched = Trainer(config, as_set((points, modes), tuple("abcdefgh")), "cpu")
    for _ in range(100):
        watched.step()
    asked = ring_centres()[np.arange(1000) % 8]
    assert np.linalg.norm(watched.snapshot().samples - asked, axis=1).mean() < 0.1


def test_real_points_shown_beside_a_long_drawing_are_from_all_of_it() -> None:
    stroke = np.stack([np.linspace(0, 1, 5000), np.zeros(5000)], axis=1)
    snapshot = Trainer(preset("r3gan", "drawn"), as_set(drawn(stroke, random())), "cpu").snapshot()
    assert snapshot.reference is not None
    assert snapshot.reference[:, 0].min() < -0.9 and snapshot.reference[:, 0].max() > 0.9
