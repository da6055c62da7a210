"""The one exception that is the user's business."""

from typing import TypeVar

T = TypeVar("T")


class InputError(ValueError):
    """Something the user gave cannot be used; the message is one line and says what to do."""


def choose(what: str, name: str, choices: dict[str, T]) -> T:
    """`choices[name]`, or an InputError that lists what there is."""
    if name not in choices:
        raise InputError(f"unknown {what} '{name}'; choose one of: {', '.join(choices)}")
    return choices[name]
