"""What tests do with a visitor's session."""

import time
from collections.abc import Callable

from demo.charts import NOTHING
from demo.session import Session


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def report(session: Session) -> dict:
    return session.report(-1, NOTHING, NOTHING, NOTHING)
