"""A walk as a file to take away."""

from collections.abc import Callable
from typing import Any

import numpy as np

from demo.choices import whole_number
from demo.walk import Walk
from gan_core.errors import InputError, choose
from gan_core.evolution import FASTEST, evolution_gif, fitting_scale, mp4
from gan_core.images import png

MAX_SCALE = 16
MAX_PIXELS = 2**26  # of an enlarged strip
MAX_FILM = 2**27  # pixels of all frames of a film, which a GIF holds at once


def write(walk: Walk, told: dict[str, Any]) -> bytes:
    """told: the kind of file, frames a second, whether it goes to and fro, scale of a strip."""
    return choose("kind of file", told["kind"], KINDS)(walk, told)


def _gif(walk: Walk, told: dict[str, Any]) -> bytes:
    frames = _film(walk, told)
    return evolution_gif(frames, 1 / _speed(told), _scale(frames))


def _mp4(walk: Walk, told: dict[str, Any]) -> bytes:
    frames = _film(walk, told)
    return mp4(frames, _speed(told), _scale(frames))


def _png(walk: Walk, told: dict[str, Any]) -> bytes:
    scale = whole_number("scale", told["scale"], 1, MAX_SCALE)
    sheet = walk.sheet()
    if sheet.shape[0] * sheet.shape[1] * scale**2 > MAX_PIXELS:
        raise InputError("this strip would be too large; choose a smaller scale or a shorter walk")
    return png(sheet.repeat(scale, axis=0).repeat(scale, axis=1))


def _scale(frames: list[np.ndarray]) -> int:
    """The largest that is needed and that memory has room for."""
    room = MAX_FILM / sum(frame.shape[0] * frame.shape[1] for frame in frames)
    return max(1, min(fitting_scale(frames), int(room**0.5)))


def _film(walk: Walk, told: dict[str, Any]) -> list[np.ndarray]:
    frames = [*walk.frames()]
    return frames + frames[-2:0:-1] if told["to_and_fro"] else frames


def _speed(told: dict[str, Any]) -> int:
    return whole_number("images a second", told["speed"], 1, FASTEST)


KINDS: dict[str, Callable[[Walk, dict[str, Any]], bytes]] = {  # by the file's suffix
    "gif": _gif,
    "mp4": _mp4,
    "png": _png,
}
