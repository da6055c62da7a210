"""A run's best epoch as a model to hand on: weights, discriminator, evolution, and a full card."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from gan_core.checkpoint import load_model, save_card, save_weights
from gan_core.choosing import GENERATORS, best_epoch, kept_epochs, read_kept
from gan_core.compact import PRECISIONS, compacted
from gan_core.companions import (
    average_path,
    discriminator_path,
    files_of,
    load_discriminator,
    save_companion,
    save_evolution,
)
from gan_core.data import load
from gan_core.errors import InputError, choose
from gan_core.evaluation import evaluate
from gan_core.evolution import read_samples
from gan_core.images import GAP
from gan_core.inspection import mean_real_logit, reals_to_compare
from gan_core.latent import check_truncation
from gan_core.model import Card
from gan_core.notes import without_figures
from gan_core.output import check_suffix, make_folder
from gan_core.run_folder import STEPS_FILE

FRAMES = 12  # epochs of an evolution
TALLEST = 264  # pixels of its frames: more would be most of a model's bytes

Tell = Callable[[str], None]


def ship(
    run: Path,
    path: Path,
    data_dir: Path | None = None,
    precision: str = "bfloat16",
    discriminator: bool = True,
    average: bool = False,
    truncation: float = 1.0,
    told: Mapping[str, str] = {},
    count: int = 10_000,
    tell: Tell = lambda words: None,
) -> Card:
    """Write the best of the epochs that `run` kept as `path` (.safetensors), and what goes with it.

    precision: of the weights in the file; what is judged is what was written. average: whether
    averaged weights go beside learned ones. truncation: what the model is to be shown at. told: the
    card's "data", "licence" or "notes" in your words. count: samples that epochs are chosen and
    figures are taken by. InputError where the run kept nothing, or shows its averaged weights
    anyway.
    """
    choose("precision", precision, PRECISIONS)
    check_suffix(path, ".safetensors")
    check_truncation(truncation)
    config = read_kept(kept_epochs(run)[0]).card.config
    if average and config.samples_from == "ema":
        raise InputError("this run shows its averaged weights; leave --average out")
    frames, epochs = read_samples(run)
    frames = [_upper_rows(frame, config.image_size) for frame in frames]
    make_folder(path)
    chosen, score, history = best_epoch(run, data_dir, count, tell)
    kept = read_kept(chosen)
    save_weights(compacted(kept.networks[GENERATORS[config.samples_from]], precision), path)
    companions = {
        average_path(path): kept.networks["generator_ema"] if average else None,
        discriminator_path(path): kept.networks["discriminator"] if discriminator else None,
    }
    for companion, weights in companions.items():
        companion.unlink(missing_ok=True)
        if weights:
            save_companion(compacted(weights, precision), companion)
    hardware = f"{kept.card.hardware}, {_minutes(run, kept.card):.0f} minutes"
    card = replace(
        kept.card,
        name=path.stem,
        hardware=hardware,
        chosen_by=score,
        history=history,
        truncation=truncation,
        **{"notes": without_figures(kept.card.notes, config.preset), **told},
    )
    save_card(card, path)
    if discriminator:
        judge = load_discriminator(path, card)
        assert judge is not None
        images = load(config.dataset, config.image_size, config.channels, data_dir)
        reals = reals_to_compare(config, images)
        card = replace(card, real_logit=mean_real_logit(config, reals, judge))
    report = evaluate(load_model(path), data_dir, count, tell=tell)
    scores = {name: asdict(figure) for name, figure in report.figures.items()}
    measured_by = f"python -m gan_core evaluate {path.stem} -n {count}"
    shown = _save_evolution(frames, epochs, path)
    hashes = {name: sha256(file.read_bytes()).hexdigest() for name, file in files_of(path).items()}
    card = replace(
        card,
        scores={"measured_by": measured_by, **scores, "classes": report.classes},
        evolution=shown,
        sha256=hashes,
    )
    save_card(card, path)
    return card


def _minutes(run: Path, card: Card) -> float:
    """Of the rounds up to the card's, as their log has it."""
    images = card.config.batch_size * card.config.batches_a_round
    steps = map(
        json.loads, (run / STEPS_FILE).read_text(encoding="utf-8").splitlines()[: card.step]
    )
    return sum(images / step["images_per_s"] for step in steps) / 60


def _save_evolution(frames: Sequence[np.ndarray], epochs: Sequence[int], path: Path) -> list[int]:
    """Frames from all over the run, closer together at its start, where most happens."""
    last = len(frames) - 1
    wanted = np.geomspace(1, last + 1, FRAMES).round().astype(int) - 1
    places = [*dict.fromkeys(wanted.tolist())]
    shown = save_evolution([frames[place] for place in places], path)
    return [epochs[places[number]] for number in shown]


def _upper_rows(frame: np.ndarray, side: int) -> np.ndarray:
    """Of a grid of images of `side` pixels those that fit TALLEST; a picture of points whole."""
    rows = max(1, TALLEST // (side + GAP))
    return frame[: rows * (side + GAP) - GAP] if side else frame
