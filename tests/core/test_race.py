"""Objectives in turns: what is equal among them, and that a turn is a round like any other."""

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from gan_core.config import RunConfig
from gan_core.data import ImageSet, load
from gan_core.errors import InputError
from gan_core.events import Diverged, Evaluated, Finished, Snapshot, StepDone
from gan_core.presets import preset
from gan_core.race import Race, lanes
from gan_core.trainer import Trainer

THREE = ("non-saturating", "least-squares", "hinge")


@pytest.fixture(scope="module")
def ring() -> ImageSet:
    return load("ring", image_size=0, channels=2)


def short(dataset: str = "ring", system: str = "modern", **changes: object) -> RunConfig:
    return replace(preset(system, dataset), **{"steps": 6, "evaluate_every": 3, **changes})


def test_a_lane_differs_in_its_objective_alone() -> None:
    config = short()
    assert lanes(config, THREE) == [replace(config, objective=name) for name in THREE]


@pytest.mark.parametrize(
    ("system", "dataset", "bound"),
    [
        ("simple", "digits", {"gradient_penalty_weight": 10.0}),
        ("dcgan-lsgan", "digits", {"weight_clip": 0.01}),  # its D has BatchNorm
        ("modern", "digits", {}),  # R1 is one
        ("wgan", "digits", {}),  # weight clipping too
    ],
)
def test_wasserstein_gets_a_bound_where_it_has_none(
    system: str, dataset: str, bound: dict[str, float]
) -> None:
    config = preset(system, dataset)
    other, critic = lanes(config, ("hinge", "wasserstein"))
    assert other == replace(config, objective="hinge")
    assert critic == replace(config, objective="wasserstein", **bound)


def test_objectives_without_targets_are_not_smoothed() -> None:
    smoothed, plain = lanes(short(label_smoothing=0.1), ("least-squares", "hinge"))
    assert (smoothed.label_smoothing, plain.label_smoothing) == (0.1, 0.0)


@pytest.mark.parametrize(
    "objectives",
    [(), ("hinge",), ("hinge", "hinge"), (*THREE, "hinge"), (*THREE, "minimax", "relativistic")],
)
def test_a_race_is_between_two_to_four_different_objectives(objectives: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="2 to 4 different objectives"):
        lanes(short(), objectives)
    with pytest.raises(InputError, match="hinge"):  # names those that there are
        lanes(short(), ("hinge", "cubic"))


def test_all_lanes_begin_with_the_same_weights(digits: ImageSet) -> None:
    race = Race(lanes(short("digits"), (*THREE, "wasserstein")), digits)
    first, *others = race.trainers
    for network in ("generator", "discriminator", "generator_ema"):
        expected = getattr(first, network).state_dict()
        for trainer in others:
            weights = getattr(trainer, network).state_dict()
            assert weights.keys() == expected.keys()
            assert all(torch.equal(weights[name], expected[name]) for name in expected)
    assert len({id(trainer.generator) for trainer in race.trainers}) == 4


