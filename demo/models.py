"""The models a visitor can explore: the shipped ones, then those of their own runs."""

from functools import cache
from typing import TYPE_CHECKING

from demo.sessions import Sessions
from demo.text import explore as text
from gan_core.errors import InputError, choose
from gan_core.pretrained import open_model, shipped_models

if TYPE_CHECKING:
    from demo.explored import Explored
    from demo.player import Player
    from gan_core.model import Model

WEIGHTS = ("shown", "raw", "ema")  # of a generator: as its run shows it, learned, or averaged


def model_names(sessions: Sessions, token: str) -> list[str]:
    session = sessions.find(token)
    return [*shipped_models(), *(session.models.names() if session else [])]


def find_model(sessions: Sessions, token: str, name: str, weights: str = "shown") -> "Model":
    """Of the `WEIGHTS` wanted; InputError where the name stands for nothing, or for a run that
    hasn't begun to learn, or where these weights are not kept."""
    choose("weights", weights, dict.fromkeys(WEIGHTS))
    if name in shipped_models():
        if weights != "shown":
            raise InputError(text.ONE_SET)
        return _shipped(name)
    names = model_names(sessions, token)
    choose("model", name, dict.fromkeys(names))
    model = sessions.get(token).models.find(name, weights)
    if model is None:
        raise InputError(f"'{name}' has no generator yet; wait until it has read its images")
    return model


def is_live(sessions: Sessions, token: str, name: str) -> bool:
    """Whether this model still learns."""
    session = sessions.find(token)
    return session is not None and session.models.is_live(name)


def find_networks(sessions: Sessions, token: str, name: str) -> "Player | Explored | None":
    """What is kept of the run this model is of: D, and other weights of G; None without a run."""
    return None if name in shipped_models() else sessions.get(token).models.networks(name)


@cache
def _shipped(name: str) -> "Model":
    return open_model(name)
