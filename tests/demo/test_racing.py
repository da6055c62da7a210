"""A visitor's race, without a page."""

import time
from dataclasses import replace

import pytest

import demo.trainers
from demo.charts import NOTHING
from demo.choices import make_config
from demo.racing import LOOK_EVERY, Racing
from demo.session import Session
from demo.sessions import Sessions
from demo.slots import Slots
from demo.text.race import ALL_DIVERGED
from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.race import Race
from tests.demo.visits import until

THREE = ("non-saturating", "least-squares", "hinge")


def begun(config: RunConfig, objectives: tuple[str, ...] = THREE) -> Racing:
    return Racing(1, config, objectives, None, Slots(1), lambda: True)


def short(**changes: object) -> RunConfig:
    return replace(make_config("modern", "ring", 1, 0), steps=60, evaluate_every=20, **changes)


def everything(race: Racing) -> dict:
    return race.increments(NOTHING, [NOTHING] * len(race.configs))


def test_a_race_runs_to_its_end_and_tells_scores_and_pictures_of_all_lanes() -> None:
    race = begun(short())
    assert race.wait(60) and race.phase == "finished"
    facts, told = race.facts(), everything(race)
    assert [(row["state"], row["step"]) for row in facts["board"]] == [("finished", 60)] * 3
    assert [lane["objective"] for lane in facts["lanes"]] == [*THREE]
    assert (facts["step"], facts["steps"], facts["seconds_left"]) == (60, 60, 0)
    assert facts["measure"] == "missing" and facts["own_noise"] == []
    assert all(row["seconds"] > 0 and row["classes"] == 8 for row in facts["board"])
    rows = told["scores"]["rows"]
    assert [row[0] for row in rows] == [20, 40, 60]
    assert [row[-1] for row in rows] == [0, 1, 2]
    newest = {row["lane"]: row["score"] for row in facts["board"]}
    assert rows[-1][1:-1:2] == [newest[lane] for lane in range(3)]
    assert rows[-1][2:-1:2] == [None] * 3  # a count has no error
    steps = [[grid["step"] for grid in lane["rows"]] for lane in told["snapshots"]]
    assert steps == [[0, 50, 60]] * 3
    first, last = ([lane["rows"][at]["src"] for lane in told["snapshots"]] for at in (0, -1))
    assert len({*first}) == 1 and len({*last}) == 3  # one noise, one start, three ends


def test_a_page_gets_what_it_lacks() -> None:
    race = begun(short())
    assert race.wait(60)
    told = race.increments((1, 1), [(1, 0), (1, 1), (1, 2)])
    assert [row[0] for row in told["scores"]["rows"]] == [60]
    assert [[grid["number"] for grid in lane["rows"]] for lane in told["snapshots"]] == [
        [1, 2], [2], []
    ]  # fmt: skip


def test_pausing_changes_nothing() -> None:
    whole, halting = begun(short()), begun(short())
    until(lambda: halting.facts()["step"] >= 10)
    halting.pause()
    until(lambda: halting.phase == "paused")
    steps = [row["step"] for row in halting.facts()["board"]]
    assert max(steps) < 60 and max(steps) - min(steps) <= 1
    time.sleep(0.2)
    assert [row["step"] for row in halting.facts()["board"]] == steps
    halting.resume()
    assert halting.wait(60) and whole.wait(60)
    assert everything(halting) == everything(whole)


def test_the_scores_are_of_looks_at_the_same_round() -> None:
    race = begun(replace(make_config("simple", "ring", 1, 0), steps=30, evaluate_every=1))
    apart = []
    while not race.ended:
        with race._held_still():
            looked = {look.step for look in race._judged if look}
            apart.append({look.step for look in race._looks if look})
            assert len(looked) <= 1
    assert any(len(steps) > 1 for steps in apart)  # else it would be no feat


def wild(configs: list[RunConfig], lanes: set[int]) -> list[RunConfig]:
    rates = {"g_learning_rate": 4e9, "d_learning_rate": 4e9, "r1_weight": 0.0, "r2_weight": 0.0}
    return [replace(c, **rates) if i in lanes else c for i, c in enumerate(configs)]


@pytest.mark.parametrize(
    ("lanes", "phase", "states"),
    [
        ({1}, "finished", ["finished", "diverged", "finished"]),
        ({0, 1, 2}, "failed", ["diverged"] * 3),
    ],
)
def test_a_lane_that_diverges_has_no_place_and_the_others_go_on(
    lanes: set[int], phase: str, states: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        demo.trainers, "Race", lambda configs, images: Race(wild(configs, lanes), images)
    )
    race = begun(short())
    assert race.wait(60)
    facts = race.facts()
    assert (race.phase, race.message) == (phase, ALL_DIVERGED if phase == "failed" else "")
    assert [lane["state"] for lane in facts["lanes"]] == states
    for row in facts["board"]:
        assert (row["place"] is None) is (row["lane"] in lanes)
    rows = everything(race)["scores"]["rows"]
    assert [row[0] for row in rows] == ([20, 40, 60] if phase == "finished" else [])
    assert all(row[3] is None for row in rows)  # of lane 1


def test_a_lane_with_noise_of_its_own_is_named() -> None:
    config = replace(make_config("simple", "ring", 1, 0), steps=1)
    race = begun(config, ("hinge", "wasserstein", "minimax"))
    assert race.wait(60)
    assert race.facts()["own_noise"] == ["wasserstein"]


def test_a_visitor_races_at_a_common_look_and_starts_anew(visitor: Session) -> None:
    race = visitor.start_race("simple", "ring", THREE, 1, 5)
    assert {(c.evaluate_every, c.seed, c.epochs) for c in race.configs} == {(LOOK_EVERY, 5, 1)}
    with pytest.raises(InputError, match="a race is under way; stop it"):
        visitor.start_race("simple", "ring", THREE, 1, 5)
    race.stop()
    assert race.wait(20) and race.phase == "stopped"
    other = visitor.start_race("simple", "ring", THREE, 1, 5)
    assert (race.number, other.number) == (1, 2) and visitor.race is other


@pytest.mark.parametrize("objectives", [(), ("hinge",), ("hinge", "cubic")])
def test_what_makes_no_race_is_refused_and_nothing_starts(
    objectives: tuple[str, ...], visitor: Session
) -> None:
    with pytest.raises(InputError):
        visitor.start_race("simple", "ring", objectives, 1, 0)
    assert visitor.race is None


def test_a_training_and_a_race_exclude_each_other(visitor: Session) -> None:
    player = visitor.start("simple", "ring", 1000, 0)
    with pytest.raises(InputError, match="a training is under way; stop it"):
        visitor.start_race("simple", "ring", THREE, 1, 0)
    player.stop()
    assert player.wait(20)
    race = visitor.start_race("simple", "ring", THREE, 1000, 0)
    for start in (visitor.start, visitor.reset):
        with pytest.raises(InputError, match="a race is under way; stop it"):
            start("simple", "ring", 1, 0)
    assert visitor.player is player and not race.ended


def test_races_end_with_their_session(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = sessions.get(sessions.open()).start_race("simple", "ring", THREE, 1000, 0)
    until(lambda: let_go.facts()["step"] > 2)
    with monkeypatch.context() as patched:
        patched.setattr("demo.sessions.LEASE_SECONDS", -1)
        sessions.touch("nobody")
    assert let_go.wait(20) and let_go.phase == "stopped"
    closed = sessions.get(sessions.open()).start_race("simple", "ring", THREE, 1000, 0)
    until(lambda: closed.facts()["step"] > 2)
    sessions.close()
    assert closed.phase == "stopped"
