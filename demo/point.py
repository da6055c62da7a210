"""A place in a model's latent space, as a page tells it: checked, and ready to be drawn.

It travels as {"token", "model", "seed", "z": numbers or null for the seed's own, "label", "other":
a second label or null, "share": of the second, "psi": what z is multiplied by, "weights"}.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from demo.choices import MAX_SEED, whole_number
from demo.models import find_model, find_networks
from demo.sessions import Sessions
from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.model import Model

MOST_PSI = 1.5


@dataclass(frozen=True, eq=False)
class Point:
    model: "Model"
    z: np.ndarray  # float32 (1, noise_dim), before psi
    psi: float  # truncation: what is drawn is psi * z
    labels: np.ndarray | None  # float32 (1, classes) weights; None where the model takes no labels

    @property
    def drawn_z(self) -> np.ndarray:
        """float32 (1, noise_dim), after psi."""
        return np.float32(self.psi) * self.z

    def draw(self) -> np.ndarray:
        """Its image, uint8 (H, W, C)."""
        return self.model.generate(self.drawn_z, self.labels)[0]


def read_point(sessions: Sessions, told: object) -> Point:
    """What a page sent; InputError for anything that is no point of a model that is there."""
    if not isinstance(told, dict) or not {"token", "model"} <= set(told):
        raise InputError("a point needs token, model, and z or a seed")
    weights = told.get("weights", "shown")
    model = find_model(sessions, str(told["token"]), str(told["model"]), str(weights))
    z = told.get("z")
    if z is None:
        noise = model.noise(whole_number("seed", told.get("seed"), 0, MAX_SEED))
    else:
        noise = _noise(z, model.noise_dim)
    psi = _number("psi", told.get("psi", 1.0), MOST_PSI)
    return Point(model, noise, psi, _labels(told, len(model.labels)))


def read_opinion(sessions: Sessions, told: dict[str, Any]) -> float | None:
    """What D makes of the image at a point that a page sent, as `read_point` takes it; None where
    no D is kept with its model."""
    point = read_point(sessions, told)
    networks = find_networks(sessions, str(told["token"]), str(told["model"]))
    if networks is None or not networks.has_opinion:
        return None
    return networks.opinion(point.model, point.drawn_z, point.labels)


def _noise(z: object, count: int) -> np.ndarray:
    """(1, count)"""
    if not isinstance(z, list) or len(z) != count or not all(map(_is_number, z)):
        raise InputError(f"z must be {count} numbers")
    try:
        with np.errstate(over="ignore"):  # what is too large for float32 is infinite there
            noise = np.array([z], dtype=np.float32)
    except OverflowError:
        raise InputError("z must hold finite numbers only") from None
    if not np.isfinite(noise).all():
        raise InputError("z must hold finite numbers only")
    return noise


def _labels(told: dict[str, Any], classes: int) -> np.ndarray | None:
    """(1, classes): all on the label, or shared with the other; the first where none is told."""
    label, other = told.get("label"), told.get("other")
    if not classes:
        if label is not None or other is not None:
            raise InputError("this model takes no labels; leave the label out")
        return None
    share = _number("share", told.get("share", 0.0), 1.0) if other is not None else 0.0
    weights = np.zeros((1, classes), dtype=np.float32)
    for name, number, part in (("label", label, 1 - share), ("other", other, share)):
        weights[0, whole_number(name, number or 0, 0, classes - 1)] += part
    return weights


def _number(name: str, number: object, most: float) -> float:
    if _is_number(number) and 0 <= number <= most:
        return float(number)
    raise InputError(f"{name} must be a number from 0 to {most:g}, not {number!r:.40}")


def _is_number(number: object) -> TypeGuard[float]:
    return isinstance(number, int | float) and not isinstance(number, bool)
