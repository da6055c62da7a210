"""Computing in bfloat16 with float32 weights: the same mathematics, and every weight exact."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from gan_core.chance import Chance
from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.device import on_device
from gan_core.distributed import ALONE
from gan_core.flat import Flat
from gan_core.learner import Learner
from gan_core.mixed import CAST, Mixed, ordered_weights
from gan_core.modules import Dropout, Residual
from gan_core.networks import ARCHITECTURES, build_networks
from gan_core.presets import PRESETS
from gan_core.trainer import Trainer

CPU = torch.device("cpu")
ROUNDING = 0.015  # bfloat16 keeps 8 bits, which is a 256th at each layer
OTHERS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.Embedding, Dropout)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """So that sums are always in the same order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def pair(architecture: str) -> tuple[nn.Module, nn.Module]:
    """Both networks, told labels, with weights unlike the first ones (such as gains of 0)."""
    points = {"image_size": 0, "channels": 2} if architecture.endswith("points") else {}
    base = replace(PRESETS["simple"], architecture=architecture, noise_dim=8, conditional=True)
    random = torch.Generator().manual_seed(0)
    made = build_networks(replace(base, **points), 10, random)
    for network in made:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
                nn.init.uniform_(module.weight, 0.5, 1.5, generator=random)
            if isinstance(module, Residual):
                nn.init.constant_(module.gain, 0.7)
    return on_device(made[0], CPU), on_device(made[1], CPU)


def answer(network: nn.Module, inputs: Tensor) -> Tensor:
    """In bfloat16, with labels and always the same dropout."""
    for module in network.modules():
        if isinstance(module, Dropout):
            module.chance = Chance(5, CPU)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        return network(inputs, torch.arange(len(inputs)) % 10).float()


def apart(outputs: Tensor, expected: Tensor) -> float:
    """As a share of what is expected."""
    return ((outputs - expected).norm() / expected.norm()).item()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_copy_computes_what_autocast_makes_of_the_network_as_it_is_now(
    architecture: str,
) -> None:
    random = torch.Generator().manual_seed(1)
    z = torch.randn(4, 8, generator=random)
    generator, discriminator = pair(architecture)
    samples = generator(z, torch.arange(4)).detach()
    for network, inputs in ((generator, z), (discriminator, samples)):
        flat = Flat(ordered_weights(network))
        mixed = Mixed(network, flat)
        expected = answer(network, inputs)
        assert apart(answer(mixed.copy, inputs), expected) < ROUNDING
        flat.vector.mul_(1 + torch.rand(flat.vector.shape, generator=random))
        moved = answer(network, inputs)
        assert apart(answer(mixed.copy, inputs), moved) > 3 * ROUNDING
        mixed.refresh()
        assert apart(answer(mixed.copy, inputs), moved) < ROUNDING


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_matrices_are_bfloat16_and_all_else_is_the_networks_own(architecture: str) -> None:
    for network in pair(architecture):
        copy = Mixed(network, Flat(ordered_weights(network))).copy
        twins = dict(copy.named_modules())
        cast: set[str] = set()
        for name, module in network.named_modules():
            if isinstance(module, CAST):
                assert twins[name] is not module
                cast |= {f"{name}.{part}" for part, _ in module.named_parameters()}
            elif isinstance(module, OTHERS):
                assert twins[name] is module
        weights = dict(copy.named_parameters())
        assert weights.keys() == dict(network.named_parameters()).keys() > cast
        for name, weight in network.named_parameters():
            assert weight.dtype == torch.float32
            assert (weights[name] is weight) == (name not in cast)
            assert weights[name].dtype == (torch.bfloat16 if name in cast else torch.float32)
        for (name, buffer), twin in zip(network.named_buffers(), copy.buffers(), strict=True):
            assert twin is buffer, name


