"""Penalties against closed forms, in the game they are part of, and where they are refused."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import Tensor, nn

from gan_core.batches import Batch
from gan_core.chance import Chance
from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.game import Game, check_rules
from gan_core.modules import Discriminator
from gan_core.networks import build_discriminator
from gan_core.penalties import gradient_penalty, zero_centred
from gan_core.presets import PRESETS
from gan_core.trainer import Trainer

SMALL = replace(PRESETS["modern"], batch_size=8, r1_weight=0.0)
CPU = torch.device("cpu")


def numbers(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def linear(weights: Tensor, x: Tensor) -> Tensor:
    """w.x: the gradient is w everywhere."""
    return (weights * x).flatten(1).sum(dim=1)


def quadratic(matrix: Tensor, x: Tensor) -> Tensor:
    """1/2 x.Ax"""
    return (x @ matrix * x).sum(dim=1) / 2


def slope(matrix: Tensor, x: Tensor) -> Tensor:
    """Of the quadratic critic at x (B, D)."""
    return x @ (matrix + matrix.T) / 2


def packed(critic: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """A logit for each two neighbours, of their numbers side by side."""
    return critic(x.reshape(len(x) // 2, -1))


def assert_same_slope(got: Tensor, expected: Tensor, weights: Tensor) -> None:
    """D would learn the same from both."""
    torch.testing.assert_close(got, expected)
    slopes = [torch.autograd.grad(value, weights)[0] for value in (got, expected)]
    torch.testing.assert_close(slopes[0], slopes[1])


def test_zero_centred_of_a_linear_critic_is_half_its_squared_weights() -> None:
    weights, images = numbers(1, 3, 4, 4).requires_grad_(), numbers(5, 3, 4, 4, seed=1)
    images.requires_grad_()
    penalty = zero_centred(linear(weights, images), images)
    assert_same_slope(penalty, weights.square().sum() / 2, weights)


def test_zero_centred_of_a_quadratic_critic_is_half_the_mean_square_of_ax() -> None:
    matrix, x = numbers(6, 6).requires_grad_(), numbers(5, 6, seed=1).requires_grad_()
    penalty = zero_centred(quadratic(matrix, x), x)
    assert_same_slope(penalty, slope(matrix, x.detach()).square().sum() / 5 / 2, matrix)


def test_zero_centred_of_a_packed_critic_adds_up_the_gradients_of_a_pack() -> None:
    matrix, x = numbers(12, 12).requires_grad_(), numbers(8, 6, seed=1).requires_grad_()
    penalty = zero_centred(packed(partial(quadratic, matrix), x), x)
    packs = x.detach().reshape(4, 12)
    assert_same_slope(penalty, slope(matrix, packs).square().sum() / 4 / 2, matrix)


@pytest.mark.parametrize("length", [0.5, 1.0, 3.0])
def test_gradient_penalty_of_a_linear_critic_is_its_squared_distance_from_unit_norm(
    length: float,
) -> None:
    weights = (length * nn.functional.normalize(numbers(1, 12))).reshape(1, 3, 2, 2)
    weights.requires_grad_()
    real, fake = numbers(5, 3, 2, 2, seed=1), numbers(5, 3, 2, 2, seed=2)
    penalty = gradient_penalty(partial(linear, weights), real, fake, torch.rand(5))
    assert penalty.item() == pytest.approx((length - 1) ** 2, rel=1e-5, abs=1e-10)
    assert_same_slope(penalty, (weights.norm() - 1).square(), weights)


@pytest.mark.parametrize("packing", [1, 2])
def test_gradient_penalty_of_a_quadratic_critic_is_taken_between_real_and_fake(
    packing: int,
) -> None:
    share = torch.tensor([0.0, 0.25, 0.5, 1.0])
    matrix = numbers(6 * packing, 6 * packing).requires_grad_()
    real, fake = numbers(4, 6, seed=1), numbers(4, 6, seed=2)
    critic = partial(quadratic, matrix)
    judge = critic if packing == 1 else partial(packed, critic)
    between = share[:, None] * real + (1 - share)[:, None] * fake
    norms = slope(matrix, between.reshape(4 // packing, -1)).norm(dim=1)
    penalty = gradient_penalty(judge, real, fake, share)
    assert_same_slope(penalty, (norms - 1).square().mean(), matrix)


@pytest.mark.parametrize("shape", [(3, 2), (3, 1, 2, 2)])
def test_the_points_between_lie_on_the_segment_of_their_own_pair(shape: tuple[int, ...]) -> None:
    seen: list[Tensor] = []

    def judge(x: Tensor) -> Tensor:
        seen.append(x)
        return linear(torch.ones(shape[1:]), x)

    real, fake = numbers(*shape, seed=1), numbers(*shape, seed=2)
    gradient_penalty(judge, real, fake, torch.tensor([1.0, 0.0, 0.25]))
    expected = torch.stack([real[0], fake[1], 0.25 * real[2] + 0.75 * fake[2]])
    torch.testing.assert_close(seen[0].detach(), expected)


def test_a_critic_without_slope_is_penalised_by_one_and_spoils_no_gradient() -> None:
    weights = torch.zeros(1, 6, requires_grad=True)
    real, fake = numbers(4, 6, seed=1), numbers(4, 6, seed=2)
    penalty = gradient_penalty(partial(linear, weights), real, fake, torch.rand(4))
    assert penalty == 1
    assert torch.autograd.grad(penalty, weights)[0].isfinite().all()


@pytest.mark.parametrize("packing", [1, 2])
def test_in_the_game_each_penalty_stands_with_its_weight_and_is_not_halved(packing: int) -> None:
    features = nn.Linear(4 * packing, 1)
    critic = Discriminator(nn.Sequential(nn.Flatten()), features)
    config = replace(SMALL, r1_weight=3.0, r2_weight=5.0, gradient_penalty_weight=7.0,
                     packing=packing, halve_d_loss=True)  # fmt: skip
    batch = Batch(numbers(8, 1, 2, 2, seed=1), torch.zeros(8, dtype=torch.int64))
    game = Game(lambda _: critic, Chance(0, CPU))
    terms, _ = game.discriminator_terms(config, batch, numbers(8, 1, 2, 2, seed=2), behind=0.0)
    norm = features.weight.norm()
    torch.testing.assert_close(terms["r1"], 3 * norm.square() / 2)
    torch.testing.assert_close(terms["r2"], 5 * norm.square() / 2)
    torch.testing.assert_close(terms["gradient_penalty"], 7 * (norm - 1).square())


@pytest.fixture
def few(digits: ImageSet) -> ImageSet:
    return ImageSet(digits.images[:32], digits.labels[:32], digits.class_names)


def d_gradients(config: RunConfig, images: ImageSet, device: str, steps: int) -> list[Tensor]:
    """Of D's feature weights in its last step; that of a bias would not show every penalty."""
    watched = Trainer(config, images, device)
    for _ in range(steps):
        watched.step()
    flat = watched._rounds._d_learner._flat
    gradients = dict(zip(map(id, flat.weights), flat._gradients))
    weights = watched.discriminator.features.parameters()
    return [gradients[id(weight)].cpu() for weight in weights if weight.ndim > 1]


