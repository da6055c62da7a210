"""Two real processes that train as one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from gan_core.chance import Chance
from gan_core.distributed import SynchronisedBatchNorm, World, synchronise_batchnorm

STEPS = 50


def train(processes: int, out: Path, *words: str) -> None:
    """The command line under torchrun, or without it where one process is enough."""
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    command = [sys.executable, *(torchrun if processes > 1 else []), "-m", "gan_core", "train"]
    done = subprocess.run(
        [*command, *words, "--device", "cpu", "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr


def losses(run: Path) -> torch.Tensor:
    """(steps, losses and terms)."""
    lines = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    return torch.tensor(
        [[line["d_loss"], line["g_loss"], *line["terms"].values()] for line in lines]
    )


@pytest.mark.parametrize(
    "words",
    [
        "--preset simple --steps 50",
        "--preset simple --steps 12 --set gradient_penalty_weight=10 --set r1_weight=1 "
        "--set r2_weight=1 --set packing=2 --set instance_noise=0.1 --set augment=translation",
    ],
    ids=["plain", "penalties"],
)
def test_two_processes_follow_one(words: str, tmp_path: Path) -> None:
    for processes in (1, 2):
        train(processes, tmp_path / str(processes), *words.split())
    one, two = losses(tmp_path / "1"), losses(tmp_path / "2")
    assert one.shape == two.shape and len(one) >= 12
    torch.testing.assert_close(two, one, atol=1e-4, rtol=0)


def test_batchnorm_sees_the_batch_of_both(tmp_path: Path) -> None:
    """With its own half only, `vanilla`'s generator loss would differ in the second digit."""
    words = ["--preset", "vanilla", "--steps", "8"]
    for processes in (1, 2):
        train(processes, tmp_path / str(processes), *words)
    one, two = losses(tmp_path / "1"), losses(tmp_path / "2")
    torch.testing.assert_close(two, one, atol=1e-3, rtol=0)


def test_only_rank_0_writes_and_a_run_of_two_is_resumed_by_one(tmp_path: Path) -> None:
    out = tmp_path / "run"
    train(2, out, "--preset", "simple", "--steps", "30")
    assert len(losses(out)) == 30
    done = subprocess.run(
        [sys.executable, "-m", "gan_core", "train", "--resume", str(out), "--steps", "40"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(losses(out)) == 40


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


def test_a_batch_that_cannot_be_shared_evenly_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="cannot be shared evenly by 2 processes"):
        train(2, tmp_path / "run", "--preset", "simple", "--set", "batch_size=63")


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
