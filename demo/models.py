"""The models a visitor can explore: the shipped ones, then those of their own runs."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from demo.session import Sessions
from gan_core.errors import InputError, choose
from gan_core.pretrained import open_model, shipped_models

if TYPE_CHECKING:
    from gan_core.model import Model


def model_names(sessions: Sessions, token: str) -> list[str]:
    session = sessions.find(token)
    return [*shipped_models(), *(session.model_names() if session else [])]


def find_model(sessions: Sessions, token: str, name: str) -> "Model":
    """InputError where the name stands for nothing, or for a run that hasn't begun to learn."""
    if name in shipped_models():
        return _shipped(name)
    names = model_names(sessions, token)
    choose("model", name, dict.fromkeys(names))
    model = sessions.get(token).model(name)
    if model is None:
        raise InputError(f"'{name}' has no generator yet; wait until it has read its images")
    return model


def is_live(sessions: Sessions, token: str, name: str) -> bool:
    """Whether this model still learns."""
    session = sessions.find(token)
    return session is not None and session.is_live(name)


def check_z(z: object, model: "Model") -> np.ndarray:
    """What a page sent as z -> (1, noise_dim); `Model.generate` judges its numbers."""
    try:
        return np.array(z, dtype=np.float32).reshape(1, model.noise_dim)
    except (TypeError, ValueError):
        raise InputError(f"z must be {model.noise_dim} numbers") from None


@cache
def _shipped(name: str) -> "Model":
    return open_model(name)