def test_a_step_moves_the_exact_weights_and_the_next_copy_has_them() -> None:
    network = pair("dcgan")[1]
    learner = Learner("D", network, "adam", (0.5, 0.9), ALONE)
    samples = torch.randn(4, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    names = [name for name, _ in network.named_parameters()]
    before = deepcopy([*network.parameters()])
    for _ in range(2):
        with torch.autocast("cpu", torch.bfloat16):
            logits = learner.at("bfloat16")(samples, torch.arange(4))
        learner.learn(0.05, {"loss": logits.float().square().mean()}, {})
        copied = dict(learner.at("bfloat16").named_parameters())
        for name, old, new in zip(names, before, network.parameters()):
            assert new.dtype == torch.float32
            assert torch.equal(copied[name], new.to(copied[name].dtype)), name
            if name != "features.2.bias":  # without influence: a BatchNorm takes the mean away
                assert (new - old).abs().max() > 0.01, name
        before = deepcopy([*network.parameters()])


def test_steps_too_small_for_bfloat16_still_add_up() -> None:
    """Near 1 its numbers are 1/128 apart: with weights in it, no such step would ever be taken."""
    network = nn.Linear(1, 1, bias=False)
    nn.init.ones_(network.weight)
    learner = Learner("D", network, "sgd", (0.0, 0.9), ALONE)
    seen = []
    for _ in range(100):
        with torch.autocast("cpu", torch.bfloat16):
            loss = learner.at("bfloat16")(torch.ones(1, 1)).float().sum()
        learner.learn(1e-3, {"loss": -loss}, {})
        seen.append(loss.item())
    assert seen[:3] == [1, 1, 1]
    assert network.weight.item() == pytest.approx(1.1, rel=1e-4)
    assert learner.at("bfloat16").weight.item() == pytest.approx(1.1, abs=1 / 128)


@pytest.fixture
def few(digits: ImageSet) -> ImageSet:
    return ImageSet(digits.images[:48], digits.labels[:48], digits.class_names)


def config(preset: str, precision: str = "bfloat16") -> RunConfig:
    small = {"image_size": 28, "channels": 1, "batch_size": 8}
    return replace(PRESETS[preset], precision=precision, **small)


def with_dropout(shape: tuple[int, ...]) -> list[nn.Module]:
    return [nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), Dropout(0.5), nn.Linear(32, 1)]


# with R1 and an average, with BatchNorm in both, with Dropout, with labels
@pytest.mark.parametrize("preset", ["modern", "dcgan-lsgan", "simple", "conditional"])
def test_a_bfloat16_run_goes_on_bit_for_bit(
    preset: str, few: ImageSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropping = replace(ARCHITECTURES["simple"], discriminator=with_dropout)
    monkeypatch.setitem(ARCHITECTURES, "simple", dropping)
    through, first, second = (Trainer(config(preset), few, "cpu") for _ in range(3))
    expected = [through.step() for _ in range(4)]
    begun = [first.step() for _ in range(2)]
    second.step()  # so that it has a copy, of weights that are replaced
    second.restore(*deepcopy(first.state()))
    assert begun + [second.step() for _ in range(2)] == expected
    for name, tensor in through.state()[0].items():
        assert torch.equal(tensor, second.state()[0][name]), name


def test_a_change_of_precision_and_back_goes_on_with_the_same_weights(few: ImageSet) -> None:
    changed = Trainer(config("dcgan-lsgan"), few, "cpu")
    told = [changed.step()]
    for precision in ("float32", "bfloat16"):
        kept = deepcopy(changed.state())
        fresh = Trainer(config("dcgan-lsgan", precision), few, "cpu")
        fresh.restore(*deepcopy(kept))
        changed.change(replace(changed.config, precision=precision))
        for name, tensor in changed.state()[0].items():
            assert torch.equal(tensor, kept[0][name]), name
        told = [changed.step() for _ in range(2)]
        assert told == [fresh.step() for _ in range(2)]
        for network in ("generator", "discriminator"):
            for name, weight in getattr(changed, network).named_parameters():
                assert not torch.equal(weight, kept[0][f"{network}.{name}"]), name
    other = Trainer(config("dcgan-lsgan", "float32"), few, "cpu")
    other.restore(*kept)
    assert [other.step() for _ in range(2)] != told  # so precisions can be told apart
