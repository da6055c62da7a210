"""Who may train now: a fixed number at once, the others in a line, first come first served."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

MAX_TRAININGS = 2  # of all visitors at once, unless the command line says otherwise


class Slots:
    """A fair semaphore whose line can be seen and left."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._line: list[object] = []
        self._changed = Condition()

    @contextmanager
    def hold(self, who: object, wanted: Callable[[], bool]) -> Iterator[bool]:
        """Wait for a slot and keep it inside the `with`; False if the wait ended without one."""
        with self._changed:
            self._line.append(who)
            while wanted() and not self._is_next(who):
                self._changed.wait(timeout=0.2)  # `wanted` changes without notice
            held = self._is_next(who)
            self._line.remove(who)
            self._free -= held
            self._changed.notify_all()
        try:
            yield held
        finally:
            with self._changed:
                self._free += held
                self._changed.notify_all()

    def place(self, who: object) -> int:
        """1 for the next in line, 0 for whoever isn't waiting."""
        with self._changed:
            return self._line.index(who) + 1 if who in self._line else 0

    def _is_next(self, who: object) -> bool:
        return self._free > 0 and self._line[0] is who
