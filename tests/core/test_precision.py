""" "auto" becomes the precision that trains faster here, which is measured once and remembered."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from gan_core import precision
from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.distributed import World
from gan_core.errors import InputError
from gan_core.events import Diverged, Finished
from gan_core.precision import PRECISIONS, faster_precision, measure, with_precision
from gan_core.presets import PRESETS, preset
from gan_core.trainer import Trainer

CPU = torch.device("cpu")
SIMPLE = replace(PRESETS["simple"], batch_size=4, steps=2)


@pytest.fixture(autouse=True)
def real(float32: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The real function, which other tests do without, on a machine that has a choice."""
    monkeypatch.setattr(precision, "faster_precision", faster_precision)
    monkeypatch.setattr(precision, "_has_bfloat16", lambda device: True)
    monkeypatch.setattr(precision, "PATIENCE", 0.0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


class Clock:
    """Stands in for `measure`; by it, the second of PRECISIONS is faster until told otherwise."""

    def __init__(self) -> None:
        self.seconds = (2.0, 1.0)
        self.asked: list[RunConfig] = []

    def __call__(self, config: RunConfig, classes: int, device: torch.device) -> dict[str, float]:
        self.asked.append(config)
        return dict(zip(PRECISIONS, self.seconds))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(precision, "measure", clock)
    return clock


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "ganscope" / "precision.json"


@pytest.fixture
def few(digits: ImageSet) -> ImageSet:
    return ImageSet(digits.images[:16], digits.labels[:16], digits.class_names)


@pytest.mark.parametrize(("seconds", "faster"), [((2, 1), "bfloat16"), ((1, 2), "float32")])
def test_a_run_takes_the_faster_one_and_says_so(
    seconds: tuple[float, float], faster: str, few: ImageSet, clock: Clock
) -> None:
    clock.seconds = seconds
    trainer = Trainer(SIMPLE, few, "cpu")
    assert trainer.config == replace(SIMPLE, precision=faster) != SIMPLE
    assert trainer.state()[1]["config"]["precision"] == faster
    trainer.change(replace(SIMPLE, d_steps=2))  # "auto" again, as a preset has it
    assert trainer.config == replace(SIMPLE, d_steps=2, precision=faster)
    assert f"--set precision={faster}" in trainer.model().card.train_command
    assert isinstance([*trainer.run()][-1], Finished)
    asked = replace(SIMPLE, precision=next(name for name in PRECISIONS if name != faster))
    assert Trainer(asked, few, "cpu").config == asked
    assert clock.asked == [SIMPLE]  # not for what was asked for by name


def test_it_is_measured_once_and_remembered_over_runs(memory: Path, clock: Clock) -> None:
    assert faster_precision(SIMPLE, 10, CPU) == "bfloat16"
    clock.seconds = (1, 2)  # a busy machine may measure this; equal runs stay equal
    same = replace(SIMPLE, seed=7, g_learning_rate=0.1, steps=None, dataset="mnist")
    assert faster_precision(same, 10, CPU) == "bfloat16"
    assert clock.asked == [SIMPLE]
    assert [*json.loads(memory.read_text()).values()] == ["bfloat16"]


def test_every_other_kind_of_network_is_measured_by_itself(memory: Path, clock: Clock) -> None:
    others = [{"architecture": "conv"}, {"batch_size": 8}, {"image_size": 32}, {"channels": 3},
              {"packing": 2}, {"r1_weight": 1.0}, {"conditional": True}]  # fmt: skip
    kinds = [SIMPLE, *(replace(SIMPLE, **other) for other in others)]
    for number, kind in enumerate(kinds):
        clock.seconds = (1, 2) if number % 2 else (2, 1)
        assert faster_precision(kind, 10, CPU) == ("float32" if number % 2 else "bfloat16")
    again = [faster_precision(kind, 10, CPU) for kind in kinds]
    assert clock.asked == kinds
    assert [*json.loads(memory.read_text()).values()] == again


@pytest.mark.parametrize(
    "content",
    ["", "{", "\xff", "{}", '{"KIND": "float64"}', '{"KIND": "auto"}', '{"KIND": ["float32"]}',
     "[]", "null", "3"],
)  # fmt: skip
def test_a_damaged_memory_costs_one_measurement(content: str, memory: Path, clock: Clock) -> None:
    faster_precision(SIMPLE, 10, CPU)
    (kind,) = json.loads(memory.read_text())
    memory.write_text(content.replace("KIND", kind), encoding="latin-1")
    assert [faster_precision(SIMPLE, 10, CPU) for _ in range(2)] == ["bfloat16"] * 2
    assert len(clock.asked) == 2


@pytest.mark.parametrize("folder", [True, False])
def test_where_nothing_can_be_kept_it_is_measured_each_time(
    folder: bool, memory: Path, clock: Clock
) -> None:
    memory.mkdir(parents=True) if folder else memory.parent.write_text("a file")
    assert [faster_precision(SIMPLE, 10, CPU) for _ in range(2)] == ["bfloat16"] * 2
    assert len(clock.asked) == 2


def test_without_instructions_for_bfloat16_nothing_is_measured(
    memory: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(precision, "_has_bfloat16", lambda device: False)
    assert faster_precision(SIMPLE, 10, CPU) == "float32"
    assert not clock.asked and not memory.exists()


@pytest.mark.parametrize("told", [True, False])
def test_further_processes_take_what_the_first_one_found(told: bool, clock: Clock) -> None:
    class Second(World):
        def any(self, yes: bool) -> bool:
            return yes or told

    taken = with_precision(SIMPLE, 10, CPU, Second(size=2, rank=1))
    assert taken.precision == ("bfloat16" if told else "float32")
    assert not clock.asked


@pytest.mark.parametrize(
    "config",
    [SIMPLE, PRESETS["conditional"], replace(SIMPLE, packing=2), preset("modern", "grid")],
    ids=["images", "labels", "packs", "points"],
)
def test_measuring_takes_time_in_each_precision(config: RunConfig) -> None:
    seconds = measure(replace(config, batch_size=4), 10, CPU)
    assert {*seconds} == {*PRECISIONS}
    assert all(0 < figure < math.inf for figure in seconds.values())


@pytest.mark.parametrize(
    ("change", "hint"),
    [({"objective": "nope"}, "unknown objective"), ({"augment": ("nope",)}, "unknown augment"),
     ({"architecture": "vanilla", "batch_size": 1}, "batch_size to 2")],
)  # fmt: skip
def test_what_cannot_be_trained_is_refused_as_ever(change: dict, hint: str, few: ImageSet) -> None:
    with pytest.raises(InputError, match=hint):
        Trainer(replace(SIMPLE, **change), few, "cpu")


def test_a_run_that_diverges_at_once_says_so_as_ever(few: ImageSet) -> None:
    hot = replace(SIMPLE, g_learning_rate=4e9, d_learning_rate=4e9, steps=9)
    assert isinstance([*Trainer(hot, few, "cpu").run()][-1], Diverged)
