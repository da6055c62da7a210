"""Scripts, held to the engine: the same losses, averages and samples from nothing but the text."""

import ast
import itertools
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.config import RunConfig
from gan_core.data import DATASETS, load
from gan_core.objectives import OBJECTIVES
from gan_core.presets import PRESETS, preset
from gan_core.script import script
from gan_core.script_data import SOURCES
from gan_core.toys import POINT_SETS
from gan_core.trainer import Trainer

ROOT = Path(__file__).parents[2]
ROUNDS = 6
# at their own rates, what two libraries round differently grows tenfold a round
SLOWLY = {"modern": 1e-4, "hinge": 1e-5, "conv": 1e-5, "dcgan-lsgan": 1e-6, "wgan": 1e-6,
          "wgan-gp": 1e-6, "conditional": 1e-5, "fastgan": 1e-5}  # fmt: skip
SLOWLY_ON_POINTS = {"r3gan": 1e-4}
# samples, where they are slow
FEW = {"deep-mlp": 4, "dcgan-lsgan": 4, "wgan": 4, "wgan-gp": 4, "fastgan": 4}

Options = dict[str, Any]


def on_digits(name: str, **options: Any) -> RunConfig:  # noqa: ANN401
    config = replace(preset(name, "digits"), precision="float32", batch_size=FEW.get(name, 16))
    rate = SLOWLY.get(name)
    slow = replace(config, g_learning_rate=rate, d_learning_rate=rate) if rate else config
    return replace(slow, **options)


def on_ring(name: str = "vanilla", **options: Any) -> RunConfig:  # noqa: ANN401
    config = replace(preset(name, "ring"), precision="float32", batch_size=16)
    rate = SLOWLY_ON_POINTS.get(name)
    slow = replace(config, g_learning_rate=rate, d_learning_rate=rate) if rate else config
    return replace(slow, **options)


def start(text: str) -> dict[str, Any]:
    """A script's names, as if it were imported."""
    names: dict[str, Any] = {"__name__": "its_name"}
    exec(compile(text, "script.py", "exec"), names)
    return names


def engine(config: RunConfig, data_dir: Path | None = None) -> Trainer:
    return Trainer(config, load(config.dataset, config.image_size, config.channels, data_dir),
                   device="cpu")  # fmt: skip


