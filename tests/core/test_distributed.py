"""Two real processes that train as one."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from gan_core.chance import Chance
from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.distributed import SynchronisedBatchNorm, World, synchronise_batchnorm
from gan_core.errors import InputError
from gan_core.events import StepDone
from gan_core.presets import preset
from gan_core.trainer import Trainer
from gan_core.training_run import resume_run


def train_by_two(out: Path, words: str) -> None:
    """The command line under torchrun."""
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command = [*torchrun, "-m", "gan_core", "train", *words.split(), "--out", str(out)]
    done = subprocess.run(
        [sys.executable, *command, "--device", "cpu"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr


def told_by_two(run: Path) -> list[StepDone]:
    lines = (run / "events.jsonl").read_text().splitlines()
    return [StepDone(**json.loads(line)) for line in lines]


def told_by_one(config: RunConfig, digits: ImageSet) -> list[StepDone]:
    return [e for e in Trainer(config, digits, "cpu").run() if isinstance(e, StepDone)]


def losses(told: list[StepDone]) -> Tensor:
    """(steps, losses and terms)."""
    return torch.tensor([[done.d_loss, done.g_loss, *done.terms.values()] for done in told])


def gradients(told: list[StepDone]) -> Tensor:
    """(steps, 2), the norms of D's and G's; those of penalties are in D's."""
    return torch.tensor([[done.d_gradient, done.g_gradient] for done in told])


@pytest.fixture(scope="module")
def run_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "run"
    train_by_two(out, "--set precision=float32 --preset simple --steps 50")
    return out


def test_two_processes_follow_one_over_50_steps(run_of_two: Path, digits: ImageSet) -> None:
    one = told_by_one(replace(preset("simple", "digits"), steps=50), digits)
    two = told_by_two(run_of_two)
    assert len(one) == len(two) == 50
    torch.testing.assert_close(losses(two), losses(one), atol=1e-4, rtol=0)
    torch.testing.assert_close(gradients(two), gradients(one), atol=1e-4, rtol=1e-4)


def test_so_they_do_with_every_penalty_and_all_that_is_random(
    tmp_path: Path, digits: ImageSet
) -> None:
    settings = [
        "gradient_penalty_weight=10", "r1_weight=1", "r2_weight=1", "packing=2",
        "instance_noise=0.1", "augment=translation", "steps=12",
        "precision=float32",
    ]  # fmt: skip
    train_by_two(
        tmp_path / "run",
        "--preset simple --set " + " --set ".join(settings),
    )
    base = preset("simple", "digits")
    one, two = (
        told_by_one(replace(base, **base.parsed(settings)), digits),
        told_by_two(tmp_path / "run"),
    )
    assert {"r1", "r2", "gradient_penalty"} < set(two[0].terms)
    torch.testing.assert_close(losses(two), losses(one), atol=1e-4, rtol=0)
    torch.testing.assert_close(gradients(two), gradients(one), atol=1e-4, rtol=1e-4)


def test_batchnorm_sees_the_batch_of_both(tmp_path: Path, digits: ImageSet) -> None:
    """With its own half only, `vanilla`'s generator loss would differ in the second digit."""
    train_by_two(tmp_path / "run", "--set precision=float32 --preset vanilla --steps 8")
    one = told_by_one(replace(preset("vanilla", "digits"), steps=8), digits)
    two = told_by_two(tmp_path / "run")
    torch.testing.assert_close(losses(two), losses(one), atol=1e-3, rtol=0)


def test_only_rank_0_writes_and_a_run_of_two_is_resumed_by_one(
    run_of_two: Path, tmp_path: Path
) -> None:
    assert [done.step for done in told_by_two(run_of_two)] == list(range(1, 51))
    copy = tmp_path / "run"
    shutil.copytree(run_of_two, copy)
    resume_run(copy, ["steps=60"], None, "cpu")
    assert [done.step for done in told_by_two(copy)] == list(range(1, 61))


@pytest.mark.parametrize("draw", ["normal", "uniform", "coins"])
def test_processes_draw_their_rows_of_what_one_would_draw(draw: str) -> None:
    device = torch.device("cpu")

    def drawn(rows: int, world: World) -> torch.Tensor:
        chance = Chance(7, device, world)
        before = {"normal": (), "uniform": (-1.0, 1.0), "coins": (0.5,)}[draw]
        return getattr(chance, draw)(*before, rows, 3)

    halves = [drawn(8, World(size=2, rank=rank)) for rank in (0, 1)]
    assert torch.equal(torch.cat(halves), drawn(16, World()))


def test_random_state_of_another_kind_of_device_is_a_seed() -> None:
    """That of a CUDA generator is 16 bytes long, that of the CPU's thousands."""
    drawn = []
    for foreign in (b"0" * 16, b"0" * 16, b"1" * 16):
        chance = Chance(7, torch.device("cpu"))
        chance.restore(torch.frombuffer(bytearray(foreign), dtype=torch.uint8))
        drawn.append(chance.normal(4))
    assert torch.equal(drawn[0], drawn[1]) and not torch.equal(drawn[0], drawn[2])


def test_a_batch_that_cannot_be_shared_evenly_is_refused(digits: ImageSet) -> None:
    config = replace(preset("simple", "digits"), batch_size=63, precision="float32")
    with pytest.raises(InputError, match="cannot be shared evenly by 2 processes"):
        Trainer(config, digits, "cpu", World(size=2))


def test_synchronised_batchnorm_keeps_its_layers_weights_and_formula(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With both processes holding the same rows, the whole batch has the moments of each half."""
    monkeypatch.setattr("gan_core.distributed.all_reduce", lambda part: part * 2)
    for layer, shape in ((nn.BatchNorm1d(3, eps=0.8), (5, 3)), (nn.BatchNorm2d(3), (5, 3, 4, 4))):
        network = nn.Sequential(layer)
        nn.init.normal_(layer.weight)
        before = {name: value.clone() for name, value in network.state_dict().items()}
        x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
        expected = layer(torch.cat([x, x]))[:5]
        statistics = {name: value.clone() for name, value in network.state_dict().items()}
        network.load_state_dict(before)
        synchronise_batchnorm(network, World(size=2))
        assert isinstance(network[0], SynchronisedBatchNorm)
        torch.testing.assert_close(network(x), expected)
        torch.testing.assert_close(network.state_dict(), statistics)
        own = network.eval()(x)
        torch.testing.assert_close(own, layer.eval()(x))