class Seen:
    """What a trainer's networks were given while they learned."""

    def __init__(self, trainer: Trainer) -> None:
        self.z: list[Tensor] = []
        self.judged: list[Tensor] = []
        for network, kept in ((trainer.generator, self.z), (trainer.discriminator, self.judged)):
            network.register_forward_pre_hook(self._keeper(kept))

    def _keeper(self, kept: list[Tensor]):  # noqa: ANN202 - a hook
        def keep(network: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            if network.training:  # not for a look or a snapshot
                kept.append(inputs[0].detach().clone())

        return keep


def equal(one: list[Tensor], other: list[Tensor]) -> list[bool]:
    assert len(one) == len(other) > 0
    return [torch.equal(*pair) for pair in zip(one, other)]


def test_each_round_shows_the_same_reals_and_noise_to_all_lanes(digits: ImageSet) -> None:
    config = short("digits", batch_size=8, reuse_fakes=False, steps=4)
    race = Race(lanes(config, ("non-saturating", "least-squares")), digits)
    seen = [Seen(trainer) for trainer in race.trainers]
    for _ in race.run():
        pass
    a_round = 3  # reals, D's fakes, G's fakes
    reals, fakes = ([one.judged[at::a_round] for one in seen] for at in (0, 1))
    assert len(seen[0].judged) == 4 * a_round and len(seen[0].z) == 4 * 2
    assert all(equal(*reals))
    assert not torch.equal(reals[0][0], reals[0][1])  # each round has others
    assert all(equal(seen[0].z, seen[1].z))
    assert equal(*fakes) == [True, False, False, False]  # the weights went apart
    assert race.own_noise == ()


def test_a_lane_that_draws_more_has_noise_of_its_own(digits: ImageSet) -> None:
    config = short("digits", "simple", batch_size=8, steps=3)  # D has no bound
    race = Race(lanes(config, ("non-saturating", "hinge", "wasserstein")), digits)
    seen = [Seen(trainer) for trainer in race.trainers]
    for _ in race.run():
        pass
    assert all(equal(seen[0].z, seen[1].z))
    assert equal(seen[0].z, seen[2].z) == [True, False, False]
    assert race.own_noise == (2,)


@pytest.mark.parametrize(
    ("changes", "apart"),
    [({}, ()), ({"instance_noise": 0.1}, (1,)), ({"augment": ("cutout",)}, (1,))],
)
def test_it_is_known_which_lanes_have_noise_of_their_own(
    changes: dict[str, Any], apart: tuple[int, ...], digits: ImageSet
) -> None:
    config = short("digits", batch_size=8, steps=3, reuse_fakes=False, **changes)
    race = Race(lanes(config, ("hinge", "relativistic", "minimax")), digits)
    seen = [Seen(trainer) for trainer in race.trainers]
    for _ in race.run():
        pass
    assert race.own_noise == apart
    assert all(equal(seen[0].z, seen[2].z))
    assert all(equal(seen[0].z, seen[1].z)) is (apart == ())


def test_a_lane_tells_what_the_same_config_tells_alone(ring: ImageSet) -> None:
    race = Race(lanes(short(system="wgan", epochs=1), (*THREE, "wasserstein")), ring)
    events = [*race.run()]
    for lane, trainer in enumerate(race.trainers):
        alone = [*Trainer(trainer.config, ring).run()]
        assert {type(event) for event in alone} == {Snapshot, StepDone, Evaluated, Finished}
        assert [event for number, event in events if number == lane] == alone


def test_two_lanes_of_the_same_objective_stay_equal(ring: ImageSet) -> None:
    events = [*Race([short(), short()], ring).run()]
    one, other = ([event for lane, event in events if lane == number] for number in (0, 1))
    assert one == other


def test_lanes_take_turns_round_by_round(ring: ImageSet) -> None:
    rounds = [
        (event.step, lane)
        for lane, event in Race(lanes(short(), THREE), ring).run()
        if isinstance(event, StepDone)
    ]
    assert rounds == [(step, lane) for step in range(1, 7) for lane in range(3)]


@pytest.mark.parametrize("pulled", [1, 2, 5, 8])
def test_stopping_to_iterate_changes_nothing(pulled: int, ring: ImageSet) -> None:
    whole = [*Race(lanes(short(), THREE), ring).run()]
    race, parts = Race(lanes(short(), THREE), ring), []
    while part := [*islice(race.run(), pulled)]:
        parts += part
    assert parts == whole
    assert race.racing == [] and next(race.run(), None) is None


def test_a_lane_that_diverges_drops_out_and_the_others_go_on(ring: ImageSet) -> None:
    wild = short(g_learning_rate=4e9, d_learning_rate=4e9, r1_weight=0.0, r2_weight=0.0)
    race = Race([short(), wild, short(objective="hinge")], ring)
    ends = [(lane, e) for lane, e in race.run() if isinstance(e, Diverged | Finished)]
    assert [(lane, type(event)) for lane, event in ends] == [
        (1, Diverged), (0, Finished), (2, Finished)
    ]  # fmt: skip
    assert race.trainers[1].steps_done < race.trainers[0].steps_done == 6


def test_auto_precision_is_decided_once_for_all_lanes(
    ring: ImageSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    faster = iter(["float32", "bfloat16", "bfloat16", "bfloat16"])
    monkeypatch.setattr("gan_core.precision.faster_precision", lambda *_: next(faster))
    race = Race(lanes(short(precision="auto"), THREE), ring)
    assert [trainer.config.precision for trainer in race.trainers] == ["float32"] * 3
    assert [*faster] == ["bfloat16"] * 3


def test_each_lane_has_a_clock_that_stands_while_others_train(
    ring: ImageSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter(range(1000))
    race = Race(lanes(short(), ("hinge", "minimax")), ring)
    monkeypatch.setattr("gan_core.race.time.perf_counter", lambda: next(now))
    for lane, event in race.run():
        if lane == 1 and isinstance(event, StepDone):
            next(now)  # a second in which nobody trains
    # the clock of `Trainer.step` and of `Blocks` is the same one
    assert race.seconds[0] == race.seconds[1] > 0
