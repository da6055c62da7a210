"""A file with a line of JSON for each event of one kind, that a run broken off can go on with."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from gan_core.checkpoint import write_atomically
from gan_core.errors import InputError
from gan_core.events import Evaluated, StepDone
from gan_core.locks import locked

Logged = TypeVar("Logged", StepDone, Evaluated)

LONGEST_LINE = 2**20  # bytes; a file of one endless line must not fill the memory


class EventLog(Generic[Logged]):
    """Open from when it is made until `close`."""

    def __init__(
        self,
        path: Path,
        kind: type[Logged],
        step: int,
        kept: Callable[[Logged], object],
        each: bool = False,
    ) -> None:
        """Go on behind `step`: what came later and was not saved is dropped.

        kept: hears every event before. each: there is one of every step; InputError, with the file
        as it was, where some are gone, or where somebody else has the log open.
        """
        self.path = path
        if _is_open(path):
            raise InputError(f"{path.parent} is being trained; stop that training first")
        lines = []
        for line, event in whole_lines(path, kind):
            if event.step <= step:
                lines.append(line)
                kept(event)
        if each and len(lines) != step:
            raise InputError(f"{path} holds {len(lines)} of the {step} steps that are done; put it "
                             "back")  # fmt: skip
        write_atomically(path, b"".join(lines))
        self._file = path.open("a", buffering=1, encoding="utf-8")  # for who looks on
        with suppress(OSError):
            locked(self._file)

    def add(self, event: Logged) -> None:
        self._file.write(json.dumps(asdict(event)) + "\n")

    def sync(self) -> None:
        """Return when all of it is on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def _is_open(path: Path) -> bool:
    """Whether another log writes there; never known on a disk without locks."""
    with suppress(OSError), path.open("rb") as file:
        return not locked(file)
    return False


def whole_lines(path: Path, kind: type[Logged]) -> Iterator[tuple[bytes, Logged]]:
    """Each line of a log with its event, none where there is no file; the last may be torn.

    InputError for a damaged one, among them one of an earlier step than the line before.
    """
    if not path.exists():
        return
    last = 1
    with path.open("rb") as file:
        for number, line in enumerate(iter(partial(file.readline, LONGEST_LINE), b""), start=1):
            if not line.endswith(b"\n") and len(line) < LONGEST_LINE:
                return
            try:
                event = kind(**json.loads(line))
                if not event.step >= last:
                    raise ValueError("the steps go back")
            except (ValueError, TypeError, RecursionError):
                raise InputError(f"line {number} of {path} is damaged; put it back") from None
            last = event.step
            yield line, event
