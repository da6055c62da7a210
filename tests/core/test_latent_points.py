"""Named points and directions: saved and loaded again, and files that are none."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from gan_core.errors import InputError
from gan_core.latent import noise
from gan_core.latent_points import LatentDirection, LatentPoint, load_points, save_points

SEEDED = LatentPoint("a seven", "mnist", seed=4, label=7)
PLACED = LatentPoint("ümläut, 0.1", "mnist", z=(0.1, -1e-30, 3.0))
MIXED = LatentPoint(
    "half a two", "run 1", z=(1.0, 2.0), label=7, other=2, share=0.25, weights="raw"
)
SLANTED = LatentDirection("slant", "mnist", (1.0, 0.0, -2.5))


def file_of(**changes: object) -> str:
    values = {
        "version": 2,
        "points": [asdict(SEEDED), asdict(PLACED)],
        "directions": [asdict(SLANTED)],
    }
    return json.dumps({**values, **changes})


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save_points(tmp_path / "x.json", [SEEDED, PLACED], [SLANTED])
    written = (tmp_path / "x.json").read_bytes()
    assert load_points(written) == ([SEEDED, PLACED], [SLANTED])
    assert load_points(written.decode()) == load_points(file_of())


def test_points_of_several_models_and_sizes_come_back_whole(tmp_path: Path) -> None:
    save_points(tmp_path / "x.json", [PLACED, MIXED, SEEDED])
    assert load_points((tmp_path / "x.json").read_bytes())[0] == [PLACED, MIXED, SEEDED]


def test_a_file_of_the_first_version_is_read() -> None:
    old = ("name", "model", "z", "seed", "label")
    points = [{name: asdict(point)[name] for name in old} for point in (SEEDED, PLACED)]
    text = file_of(version=1, points=points)
    assert load_points(text) == ([SEEDED, PLACED], [SLANTED])


def test_a_z_of_another_size_is_no_place_of_a_model() -> None:
    with pytest.raises(InputError, match="has 2 numbers and this model's z 3"):
        MIXED.at(3)


def test_float32_comes_back_bit_for_bit(tmp_path: Path) -> None:
    z = noise(9, 1, 64)[0]
    save_points(tmp_path / "x.json", [LatentPoint("p", "m", tuple(z.tolist()))])
    ((point,), _) = load_points((tmp_path / "x.json").read_text())
    np.testing.assert_array_equal(point.at(64), z)


@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_a_seed_is_where_its_noise_is(kind: str) -> None:
    np.testing.assert_array_equal(SEEDED.at(64, kind), noise(4, 1, 64, kind)[0])
    np.testing.assert_array_equal(PLACED.at(3, kind), np.array(PLACED.z, np.float32))


def point(**changes: object) -> list[dict[str, object]]:
    return [{**asdict(PLACED), **changes}]


def without(name: str) -> list[dict[str, object]]:
    return [{key: value for key, value in asdict(PLACED).items() if key != name}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "holds no latent points"),
        ("{}", "holds no latent points"),
        (file_of(more=1), "holds no latent points"),
        (file_of(version=3), "version is 3, and only 1 and 2"),
        (file_of(version="x" * 10_000), "can be read"),
        (file_of(points={}), "no lists"),
        (file_of(points=[1]), "no point"),
        (file_of(points=[[]]), "no point"),
        (file_of(points=without("z")), "no point"),
        (file_of(points=without("name")), "no point"),
        (file_of(points=point(colour="red")), "no point"),
        (file_of(points=point(z=None)), "finite numbers"),
        (file_of(points=point(z="abc")), "finite numbers"),
        (file_of(points=point(z=[1, 2, "3"])), "finite numbers"),
        (file_of(points=point(z=[1, 2, True])), "finite numbers"),
        (file_of(points=point(z=[1, 2, float("nan")])), "finite numbers"),
        (file_of(points=point(z=[1, 2, 1e39])), "finite numbers"),  # infinite in float32
        (file_of(points=point(z=[1, 2, -(10**400)])), "finite numbers"),
        (file_of(points=point(z=[])), "either z or a seed"),
        (file_of(points=point(seed=3)), "either z or a seed"),
        (file_of(points=point(z=[], seed=-1)), "seed of"),
        (file_of(points=point(z=[], seed=2**32)), "seed of"),
        (file_of(points=point(z=[], seed=1.5)), "seed of"),
        (file_of(points=point(label="7")), "label of"),
        (file_of(points=point(label=-1)), "label of"),
        (file_of(points=point(other=1.5)), "other of"),
        (file_of(points=point(share=1.5)), "share of"),
        (file_of(points=point(share=None)), "share of"),
        (file_of(points=point(weights=7)), "a name must be"),
        (file_of(points=point(name="")), "a name must be"),
        (file_of(points=point(name="x" * 101)), "a name must be"),
        (file_of(points=point(name="two\nlines")), "a name must be"),
        (file_of(points=point(model=["m"])), "a name must be"),
        (file_of(directions=[{"name": "d", "model": "m", "z": []}]), "needs z"),
        (file_of(directions=point()), "no point"),  # a direction has no seed
        (file_of(points=[asdict(SEEDED)] * 1000), "1,000 points and directions at most, not 1,001"),
        (" " * 17_000_000, "too large"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_in_a_line(text: str | bytes, told: str) -> None:
    with pytest.raises(InputError, match=told) as refused:
        load_points(text)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 200


def test_more_than_can_be_loaded_is_not_saved(tmp_path: Path) -> None:
    save_points(tmp_path / "x.json", [SEEDED] * 1000)
    assert len(load_points((tmp_path / "x.json").read_bytes())[0]) == 1000
    with pytest.raises(InputError, match="at most"):
        save_points(tmp_path / "y.json", [SEEDED] * 1000, [SLANTED])
    assert not (tmp_path / "y.json").exists()
    with pytest.raises(InputError, match="more than 16 MiB"):
        save_points(tmp_path / "y.json", [LatentPoint("p", "m", (0.1,) * 50_000)] * 40)
    assert not (tmp_path / "y.json").exists()
