"""Made data sets, read by those they are made for, against the model itself."""

import json
import signal
import subprocess
import sys
import time
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torchvision.datasets import MNIST, ImageFolder

from gan_core.__main__ import main
from gan_core.data import load
from gan_core.errors import InputError
from gan_core.made_data import MadeData, make_data, parse_labels
from gan_core.model import Card, Model
from gan_core.modules import Generator
from gan_core.networks import build_networks
from gan_core.presets import PRESETS, preset
from gan_core.pretrained import open_model

SUFFIXES = {"npz": "x.npz", "idx": "x", "folder": "x.zip"}
NAMES = ("T-shirt/top", "../up", "2", "..", "ä b", *"56789", "last")
SIMPLE = replace(PRESETS["simple"], noise_dim=4)


class Shows(nn.Module):
    """Draws z itself: pixel i of every image is z[i % 4], and the label its last column."""

    def __init__(self, channels: int, side: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.shape = channels, side, side

    def forward(self, z: Tensor) -> Tensor:
        pixels = z[:, :4].repeat(1, -(-(self.shape[1] ** 2) * self.shape[0] // 4))
        return (pixels * self.scale / 4).view(-1, *self.shape).clone()


def shows(channels: int = 1, side: int = 28, noise: str = "normal") -> Model:
    config = replace(SIMPLE, channels=channels, image_size=side, noise=noise)  # type: ignore[arg-type]
    card = Card("shows", config, 0, 0, (), "CC0", "none", "train it so", notes="draws z")
    return Model(Generator(Shows(channels, side)), card)


def labelled(names: tuple[str, ...] = NAMES) -> Model:
    config = replace(PRESETS["conditional"], noise_dim=4)
    generator, _ = build_networks(config, len(names), torch.Generator().manual_seed(0))
    return Model(generator, Card("labelled", config, 0, 0, names, "CC0", "none", "train it so"))


def made(model: Model, plan: MadeData, folder: Path) -> Path:
    return make_data(model, plan, folder / SUFFIXES[plan.format])


def npz(model: Model, plan: MadeData, folder: Path) -> tuple[np.ndarray, np.ndarray, dict]:
    with np.load(made(model, replace(plan, format="npz"), folder)) as arrays:
        name = "images" if "images" in arrays else "points"
        return arrays[name], arrays["labels"], json.loads(arrays["card.json"])


def test_npz_holds_what_the_model_samples(tmp_path: Path) -> None:
    model = open_model("mnist-conditional")
    images, labels, _ = npz(model, MadeData(230, seed=3), tmp_path)
    expected, asked = model.sample(230, seed=3)
    assert images.dtype == np.uint8 and labels.dtype == np.int64
    np.testing.assert_array_equal(labels, asked)
    # of another number at once the last bits are others
    assert np.abs(images.astype(int) - expected[..., 0]).max() <= 1


def test_colours_and_points_keep_their_shape(tmp_path: Path) -> None:
    images, labels, _ = npz(shows(channels=3, side=32), MadeData(5, seed=3), tmp_path)
    np.testing.assert_array_equal(images, shows(channels=3, side=32).sample(5, 3)[0])
    assert images.shape == (5, 32, 32, 3) and labels.tolist() == [-1] * 5
    config = preset("simple", "ring")
    generator, _ = build_networks(config, 8, torch.Generator().manual_seed(0))
    model = Model(generator, Card("ring", config, 0, 0, (), "none", "none", "none"))
    points, _, _ = npz(model, MadeData(205, seed=3), tmp_path)
    assert points.dtype == np.float32
    np.testing.assert_allclose(points, model.sample(205, 3)[0], atol=1e-6)
    for form in ("idx", "folder"):
        with pytest.raises(InputError, match="draws points, which only npz holds"):
            made(model, MadeData(5, format=form), tmp_path)


@pytest.mark.parametrize("noise", ["normal", "uniform"])
def test_truncation_scales_z(noise: str, tmp_path: Path) -> None:
    model = shows(noise=noise)
    images, _, _ = npz(model, MadeData(250, seed=5, truncation=0.3), tmp_path)
    np.testing.assert_array_equal(
        images, model.generate(np.float32(0.3) * model.noise(5, 250))[..., 0]
    )
    whole, _, _ = npz(model, MadeData(250, seed=5), tmp_path)
    assert images.std() < 0.4 * whole.std()


def test_torchvision_loads_idx_as_mnist(tmp_path: Path) -> None:
    model = open_model("mnist-conditional")
    plan = MadeData(215, seed=1, format="idx")
    root = made(model, plan, tmp_path)
    parts = [MNIST(root, train=train, download=False) for train in (True, False)]
    assert [len(part) for part in parts] == [185, 30]  # a seventh
    images, labels, _ = npz(model, plan, tmp_path)
    np.testing.assert_array_equal(torch.cat([part.data for part in parts]), images)
    np.testing.assert_array_equal(torch.cat([part.targets for part in parts]), labels)
    assert {path.name for path in root.iterdir()} == {"MNIST", "card.json"}
    assert torch.equal(load("mnist", 28, 1, root).images[:, 0], parts[0].data)


def test_torchvision_loads_the_unpacked_folders(tmp_path: Path) -> None:
    plan = MadeData(130, seed=1, format="folder")
    model = labelled()
    with zipfile.ZipFile(made(model, plan, tmp_path)) as archive:
        archive.extractall(tmp_path / "unpacked")
    found = ImageFolder(str(tmp_path / "unpacked"))
    assert found.classes == ["00-T-shirt-top", "01-up", "02", "03", "04-ä-b", "05", "06",
                             "07", "08", "09", "10-last"]  # fmt: skip
    images, labels, _ = npz(model, plan, tmp_path)
    order = sorted(range(130), key=lambda index: (labels[index], index))
    assert len(found) == 130
    for place, index in enumerate(order):
        pixels, label = found[place]
        assert label == labels[index]
        np.testing.assert_array_equal(np.asarray(pixels)[..., 0], images[index])
    assert len(load("folder", 28, 1, tmp_path / "x.zip")) == 130  # and ganscope


def test_what_has_no_label_lies_in_one_folder(tmp_path: Path) -> None:
    model = shows(channels=3, side=32)
    plan = MadeData(3, format="folder")
    with zipfile.ZipFile(made(model, plan, tmp_path)) as archive:
        images = [name for name in archive.namelist() if name.endswith(".png")]
    assert images == [f"unlabelled/000000{index}.png" for index in range(3)]
    root = made(shows(), MadeData(10, format="idx"), tmp_path)
    assert MNIST(root, train=True).targets.tolist() == [0] * 9


@pytest.mark.parametrize("form", SUFFIXES)
def test_the_card_tells_how_it_came(form: str, tmp_path: Path) -> None:
    asked = (("last", 2), ("2", 6))
    plan = MadeData(8, seed=9, truncation=0.5, labels=asked, format=form)
    path = made(labelled(), plan, tmp_path)
    if form == "idx":
        card = json.loads((path / "card.json").read_text())
    else:
        with zipfile.ZipFile(path) as archive:
            card = json.loads(archive.read("card.json"))
    labels = card.pop("labels")
    assert labels == {name: dict(asked).get(name, 0) for name in NAMES}
    versions = card.pop("versions")
    assert torch.__version__.startswith(versions["torch"])
    assert versions["numpy"] == np.__version__
    assert set(versions) == {"ganscope", "torch", "numpy", "pillow", "python"}
    assert card == {
        "made_by": "the model 'labelled': these are no real images", "model": "labelled",
        "trained_with": "train it so", "licence": "CC0", "notes": "", "count": 8, "seed": 9,
        "truncation": 0.5, "format": form,
    }  # fmt: skip


def test_labels_are_as_many_as_asked_and_well_mixed(tmp_path: Path) -> None:
    plan = MadeData(600, labels=(("7", 400), ("2", 0), ("last", 200)))
    images, labels, _ = npz(labelled(), plan, tmp_path)
    assert np.bincount(labels).tolist() == [0, 0, 0, 0, 0, 0, 0, 400, 0, 0, 200]
    for start in range(0, 600, 30):
        assert abs((labels[start : start + 30] == 10).sum() - 10) <= 1
    z = labelled().noise(0, 600)  # each image is of its label
    expected = labelled().generate(z, labels)[..., 0]
    assert np.abs(images.astype(int) - expected).max() <= 1


def everything(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


@pytest.mark.parametrize("form", SUFFIXES)
def test_the_same_seed_makes_the_same_bytes(form: str, tmp_path: Path) -> None:
    found = []
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        plan = MadeData(210, seed=seed, format=form)
        found.append(everything(made(labelled(), plan, tmp_path / name)))
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize("form", ["npz", "folder"])
def test_files_hold_no_date(form: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(made(labelled(), MadeData(3, format=form), tmp_path)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


class Enough(Exception):
    pass


def stop(done: int, of: int) -> None:
    if done == 200:
        raise Enough


@pytest.mark.parametrize("form", SUFFIXES)
def test_progress_is_told(form: str, tmp_path: Path) -> None:
    told = []
    path = tmp_path / SUFFIXES[form]
    plan = MadeData(250, format=form)
    make_data(shows(), plan, path, lambda done, of: told.append((done, of)))
    assert told == [(done, 250) for done in (50, 100, 150, 200, 250)]


@pytest.mark.parametrize("form", SUFFIXES)
def test_what_is_broken_off_leaves_nothing(form: str, tmp_path: Path) -> None:
    with pytest.raises(Enough):
        make_data(shows(), MadeData(250, format=form), tmp_path / SUFFIXES[form], stop)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("form", ["npz", "folder"])
def test_an_older_file_stays_until_the_new_one_is_whole(form: str, tmp_path: Path) -> None:
    path = made(shows(), MadeData(5, format=form), tmp_path)
    before = path.read_bytes()
    with pytest.raises(Enough):
        make_data(shows(), MadeData(250, format=form), path, stop)
    assert path.read_bytes() == before and [*tmp_path.iterdir()] == [path]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    plan = MadeData(10, format="idx")
    made(shows(), plan, tmp_path)  # an empty one will do
    before = everything(tmp_path / "x")
    with pytest.raises(InputError, match="is there already; name a new folder"):
        made(shows(), plan, tmp_path)
    assert everything(tmp_path / "x") == before


@pytest.mark.parametrize("form", SUFFIXES)
def test_memory_does_not_grow_with_the_count(form: str, tmp_path: Path) -> None:
    channels = 1 if form == "idx" else 3
    size = 2000 * 64 * 64 * channels
    tracemalloc.start()
    try:
        made(shows(channels, side=64), MadeData(2000, format=form), tmp_path)
        assert tracemalloc.get_traced_memory()[1] < size / 2
    finally:
        tracemalloc.stop()


def test_labels_are_read() -> None:
    assert parse_labels("even") == ()
    assert parse_labels("0:500, Ankle boot:20,a:b:3") == (
        ("0", 500),
        ("Ankle boot", 20),
        ("a:b", 3),
    )
    for text in ("", "0", "0:", ":1", "0:x", "0:1,", "0:1.5", "0:-1"):
        with pytest.raises(InputError, match="must be 'even' or such as"):
            parse_labels(text)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--count 0", "count must be 1 to 1,000,000"),
        ("--count 1000001", "count must be"),
        ("--count 9 --seed -1", "seed must be"),
        ("--count 9 --seed 4294967296", "seed must be"),
        ("--count 9 --truncation 0", "truncation must be"),
        ("--count 9 --truncation 1.1", "truncation must be"),
        ("--count 9 --truncation nan", "truncation must be"),
        ("--count 9 --format jpg", "npz, idx, folder"),
        ("--count 9 --labels 0:5,1:5", "add up to 10; make that the count, not 9"),
        ("--count 9 --labels 0:5,0:4", "once"),
        ("--count 9 --labels 0:-1,1:10", "must be 'even'"),
        ("--count 9 --labels x:9", "unknown label 'x'"),
        ("--count 9 --labels 7", "must be 'even'"),
        ("--count 9 --format folder", "ends in .zip, not 'x.npz'"),
        ("--count 1 --format idx", "2 images or more"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_line(
    words: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:  # fmt: skip
    command = ["gan_core", "make", "mnist-conditional", "--out", str(tmp_path / "x.npz")]
    monkeypatch.setattr(sys, "argv", [*command, *words.split()])
    with pytest.raises(SystemExit) as end:
        main()
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert end.value.code == 1 and len(lines) == 1 and told in lines[0]
    assert not [*tmp_path.iterdir()]


def test_labels_of_a_model_without_any_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="0 images or more"):
        MadeData(9, labels=(("0", -1), ("1", 10)))
    with pytest.raises(InputError, match="takes no labels"):
        made(shows(), MadeData(9, labels=(("0", 9),)), tmp_path)


def test_idx_takes_no_colours_and_a_file_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="idx holds grey images"):
        made(shows(channels=3, side=32), MadeData(9, format="idx"), tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot write"):
        made(shows(), MadeData(9), tmp_path / "file")


def test_the_command_makes_a_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    words = ["make", "mnist-conditional", "-n", "30", "--labels", "3:10,8:20", "--seed", "2"]
    out = tmp_path / "new" / "x.npz"
    monkeypatch.setattr(sys, "argv", ["gan_core", *words, "--truncation", "0.7", "--out", str(out)])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code and "30 samples of mnist-conditional" in capsys.readouterr().out
    plan = MadeData(30, 2, 0.7, (("3", 10), ("8", 20)))
    assert out.read_bytes() == made(open_model("mnist-conditional"), plan, tmp_path).read_bytes()


def test_an_interrupted_command_leaves_nothing(tmp_path: Path) -> None:
    words = ["make", "mnist-conditional", "-n", "1000000", "--format", "idx"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gan_core", *words, "--out", tmp_path / "x"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None and not [*tmp_path.rglob("train-images*")]:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode and not [*tmp_path.iterdir()], errors
    assert "Traceback" not in errors
