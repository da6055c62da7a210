"""Logs of events: whole, torn, damaged, and of runs that go back."""

from dataclasses import replace
from pathlib import Path

import pytest

from gan_core.errors import InputError
from gan_core.event_log import LONGEST_LINE, EventLog
from gan_core.events import Evaluated

SEEN = Evaluated(5, 1, 240, 0.5, 0.75, 1.0, {"a": 230, "b": 10}, 12.5, 1.5, 9.0, None)


def log(path: Path, step: int, kept: list[Evaluated] | None = None) -> EventLog[Evaluated]:
    return EventLog(path, Evaluated, step, [].append if kept is None else kept.append)


def test_what_was_added_is_kept_up_to_the_step_and_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "evaluations.jsonl"
    first = log(path, 0)
    events = [replace(SEEN, step=step) for step in (5, 10, 15)]
    for event in events:
        first.add(event)
    first.sync()
    first.close()
    kept: list[Evaluated] = []
    second = log(path, 12, kept)
    assert kept == events[:2]
    second.add(events[2])
    second.close()
    kept.clear()
    log(path, 99, kept).close()
    assert kept == events


def test_a_torn_last_line_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "evaluations.jsonl"
    first = log(path, 0)
    first.add(SEEN)
    first.close()
    with path.open("a") as file:
        file.write('{"step": 10, "epo')
    second = log(path, 99)
    second.add(replace(SEEN, step=10))
    second.close()
    kept: list[Evaluated] = []
    log(path, 99, kept).close()
    assert [event.step for event in kept] == [5, 10]


@pytest.mark.parametrize("line", ["nonsense", "[1, 2]", '{"step": 5}', '{"stop": 5}'])
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "evaluations.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(InputError, match=r"line 1 of .*evaluations.jsonl is damaged"):
        log(path, 99)


@pytest.mark.parametrize("step", ["4", '"6"', "null", "NaN", "0"])
def test_a_line_of_an_earlier_step_or_of_none_is_damaged(tmp_path: Path, step: str) -> None:
    path = tmp_path / "evaluations.jsonl"
    first = log(path, 0)
    first.add(SEEN)
    first.close()
    with path.open("a") as file:
        file.write(path.read_text().replace('"step": 5', f'"step": {step}'))
    with pytest.raises(InputError, match=r"line 2 of .*evaluations.jsonl is damaged"):
        log(path, 99)


@pytest.mark.parametrize("character", ["[", " ", "1"])
def test_an_endless_line_is_damaged_not_torn(tmp_path: Path, character: str) -> None:
    path = tmp_path / "evaluations.jsonl"
    path.write_text(character * (2 * LONGEST_LINE))
    with pytest.raises(InputError, match=r"line 1 of .*evaluations.jsonl is damaged"):
        log(path, 99)


def test_where_steps_are_gone_the_file_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "evaluations.jsonl"
    first = log(path, 0)
    for step in (1, 2, 4, 5):
        first.add(replace(SEEN, step=step))
    first.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="holds 3 of the 4 steps"):
        EventLog(path, Evaluated, 4, [].append, each=True)
    assert path.read_bytes() == before


def test_missing_classes_have_less_than_a_tenth_of_their_share() -> None:
    assert SEEN.missing == ("b",)
    assert replace(SEEN, classes={"a": 228, "b": 12}).missing == ()
    assert replace(SEEN, classes={}).missing == ()
