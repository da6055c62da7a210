"""The exceptions that are somebody's business: the user's, or the training loop's."""

from typing import TypeVar

T = TypeVar("T")


class InputError(ValueError):
    """Something the user gave cannot be used; the message is one line and says what to do."""


class NotFinite(ArithmeticError):
    """A number that training needs is infinite or none; `term` is its name."""

    def __init__(self, term: str) -> None:
        super().__init__(f"{term} is not a finite number")
        self.term = term


def choose(what: str, name: str, choices: dict[str, T]) -> T:
    """`choices[name]`, or an InputError that lists what there is."""
    if name not in choices:
        raise InputError(f"unknown {what} '{name}'; choose one of: {', '.join(choices)}")
    return choices[name]
