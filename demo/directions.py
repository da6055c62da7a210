"""Directions in latent space of the models that visitors explore, looked for once for each."""

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from gan_core.errors import choose

if TYPE_CHECKING:
    from gan_core.directions import Directions
    from gan_core.model import Model

MOST = 30  # told to a page
SAMPLES = 1000  # that the principal ones are of
KINDS = ("sefa", "principal")

_found: "WeakKeyDictionary[Model, dict[str, Directions]]" = WeakKeyDictionary()


def directions_of(model: "Model", kind: str) -> "Directions":
    """The strongest of one of `KINDS`, `MOST` at the most."""
    from gan_core.directions import principal, sefa  # imports torch

    choose("kind", kind, dict.fromkeys(KINDS))
    found = _found.setdefault(model, {})
    if kind not in found:
        count = min(MOST, model.noise_dim)
        found[kind] = (
            sefa(model, count) if kind == "sefa" else principal(model, count, _samples(model))
        )
    return found[kind]


def _samples(model: "Model") -> int:
    """As many as tell the directions of z apart."""
    return max(SAMPLES, 2 * (model.noise_dim + len(model.labels) + 1))
