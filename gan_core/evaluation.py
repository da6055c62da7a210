"""How good a model's images are: its samples beside real ones, in the eyes of a judge."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from gan_core.classifier import accuracy, prepared, train_classifier
from gan_core.data import TEST_PARTS, ImageSet, Unavailable, load
from gan_core.errors import InputError
from gan_core.inception import inception_features
from gan_core.judge import JUDGES, Judge, open_judge
from gan_core.metrics import (
    divergence_from_uniform,
    frechet_distance,
    kernel_distance,
    manifolds,
    nearest_distances,
)
from gan_core.mode_benchmark import BENCHMARKS
from gan_core.model import Model
from gan_core.patches import sliced_wasserstein
from gan_core.report import Figure, Report

FEWEST = 100  # images that a figure can rest on
SEARCHED = 1000  # fakes whose nearest training image is looked for
SIDE = 28  # pixels in which images are compared with one another, at most
STUDENT_EPOCHS = 4

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Reals:
    """Real images; those in `reference` and in `others` are as many, and none is in both."""

    training: ImageSet
    reference: ImageSet  # what fakes are compared with
    others: ImageSet  # what stands in for the fakes where a floor is measured
    apart: bool  # whether training saw nothing of `reference`


def evaluate(
    model: Model,
    data_dir: Path | None = None,
    count: int = 10_000,
    seed: int = 1,
    students: bool = True,
    inception_weights: Path | None = None,
    tell: Tell = lambda words: None,
) -> Report:
    """Judge `count` samples of a model beside the data it was trained on.

    Where the data has a test part, fakes are compared with that and floors are those of training
    images; else the set is halved. students: also train classifiers for GAN-train, which takes
    minutes. `tell` hears what is being done. InputError where the data is not to be had.
    """
    config = model.card.config
    name = config.dataset
    if not config.image_size:
        return _modes(model, seed)
    tell(f"reading {name}")
    reals = read_reals(name, config.image_size, config.channels, data_dir, count)
    fakes, labels = model.sample(len(reals.others), seed)
    judge = open_judge(JUDGES[name]) if name in JUDGES else None
    report = Report(model.card.name, name, judge.card["scores"] if judge else {})
    if judge is None:
        report.left_out["frechet_distance"] = f"no judge knows '{name}'"
    else:
        tell(f"judging {len(fakes):,} samples")
        _compare(report, judge, reals, fakes)
        for figure in ("gan_test", "gan_train"):
            if model.labels != judge.class_names:
                report.left_out[figure] = "the model takes no labels"
        if model.labels == judge.class_names:
            _check_labels(report, judge, reals, fakes, labels)
            _teach(report, model, reals, seed, students, tell)
    if config.channels == 3:
        tell("comparing patches")
        _compare_patches(report, reals, fakes)
        tell("asking Inception")
        _compare_by_inception(report, reals, fakes, inception_weights)
    tell("looking for copies")
    _search(report, reals, fakes)
    return report


def _modes(model: Model, seed: int) -> Report:
    """Of points: how many of the modes are drawn, and how well."""
    name = model.card.config.dataset
    report = Report(model.card.name, name, {})
    if name not in BENCHMARKS:
        raise InputError(f"nobody knows the modes of '{name}'; evaluate models of ring or grid")
    benchmark, data = BENCHMARKS[name], load(name, 0, 2)
    cover = benchmark.cover(model.sample(benchmark.samples, seed)[0], data)
    assert cover.ceiling is not None
    for figure in ("covered", "high_quality", "divergence"):
        value, ceiling = (float(getattr(found, figure)) for found in (cover, cover.ceiling))
        report.figures[figure] = Figure(value, ceiling, cover.samples, cover.samples)
    return report


def read_reals(name: str, size: int, channels: int, data_dir: Path | None, count: int) -> Reals:
    """At most `count` in each part; InputError where the set is too small to measure by."""
    training = load(name, size, channels, data_dir)
    random = torch.Generator().manual_seed(0)
    order = torch.randperm(len(training), generator=random)
    if apart := name in TEST_PARTS:
        rest = load(name, size, channels, data_dir, part="test")
        kept = torch.randperm(len(rest), generator=random)
    else:
        rest, (kept, order) = training, order.tensor_split(2)
    count = min(count, len(kept), len(order))
    if count < FEWEST:
        raise InputError(f"{count} images are too few to measure by; give {FEWEST} or more")
    return Reals(training, _part(rest, kept[:count]), _part(training, order[:count]), apart)


def _part(images: ImageSet, places: Tensor) -> ImageSet:
    return ImageSet(images.images[places], images.labels[places], images.class_names)


def pictures(images: ImageSet) -> np.ndarray:
    """As a judge looks at them: uint8 (N, H, W, C)."""
    return images.images.permute(0, 2, 3, 1).numpy()


def _compare(report: Report, judge: Judge, reals: Reals, fakes: np.ndarray) -> None:
    """By what the judge sees: distances, manifolds and classes."""
    looks = [judge.look(pictures(part)) for part in (reals.reference, reals.others)]
    looks.append(judge.look(fakes))
    _measure(report, "", *(torch.from_numpy(features) for features, _ in looks))
    _, other, fake = (
        np.bincount(probabilities.argmax(axis=1), minlength=len(judge.class_names))
        for _, probabilities in looks
    )
    report.classes.update(zip(judge.class_names, fake.tolist()))
    even = divergence_from_uniform
    figure = Figure(even(fake), even(other), len(fakes), len(reals.reference))
    report.figures["class_divergence"] = figure


def _measure(report: Report, prefix: str, *features: Tensor) -> None:
    """Figures of the features (N, D) of the reference, of others and of fakes."""
    real, other, fake = features
    sizes = len(fake), len(real)
    found = {
        "frechet_distance": Figure(
            frechet_distance(real, fake), frechet_distance(real, other), *sizes
        )
    }
    mean, spread = kernel_distance(real, fake)
    found["kernel_distance"] = Figure(mean, kernel_distance(real, other)[0], *sizes, spread)
    floors = asdict(manifolds(real, other))
    for name, value in asdict(manifolds(real, fake)).items():
        found[name] = Figure(value, floors[name], *sizes)
    report.figures.update({f"{prefix}{name}": figure for name, figure in found.items()})


def _check_labels(
    report: Report, judge: Judge, reals: Reals, fakes: np.ndarray, labels: np.ndarray
) -> None:
    """GAN-test (Shmelkov et al. 2018, "How good is my GAN?"): are they what was asked for?"""
    reference = reals.reference
    on_fakes = accuracy(judge.network, prepared(fakes), torch.from_numpy(labels))
    on_reals = accuracy(judge.network, prepared(pictures(reference)), reference.labels)
    report.figures["gan_test"] = Figure(on_fakes, on_reals, len(fakes), len(reference))


def _teach(report: Report, model: Model, reals: Reals, seed: int, wanted: bool, tell: Tell) -> None:
    """GAN-train (the same paper): do fakes teach a classifier as much as reals do?"""
    if not wanted or not reals.apart:
        reason = "it was not asked for" if reals.apart else "the data has no test part"
        report.left_out["gan_train"] = reason
        return
    reference, training = reals.reference, reals.training
    fakes, asked = model.sample(len(training), seed + 1)
    right = []
    for kind, examples, labels in (
        ("fakes", fakes, torch.from_numpy(asked)),
        ("reals", pictures(training), training.labels),
    ):
        tell(f"training a classifier on {len(labels):,} {kind}")
        images, classes = prepared(examples), len(model.labels)
        student = train_classifier(images, labels, classes, STUDENT_EPOCHS, seed)
        right.append(accuracy(student, prepared(pictures(reference)), reference.labels))
    report.figures["gan_train"] = Figure(right[0], right[1], len(fakes), len(reference))


def _compare_patches(report: Report, reals: Reals, fakes: np.ndarray) -> None:
    """In colour no judge looks, and Inception may not be to be had."""
    real, other = (pictures(part)[:SEARCHED] for part in (reals.reference, reals.others))
    report.figures["sliced_wasserstein"] = Figure(
        sliced_wasserstein(real, fakes[: len(real)]),
        sliced_wasserstein(real, other),
        len(real),
        len(real),
    )


def _compare_by_inception(
    report: Report, reals: Reals, fakes: np.ndarray, weights: Path | None
) -> None:
    parts = pictures(reals.reference), pictures(reals.others), fakes
    try:
        _measure(report, "inception_", *(inception_features(part, weights) for part in parts))
    except Unavailable as error:
        report.left_out["inception_frechet_distance"] = str(error)


def _search(report: Report, reals: Reals, fakes: np.ndarray) -> None:
    """How near the nearest training image is to a fake, and how near to a real image.

    The two that are compared in Meehan et al. 2020, "A non-parametric test to detect data-copying".
    """
    training = _coarse(pictures(reals.training))
    to_fakes = nearest_distances(_coarse(fakes[:SEARCHED]), training)
    real = _coarse(pictures(reals.reference)[:SEARCHED])
    # where training saw them too, the nearest is each itself
    to_reals = nearest_distances(real, training, skip=0 if reals.apart else 1)
    sizes = len(to_fakes), len(training)
    ratio = (to_fakes.median() / to_reals.median()).item()
    report.figures["nearest_training_image"] = Figure(ratio, 1.0, *sizes)
    copies = (to_fakes < to_reals.quantile(0.01)).float().mean().item()
    report.figures["copies"] = Figure(copies, 0.01, *sizes)


def _coarse(pictures: np.ndarray) -> Tensor:
    """uint8 (N, H, W, C) -> float32 (N, D), to measure distances in."""
    images = torch.from_numpy(pictures).permute(0, 3, 1, 2)
    side = min(SIDE, images.shape[2])
    parts = images.split(4096)
    return torch.cat([adaptive_avg_pool2d(p.float() / 255, side).flatten(1) for p in parts])