MODES = [
    pytest.param(precision, device, packing, id=f"{precision}-{device}-packing{packing}",
                 marks=[pytest.mark.skipif(device == "cuda" and not torch.cuda.is_available(),
                                           reason="needs a CUDA device")])
    for precision in ("float32", "bfloat16") for device in ("cpu", "cuda") for packing in (1, 2)
]  # fmt: skip


@pytest.mark.parametrize(("precision", "device", "packing"), MODES)
@pytest.mark.parametrize("penalty", ["r1_weight", "r2_weight", "gradient_penalty_weight"])
def test_every_penalty_changes_ds_gradients_in_every_mode_in_step_with_its_weight(
    penalty: str, precision: str, device: str, packing: int, few: ImageSet
) -> None:
    config = replace(SMALL, precision=precision, packing=packing)  # type: ignore[arg-type]
    off, once, twice = (
        d_gradients(replace(config, **{penalty: weight}), few, device, steps=1)
        for weight in (0.0, 10.0, 20.0)
    )
    assert len(off) == len(once) == len(twice) == 3
    for without, single, double in zip(off, once, twice):
        share = (single - without).norm() / without.norm()
        assert share > 1e-3
        error = (double - without - 2 * (single - without)).norm() / (single - without).norm()
        assert error < (1e-3 if precision == "float32" else 0.3)


@pytest.mark.parametrize(("precision", "device", "packing"), MODES)
def test_clipping_bounds_ds_weights_and_so_its_next_gradients_in_every_mode(
    precision: str, device: str, packing: int, few: ImageSet
) -> None:
    config = replace(SMALL, precision=precision, packing=packing)  # type: ignore[arg-type]
    clipped = replace(config, weight_clip=0.01)
    watched = Trainer(clipped, few, device)
    watched.step()
    weights = [weight.detach().abs().max() for weight in watched.discriminator.parameters()]
    assert max(weights) == torch.tensor(0.01)
    first, second = ([d_gradients(c, few, device, n) for c in (config, clipped)] for n in (1, 2))
    assert all(torch.equal(*pair) for pair in zip(*first))
    assert not any(torch.allclose(*pair) for pair in zip(*second))


@pytest.mark.parametrize("penalty", ["r1_weight", "r2_weight", "gradient_penalty_weight"])
def test_no_penalty_goes_with_batchnorm_in_d(penalty: str, few: ImageSet) -> None:
    config = replace(SMALL, architecture="dcgan", **{penalty: 1.0})
    with pytest.raises(InputError, match=r"'dcgan' has BatchNorm.*set the penalty weights to 0"):
        Trainer(config, few, "cpu")


@pytest.mark.parametrize("objective", ["wasserstein", "hinge", "relativistic"])
def test_label_smoothing_is_refused_where_reals_have_no_target(objective: str) -> None:
    config = replace(SMALL, objective=objective, label_smoothing=0.1, weight_clip=0.01)
    with pytest.raises(InputError, match=f"label_smoothing.*'{objective}' has none"):
        check_rules(config, build_discriminator(config, 0))


BOUNDS = [{"weight_clip": 0.01}, {"gradient_penalty_weight": 10.0}, {"r1_weight": 1.0}]


def test_wasserstein_needs_a_bound_on_ds_slope_and_any_will_do() -> None:
    config = replace(SMALL, objective="wasserstein")
    discriminator = build_discriminator(config, 0)
    with pytest.raises(InputError, match=r"'wasserstein' needs a bound.*falls without end"):
        check_rules(config, discriminator)
    for bound in BOUNDS:
        check_rules(replace(config, **bound), discriminator)


def test_names_of_no_objective_or_augmentation_are_refused_with_those_there_are() -> None:
    discriminator = build_discriminator(SMALL, 0)
    with pytest.raises(InputError, match="unknown objective 'best'; choose one of: minimax, "):
        check_rules(replace(SMALL, objective="best"), discriminator)
    with pytest.raises(InputError, match="unknown augmentation 'blur'; choose one of: colour, "):
        check_rules(replace(SMALL, augment=("cutout", "blur")), discriminator)
