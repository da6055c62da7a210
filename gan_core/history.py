"""A long sequence kept short, for curves and pictures of which nobody can see every one."""

from collections.abc import Callable, Iterator
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Thinned(Generic[T]):
    """Numbered items: every `stride`-th, and always the newest. Safe to share between threads.

    Whenever there are `limit` of them the stride doubles, which drops every other one. A reader
    that has the items up to some number, at some stride, asks `after` for what came since.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._stride = 1
        self._items: list[tuple[int, T]] = []
        self._lock = Lock()

    def add(self, number: int, item: T) -> None:
        """`number` must be larger than the one before."""
        with self._lock:
            if self._items and self._items[-1][0] % self._stride:
                self._items.pop()  # it was kept only for being the newest
            self._items.append((number, item))
            if len(self._items) >= self._limit:
                self._stride *= 2
                self._items = [
                    kept for kept in self._items if kept[0] % self._stride == 0 or kept[0] == number
                ]

    def after(self, stride: int, number: int) -> tuple[int, bool, list[T]]:
        """(stride now, whether these replace all that the reader has, the items)."""
        with self._lock:
            fresh = stride != self._stride
            return self._stride, fresh, [i for n, i in self._items if fresh or n > number]

    def only(self, wanted: Callable[[T], bool]) -> "Thinned[T]":
        """Another one, with those of its items."""
        copy: Thinned[T] = Thinned(self._limit)
        with self._lock:
            copy._stride = self._stride
            copy._items = [(number, item) for number, item in self._items if wanted(item)]
        return copy

    def __iter__(self) -> Iterator[T]:
        return iter(self.after(0, 0)[2])
