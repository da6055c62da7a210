"""Losses against PyTorch's own, penalties against a closed form."""

import pytest
import torch
from torch.nn.functional import binary_cross_entropy, mse_loss

from gan_core.objectives import OBJECTIVES, r1

LOGITS = torch.tensor([-3.0, -0.5, 0.0, 2.0])


def test_non_saturating_is_binary_cross_entropy_on_sigmoids() -> None:
    objective, opinion = OBJECTIVES["non-saturating"], torch.sigmoid(LOGITS)
    real = binary_cross_entropy(opinion, torch.ones(4))
    fake = binary_cross_entropy(opinion, torch.zeros(4))
    torch.testing.assert_close(objective.real(LOGITS), real)
    torch.testing.assert_close(objective.fake(LOGITS), fake)
    torch.testing.assert_close(objective.generator(LOGITS), real)
    torch.testing.assert_close(objective.score(LOGITS), opinion)


def test_non_saturating_stays_finite_where_a_sigmoid_would_round_to_one() -> None:
    objective = OBJECTIVES["non-saturating"]
    assert objective.fake(torch.tensor([500.0])) == 500
    assert objective.real(torch.tensor([-500.0])) == 500


def test_least_squares_is_mean_squared_error_to_one_and_zero() -> None:
    objective = OBJECTIVES["least-squares"]
    torch.testing.assert_close(objective.real(LOGITS), mse_loss(LOGITS, torch.ones(4)))
    torch.testing.assert_close(objective.fake(LOGITS), mse_loss(LOGITS, torch.zeros(4)))
    torch.testing.assert_close(objective.generator(LOGITS), mse_loss(LOGITS, torch.ones(4)))
    assert torch.equal(objective.score(LOGITS), LOGITS)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_d_is_undecided_at_equilibrium(name: str) -> None:
    """Where real and fake look the same, the logit that D's loss is least for scores 1/2."""
    objective = OBJECTIVES[name]
    logit = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.SGD([logit], lr=0.1)
    for _ in range(200):
        optimiser.zero_grad()
        (objective.real(logit) + objective.fake(logit)).backward()
        optimiser.step()
    torch.testing.assert_close(objective.score(logit.detach()), torch.tensor([0.5]))


def test_r1_of_a_linear_discriminator_is_half_its_squared_weights() -> None:
    weights = torch.randn(1, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    images = torch.randn(5, 3, 4, 4, generator=torch.Generator().manual_seed(1)).requires_grad_()
    logits = (weights * images).sum(dim=(1, 2, 3))
    torch.testing.assert_close(r1(logits, images), weights.square().sum() / 2)
