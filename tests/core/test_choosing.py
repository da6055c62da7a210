"""Which epoch of a run is taken: the one whose figure is least, measured here once more."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from gan_core.checkpoint import load_model, load_state, save_state
from gan_core.choosing import best_epoch, kept_epochs, read_kept
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.evaluation import pictures, read_reals
from gan_core.judge import open_judge
from gan_core.presets import PRESETS, preset
from gan_core.run_folder import make_run_folder
from gan_core.trainer import Trainer
from gan_core.training_run import train_to_folder


def choose(run: Path, data_dir: Path | None = None) -> tuple[Path, str, list[dict[str, float]]]:
    return best_epoch(run, data_dir, 300, lambda words: None)


@pytest.fixture
def copied(kept_run: Path, tmp_path: Path) -> Path:
    """The run, to be changed."""
    return Path(shutil.copytree(kept_run, tmp_path / "run"))


@pytest.fixture(scope="module")
def chosen(kept_run: Path) -> tuple[Path, str, list[dict[str, float]]]:
    return choose(kept_run)


def distance_by_hand(path: Path) -> float:
    """Between Gaussians about what the judge sees in 300 digits, not those that figures are taken
    by, and in 300 samples."""
    weights = load_file(path)
    generator = {name.partition(".")[2]: w for name, w in weights.items() if "generator." in name}
    model = read_kept(path).model("raw")
    model.generator.load_state_dict(generator)
    reals = pictures(read_reals("digits", 28, 1, None, 300).others)
    judge = open_judge("mnist")
    real, fake = (judge.look(images)[0].astype(np.float64)
                  for images in (reals, model.sample(300, seed=2)[0]))  # fmt: skip
    covariances = np.cov(real, rowvar=False), np.cov(fake, rowvar=False)
    root = np.sqrt(np.linalg.eigvals(covariances[0] @ covariances[1]).real.clip(0))
    means = real.mean(axis=0) - fake.mean(axis=0)
    return float(means @ means + np.trace(covariances[0] + covariances[1]) - 2 * root.sum())


def test_the_epoch_with_the_least_distance_is_taken(
    kept_run: Path, chosen: tuple[Path, str, list[dict[str, float]]]
) -> None:
    path, score, history = chosen
    assert score == "frechet_distance"
    assert [row["epoch"] for row in history] == [1, 2, 3]
    values = [row[score] for row in history]
    assert len({*values}) == 3 and min(values) > 0
    assert path == kept_epochs(kept_run)[int(np.argmin(values))]
    for kept, value in zip(kept_epochs(kept_run), values, strict=True):
        assert value == pytest.approx(distance_by_hand(kept), rel=0.01)


def test_it_need_not_be_the_last(
    copied: Path, chosen: tuple[Path, str, list[dict[str, float]]]
) -> None:
    """The best epoch's networks, as if they had been those of the first."""
    best, score, history = chosen
    first, *_, last = kept_epochs(copied)
    others = {path.name: path.read_bytes() for path in (first, copied / "kept" / best.name)}
    first.write_bytes(others[best.name])
    (copied / "kept" / best.name).write_bytes(others[first.name])
    path, _, again = choose(copied)
    assert path == first != last
    assert again[0][score] == min(row[score] for row in history)


def test_the_same_run_is_judged_the_same_again(
    kept_run: Path, chosen: tuple[Path, str, list[dict[str, float]]]
) -> None:
    assert choose(kept_run) == chosen


def test_epochs_are_in_their_order_beyond_the_ten_thousandth(copied: Path) -> None:
    kept = kept_epochs(copied)
    kept[-1].rename(copied / "kept" / "epoch-10000.safetensors")
    numbers = [int(path.stem.removeprefix("epoch-")) for path in kept_epochs(copied)]
    assert numbers == [1, 2, 10_000]


