"""Inversion: of generators small enough to have one answer, and of the shipped one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from gan_core.data import load
from gan_core.errors import InputError
from gan_core.inversion import Attempt, invert, seen_by
from gan_core.judge import open_judge
from gan_core.model import Card, Model
from gan_core.modules import Generator, initialise
from gan_core.presets import PRESETS
from gan_core.pretrained import open_model

NOISE, SIDE = 4, 6
LABELS = ("a", "b", "c")


def small_model(noise: str = "normal", conditional: bool = False, channels: int = 1) -> Model:
    """One layer, so that an image has one z."""
    embedding = nn.Embedding(len(LABELS), NOISE) if conditional else None
    pixels = nn.Linear(NOISE * (1 + conditional), channels * SIDE * SIDE)
    generator = Generator(
        pixels, nn.Tanh(), nn.Unflatten(1, (channels, SIDE, SIDE)), embedding=embedding
    )
    initialise(generator, torch.Generator().manual_seed(0))
    config = replace(
        PRESETS["simple"],
        image_size=SIDE,
        channels=channels,
        noise_dim=NOISE,
        noise=noise,
        conditional=conditional,
    )
    return Model(generator, Card("small", config, 0, 0, LABELS, "", "", ""))


def last(attempts: object) -> Attempt:
    *_, found = attempts  # type: ignore[misc]
    return found


@pytest.mark.parametrize("noise", ["normal", "uniform"])
def test_the_z_of_what_a_model_drew_is_found_again(noise: str) -> None:
    model = small_model(noise)
    for seed in range(3):
        z = model.noise(seed + 100)
        found = last(invert(model, model.generate(z)[0]))
        np.testing.assert_allclose(found.z, z[0], atol=0.05)  # images are rounded to 256 levels
        assert found.label is None and found.loss < 1e-4


def test_the_label_is_found_with_it() -> None:
    model = small_model(conditional=True)
    for label in range(len(LABELS)):
        z = model.noise(label + 100)
        found = last(invert(model, model.generate(z, np.array([label]))[0]))
        assert found.label == label
        np.testing.assert_allclose(found.z, z[0], atol=0.05)


def test_attempts_get_better_and_show_what_their_z_draws() -> None:
    model = small_model(conditional=True)
    image = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 1), dtype=np.uint8)
    attempts = [*invert(model, image)]
    losses, shares = [each.loss for each in attempts], [each.share for each in attempts]
    assert len(attempts) > 5
    assert losses == sorted(losses, reverse=True) and losses[-1] < losses[0]
    assert shares == sorted(shares) and 0 < shares[0] < 0.1 and shares[-1] == 1
    for each in attempts:
        assert each.z.shape == (NOISE,) and each.z.dtype == np.float32
        assert np.array_equal(each.image, model.generate(each.z[None], np.array([each.label]))[0])
    squares = np.square((attempts[-1].image.astype(float) - image) / 127.5)
    assert squares.mean() == pytest.approx(attempts[-1].loss, rel=0.01)


@pytest.mark.parametrize("value", [0, 255])
def test_z_stays_where_noise_lies_though_the_image_lies_elsewhere(value: int) -> None:
    image = np.full((SIDE, SIDE, 1), value, np.uint8)
    for each in invert(small_model("uniform"), image):
        assert np.abs(each.z).max() <= 1
    for each in invert(small_model(), image):
        assert np.linalg.norm(each.z) <= 2 + NOISE**0.5 + 1e-5


def test_the_same_seed_finds_the_same_and_another_starts_elsewhere() -> None:
    model = small_model()
    image = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 1), dtype=np.uint8)
    first, again, other = (next(invert(model, image, seed=seed)) for seed in (0, 0, 1))
    assert np.array_equal(first.z, again.z) and not np.array_equal(first.z, other.z)


def test_a_single_step_and_a_single_start_are_enough() -> None:
    model = small_model()
    image = model.generate(model.noise(0))[0]
    assert last(invert(model, image, steps=1, restarts=1)).loss < 1e-4  # the seed's own


def test_the_model_stays_as_it_was_in_whatever_thread_and_grad_mode() -> None:
    model, judge = small_model(), open_judge("mnist")
    networks = (model.generator, judge.network)
    before = [{k: v.clone() for k, v in each.state_dict().items()} for each in networks]
    image = np.zeros((SIDE, SIDE, 1), np.uint8)

    def search(seed: int) -> float:
        with torch.no_grad():
            return last(invert(model, image, judge, seed=seed, steps=20, restarts=4)).loss

    alone = [search(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(search, range(4))] == alone
    for network, state in zip(networks, before):
        assert all(torch.equal(v, state[k]) for k, v in network.state_dict().items())
        assert not any(layer.training for layer in network.modules())
        assert not any(p.requires_grad or p.grad is not None for p in network.parameters())


@pytest.mark.parametrize(("side", "channels"), [(28, 1), (28, 3), (64, 3)])
def test_a_judge_sees_in_tensors_what_it_sees_in_arrays(side: int, channels: int) -> None:
    judge, images = open_judge("mnist"), load("digits", side, channels).images[:20]
    features, logits = seen_by(judge, images.float() / 127.5 - 1)
    known, probabilities = judge.look(images.permute(0, 2, 3, 1).numpy())
    np.testing.assert_allclose(logits.softmax(dim=1).numpy(), probabilities, atol=0.05)
    assert np.abs(features.numpy() - known).mean() < 0.02 * known.std()  # it rounds to 256 levels


def test_a_judge_takes_part() -> None:
    model, image = small_model(channels=3), np.zeros((SIDE, SIDE, 3), np.uint8)
    with_judge, without = (last(invert(model, image, judge, steps=20)) for judge in
                           (open_judge("mnist"), None))  # fmt: skip
    assert not np.array_equal(with_judge.z, without.z)


def test_the_shipped_model_draws_digits_that_it_is_shown(data_dir: Path) -> None:
    model, judge = open_model("mnist-conditional"), open_judge("mnist")
    test = load("mnist", 28, 1, data_dir, part="test")
    images = test.images[:4].permute(0, 2, 3, 1).numpy()
    found = [last(invert(model, image, judge)) for image in images]
    drawn = np.stack([each.image for each in found])
    assert judge.look(drawn)[1].argmax(axis=1).tolist() == test.labels[:4].tolist()
    # twice as near as the nearest of a thousand draws
    random = model.sample(1000, seed=0)[0].astype(float)
    for image, each in zip(images.astype(float), drawn.astype(float)):
        nearest = np.square(random - image).mean(axis=(1, 2, 3)).min()
        assert np.square(each - image).mean() < nearest / 2


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((SIDE, SIDE), np.uint8),
        np.zeros((SIDE, SIDE, 3), np.uint8),
        np.zeros((SIDE, SIDE + 1, 1), np.uint8),
        np.zeros((SIDE, SIDE, 1), np.float32),
        np.full((SIDE, SIDE, 1), np.nan),
    ],
    ids=["no channel", "colour", "another size", "floats", "nan"],
)
def test_what_the_model_draws_no_such_image_of_is_refused_at_once(image: np.ndarray) -> None:
    with pytest.raises(InputError, match=r"must be uint8 \(6, 6, 1\), as 'small' draws them"):
        invert(small_model(), image)


def test_points_and_searches_of_nothing_are_refused() -> None:
    image = np.zeros((SIDE, SIDE, 1), np.uint8)
    model = small_model(conditional=True)
    with pytest.raises(InputError, match="steps must be 1 or more"):
        invert(model, image, steps=0)
    with pytest.raises(InputError, match="restarts must be 1 or more"):
        invert(model, image, restarts=0)
    card = replace(model.card, config=replace(PRESETS["simple"], image_size=0, channels=2))
    with pytest.raises(InputError, match="draws points"):
        invert(Model(model.generator, card), image)
