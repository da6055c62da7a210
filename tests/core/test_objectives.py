"""Each game against PyTorch's own losses, or the formula of its paper."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.functional import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    margin_ranking_loss,
    mse_loss,
)

from gan_core.objectives import OBJECTIVES

Formula = Callable[[Tensor, Tensor], Tensor]  # real and fake logits (B,) -> ()


def real_logits() -> Tensor:
    return torch.tensor([-3.0, -0.5, 0.2, 2.5], dtype=torch.float64, requires_grad=True)


def fake_logits() -> Tensor:
    return torch.tensor([1.5, -4.0, 0.3, -0.7], dtype=torch.float64, requires_grad=True)


def cross_entropy(logits: Tensor, target: float) -> Tensor:
    """BCELoss on sigmoids: -target log D - (1 - target) log(1 - D)."""
    return binary_cross_entropy(torch.sigmoid(logits), torch.full_like(logits, target))


def squares(logits: Tensor, target: float) -> Tensor:
    return mse_loss(logits, torch.full_like(logits, target))


def margin(higher: Tensor, lower: Tensor) -> Tensor:
    """mean max(0, 1 - (higher - lower))"""
    return margin_ranking_loss(higher, lower, torch.ones_like(higher), margin=1)


def pair(winner: Tensor, loser: Tensor) -> Tensor:
    return binary_cross_entropy_with_logits(winner - loser, torch.ones_like(winner))


D_TERMS: dict[str, dict[str, Formula]] = {
    "minimax": {
        "d_real_loss": lambda real, fake: -torch.sigmoid(real).log().mean(),
        "d_fake_loss": lambda real, fake: -(1 - torch.sigmoid(fake)).log().mean(),
    },
    "non-saturating": {
        "d_real_loss": lambda real, fake: cross_entropy(real, 1),
        "d_fake_loss": lambda real, fake: cross_entropy(fake, 0),
    },
    "least-squares": {
        "d_real_loss": lambda real, fake: squares(real, 1),
        "d_fake_loss": lambda real, fake: squares(fake, 0),
    },
    "wasserstein": {
        "d_real_loss": lambda real, fake: -real.sum() / 4,
        "d_fake_loss": lambda real, fake: fake.sum() / 4,
    },
    "hinge": {
        "d_real_loss": lambda real, fake: margin(real, torch.zeros_like(real)),
        "d_fake_loss": lambda real, fake: margin(torch.zeros_like(fake), fake),
    },
    "relativistic": {"d_pair_loss": lambda real, fake: pair(real, fake)},
}
G_LOSS: dict[str, Formula] = {
    "minimax": lambda real, fake: (1 - torch.sigmoid(fake)).log().mean(),
    "non-saturating": lambda real, fake: cross_entropy(fake, 1),
    "least-squares": lambda real, fake: squares(fake, 1),
    "wasserstein": lambda real, fake: -fake.sum() / 4,
    "hinge": lambda real, fake: -fake.sum() / 4,
    "relativistic": lambda real, fake: pair(fake, real),
}


def gradients(loss: Tensor, *logits: Tensor) -> tuple[Tensor, ...]:
    return torch.autograd.grad(loss, logits, materialize_grads=True)


def d_loss(name: str, real: Tensor, fake: Tensor, smoothing: float = 0.0) -> Tensor:
    return torch.stack([*OBJECTIVES[name].discriminator(real, fake, smoothing).values()]).sum()


@pytest.mark.parametrize("name", OBJECTIVES)
def test_what_d_minimises_and_its_gradient_are_the_papers(name: str) -> None:
    real, fake = real_logits(), fake_logits()
    terms = OBJECTIVES[name].discriminator(real, fake, 0.0)
    expected = {term: formula(real, fake) for term, formula in D_TERMS[name].items()}
    torch.testing.assert_close(terms, expected)
    for term in terms:
        torch.testing.assert_close(
            gradients(terms[term], real, fake), gradients(expected[term], real, fake)
        )


@pytest.mark.parametrize("name", OBJECTIVES)
def test_what_g_minimises_and_its_gradient_are_the_papers(name: str) -> None:
    real, fake = real_logits(), fake_logits()
    loss, expected = OBJECTIVES[name].generator(real, fake), G_LOSS[name](real, fake)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(gradients(loss, fake), gradients(expected, fake))


@pytest.mark.parametrize("smoothing", [0.1, 0.3])
@pytest.mark.parametrize(
    ("name", "loss"),
    [("minimax", cross_entropy), ("non-saturating", cross_entropy), ("least-squares", squares)],
)
def test_smoothing_lowers_the_target_of_reals_only(
    name: str, loss: Callable[[Tensor, float], Tensor], smoothing: float
) -> None:
    real, fake = real_logits(), fake_logits()
    terms = OBJECTIVES[name].discriminator(real, fake, smoothing)
    expected = {"d_real_loss": loss(real, 1 - smoothing), "d_fake_loss": loss(fake, 0)}
    torch.testing.assert_close(terms, expected)
    torch.testing.assert_close(
        gradients(terms["d_real_loss"], real), gradients(expected["d_real_loss"], real)
    )


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_has_targets_where_smoothing_changes_its_loss(name: str) -> None:
    real, fake = real_logits(), fake_logits()
    changed = not torch.equal(d_loss(name, real, fake, 0.0), d_loss(name, real, fake, 0.2))
    assert changed == OBJECTIVES[name].has_targets


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_compares_where_gs_loss_depends_on_the_reals(name: str) -> None:
    real, fake = real_logits(), fake_logits()
    (toward_reals,) = gradients(OBJECTIVES[name].generator(real, fake), real)
    assert bool(toward_reals.any()) == OBJECTIVES[name].compares


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_needs_a_bound_where_ds_loss_falls_without_end(name: str) -> None:
    far = torch.full((4,), 1e6)
    assert bool(d_loss(name, far, -far) < -1e5) == OBJECTIVES[name].needs_bound


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_losses_stay_finite_where_sigmoids_round_to_one(name: str, sign: int) -> None:
    real = torch.tensor([sign * 500.0], requires_grad=True)
    fake = torch.tensor([-sign * 500.0], requires_grad=True)
    for loss in (d_loss(name, real, fake, 0.1), OBJECTIVES[name].generator(real, fake)):
        assert loss.isfinite()
        assert all(gradient.isfinite() for gradient in gradients(loss, real, fake))


def test_log_losses_grow_like_the_logit_where_d_is_wrong() -> None:
    wrong = OBJECTIVES["minimax"].discriminator(torch.tensor([-500.0]), torch.tensor([500.0]), 0.0)
    assert wrong == {"d_real_loss": 500, "d_fake_loss": 500}
    assert OBJECTIVES["minimax"].generator(torch.zeros(1), torch.tensor([500.0])) == -500
    assert OBJECTIVES["non-saturating"].generator(torch.zeros(1), torch.tensor([-500.0])) == 500


@pytest.mark.parametrize("name", OBJECTIVES)
def test_d_is_undecided_at_the_logit_that_is_best_when_all_look_the_same(name: str) -> None:
    """A critic of margins or differences loses the same anywhere near 0, and so stays there."""
    logit = torch.zeros(1, requires_grad=True)
    descent = torch.optim.SGD([logit], lr=0.1)
    for _ in range(200):
        descent.zero_grad()
        d_loss(name, logit, logit).backward()
        descent.step()
    both = OBJECTIVES[name].opinions(logit.detach(), logit.detach())
    torch.testing.assert_close(both, (torch.tensor([0.5]), torch.tensor([0.5])))


@pytest.mark.parametrize("name", sorted(set(OBJECTIVES) - {"least-squares"}))
def test_opinions_are_a_half_on_average_where_real_and_fake_logits_have_one_law(name: str) -> None:
    random = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 100_000, generator=random)
    on_real, on_fake = OBJECTIVES[name].opinions(real, fake)
    assert on_real.mean().item() == pytest.approx(0.5, abs=0.01)
    assert on_fake.mean().item() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("name", ["wasserstein", "relativistic"])
def test_logits_without_a_zero_are_judged_the_same_wherever_they_lie(name: str) -> None:
    real, fake = real_logits(), fake_logits()
    here, there = (OBJECTIVES[name].opinions(real + at, fake + at) for at in (0, 70))
    torch.testing.assert_close(here, there)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_opinions_rise_with_the_logit_and_prefer_reals_where_d_does(name: str) -> None:
    low, high = torch.tensor([-1.0, -1.0]), torch.tensor([1.0, 2.0])
    on_real, _ = OBJECTIVES[name].opinions(high, low)
    _, on_fake = OBJECTIVES[name].opinions(-low, -high)
    assert on_real.diff() > 0 and on_real.min() > 0.5
    assert on_fake.diff() < 0 and on_fake.max() < 0.5


def test_least_squares_opinions_are_the_logits_themselves() -> None:
    real, fake = real_logits(), fake_logits()
    torch.testing.assert_close(OBJECTIVES["least-squares"].opinions(real, fake), (real, fake))


@pytest.mark.parametrize(
    ("logit", "minimax", "non_saturating"),
    [(0.0, -0.5, -0.5), (-10.0, -4.5e-5, -1.0), (10.0, -1.0, -4.5e-5)],
)
def test_both_losses_of_the_first_paper_push_alike_at_a_half_but_minimax_fades_where_d_wins(
    logit: float, minimax: float, non_saturating: float
) -> None:
    fake = torch.tensor([logit], requires_grad=True)
    for name, expected in {"minimax": minimax, "non-saturating": non_saturating}.items():
        (push,) = gradients(OBJECTIVES[name].generator(fake, fake), fake)
        assert push.item() == pytest.approx(expected, rel=0.01)
