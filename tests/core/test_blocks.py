"""Rounds played in blocks, as a GPU plays them, against rounds played one by one."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from gan_core.blocks import Blocks, Repeated, recorded
from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.events import Diverged, Event
from gan_core.presets import PRESETS
from gan_core.rounds import Rounds
from gan_core.trainer import Trainer

SIMPLE = replace(PRESETS["simple"], batch_size=16, precision="float32", epochs=2)
KINDS = {
    "simple": SIMPLE,
    "in bfloat16": replace(SIMPLE, precision="bfloat16"),
    "five critic steps, RMSprop, clipping": replace(
        SIMPLE, objective="wasserstein", d_steps=5, g_optimiser="rmsprop", d_optimiser="rmsprop",
        weight_clip=0.01,
    ),
    "labels, penalties, augmentation": replace(
        PRESETS["conditional"], batch_size=16, precision="float32", epochs=1, r2_weight=1.0,
        gradient_penalty_weight=1.0, augment=("translation",),
    ),
    "BatchNorm, momentum": replace(
        PRESETS["vanilla"], batch_size=16, precision="float32", epochs=2, g_optimiser="sgd",
    ),
    "a cosine, so that no round is as the last": replace(SIMPLE, schedule="cosine"),
}  # fmt: skip


@pytest.fixture
def few(digits: ImageSet) -> ImageSet:
    """170 images: ten rounds of 16 an epoch."""
    return ImageSet(digits.images[:170], digits.labels[:170], digits.class_names)


def plain(config: RunConfig, images: ImageSet) -> Trainer:
    return Trainer(config, images, "cpu")


def in_blocks(config: RunConfig, images: ImageSet, length: int = 4) -> Trainer:
    made = plain(config, images)
    made._blocks = Blocks(made._rounds, length, Repeated)
    return made


def same_state(one: Trainer, other: Trainer) -> bool:
    (tensors, facts), (others, other_facts) = one.state(), other.state()
    same = (torch.equal(tensors[name], others[name]) for name in tensors)
    return facts == other_facts and tensors.keys() == others.keys() and all(same)


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_in_blocks_has_the_same_events_and_ends_in_the_same_state(
    kind: str, few: ImageSet
) -> None:
    one_by_one, blocks = plain(KINDS[kind], few), in_blocks(KINDS[kind], few)
    assert list(blocks.run()) == list(one_by_one.run())
    assert same_state(blocks, one_by_one)


@pytest.mark.parametrize("rounds", [1, 3, 4, 6])
def test_within_a_block_the_networks_are_those_of_the_round_told_last(
    rounds: int, few: ImageSet
) -> None:
    one_by_one, blocks = plain(SIMPLE, few), in_blocks(SIMPLE, few)
    for watched in (one_by_one, blocks):
        for _ in range(rounds):
            watched.step()
    assert blocks.steps_done == one_by_one.steps_done == rounds
    for weight, expected in zip(blocks.generator.parameters(), one_by_one.generator.parameters()):
        assert torch.equal(weight, expected)
    assert same_state(blocks, one_by_one)
    assert [blocks.step() for _ in range(5)] == [one_by_one.step() for _ in range(5)]


def test_a_change_takes_effect_at_the_next_round_though_a_block_was_played_without_it(
    few: ImageSet,
) -> None:
    runs = plain(SIMPLE, few), in_blocks(SIMPLE, few)
    told: list[list[Event]] = []
    for watched in runs:
        events: list[Event] = [watched.step() for _ in range(2)]
        watched.change(replace(SIMPLE, g_learning_rate=1e-2, d_steps=2))
        told.append(events + [watched.step() for _ in range(6)])
    assert told[0] == told[1]
    assert same_state(*runs)


def test_divergence_within_a_block_ends_the_run_before_the_round_that_fails(few: ImageSet) -> None:
    config = replace(SIMPLE, d_learning_rate=10.0, objective="least-squares", d_optimiser="sgd")
    one_by_one, blocks = plain(config, few), in_blocks(config, few, length=8)
    expected, got = list(one_by_one.run()), list(blocks.run())
    assert isinstance(got[-1], Diverged) and 1 < got[-1].step < 8
    assert got == expected
    assert same_state(blocks, one_by_one)


class NothingComesToTheHost(TorchDispatchMode):
    def __torch_dispatch__(
        self,
        func: Callable,
        types: object,
        args: tuple = (),
        kwargs: dict | None = None,
    ) -> object:
        assert "_local_scalar_dense" not in str(func), "a GPU would have to be waited for"
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "cosine" not in kind])
def test_a_round_can_be_recorded(kind: str, few: ImageSet) -> None:
    """It waits for no number, and all that it changes stays where it is in memory."""
    rounds = plain(KINDS[kind], few)._rounds
    before = rounds.copies()
    rounds.move_unchecked(KINDS[kind])  # from here on the optimisers have their memories
    places = [tensor.data_ptr() for tensor in rounds._tensors()]
    rounds.put_back(before)
    with NothingComesToTheHost():
        rounds.move_unchecked(KINDS[kind])
        rounds.end(KINDS[kind])
    assert [tensor.data_ptr() for tensor in rounds._tensors()] == places


class FailsHalfWay:
    """As a capture does that meets an operation it can't take."""

    def __init__(self, rounds: Rounds, config: RunConfig) -> None:
        rounds.batches.look_at(torch.zeros(2, rounds.batches.size, dtype=torch.int64))
        rounds.move_unchecked(config)
        raise RuntimeError("operation not permitted when stream is capturing")


def test_what_cannot_be_recorded_is_played_by_python_and_says_so(
    few: ImageSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gan_core.blocks.Recorded", FailsHalfWay)
    one_by_one, blocks = plain(SIMPLE, few), plain(SIMPLE, few)
    blocks._blocks = Blocks(blocks._rounds, 4, recorded)
    expected = [one_by_one.step() for _ in range(6)]
    with pytest.warns(UserWarning, match="without a CUDA graph, more slowly: operation not"):
        assert [blocks.step() for _ in range(6)] == expected


def test_that_check_finds_a_number_that_comes_to_the_host() -> None:
    with pytest.raises(AssertionError, match="waited for"), NothingComesToTheHost():
        torch.ones(()).item()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("kind", KINDS)
def test_a_graph_on_a_gpu_tells_what_rounds_one_by_one_tell(kind: str, few: ImageSet) -> None:
    recorded, one_by_one = (Trainer(KINDS[kind], few, "cuda") for _ in range(2))
    one_by_one._blocks = Blocks(one_by_one._rounds, 1, Repeated)
    for _ in range(10):
        got, expected = recorded.step(), one_by_one.step()
        assert got.d_loss == pytest.approx(expected.d_loss, abs=1e-3)
        assert got.g_loss == pytest.approx(expected.g_loss, abs=1e-3)
