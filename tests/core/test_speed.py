"""The engine against the textbook loop: what is compared, what is told, what is refused."""

import json
import struct
import sys
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import speed
from gan_core.__main__ import main
from gan_core.config import RunConfig
from gan_core.data import ImageSet, load
from gan_core.errors import InputError
from gan_core.presets import PRESETS
from gan_core.speed import Comparison, compare, compare_system, sentence
from tests.benchmarks.textbook import from_files

TINY = replace(PRESETS["simple"], batch_size=4, dataset="mnist", precision="float32")
FACES = 12
COUNT = 600  # images: an epoch is longer than all turns, for its end would be shown in one
LOOP = """
import pathlib, sys
pathlib.Path(__file__).with_suffix(".told").write_text("\\n".join(sys.argv[1:]))
for turn, line in enumerate(sys.stdin):
    print(100.0 + turn, flush=True)
"""


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    """A folder in torchvision's layout, with noise for digits."""
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    random = np.random.default_rng(0)
    for part in ("train", "t10k"):
        pixels = random.integers(256, size=(COUNT, 28, 28), dtype=np.uint8)
        images = struct.pack(">4i", 0x803, *pixels.shape) + pixels.tobytes()
        (raw / f"{part}-images-idx3-ubyte").write_bytes(images)
        labels = struct.pack(">2i", 0x801, COUNT) + bytes(range(10)) * (COUNT // 10)
        (raw / f"{part}-labels-idx1-ubyte").write_bytes(labels)
    return tmp_path


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    """A folder of pictures, with another beside it that is none of its business."""
    random = np.random.default_rng(0)
    for number in range(FACES):
        for folder in ("faces", "other"):
            (tmp_path / folder).mkdir(exist_ok=True)
            shade = 20 * number if folder == "faces" else 255
            pixels = np.clip(random.normal(shade, 5, (20, 16, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / folder / f"{number}.png")
    return tmp_path / "faces"


@pytest.fixture
def textbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A loop that answers at once: 100 images a second, then 101, 102..."""
    path = tmp_path / "tests" / "benchmarks" / "textbook.py"
    path.parent.mkdir(parents=True)
    path.write_text(LOOP)
    monkeypatch.setattr(speed, "TEXTBOOK", path)
    return path


@pytest.fixture
def few(digits: ImageSet) -> ImageSet:
    return ImageSet(digits.images[:COUNT], digits.labels[:COUNT], digits.class_names)


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["gan_core", "speed", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


def test_the_command_line_runs_both_on_mnist_and_tells_a_line_of_json(
    mnist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    words = f"--preset simple --seconds 0.1 --turns 2 --device cpu --data-dir {mnist}"
    settings = "--set batch_size=4 --set precision=float32 --json"
    assert run(monkeypatch, *words.split(), *settings.split()) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["preset"], told["batch_size"], told["precision"]) == ("simple", 4, "float32")
    assert len(told["engine"]) == len(told["textbook"]) == 2
    assert min(told["engine"] + told["textbook"]) > 0
    ratio = median(told["engine"]) / median(told["textbook"])
    assert told["ratio"] == pytest.approx(ratio, abs=0.006)


def test_on_a_folder_both_see_its_images_alone(
    faces: Path, textbook: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    words = f"--preset dcgan-lsgan --seconds 0.02 --turns 1 --device cpu --faces {faces}"
    settings = "--set batch_size=4 --set image_size=28 --set precision=bfloat16"
    assert run(monkeypatch, *words.split(), *settings.split()) == 0
    assert "dcgan-lsgan, batch 4, CPU" in capsys.readouterr().out
    config, data_dir, device = textbook.with_suffix(".told").read_text().splitlines()
    assert (data_dir, device) == (str(faces), "cpu")
    book = from_files(RunConfig.from_dict(json.loads(config)), faces, torch.device("cpu"))
    ours = load("folder", 28, 3, faces).images
    theirs = torch.cat([book.batch() for _ in range(FACES // 4)])  # an epoch
    assert theirs.shape == ours.shape == (FACES, 3, 28, 28)
    assert -1 <= theirs.min() < -0.5 and 0.5 < theirs.max() <= 1
    shades = [images.float().mean(dim=(1, 2, 3)) for images in (theirs * 127.5 + 127.5, ours)]
    torch.testing.assert_close(*(shade.sort()[0] for shade in shades), atol=2, rtol=0)


def test_turns_are_told_in_order_without_the_one_that_warms_up(
    textbook: Path, few: ImageSet, tmp_path: Path
) -> None:
    compared = compare(TINY, few, tmp_path, "cpu", 0.02, 3)
    assert compared.textbook == [101, 102, 103]
    assert len(compared.engine) == 3 and min(compared.engine) > 0
    assert compared.ratio == pytest.approx(median(compared.engine) / 102)


def test_the_sentence_has_both_medians_and_their_ratio() -> None:
    figures = {"textbook": [900.0, 1000.0, 9.0], "engine": [1.0, 3500.0, 4000.0]}
    compared = Comparison("conv", 128, "CPU", "bfloat16", **figures)
    assert compared.ratio == 3500 / 900
    told = sentence(compared)
    for part in ("conv", "batch 128", "textbook 900 ", "engine in bfloat16 3,500", "3.89 times"):
        assert part in told
    assert compared.facts()["ratio"] == 3.89


@pytest.mark.parametrize("program", ["", "print('oops', file=sys.stderr)", "raise SystemExit(3)"])
def test_a_textbook_that_ends_is_told_in_a_line(
    program: str, textbook: Path, few: ImageSet, tmp_path: Path
) -> None:
    textbook.write_text(f"import sys\n{program}")
    with pytest.raises(InputError, match="the textbook loop ended"):
        compare(TINY, few, tmp_path, "cpu", 0.02, 1)


def test_without_the_textbook_it_says_where_to_run(
    mnist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(speed, "TEXTBOOK", mnist / "textbook.py")
    words = ["--preset", "simple", "--set", "precision=float32", "--data-dir", str(mnist)]
    assert run(monkeypatch, *words) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: the textbook loop") and str(mnist) in line


@pytest.mark.parametrize("name", ["modern", "nope"])
def test_a_system_without_a_textbook_is_refused(name: str, mnist: Path) -> None:
    with pytest.raises(InputError, match=f"'{name}'; choose one of: vanilla, deep-mlp, conv"):
        compare_system(name, mnist, [], "cpu", 0.02, 1)
