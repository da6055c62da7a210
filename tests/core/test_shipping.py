"""A run's best epoch as a model to hand on: its files are what its card says."""

import json
import shutil
import sys
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from gan_core.__main__ import main
from gan_core.checkpoint import load_model, load_state, read_card, save_state
from gan_core.choosing import kept_epochs, read_kept
from gan_core.companions import (
    average_path,
    discriminator_path,
    evolution_path,
    load_average,
    load_discriminator,
    load_evolution,
)
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.evaluation import evaluate
from gan_core.evolution import read_samples
from gan_core.images import GAP, png
from gan_core.inspection import opinion
from gan_core.notes import FIGURES, NOTES, notes_on, without_figures
from gan_core.presets import PRESETS, preset
from gan_core.pretrained import open_model
from gan_core.shipping import FRAMES, _save_evolution, _upper_rows, ship
from gan_core.training_run import train_to_folder

COUNT = 200  # samples to judge: what is shown does not rest on the figures


@pytest.fixture(scope="module")
def run(kept_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy whose rounds took as long as ten minutes an epoch."""
    out = Path(shutil.copytree(kept_run, tmp_path_factory.mktemp("runs") / "run"))
    log = out / "events.jsonl"
    steps = [json.loads(line) for line in log.read_text().splitlines()]
    slow = [json.dumps(step | {"images_per_s": 64 * 28 / 600}) for step in steps]
    log.write_text("\n".join(slow) + "\n")
    return out


@pytest.fixture(scope="module")
def shipped(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shipped") / "new" / "mine.safetensors"
    told: list[str] = []
    card = ship(run, path, count=COUNT, tell=told.append)
    assert card == read_card(path)
    assert "frechet distance of kept epoch 3 of 3" in told
    return path


def test_the_best_epoch_is_shipped(run: Path, shipped: Path) -> None:
    card = read_card(shipped)
    assert card.name == "mine" and card.chosen_by == "frechet_distance"
    assert [row["epoch"] for row in card.history] == [1, 2, 3]
    scores = [row[card.chosen_by] for row in card.history]
    assert len({*scores}) == 3
    assert card.epoch == 1 + int(np.argmin(scores))
    kept = read_kept(kept_epochs(run)[card.epoch - 1])
    weights = load_file(shipped)
    assert {*weights} == {*kept.networks["generator"]}
    for name, weight in weights.items():
        assert weight.dtype == torch.bfloat16
        assert torch.equal(weight, kept.networks["generator"][name].bfloat16())
    apart = np.abs(
        load_model(shipped).sample(20, seed=1)[0].astype(float) - kept.model("raw").sample(20, 1)[0]
    )
    assert apart.mean() < 2  # of 255


def test_its_card_says_where_it_comes_from(run: Path, shipped: Path) -> None:
    card, trained = read_card(shipped), read_card(run / "model.safetensors")
    assert card.class_names == trained.class_names == tuple("0123456789")
    for name in ("config", "licence", "train_command"):
        assert getattr(card, name) == getattr(trained, name)
    assert card.notes == without_figures(trained.notes, trained.config.preset) != ""
    assert card.step == card.epoch * 28
    assert card.truncation == 1
    assert card.hardware == f"{trained.hardware}, {card.epoch * 10} minutes"


def test_its_hashes_are_those_of_all_its_files(shipped: Path) -> None:
    files = {shipped, discriminator_path(shipped), evolution_path(shipped)}
    found = {path for path in shipped.parent.rglob("*") if path.is_file()}
    assert found == files | {shipped.with_suffix(".json")}
    hashes = {
        path.relative_to(shipped.parent).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    assert read_card(shipped).sha256 == hashes


def test_its_figures_are_those_of_the_file(shipped: Path) -> None:
    """Not of the networks in float32; so `evaluate` finds them again."""
    scores = read_card(shipped).scores
    report = evaluate(load_model(shipped), count=COUNT)
    assert {*report.figures} == {*scores} - {"measured_by", "classes"}
    for name, figure in report.figures.items():
        found = {key: scores[name][key] or 0 for key in asdict(figure)}  # no spread: None
        expected = {key: value or 0 for key, value in asdict(figure).items()}
        assert found == pytest.approx(expected, rel=1e-3), name
    assert scores["classes"] == report.classes
    assert scores["measured_by"] == f"python -m gan_core evaluate mine -n {COUNT}"


def test_its_evolution_is_that_of_the_run(run: Path, shipped: Path) -> None:
    card = read_card(shipped)
    frames, (samples, epochs) = load_evolution(shipped, card), read_samples(run)
    assert card.evolution == epochs == [0, 1, 2, 3]
    for frame, sample in zip(frames, samples, strict=True):
        assert abs(frame.astype(float) - sample).mean() < 5


def test_opinions_go_by_the_logit_in_its_card(digits: ImageSet, shipped: Path) -> None:
    """Its objective compares: without reals at hand, D thinks of an image what it thinks with."""
    model = load_model(shipped)
    judge = load_discriminator(shipped, model.card)
    assert judge is not None and model.card.real_logit is not None
    found = []
    for seed in range(10):
        z = model.noise(seed)
        found.append(opinion(model, model.card.real_logit, judge, z, None))
        assert found[-1] == pytest.approx(opinion(model, digits, judge, z, None), abs=1e-3)
    assert min(found) < 0.5 and np.std(found) > 0


def test_a_model_can_be_shipped_whole_and_alone(run: Path, shipped: Path, tmp_path: Path) -> None:
    """Where one with a discriminator was before, that goes: it is no longer its own."""
    for name in ("", "discriminators"):
        shutil.copytree(shipped.parent / name, tmp_path / name, dirs_exist_ok=True)
    path = tmp_path / shipped.name
    card = ship(run, path, precision="float32", discriminator=False, count=COUNT)
    kept = read_kept(kept_epochs(run)[card.epoch - 1])
    weights = load_file(path)
    assert all(torch.equal(weights[name], kept.networks["generator"][name]) for name in weights)
    assert card.real_logit is None and load_discriminator(path, card) is None
    assert {*card.sha256} == {"mine.safetensors", "mine.webp"}
    np.testing.assert_array_equal(
        load_model(path).sample(9, seed=0)[0], kept.model("raw").sample(9, seed=0)[0]
    )


def test_averaged_weights_go_beside_the_learned_ones(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    told = {"data": "drawn by hand", "licence": "mine", "notes": "It likes ones."}
    card = ship(run, path, precision="float32", average=True, told=told, count=COUNT)
    assert told.items() <= read_card(path).to_json().items()
    kept = read_kept(kept_epochs(run)[card.epoch - 1])
    average = load_average(path, card)
    assert average is not None
    for weights, model in (("raw", load_model(path)), ("ema", average)):
        expected = kept.model(weights).sample(9, seed=0)[0]
        np.testing.assert_array_equal(model.sample(9, seed=0)[0], expected)
    assert "averages/mine.safetensors" in card.sha256
    average_path(path).write_bytes(b"cut")
    with pytest.raises(InputError, match=r"averages/mine\.safetensors is damaged"):
        load_average(path, card)
    ship(run, path, count=COUNT)
    assert load_average(path, card) is None


def test_a_run_that_shows_its_averaged_weights_has_no_others_to_ship(
    run: Path, tmp_path: Path
) -> None:
    shown = Path(shutil.copytree(run, tmp_path / "run"))
    for path in kept_epochs(shown):
        tensors, facts = load_state(path)
        facts["card"]["config"]["samples_from"] = "ema"
        save_state(tensors, facts, path)
    judged: list[str] = []
    with pytest.raises(InputError, match="leave --average out"):
        ship(shown, tmp_path / "mine.safetensors", average=True, count=COUNT, tell=judged.append)
    assert not list(tmp_path.glob("mine.*")) and not judged


def test_a_run_without_samples_is_refused_before_anything_is_judged(
    run: Path, tmp_path: Path
) -> None:
    bare = Path(shutil.copytree(run, tmp_path / "bare", ignore=shutil.ignore_patterns("samples")))
    judged: list[str] = []
    with pytest.raises(InputError, match="holds no samples"):
        ship(bare, tmp_path / "mine.safetensors", count=COUNT, tell=judged.append)
    assert not list(tmp_path.glob("mine.*")) and not judged


def test_a_model_of_points_is_shipped_too(tmp_path: Path) -> None:
    config = replace(preset("r3gan", "ring"), batch_size=1024, epochs=2, evaluate_every=0)
    train_to_folder(config, None, "cpu", tmp_path / "run", keep_every=1)
    path = tmp_path / "points.safetensors"
    card = ship(tmp_path / "run", path)
    assert card.chosen_by == "coverage_shortfall" and len(card.history) == 2
    assert {"covered", "high_quality", "divergence"} <= {*card.scores}
    assert card.evolution == [0, 1, 2]
    assert [frame.shape for frame in load_evolution(path, card)] == [(480, 480, 3)] * 3
    model = load_model(path)
    assert model.sample(5, seed=0)[0].shape == (5, 2)
    judge = load_discriminator(path, card)
    assert judge is not None and card.real_logit is not None
    assert 0 < opinion(model, card.real_logit, judge, model.noise(0), None) < 1


def samples(run: Path, greys: list[int]) -> None:
    """One picture for each, as of the epochs of a run."""
    (run / "samples").mkdir(parents=True)
    for epoch, grey in enumerate(greys):
        picture = np.full((32, 32, 1), grey, np.uint8)
        (run / "samples" / f"epoch-{epoch:04d}.png").write_bytes(png(picture))


@pytest.mark.parametrize(("side", "rows"), [(28, 8), (64, 4), (400, 1)])
def test_a_film_shows_as_many_rows_as_are_small_enough(side: int, rows: int) -> None:
    frame = np.arange(8 * (side + GAP) - GAP)[:, None, None]
    shown = _upper_rows(frame, side)
    assert len(shown) == rows * (side + GAP) - GAP and np.array_equal(shown, frame[: len(shown)])
    assert len(_upper_rows(np.zeros((480, 480, 3)), 0)) == 480  # of points


def test_of_many_epochs_a_few_are_shown_more_of_them_early(tmp_path: Path) -> None:
    samples(tmp_path, [5 * epoch for epoch in range(51)])
    epochs = _save_evolution(*read_samples(tmp_path), tmp_path / "m.safetensors")
    frames = load_evolution(tmp_path / "m.safetensors")
    assert len(frames) == len(epochs) and FRAMES - 3 <= len(epochs) <= FRAMES
    assert (epochs[0], epochs[-1]) == (0, 50)
    gaps = np.diff(epochs)
    assert (gaps > 0).all() and gaps[0] == 1 and gaps[-1] > 5
    for frame, epoch in zip(frames, epochs):
        np.testing.assert_allclose(frame, 5 * epoch, atol=3)


def test_where_nothing_changed_the_epochs_are_still_those_of_the_frames(tmp_path: Path) -> None:
    samples(tmp_path, [0, 80, 80, 80, 200])
    assert _save_evolution(*read_samples(tmp_path), tmp_path / "m.safetensors") == [0, 1, 4]
    assert len(load_evolution(tmp_path / "m.safetensors")) == 3


def command(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["gan_core", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


def test_the_command_ships_and_says_what_it_chose(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "model.safetensors"
    words = ["ship", str(run), "--out", str(out), "--no-discriminator", "-n", str(COUNT)]
    assert command(monkeypatch, *words, "--truncation", "0.6") == 0
    model = open_model(str(tmp_path))  # a folder with a model, as of a run
    assert model.card.truncation == 0.6
    said = capsys.readouterr().out
    assert f"epoch {model.card.epoch} of {run}, chosen by frechet distance, in {out}" in said
    assert not discriminator_path(out).exists()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("ship {tmp}/none --out {tmp}/x.safetensors", "train with --keep-every 1"),
        ("ship {run} --out {tmp}/x.pt", "--out must end in .safetensors, not 'x.pt'"),
        ("ship {run} --out {tmp}/x.safetensors --precision int4", "float32, bfloat16, int8"),
        ("ship {run} --out {tmp}/x.safetensors -n 50", "give 100 or more"),
        ("ship {run} --out {tmp}/x.safetensors --truncation 0", "above 0 and 1 at most, not 0"),
        ("ship {run}", "--out"),
    ],
)
def test_what_cannot_be_shipped_ends_in_one_line(
    words: str,
    hint: str,
    run: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command(monkeypatch, *words.format(run=run, tmp=tmp_path).split()) != 0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1 and hint in lines[0]
    assert not list(tmp_path.iterdir())


def test_a_run_that_kept_nothing_is_not_shipped(run: Path, tmp_path: Path) -> None:
    bare = Path(shutil.copytree(run, tmp_path / "bare", ignore=shutil.ignore_patterns("kept")))
    with pytest.raises(InputError, match=r"bare kept no networks .* --keep-every 1"):
        ship(bare, tmp_path / "x.safetensors")
    assert not [*tmp_path.glob("x.*")]


def test_a_card_tells_of_its_own_run_not_of_the_preset_s_trial() -> None:
    for name in PRESETS:
        told = without_figures(notes_on(name, [3]), name)
        assert told.startswith(NOTES[name]) and "step 3" in told
        assert FIGURES[name] not in told and "  " not in told
