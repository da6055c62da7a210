"""Saved points of latent space: their pictures, sums, and files. It knows no gradio.

A saved point travels as {"name", "model", "weights", "z", "label", "other", "share"}, z after psi.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from demo.models import find_model
from demo.point import Point, read_point
from demo.sessions import Sessions
from demo.text.arithmetic import NEEDS_POINT
from gan_core.errors import InputError
from gan_core.latent import analogy, mean_point
from gan_core.latent_points import MOST, LatentPoint, load_points, save_points

Told = dict[str, Any]
PARTS = ("name", "model", "weights", "label", "other", "share")  # beside z
DECIMALS = 4  # of z, as the sliders tell it


def keep(sessions: Sessions, now: Told, name: str) -> Told:
    """The point of the sliders as a saved one."""
    point = read_point(sessions, now)
    LatentPoint(name, str(now["model"]), _numbers(point.drawn_z[0]))  # checks the name
    kept = {"name": name, "model": now["model"], "weights": now.get("weights", "shown")}
    return {**kept, "z": [*_numbers(point.drawn_z[0])], **_labels_of(now)}


def point_of(saved: Told) -> Told:
    """A saved point as demo/point.py reads it, but for the token."""
    return {**saved, "seed": 0, "psi": 1}


@dataclass(frozen=True, eq=False)
class Sum:
    """A - B + C, drawn by the model of the sliders; pictures are uint8 (H, W, C)."""

    terms: dict[str, np.ndarray]
    picture: np.ndarray
    point: Told  # where the sliders would have to be


def add(sessions: Sessions, now: Told, chosen: dict[str, list[Told]]) -> Sum:
    """chosen: the saved points that A, B and C are the means of, as "a", "b", "c"."""
    groups = {name: _read(sessions, now, chosen[name], name.upper()) for name in "abc"}
    kind = groups["c"][0].model.card.config.noise
    means = {name: _mean(points, kind) for name, points in groups.items()}
    result = analogy(means["a"], means["b"], means["c"], kind)
    labels = {name: points[0].labels for name, points in groups.items()}
    model = groups["c"][0].model
    return Sum(
        {name: model.generate(z[None], labels[name])[0] for name, z in means.items()},
        model.generate(result[None], labels["c"])[0],
        {**now, "psi": 1, "z": [*_numbers(result)], **_fitting(chosen["c"][0], model.labels)},
    )


def _read(sessions: Sessions, now: Told, saved: list[Told], name: str) -> list[Point]:
    """Points as the model of the sliders draws them."""
    if not 1 <= len(saved) <= MOST:
        raise InputError(f"{name} must be 1 to {MOST:,} of the saved points, not {len(saved)}")
    model = read_point(sessions, now).model
    for one in saved:
        _check_size(str(one["name"]), len(one["z"]), model.noise_dim)
    here = {"token": now["token"], "model": now["model"], "weights": now.get("weights", "shown")}
    told = [{**point_of(one), **here, **_fitting(one, model.labels)} for one in saved]
    return [read_point(sessions, one) for one in told]


def _check_size(name: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise InputError(f"'{name:.40}' has {found} numbers and the z of the model chosen "
                         f"{wanted}; take points of its size")  # fmt: skip


def _fitting(one: Told, names: tuple[str, ...]) -> Told:
    """The labels of a point of another model, as far as this one has them."""
    fits = names and all(
        one.get(part) is None or one[part] < len(names) for part in ("label", "other")
    )
    return _labels_of(one) if fits else {"label": 0 if names else None, "other": None, "share": 0}


def _mean(points: list[Point], kind: str) -> np.ndarray:
    """(D,): of a single point, the point itself."""
    z = np.concatenate([point.z for point in points])
    return z[0] if len(z) == 1 else mean_point(z, kind)


def _labels_of(told: Told) -> Told:
    return {"label": told.get("label"), "other": told.get("other"), "share": told.get("share", 0)}


def _numbers(z: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(float(number), DECIMALS) for number in z)


def as_file(saved: list[Told]) -> bytes:
    """For `from_file`; points of several models may be in it."""
    points = [
        LatentPoint(z=tuple(one["z"]), **{part: one[part] for part in PARTS}) for one in saved
    ]
    if not points:
        raise InputError("there are no points to save; save one first")
    with TemporaryDirectory(prefix="ganscope-") as folder:
        path = Path(folder) / "points.json"
        save_points(path, points)
        return path.read_bytes()


def from_file(sessions: Sessions, content: bytes, now: Told | None, kept: int) -> list[Told]:
    """Saved points, to go behind `kept` that are there; InputError where they can't be used.

    Each stays a point of its own model, also of one that isn't here: no other draws the same.
    """
    if not now:
        raise InputError(NEEDS_POINT)
    found, _ = load_points(content)
    if not found:
        raise InputError("the file holds no points; choose another")
    if kept + len(found) > MOST:
        raise InputError(f"the file holds {len(found):,} points and there is room for "
                         f"{MOST - kept:,}; remove some first")  # fmt: skip
    return [_loaded(sessions, point, now) for point in found]


def _loaded(sessions: Sessions, point: LatentPoint, now: Told) -> Told:
    z = point.z or _of_seed(sessions, point, now)
    return {**{part: getattr(point, part) for part in PARTS}, "z": [*_numbers(z)]}


def _of_seed(sessions: Sessions, point: LatentPoint, now: Told) -> np.ndarray:
    """(D,): by the noise of its model, or of the sliders' where that isn't here."""
    token = str(now["token"])
    try:
        model = find_model(sessions, token, point.model)
    except InputError:
        model = find_model(sessions, token, str(now["model"]))
    return point.at(model.noise_dim, model.card.config.noise)
