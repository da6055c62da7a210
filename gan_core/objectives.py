"""What G and D minimise, as functions of D's logits.

With D = sigmoid(logit):  -log D = softplus(-logit)  and  -log(1 - D) = softplus(logit).
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import softplus


@dataclass(frozen=True)
class Objective:
    """One game: D minimises real + fake, G minimises generator; each maps logits (B,) to ()."""

    real: Callable[[Tensor], Tensor]
    fake: Callable[[Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]
    score: Callable[[Tensor], Tensor]  # logits (B,) -> D's opinion (B,), 1/2 at equilibrium


OBJECTIVES: dict[str, Objective] = {
    # Goodfellow et al. 2014, "Generative Adversarial Nets": G maximises log D(G(z))
    "non-saturating": Objective(
        real=lambda logits: softplus(-logits).mean(),
        fake=lambda logits: softplus(logits).mean(),
        generator=lambda logits: softplus(-logits).mean(),
        score=torch.sigmoid,
    ),
    # Mao et al. 2017, "Least Squares Generative Adversarial Networks", a = 0, b = c = 1
    "least-squares": Objective(
        real=lambda logits: ((logits - 1) ** 2).mean(),
        fake=lambda logits: (logits**2).mean(),
        generator=lambda logits: ((logits - 1) ** 2).mean(),
        score=lambda logits: logits,
    ),
}


def r1(real_logits: Tensor, real_images: Tensor) -> Tensor:
    """1/2 E |dD/dx|^2 at real images; real_images needs requires_grad before D sees it.

    Mescheder, Geiger & Nowozin 2018, "Which Training Methods for GANs do actually Converge?"
    """
    (gradient,) = torch.autograd.grad(real_logits.sum(), real_images, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean() / 2
