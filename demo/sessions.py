"""Visitors: a token each, a lease, and a limit on how many train at once."""

import gc
import secrets
from pathlib import Path
from threading import Lock

from demo.session import Session
from demo.slots import MAX_TRAININGS, Slots
from gan_core.errors import InputError

LEASE_SECONDS = 600  # a visitor gone longer loses the run
MAX_SESSIONS = 200  # visitors kept at once


class Sessions:
    """All visitors. Those not heard of for LEASE_SECONDS are let go."""

    def __init__(self, max_trainings: int = MAX_TRAININGS, data_dir: Path | None = None) -> None:
        self._slots = Slots(max_trainings)
        self._data_dir = data_dir
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()

    def open(self, token: str | None = None) -> str:
        """The token of the visitor's session: the one given if it is still kept, else a new one."""
        self._let_go()
        with self._lock:
            if token not in self._sessions:
                if len(self._sessions) >= MAX_SESSIONS:
                    raise InputError("too many visitors are here at the moment; try again later")
                token = secrets.token_urlsafe()
                self._sessions[token] = Session(self._slots, self._data_dir)
            assert token is not None
            self._sessions[token].touch()
            return token

    def touch(self, token: str) -> None:
        """The page of this token is still there; nothing where its session was let go."""
        session = self.find(token)
        if session is not None:
            session.touch()
        self._let_go()

    def find(self, token: str) -> Session | None:
        """The session, or None where its lease has run out."""
        with self._lock:
            return self._sessions.get(token)

    def get(self, token: str) -> Session:
        """The session; InputError where its lease has run out."""
        session = self.find(token)
        if session is None:
            raise InputError("this page was away too long and its run was let go; reload the page")
        return session

    def close(self) -> None:
        """End all trainings; a thread still inside torch would crash the interpreter's exit."""
        with self._lock:
            at_work = [one for s in self._sessions.values() for one in s.at_work()]
        for work in at_work:
            work.stop()
        for work in at_work:
            work.wait(10)

    def _let_go(self) -> None:
        with self._lock:
            gone = [t for t, s in self._sessions.items() if s.age > LEASE_SECONDS]
            for token in gone:
                self._sessions.pop(token).stop()
        if gone:
            gc.collect()  # folders and networks of theirs that point to each other