def check_losses(config: RunConfig, data_dir: Path | None = None) -> None:
    """The script tells the engine's losses, round by round."""
    trainer = engine(config, data_dir)
    total = trainer.total_steps
    rounds = min(ROUNDS, total)
    expected = [(done.d_loss, done.g_loss) for done in (trainer.step() for _ in range(rounds))]
    names = start(script(config, data_dir=data_dir))
    assert names["ROUNDS"] == total
    told = [*itertools.islice(names["train"](), rounds)]
    torch.testing.assert_close(torch.tensor(told), torch.tensor(expected), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", PRESETS)
def test_a_presets_script_repeats_its_losses_on_images(name: str) -> None:
    check_losses(on_digits(name))


@pytest.mark.parametrize("name", PRESETS)
def test_a_presets_script_repeats_its_losses_on_points(name: str) -> None:
    check_losses(on_ring(name))


def test_without_waves_r3gan_is_repeated_on_points_at_its_full_rates() -> None:
    own = preset("r3gan", "ring")
    rates = {"g_learning_rate": own.g_learning_rate, "d_learning_rate": own.d_learning_rate}
    check_losses(on_ring("r3gan", architecture="points", **rates))


ORDERS: list[Options] = [
    {"d_steps": d_steps, "g_steps": g_steps, "first_step": first, "reuse_fakes": reuse}
    for d_steps, g_steps in ((0, 1), (1, 0), (1, 1), (2, 1), (1, 3), (2, 2))
    for first in ("generator", "discriminator")
    for reuse in (False, True)
]


@pytest.mark.parametrize("options", ORDERS, ids=lambda order: "-".join(map(str, order.values())))
def test_every_order_of_steps_is_repeated(options: Options) -> None:
    check_losses(on_ring(**options, objective="relativistic", r2_weight=0.1, samples_from="raw"))


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("halved", [False, True])
def test_every_objective_is_repeated(objective: str, halved: bool) -> None:
    check_losses(on_ring(objective=objective, halve_d_loss=halved, r1_weight=0.1))


POINT_OPTIONS: list[Options] = [
    {"label_smoothing": 0.1},
    {"label_smoothing": 0.3, "objective": "least-squares", "halve_d_loss": True},
    {"instance_noise": 0.5, "steps": 10},
    {"instance_noise": 0.5, "steps": 10, "gradient_penalty_weight": 2.0, "d_steps": 0},
    {"packing": 2, "r1_weight": 1.0, "r2_weight": 0.5},
    {"packing": 4, "gradient_penalty_weight": 2.0},
    {"gradient_penalty_weight": 2.0, "objective": "wasserstein", "d_steps": 3},
    {"weight_clip": 0.02},
    {"noise": "uniform"},
    {"seed": 7},
    {"schedule": "cosine", "steps": 8},
    {"schedule": "cosine", "epochs": 1, "batch_size": 4000, "d_steps": 2},
    {"schedule": "cosine", "steps": 8, "g_steps": 0},
    {"g_optimiser": "rmsprop", "d_optimiser": "rmsprop", "betas": (0.3, 0.9)},
    {
        "g_optimiser": "sgd",
        "d_optimiser": "sgd",
        "betas": (0.5, 0.9),
        "g_learning_rate": 0.2,
        "d_learning_rate": 0.1,
    },
    {"conditional": True},
    {"conditional": True, "label_input": "concatenation", "gradient_penalty_weight": 1.0},
    {"conditional": True, "instance_noise": 0.2, "objective": "hinge"},
]


@pytest.mark.parametrize("options", POINT_OPTIONS, ids=str)
def test_every_option_is_repeated_on_points(options: Options) -> None:
    check_losses(on_ring(**options))


IMAGE_OPTIONS: list[tuple[str, Options]] = [
    ("simple", {"augment": ("colour", "translation", "cutout"), "packing": 2}),
    ("simple", {"augment": ("colour",), "channels": 3, "r1_weight": 0.1}),
    ("simple", {"augment": ("translation",), "instance_noise": 0.3, "steps": 9}),
    ("deep-mlp", {"instance_noise": 0.3, "gradient_penalty_weight": 1.0, "d_steps": 0, "steps": 3}),
    ("simple", {"real_range": "0..1", "image_size": 32}),
    ("simple", {"batch_size": 700, "epochs": 2}),  # of two batches
    ("simple", {"batch_size": 2000, "packing": 2, "steps": 2}),  # no more than there are
    ("wgan-gp", {"packing": 2}),
    ("conditional", {"label_input": "concatenation", "r1_weight": 0.0}),
    ("dcgan-lsgan", {"conditional": True, "image_size": 28, "channels": 1}),  # features are maps
]


@pytest.mark.parametrize(("name", "options"), IMAGE_OPTIONS, ids=str)
def test_every_option_is_repeated_on_images(name: str, options: Options) -> None:
    check_losses(on_digits(name, **options))


SGD: Options = {"g_optimiser": "sgd", "d_optimiser": "sgd"}  # leaves alone what has no gradient


@pytest.mark.parametrize(
    "config",
    [
        on_ring("r3gan"),
        on_ring(samples_from="ema", ema_decay=0.5),
        on_digits("modern", g_learning_rate=0.1, **SGD),
    ],
    ids=["default", "short", "batchnorm"],
)
def test_the_average_of_nine_rounds_is_the_engines(config: RunConfig) -> None:
    trainer, names = engine(config), start(script(config))
    rounds = names["train"]()
    before = [weight.clone() for weight in names["G_ema"].parameters()]
    for _ in range(9):
        trainer.step()
        next(rounds)
    found, expected = names["G_ema"].state_dict(), trainer.generator_ema.state_dict()
    torch.testing.assert_close([*found.values()], [*expected.values()], rtol=1e-3, atol=1e-5)
    assert any(not torch.equal(*pair) for pair in zip(before, names["G_ema"].parameters()))


@pytest.mark.parametrize(
    "config", [on_digits("vanilla"), on_digits("modern"), on_digits("conv"),
               on_digits("conditional"), on_digits("dcgan-lsgan", image_size=32)],
    ids=lambda config: config.preset,
)  # fmt: skip
def test_the_saved_grid_is_the_engines_snapshot(config: RunConfig, tmp_path: Path) -> None:
    trainer, names = engine(config), start(script(config))
    rounds = names["train"]()
    for _ in range(4):
        trainer.step()
        next(rounds)
        names["save_samples"](tmp_path / "grid.png")
    snapshot = trainer.snapshot()
    side, gap = config.image_size, 2
    sheet = np.asarray(Image.open(tmp_path / "grid.png"))[gap:, gap:, : config.channels]
    rows, columns = (length // (side + gap) for length in sheet.shape[:2])
    assert columns == snapshot.columns
    cells = sheet.reshape(rows, side + gap, columns, side + gap, -1)[:, :side, :, :side]
    found = cells.transpose(0, 2, 1, 3, 4).reshape(snapshot.samples.shape)
    assert np.abs(found.astype(int) - snapshot.samples).max() <= 1
    assert found.std() > 1


def test_saved_points_are_the_engines_snapshot(tmp_path: Path) -> None:
    trainer, names = engine(on_ring("r3gan")), start(script(on_ring("r3gan")))
    np.testing.assert_allclose(names["draw_samples"](), trainer.snapshot().samples, atol=1e-6)
    names["save_samples"](tmp_path / "points.png")
    colours = np.unique(
        np.asarray(Image.open(tmp_path / "points.png"))[..., :3].reshape(-1, 3), axis=0
    )
    assert len(colours) > 2


@pytest.mark.parametrize("dataset", ["grid", "line", "two-moons", "swiss-roll"])
def test_other_points_are_the_engines(dataset: str) -> None:
    config = preset("simple", dataset)
    names, data = start(script(config)), load(dataset, 0, 2)
    torch.testing.assert_close(names["points"], data.images, rtol=0, atol=1e-6)


@pytest.mark.parametrize("dataset", ["ring", "grid", "two-moons", "digits"])
def test_labels_and_their_number_are_the_engines(dataset: str) -> None:
    names = start(script(preset("conditional", dataset)))
    data = load(dataset, *((0, 2) if dataset in POINT_SETS else (28, 1)))
    assert torch.equal(names["labels"], data.labels)
    assert names["G"].embedding.num_embeddings == len(data.class_names)


@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist"])
def test_torchvisions_sets_repeat_their_losses(dataset: str, data_dir: Path) -> None:
    config = replace(preset("conditional", dataset), precision="float32", batch_size=8)
    check_losses(replace(config, g_learning_rate=1e-5, d_learning_rate=1e-5), data_dir)


def test_stacked_digits_are_the_engines(data_dir: Path) -> None:
    names = start(script(preset("simple", "stacked-mnist"), data_dir=data_dir))
    assert torch.equal(names["images"], load("stacked-mnist", 28, 3, data_dir).images)


def test_own_images_repeat_their_losses(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    folder = tmp_path / "images"
    for place, mode in (("b/x.png", "RGB"), ("b.jpg", "RGB"), ("a.png", "L"), ("C/d.PNG", "RGBA"),
                        ("e.webp", "RGB"), (".hidden/f.png", "L"), ("__MACOSX/g.png", "L"),
                        ("h.gif", "P")):  # fmt: skip
        pixels = random.integers(0, 256, (40, 50, len(mode)), dtype=np.uint8).squeeze()
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels, mode if mode != "P" else None).save(folder / place)
    (folder / "broken.png").write_bytes(b"no image")
    (folder / "notes.txt").write_text("no image")
    colour = replace(preset("simple", "folder"), channels=3, precision="float32", batch_size=4)
    for config in (colour, replace(colour, channels=1, batch_size=64)):
        check_losses(config, folder)


def test_own_points_repeat_their_losses(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("1,2\n3,5\n-2,0.5\n")
    check_losses(replace(on_ring("modern"), dataset="drawn"), tmp_path / "points.csv")


def test_a_zip_is_named_as_it_is_called_unpacked() -> None:
    text = script(preset("simple", "folder"), data_dir=Path("my/faces.zip"))
    assert 'DATA = "my/faces"' in text


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    """Of each preset on each data set that it can have, and of each option."""
    pairs = [(name, dataset) for name in PRESETS for dataset in DATASETS
             if name != "conditional" or SOURCES[dataset].classes]  # fmt: skip
    configs = {f"{name}_{dataset}": preset(name, dataset) for name, dataset in pairs}
    options = [on_ring(**told) for told in (*ORDERS, *POINT_OPTIONS)]
    options += [on_digits(name, **told) for name, told in IMAGE_OPTIONS]
    options += [
        on_ring(objective=objective) for objective in OBJECTIVES if objective != "wasserstein"
    ]
    configs |= {f"option_{number}": config for number, config in enumerate(options)}
    return {name.replace("-", "_"): script(config) for name, config in configs.items()}


def test_scripts_need_nothing_of_ours(scripts: dict[str, str]) -> None:
    known = {"math", "collections", "copy", "itertools", "pathlib", "matplotlib", "numpy", "torch",
             "PIL", "sklearn", "torchvision"}  # fmt: skip
    for text in scripts.values():
        lines = [line.split() for line in text.splitlines()]
        imports = [words[1] for words in lines if words[:1] in (["import"], ["from"])]
        assert {module.split(".")[0] for module in imports} <= known


def test_scripts_hold_nothing_that_they_do_not_use(scripts: dict[str, str]) -> None:
    for text in scripts.values():
        tree = ast.parse(text)
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        defined = {name.id for name in names if isinstance(name.ctx, ast.Store)}
        defined |= {node.name for node in tree.body
                    if isinstance(node, ast.FunctionDef | ast.ClassDef)}  # fmt: skip
        used = {name.id for name in names if isinstance(name.ctx, ast.Load)}
        assert defined <= used | {"_"}


def test_scripts_are_as_tidy_as_the_project(scripts: dict[str, str], tmp_path: Path) -> None:
    ruff = shutil.which("ruff", path=Path(sys.executable).parent) or shutil.which("ruff")
    if not ruff:
        pytest.skip("ruff is not installed")
    for name, text in scripts.items():
        (tmp_path / f"{name}.py").write_text(text)
    settings = ["--config", str(ROOT / "pyproject.toml"), "--no-cache", str(tmp_path)]
    for check in (["check"], ["format", "--diff"]):
        done = subprocess.run(
            [ruff, *check, *settings], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
