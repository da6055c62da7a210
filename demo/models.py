"""The models a visitor can explore: the shipped ones, then those of their own runs and files."""

from functools import cache
from typing import TYPE_CHECKING

from demo.sessions import Sessions
from gan_core.errors import InputError, choose
from gan_core.pretrained import image_models, shipped_models

if TYPE_CHECKING:
    from demo.explored import Explored
    from demo.opened import Opened
    from demo.player import Player
    from gan_core.model import Model

    Networks = Explored | Opened | Player

WEIGHTS = ("shown", "raw", "ema")  # of a generator: as its run shows it, learned, or averaged


def model_names(sessions: Sessions, token: str) -> list[str]:
    session = sessions.find(token)
    return [*image_models(), *(session.models.names() if session else [])]


def find_model(sessions: Sessions, token: str, name: str, weights: str = "shown") -> "Model":
    """Of the `WEIGHTS` wanted; InputError where the name stands for nothing, or for a run that
    hasn't begun to learn, or where these weights are not kept."""
    choose("weights", weights, dict.fromkeys(WEIGHTS))
    if name in shipped_models():
        return explorable(name, shipped(name).model(weights))
    names = model_names(sessions, token)
    choose("model", name, dict.fromkeys(names))
    model = sessions.get(token).models.find(name, weights)
    if model is None:
        raise InputError(f"'{name}' has no generator yet; wait until it has read its images")
    return model


def explorable(name: str, model: "Model") -> "Model":
    """The model; InputError where it draws no images."""
    if not model.card.config.image_size:
        raise InputError(f"'{name}' draws points of the plane; models of images can be explored")
    return model


def is_live(sessions: Sessions, token: str, name: str) -> bool:
    """Whether this model still learns."""
    session = sessions.find(token)
    return session is not None and session.models.is_live(name)


def find_networks(sessions: Sessions, token: str, name: str) -> "Networks | None":
    """What is kept beside a generator: D, and other weights; None where the model is gone."""
    return shipped(name) if name in shipped_models() else sessions.get(token).models.networks(name)


@cache
def shipped(name: str) -> "Opened":
    from demo.opened import Opened  # imports torch

    return Opened(shipped_models()[name])
