"""The models a visitor can explore: those of their own runs, then the shipped ones."""

from functools import cache

import numpy as np

from demo.session import Sessions
from gan_core.errors import InputError
from gan_core.model import Model
from gan_core.pretrained import open_model, shipped_models

MAX_SEED = 2**32 - 1


def model_names(sessions: Sessions, token: str) -> list[str]:
    own = sessions.get(token).model_names() if sessions.knows(token) else []
    return [*shipped_models(), *own]


def find_model(sessions: Sessions, token: str, name: str) -> Model:
    """InputError where the name stands for nothing (any more), or for a run still reading data."""
    if name in shipped_models():
        return _shipped(name)
    model = sessions.get(token).model(name)
    if model is None:
        raise InputError(f"there is no generator '{name}' (yet); choose another model or wait")
    return model


def check_seed(seed: object) -> int:
    if (
        not isinstance(seed, int | float)
        or not float(seed).is_integer()
        or not 0 <= seed <= MAX_SEED
    ):
        raise InputError(f"the seed must be a whole number from 0 to {MAX_SEED}, not {seed}")
    return int(seed)


def check_z(z: object, model: Model) -> np.ndarray:
    """What a page sent as z -> (1, noise_dim); `Model.generate` judges its numbers."""
    try:
        return np.array(z, dtype=np.float32).reshape(1, model.noise_dim)
    except (TypeError, ValueError):
        raise InputError(f"z must be {model.noise_dim} numbers") from None


@cache
def _shipped(name: str) -> Model:
    return open_model(name)
