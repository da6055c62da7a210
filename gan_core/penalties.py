"""What keeps D's slope in bounds, as functions of its logits and what it saw."""

from collections.abc import Callable

import torch
from torch import Tensor


def _gradients(logits: Tensor, samples: Tensor) -> Tensor:
    """d logit / d samples, a row for each logit, with a graph to learn from.

    A logit that judges several samples together (packing) has the gradients of all in its row.
    """
    (gradients,) = torch.autograd.grad(logits.sum(), samples, create_graph=True)
    return gradients.reshape(len(logits), -1)


def zero_centred(logits: Tensor, samples: Tensor) -> Tensor:
    """1/2 E |dD/dx|^2: R1 at reals, R2 at fakes; samples require a gradient before D sees them.

    Mescheder, Geiger & Nowozin 2018, "Which Training Methods for GANs do actually Converge?"
    """
    return _gradients(logits, samples).square().sum(dim=1).mean() / 2


def gradient_penalty(
    judge: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, share: Tensor
) -> Tensor:
    """E (|dD/dx| - 1)^2 at x = share * real + (1 - share) * fake; share (B,) in [0, 1].

    Gulrajani et al. 2017, "Improved Training of Wasserstein GANs"
    """
    share = share.reshape(-1, *[1] * (real.ndim - 1))
    between = (share * real + (1 - share) * fake).detach().requires_grad_()
    norms = torch.linalg.vector_norm(_gradients(judge(between), between), dim=1)
    return (norms - 1).square().mean()