def test_kept_networks_are_those_of_the_trainer(digits: ImageSet, tmp_path: Path) -> None:
    config = replace(PRESETS["modern"], batch_size=16, evaluate_every=0, ema_decay=0.5)
    trainer = Trainer(config, digits, device="cpu")
    list(trainer.run(4))
    with make_run_folder(tmp_path / "run", config, None) as folder:
        folder.keep(trainer, 7)
    [path] = kept_epochs(tmp_path / "run")
    kept = read_kept(path)
    assert path.stem == "epoch-0007" and kept.card.epoch == 7 and kept.card.step == 4
    networks = (trainer.generator, trainer.generator_ema, trainer.discriminator)
    for name, network in zip(("generator", "generator_ema", "discriminator"), networks):
        state = network.state_dict()
        assert {*kept.networks[name]} == {*state}
        assert all(torch.equal(kept.networks[name][key], state[key]) for key in state)
    drawn = {weights: kept.model(weights).sample(8, seed=0)[0] for weights in ("raw", "ema")}
    np.testing.assert_array_equal(drawn["ema"], trainer.model().sample(8, seed=0)[0])
    assert (drawn["raw"] != drawn["ema"]).any()


def test_the_last_that_was_kept_is_the_runs_model(kept_run: Path) -> None:
    model = read_kept(kept_epochs(kept_run)[-1]).model("raw")
    expected = load_model(kept_run / "model.safetensors")
    assert model.card == expected.card
    np.testing.assert_array_equal(model.sample(8, seed=0)[0], expected.sample(8, seed=0)[0])


def test_points_are_chosen_by_their_modes(tmp_path: Path) -> None:
    config = replace(preset("modern", "ring"), batch_size=1024, epochs=2, evaluate_every=0)
    train_to_folder(config, None, "cpu", tmp_path / "run", keep_every=1)
    path, score, history = choose(tmp_path / "run")
    values = [row[score] for row in history]
    assert score == "coverage_shortfall" and len(values) == 2 and values[0] != values[1]
    assert path.stem == f"epoch-000{1 + int(np.argmin(values))}"
    # of one mode, as even as a single one is: the worst there is
    model = read_kept(path).model("ema")
    for weight in model.generator.parameters():
        weight.zero_()
    kept = load_state(path)
    state = {f"generator_ema.{name}": w for name, w in model.state().items()}
    save_state(kept[0] | state, kept[1], tmp_path / "run" / "kept" / "epoch-0003.safetensors")
    _, _, again = choose(tmp_path / "run")
    assert again[2][score] == pytest.approx(1 + np.log(8), abs=1e-3)
    assert again[:2] == history


def test_images_that_no_judge_knows_are_chosen_by_their_patches(
    digits: ImageSet, tmp_path: Path
) -> None:
    (tmp_path / "images").mkdir()
    for number, image in enumerate(digits.images[:240]):
        Image.fromarray(image[0].numpy()).save(tmp_path / "images" / f"{number}.png")
    config = replace(preset("simple", "folder"), epochs=2, evaluate_every=0)
    train_to_folder(config, tmp_path / "images", "cpu", tmp_path / "run", keep_every=1)
    path, score, history = choose(tmp_path / "run", tmp_path / "images")
    values = [row[score] for row in history]
    assert score == "sliced_wasserstein" and values[0] != values[1]
    assert path.stem == f"epoch-000{1 + int(np.argmin(values))}"


def test_a_run_that_kept_nothing_is_told_how_to(copied: Path, tmp_path: Path) -> None:
    shutil.rmtree(copied / "kept")
    with pytest.raises(InputError, match="train with --keep-every 1"):
        choose(copied)
    with pytest.raises(InputError, match="train with --keep-every 1"):
        choose(tmp_path / "nothing")


def test_points_whose_modes_nobody_knows_are_refused(tmp_path: Path) -> None:
    config = replace(preset("modern", "line"), evaluate_every=0, steps=1)
    train_to_folder(config, None, "cpu", tmp_path / "run", keep_every=1)
    with pytest.raises(InputError, match="modes of 'line'; ship models of ring, grid or images"):
        choose(tmp_path / "run")


def test_damaged_networks_are_refused_by_name(copied: Path) -> None:
    path = kept_epochs(copied)[1]
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"epoch-0002\.safetensors is no state of a run"):
        choose(copied)
    path.write_bytes((copied / "state.safetensors").read_bytes())
    with pytest.raises(InputError, match=r"epoch-0002\.safetensors holds no networks of an epoch"):
        choose(copied)
    tensors, facts = load_state(kept_epochs(copied)[0])
    generators = {name: tensor for name, tensor in tensors.items() if "generator" in name}
    save_state(generators, facts, path)
    with pytest.raises(InputError, match=r"epoch-0002\.safetensors holds no networks of an epoch"):
        choose(copied)
