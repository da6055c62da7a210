"""The line at the training places."""

from threading import Event, Thread

from demo.slots import Slots


class Trainee:
    """Holds a place from when it gets one until it is told to leave."""

    def __init__(self, slots: Slots) -> None:
        self.inside, self.leave, self.wanted = Event(), Event(), True
        self.got: bool | None = None
        self._slots = slots
        self.thread = Thread(target=self._hold, daemon=True)
        self.thread.start()

    def _hold(self) -> None:
        with self._slots.hold(self, lambda: self.wanted) as self.got:
            self.inside.set()
            if self.got:
                self.leave.wait(10)


def wait_until_in_line(slots: Slots, trainee: Trainee, place: int) -> None:
    for _ in range(200):
        if slots.place(trainee) == place:
            return
        Event().wait(0.01)
    raise AssertionError(f"place {slots.place(trainee)} instead of {place}")


def test_no_more_than_the_limit_get_in_and_the_others_wait_in_order() -> None:
    slots = Slots(1)
    first = Trainee(slots)
    assert first.inside.wait(5)
    second = Trainee(slots)
    wait_until_in_line(slots, second, 1)
    third = Trainee(slots)
    wait_until_in_line(slots, third, 2)
    assert slots.place(first) == 0
    first.leave.set()
    assert second.inside.wait(5)
    assert not third.inside.is_set() and slots.place(third) == 1
    second.leave.set()
    assert third.inside.wait(5)
    third.leave.set()


def test_who_no_longer_wants_leaves_the_line_without_a_place() -> None:
    slots = Slots(1)
    first = Trainee(slots)
    assert first.inside.wait(5)
    second = Trainee(slots)
    wait_until_in_line(slots, second, 1)
    second.wanted = False
    assert second.inside.wait(5)
    assert second.got is False and slots.place(second) == 0
    first.leave.set()
    third = Trainee(slots)
    assert third.inside.wait(5) and third.got
    third.leave.set()
