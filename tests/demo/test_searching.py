"""Pictures put in: found, repaired, stopped, refused."""

from base64 import b64encode

import numpy as np
import pytest

import demo.searching
from demo.point import Point, read_point
from demo.searching import Search, read_hidden, read_picture
from demo.sessions import Sessions
from gan_core.errors import InputError
from tests.demo.visits import until


@pytest.fixture
def point(sessions: Sessions) -> Point:
    told = {"token": sessions.open(), "model": "mnist-conditional", "seed": 3, "label": 7}
    return read_point(sessions, told)


def test_a_picture_that_the_model_drew_is_found_again(point: Point) -> None:
    picture = point.draw()
    search = Search(point, picture, None)
    until(lambda: search.facts()["found"] is not None)
    assert search.wait(60) and search.phase == "finished"
    told = search.facts()["found"]
    assert (told["label"], told["share"]) == (7, 1)
    drawn = point.model.generate(np.array([told["z"]], np.float32), np.array([7]))[0]
    assert np.abs(drawn.astype(int) - picture).mean() < 12  # another seed's 7 is off by 30 or so


def test_what_is_hidden_is_filled_and_the_rest_stays(point: Point) -> None:
    picture = point.draw()
    hidden = np.zeros(picture.shape[:2], bool)
    hidden[9:19] = True
    holed = np.where(hidden[..., None], 0, picture).astype(np.uint8)
    search = Search(point, holed, hidden)
    assert search.wait(60) and search.phase == "finished"
    assert search.facts()["found"]["src"].startswith("data:image/png;base64,")


def test_a_stopped_search_keeps_its_best(point: Point) -> None:
    search = Search(point, point.draw(), None)
    until(lambda: search.facts()["found"] is not None)
    search.stop()
    assert search.wait(20) and search.phase == "stopped"
    assert search.facts()["found"]["share"] < 1


def test_the_third_of_all_visitors_waits(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo.searching, "SLOTS", demo.searching.Slots(1))
    first, second = (Search(point, point.draw(), None) for _ in range(2))
    until(lambda: first.phase == "searching")
    assert second.phase == "waiting"
    second.stop()
    assert second.wait(20) and second.phase == "stopped" and second.facts()["found"] is None
    first.stop()
    assert first.wait(20)


def test_the_next_search_of_a_visitor_ends_the_last(sessions: Sessions, point: Point) -> None:
    visitor = sessions.get(sessions.open())
    first, second = (Search(point, point.draw(), None) for _ in range(2))
    visitor.search_by(first)
    visitor.search_by(second)
    assert first.wait(60) and first.phase == "stopped"
    visitor.stop()
    assert second.wait(60) and second.phase == "stopped"


@pytest.mark.parametrize("told", ["", "no base64", "AAAA", None, 7, b64encode(bytes(783)).decode()])
def test_pictures_and_masks_of_the_wrong_size_are_refused(told: object, point: Point) -> None:
    with pytest.raises(InputError, match="the picture must be 28 x 28 x 1 bytes"):
        read_picture(point, told)
    with pytest.raises(InputError, match="the mask must be 28 x 28 bytes"):
        read_hidden(point, told)


def test_a_mask_that_hides_nothing_or_everything_is_refused(point: Point) -> None:
    for value, reason in ((0, "hides no pixel"), (255, "hides every pixel")):
        hidden = read_hidden(point, b64encode(bytes([value] * 784)).decode())
        with pytest.raises(InputError, match=reason):
            Search(point, point.draw(), hidden)
