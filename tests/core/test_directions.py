"""Directions against the singular vectors of generators whose layers are known."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import nn

from gan_core.directions import Directions, principal, sefa
from gan_core.errors import InputError
from gan_core.model import Card, Model
from gan_core.modules import Generator, initialise
from gan_core.networks import ARCHITECTURES, build_generator
from gan_core.presets import PRESETS
from gan_core.pretrained import open_model

NOISE = 6
DIGITS = tuple("0123456789")
SCALES = torch.tensor([0.5, 3.0, 1.0, 6.0, 2.0, 4.0])
STRONGEST_FIRST = [3, 5, 1, 4, 2, 0]  # places in SCALES


def model_of(generator: Generator, conditional: bool = False) -> Model:
    config = replace(PRESETS["simple"], noise_dim=NOISE, conditional=conditional)
    return Model(generator, Card("test", config, 0, 0, DIGITS, "", "", ""))


def rotation(seed: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.linalg.qr(torch.randn(NOISE, NOISE, generator=random)).Q


def linear(weight: torch.Tensor, embedding: nn.Embedding | None = None) -> Generator:
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight = nn.Parameter(weight)
    return Generator(layer, nn.Unflatten(1, (1, 1, weight.shape[0])), embedding=embedding)


def conditional_model(reach_of_labels: float) -> Model:
    """Scales a rotation; labels are added on top."""
    embedding = nn.Embedding(10, NOISE)
    nn.init.normal_(embedding.weight, generator=torch.Generator().manual_seed(0))
    weight = torch.cat([SCALES[:, None] * rotation(1), reach_of_labels * rotation(2)], dim=1)
    return model_of(linear(weight, embedding), conditional=True)


def assert_same_lines(found: np.ndarray, known: np.ndarray, atol: float = 1e-4) -> None:
    """Row by row, whichever way each points."""
    known = known / np.linalg.norm(known, axis=1, keepdims=True)
    np.testing.assert_allclose(np.abs((found * known).sum(axis=1)), 1, atol=atol)


def assert_sound(found: Directions, count: int, noise_dim: int) -> None:
    assert found.vectors.shape == (count, noise_dim) and found.vectors.dtype == np.float32
    assert found.share.shape == (count,) and found.share.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-5)
    assert (np.diff(found.share) <= 0).all() and 0 <= found.share.sum() <= 1 + 1e-5
    largest = np.abs(found.vectors).argmax(axis=1)
    assert (found.vectors[np.arange(count), largest] > 0).all()


def test_sefa_finds_how_a_first_layer_was_rotated_and_scaled() -> None:
    turn = rotation(1)
    found = sefa(model_of(linear(SCALES[:, None] * turn)), NOISE)
    assert_same_lines(found.vectors, turn[STRONGEST_FIRST].numpy())
    squares = SCALES[STRONGEST_FIRST].square()
    np.testing.assert_allclose(found.share, squares / squares.sum(), rtol=1e-4)


def test_sefa_finds_the_singular_vectors_of_a_convolution() -> None:
    config = replace(PRESETS["dcgan-lsgan"], noise_dim=NOISE, image_size=28, channels=1)
    generator = build_generator(config, 10)
    weight = generator.layers[1].weight
    assert isinstance(weight, nn.Parameter)
    known = np.linalg.svd(weight.detach().flatten(1).numpy())[0].T  # (in, out, 7, 7)
    found = sefa(Model(generator, Card("test", config, 0, 0, DIGITS, "", "", "")), 2)
    assert_same_lines(found.vectors, known[:2])


def test_what_a_first_layer_does_with_the_label_does_not_count() -> None:
    found = sefa(conditional_model(reach_of_labels=100), NOISE)
    assert_same_lines(found.vectors, rotation(1)[STRONGEST_FIRST].numpy())


def test_principal_directions_of_a_linear_generator_are_those_of_its_components() -> None:
    weight = torch.randn(20, NOISE, generator=torch.Generator().manual_seed(0))
    model = model_of(linear(weight))
    pca = PCA().fit(model.noise(5, 300) @ weight.T.numpy())
    found = principal(model, 3, samples=300, seed=5)
    assert_same_lines(found.vectors, np.asarray(pca.components_)[:3] @ weight.numpy())
    np.testing.assert_allclose(found.share, pca.explained_variance_ratio_[:3], rtol=1e-3)


def test_principal_directions_leave_out_what_labels_do() -> None:
    known = rotation(1)[STRONGEST_FIRST].numpy()
    found = principal(conditional_model(reach_of_labels=100), 2, samples=1500)
    assert_same_lines(found.vectors, known[:2], atol=0.01)


def test_principal_directions_see_past_the_nonlinearity() -> None:
    """A unit that never fires takes no part, however large its weights."""
    layer = nn.Linear(NOISE, NOISE)
    layer.weight = nn.Parameter(torch.diag(SCALES))
    layer.bias = nn.Parameter(torch.tensor([5.0, 5, 5, -100, 5, 5]))
    found = principal(model_of(Generator(layer, nn.ReLU(), nn.Linear(NOISE, 4))), 1, samples=2000)
    assert np.abs(found.vectors[0]).argmax() == 5
    assert sefa(model_of(Generator(layer)), 1).vectors[0].argmax() == 3


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_has_both_kinds(name: str, conditional: bool) -> None:
    base = PRESETS["simple"]
    if name.endswith("points"):
        base = replace(base, image_size=0, channels=2)
    config = replace(base, architecture=name, noise_dim=8, conditional=conditional)
    generator = build_generator(config, 10)
    initialise(generator, torch.Generator().manual_seed(0))
    model = Model(generator, Card("test", config, 0, 0, DIGITS, "", "", ""))
    closed, sampled = sefa(model, 3), principal(model, 3, samples=100)
    assert (closed.kind, sampled.kind) == ("sefa", "principal")
    np.testing.assert_allclose(closed.vectors @ closed.vectors.T, np.eye(3), atol=1e-5)
    for found, again in ((closed, sefa(model, 3)), (sampled, principal(model, 3, samples=100))):
        assert_sound(found, 3, 8)
        assert np.array_equal(found.vectors, again.vectors)


@pytest.mark.parametrize("kind", [sefa, principal])
def test_the_shipped_model_changes_more_along_the_first_than_along_the_last(kind) -> None:  # noqa: ANN001
    model = open_model("mnist-conditional")
    found = kind(model, model.noise_dim)
    assert_sound(found, model.noise_dim, model.noise_dim)
    z, labels = model.noise(0, 50), np.arange(50) % 10
    still = model.generate(z, labels).astype(float)
    changes = [
        np.abs(model.generate(z + 2 * found.vectors[place], labels) - still).mean()
        for place in (0, -1)
    ]
    assert changes[0] > 1.5 * changes[1]


def test_principal_takes_one_label_and_another_seed() -> None:
    model = open_model("mnist-conditional")
    seven, ones = (principal(model, 2, label=label).vectors for label in (7, 1))
    assert not np.allclose(seven, ones, atol=0.01)
    assert not np.array_equal(seven, principal(model, 2, seed=1, label=7).vectors)


@pytest.mark.parametrize("count", [0, NOISE + 1])
def test_a_count_beyond_the_noise_is_refused(count: int) -> None:
    model = model_of(linear(rotation(0)))
    for kind in (sefa, principal):
        with pytest.raises(InputError, match=f"count must lie between 1 and {NOISE}"):
            kind(model, count)


def test_too_few_samples_and_unknown_labels_are_refused() -> None:
    with pytest.raises(InputError, match="samples must lie between 32 and 4000"):
        principal(conditional_model(1), 2, samples=20)
    with pytest.raises(InputError, match="has 10 labels, from 0; there is no 10"):
        principal(conditional_model(1), 2, label=10)
    with pytest.raises(InputError, match="has 0 labels"):
        principal(model_of(linear(rotation(0))), 2, label=0)
