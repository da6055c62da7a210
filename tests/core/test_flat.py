"""Weights and gradients as two vectors: the same numbers, and the same steps of an optimiser."""

from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn

from gan_core.device import on_device
from gan_core.distributed import ALONE
from gan_core.flat import Flat
from gan_core.learner import Learner
from gan_core.mixed import ordered_weights

CPU = torch.device("cpu")
BETAS = (0.5, 0.9)
HOT = 0.2  # of the size of the weights, so that a step into a wrong direction shows at once


def network() -> nn.Sequential:
    """Convolutions and others, with kernels that are not square and channels of every count."""
    made = nn.Sequential(
        nn.Conv2d(3, 5, (3, 2)),
        nn.BatchNorm2d(5),
        nn.Tanh(),
        nn.ConvTranspose2d(5, 4, 3),
        nn.Tanh(),
        nn.Conv2d(4, 1, 2),
        nn.Flatten(),
        nn.Linear(30, 2),
    ).double()
    random = torch.Generator().manual_seed(0)
    for weight in made.parameters():
        nn.init.normal_(weight, std=0.3, generator=random)
    return made


def images(seed: int) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(4, 3, 6, 6, generator=random, dtype=torch.float64)


def loss_of(model: nn.Module, seed: int) -> Tensor:
    return (model(images(seed)) - 1).square().mean()


@pytest.fixture(params=["contiguous", "channels last"])
def laid(request: pytest.FixtureRequest) -> nn.Sequential:
    return network() if request.param == "contiguous" else on_device(network(), CPU)


def test_weights_become_parts_of_the_vector_and_keep_values_shapes_and_layout(
    laid: nn.Sequential,
) -> None:
    before = deepcopy([*laid.parameters()])
    flat = Flat([*laid.parameters()])
    inside = flat.vector.untyped_storage()
    assert flat.vector.shape == flat.gradient.shape == (sum(map(torch.numel, before)),)
    for old, new in zip(before, laid.parameters(), strict=True):
        assert torch.equal(old, new)
        assert old.stride() == new.stride()
        assert new.untyped_storage().data_ptr() == inside.data_ptr()


def test_what_is_written_to_the_vector_is_what_the_network_computes_with(
    laid: nn.Sequential,
) -> None:
    expected = deepcopy(laid)
    with torch.no_grad():
        for weight in expected.parameters():
            weight.mul_(-2)
        Flat([*laid.parameters()]).vector.mul_(-2)
    # but for rounding, which depends on where in memory a weight lies
    torch.testing.assert_close(laid(images(1)), expected(images(1)))


def test_gradients_taken_are_those_of_autograd_and_leave_none_behind(laid: nn.Sequential) -> None:
    weights = [*laid.parameters()]
    last, flat = weights[-2:], Flat(weights)
    flat.gradient.fill_(float("nan"))  # of a step before; nothing of it may stay
    for weight in last:
        weight.requires_grad_(False)  # as of a layer that a loss does not reach
    expected = torch.autograd.grad(loss_of(laid, 1), weights[:-2])
    loss_of(laid, 1).backward()
    flat.take_gradients(weights)
    assert all(weight.grad is None for weight in weights)
    # where the vectors agree on places, a step along one moves each weight along its own gradient
    before = [weight.detach().clone() for weight in weights]
    with torch.no_grad():
        flat.vector.sub_(flat.gradient)
    for weight, old, gradient in zip(weights, before, expected):
        assert torch.equal(weight, old - gradient)
    assert all(torch.equal(*pair) for pair in zip(last, before[-2:]))


def learner() -> Learner[nn.Sequential]:
    return Learner("D", on_device(network(), CPU), "adam", BETAS, ALONE)


def train(trained: Learner[nn.Sequential], rounds: range) -> None:
    for seed in rounds:
        trained.learn(HOT, {"loss": loss_of(trained.at("float32"), seed)}, {})


@pytest.fixture(scope="module")
def textbook() -> nn.Sequential:
    """Twelve steps as they are usually taken: contiguous, each weight by itself, nothing fused."""
    trained = network()
    optimiser = torch.optim.Adam(trained.parameters(), HOT, BETAS, fused=False, foreach=False)
    for seed in range(12):
        optimiser.zero_grad()
        loss_of(trained, seed).backward()
        optimiser.step()
    return trained


def assert_same(trained: Learner[nn.Sequential], expected: nn.Sequential) -> None:
    got = trained.network.state_dict()
    for name, value in expected.state_dict().items():
        torch.testing.assert_close(got[name], value, atol=1e-7, rtol=0, msg=name)


def test_channels_last_weights_take_the_steps_of_plain_adam(textbook: nn.Sequential) -> None:
    """The fused optimiser steps in order of memory, and does not look whether orders agree."""
    trained = learner()
    train(trained, range(12))
    assert_same(trained, textbook)


def test_so_they_do_after_moving_to_a_new_learner_midway(textbook: nn.Sequential) -> None:
    first, second = learner(), learner()
    train(first, range(5))
    train(second, range(20, 22))  # memories of its own, to be replaced
    second.network.load_state_dict(first.network.state_dict())
    second.restore(deepcopy(first.state()))
    train(second, range(5, 12))
    assert_same(second, textbook)


def test_a_kept_state_can_be_gone_back_to_again() -> None:
    trained = learner()
    train(trained, range(3))
    kept = deepcopy((trained.network.state_dict(), trained.state()))
    branches = []
    for _ in range(2):
        trained.network.load_state_dict(kept[0])
        trained.restore(kept[1])
        train(trained, range(3, 6))
        branches.append(trained.weights.detach().clone())
    assert torch.equal(*branches)


def test_memories_of_another_length_are_refused() -> None:
    """As of a run by a version that kept one for each weight."""
    trained = learner()
    train(trained, range(1))
    memories = {name: value[:9] if value.ndim else value for name, value in trained.state().items()}
    with pytest.raises((RuntimeError, ValueError)):
        learner().restore(memories)


def test_weights_in_another_order_are_still_each_their_own() -> None:
    """`ordered_weights` puts BatchNorm's behind the matrices."""
    made = on_device(network(), CPU)
    ordered = ordered_weights(made)
    names = {id(weight): name for name, weight in made.named_parameters()}
    order = [names[id(weight)] for weight in ordered]
    assert sorted(order) == sorted(names.values())
    assert order[-2:] == ["1.weight", "1.bias"]
    expected = deepcopy(made)(images(1))
    Flat(ordered)
    torch.testing.assert_close(made(images(1)), expected)
