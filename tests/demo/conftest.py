"""Visitors without a page."""

from collections.abc import Iterator

import pytest

from demo.session import Session
from demo.sessions import Sessions


@pytest.fixture
def sessions() -> Iterator[Sessions]:
    made = Sessions(max_trainings=1)
    yield made
    made.close()


@pytest.fixture
def visitor(sessions: Sessions) -> Session:
    return sessions.get(sessions.open())
