"""What G and D minimise, as functions of D's logits.

With D = sigmoid(logit):  -log D = softplus(-logit)  and  -log(1 - D) = softplus(logit).
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import relu, softplus

Terms = dict[str, Tensor]  # named parts () that add up to a loss


@dataclass(frozen=True)
class Objective:
    """One game. Logits are (B,), row i of the reals and of the fakes a pair."""

    discriminator: Callable[[Tensor, Tensor, float], Terms]  # (real, fake, label smoothing)
    generator: Callable[[Tensor, Tensor], Tensor]  # (real, fake) -> ()
    opinions: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]  # D(x), D(G(z)); 1/2 is undecided
    has_targets: bool = False  # D is given a target for reals, which smoothing can lower
    compares: bool = False  # G's loss looks at the real logits too
    needs_bound: bool = False  # without a bound on D's slope its loss has no least value


def _log_loss(real: Tensor, fake: Tensor, smoothing: float) -> Terms:
    """One-sided smoothing s asks for D(x) = 1 - s (Salimans et al. 2016)."""
    wanted = (1 - smoothing) * softplus(-real) + smoothing * softplus(real)
    return {"d_real_loss": wanted.mean(), "d_fake_loss": softplus(fake).mean()}


def _squares(real: Tensor, fake: Tensor, smoothing: float) -> Terms:
    target = 1 - smoothing
    return {"d_real_loss": (real - target).square().mean(), "d_fake_loss": fake.square().mean()}


def _critic(real: Tensor, fake: Tensor, smoothing: float) -> Terms:
    return {"d_real_loss": -real.mean(), "d_fake_loss": fake.mean()}


def _hinge(real: Tensor, fake: Tensor, smoothing: float) -> Terms:
    return {"d_real_loss": relu(1 - real).mean(), "d_fake_loss": relu(1 + fake).mean()}


def _pairs(real: Tensor, fake: Tensor, smoothing: float) -> Terms:
    return {"d_pair_loss": softplus(fake - real).mean()}


def _sigmoids(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    return torch.sigmoid(real), torch.sigmoid(fake)


def _against_each_other(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """Logits without a zero of their own: each is judged against its pair."""
    return torch.sigmoid(real - fake), torch.sigmoid(fake - real)


OBJECTIVES: dict[str, Objective] = {
    # Goodfellow et al. 2014, "Generative Adversarial Nets", equation 1: G minimises log(1 - D)
    "minimax": Objective(
        discriminator=_log_loss,
        generator=lambda real, fake: -softplus(fake).mean(),
        opinions=_sigmoids,
        has_targets=True,
    ),
    # the same paper, section 3: G maximises log D, whose gradient does not fade early on
    "non-saturating": Objective(
        discriminator=_log_loss,
        generator=lambda real, fake: softplus(-fake).mean(),
        opinions=_sigmoids,
        has_targets=True,
    ),
    # Mao et al. 2017, "Least Squares Generative Adversarial Networks", a = 0, b = c = 1
    "least-squares": Objective(
        discriminator=_squares,
        generator=lambda real, fake: (fake - 1).square().mean(),
        opinions=lambda real, fake: (real, fake),
        has_targets=True,
    ),
    # Arjovsky, Chintala & Bottou 2017, "Wasserstein GAN"
    "wasserstein": Objective(
        discriminator=_critic,
        generator=lambda real, fake: -fake.mean(),
        opinions=_against_each_other,
        needs_bound=True,
    ),
    # Lim & Ye 2017, "Geometric GAN"; -1 and 1 are the margins, so (logit + 1) / 2 is the opinion
    "hinge": Objective(
        discriminator=_hinge,
        generator=lambda real, fake: -fake.mean(),
        opinions=lambda real, fake: ((real + 1) / 2, (fake + 1) / 2),
    ),
    # Jolicoeur-Martineau 2019, "The relativistic discriminator", RpGAN
    "relativistic": Objective(
        discriminator=_pairs,
        generator=lambda real, fake: softplus(real - fake).mean(),
        opinions=_against_each_other,
        compares=True,
    ),
}
