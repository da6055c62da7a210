"""Points and directions of latent space that somebody named, and the file they are kept in."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from gan_core import latent
from gan_core.errors import InputError

VERSIONS = (1, 2)  # of the file, the newest last; the first knew neither mixtures nor weights
MOST = 1000  # points and directions in a file, together
MOST_LETTERS = 100  # of a name
MOST_BYTES = 2**24  # of a file
LARGEST = float(np.finfo(np.float32).max)
LARGEST_WHOLE = 2**32 - 1  # seed

T = TypeVar("T")


@dataclass(frozen=True)
class LatentPoint:
    """A place in a model's latent space: z itself, or the seed it was drawn from."""

    name: str
    model: str  # name of the model it was found in
    z: tuple[float, ...] = ()  # as it is drawn, after any truncation
    seed: int | None = None  # in place of z
    label: int | None = None  # number of the class, where the model takes labels
    other: int | None = None  # of a second class, mixed with the first
    share: float = 0.0  # of the second, 0 to 1
    weights: str = "shown"  # name of the set of weights it was drawn by, of a model with several

    def __post_init__(self) -> None:
        _check_names(self.name, self.model, self.weights)
        _check_numbers(self.name, self.z)
        if bool(self.z) == (self.seed is not None):
            raise InputError(f"point '{self.name}' needs either z or a seed")
        for what in ("seed", "label", "other"):
            _check_whole(self.name, what, getattr(self, what))
        if not (_is_float32(self.share) and 0 <= self.share <= 1):
            raise InputError(f"the share of '{self.name}' must be a number from 0 to 1")

    def at(self, noise_dim: int, kind: str = "normal") -> np.ndarray:
        """z (noise_dim,) float32, kind: of the model's noise; InputError for another size of z."""
        if self.seed is not None:
            return latent.noise(self.seed, 1, noise_dim, kind)[0]
        if len(self.z) != noise_dim:
            raise InputError(f"'{self.name}' has {len(self.z)} numbers and this model's z "
                             f"{noise_dim}; use it with the model it was found in")  # fmt: skip
        return np.array(self.z, np.float32)


@dataclass(frozen=True)
class LatentDirection:
    """A way to go from any point of a model's latent space."""

    name: str
    model: str  # name of the model it was found in
    z: tuple[float, ...]  # what one step adds

    def __post_init__(self) -> None:
        _check_names(self.name, self.model)
        _check_numbers(self.name, self.z)
        if not self.z:
            raise InputError(f"direction '{self.name}' needs z")


def save_points(
    path: Path, points: list[LatentPoint], directions: list[LatentDirection] | None = None
) -> None:
    """Write them as JSON; InputError for more than can be loaded again."""
    from gan_core.checkpoint import write_atomically  # imports torch, which points do not need

    directions = directions or []
    _check_count(len(points) + len(directions))
    values = {
        "version": VERSIONS[-1],
        "points": [asdict(point) for point in points],
        "directions": [asdict(direction) for direction in directions],
    }
    written = (json.dumps(values, indent=1) + "\n").encode()
    if len(written) > MOST_BYTES:
        raise InputError(f"these points make a file of more than {MOST_BYTES >> 20} MiB; save "
                         "fewer of them")  # fmt: skip
    write_atomically(path, written)


def load_points(text: str | bytes) -> tuple[list[LatentPoint], list[LatentDirection]]:
    """What `save_points` wrote, of one model or of several; InputError for anything else."""
    if len(text) > MOST_BYTES:
        raise InputError("the file is too large for one of latent points; choose another")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError("the file is no JSON; choose one that was saved here") from None
    if not isinstance(values, dict) or set(values) != {"version", "points", "directions"}:
        raise InputError("the file holds no latent points; choose one that was saved here")
    if values["version"] not in VERSIONS:
        raise InputError(f"the file's version is {values['version']!r:.20}, and only "
                         f"{' and '.join(map(str, VERSIONS))} can be read; save it again with this "
                         "ganscope")  # fmt: skip
    found: dict[str, list[Any]] = {"points": values["points"], "directions": values["directions"]}
    if not all(isinstance(entries, list) for entries in found.values()):
        raise InputError("the file holds no lists of points; choose one that was saved here")
    _check_count(sum(map(len, found.values())))
    points = [_made(LatentPoint, entry) for entry in found["points"]]
    return points, [_made(LatentDirection, entry) for entry in found["directions"]]


def _made(kind: type[T], entry: Any) -> T:  # noqa: ANN401 - whatever the JSON held
    try:
        z = {"z": tuple(entry["z"])} if isinstance(entry["z"], list) else {}
        return kind(**{**entry, **z})
    except (TypeError, KeyError):
        raise InputError(
            "the file holds an entry that is no point; choose one that was saved here"
        ) from None


def _check_count(count: int) -> None:
    if count > MOST:
        raise InputError(f"a file holds {MOST:,} points and directions at most, not {count:,}")


def _check_names(*names: object) -> None:
    for name in names:
        if not (isinstance(name, str) and 0 < len(name) <= MOST_LETTERS and name.isprintable()):
            raise InputError(f"a name must be 1 to {MOST_LETTERS} letters of one line, "
                             f"not {name!r:.40}")  # fmt: skip


def _check_numbers(name: str, numbers: object) -> None:
    if not isinstance(numbers, tuple) or not all(map(_is_float32, numbers)):
        raise InputError(f"z of '{name}' must be finite numbers")


def _is_float32(number: object) -> bool:
    return type(number) in (int, float) and abs(number) <= LARGEST  # type: ignore[arg-type]


def _check_whole(name: str, what: str, number: object) -> None:
    if number is None:
        return
    if type(number) is not int or not 0 <= number <= LARGEST_WHOLE:
        raise InputError(f"the {what} of '{name}' must be a whole number from 0 to {LARGEST_WHOLE}")
