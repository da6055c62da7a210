"""How the functions that a widget's script calls are asked, and how they answer."""

from collections.abc import Callable
from functools import wraps

from demo.charts import Have
from gan_core.errors import InputError


def have_of(told: object) -> Have:
    """What a page says that it has of a series."""
    stride, newest = told  # type: ignore[misc] - a ValueError or TypeError is what it should be
    return int(stride), int(newest)


def answered(ask: Callable[[dict], dict]) -> Callable[[dict], dict]:
    """What goes wrong becomes a line for the page; an exception would reach it as null."""

    @wraps(ask)
    def answer(wish: dict) -> dict:
        try:
            return ask(wish)
        except InputError as error:
            return {"error": str(error)}
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            return {"error": f"{ask.__name__} was not asked as it should be: {error}"}

    return answer
