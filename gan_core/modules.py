"""The two kinds of network, whatever their layers, and how their first weights are drawn."""

import math

import torch
from torch import Tensor, nn


class Generator(nn.Module):
    """z (B, noise_dim), and labels (B,) if conditional -> images (B, C, H, W) in [-1, 1]."""

    def __init__(self, *layers: nn.Module, embedding: nn.Embedding | None = None) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.embedding = embedding

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        if self.embedding is not None:
            assert labels is not None, "a conditional generator needs labels"
            z = torch.cat([z, self.embedding(labels)], dim=1)
        return self.layers(z)


class Discriminator(nn.Module):
    """Images (B, C, H, W), and labels (B,) if conditional -> logits (B,).

    A label enters as the projection <embedding(label), features> (Miyato & Koyama 2018,
    "cGANs with Projection Discriminator").
    """

    def __init__(
        self, features: nn.Sequential, logit: nn.Module, embedding: nn.Embedding | None = None
    ) -> None:
        super().__init__()
        self.features = features
        self.logit = logit
        self.embedding = embedding

    def forward(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        features = self.features(images)
        logits = self.logit(features).flatten()
        if self.embedding is not None:
            assert labels is not None, "a conditional discriminator needs labels"
            logits = logits + (self.embedding(labels) * features).sum(dim=1)
        return logits


class Dropout(nn.Module):
    """Dropout whose coin is an explicit torch.Generator, so that two runs in a process don't mix.

    The trainer sets `random`; without it, torch's global generator is used.
    """

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.probability = probability
        self.random: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = 1 - self.probability
        return x * torch.empty_like(x).bernoulli_(keep, generator=self.random).div_(keep)


def initialise(network: nn.Module, random: torch.Generator) -> None:
    """PyTorch's default initialisation, drawn from `random` instead of the global generator."""
    for module in network.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_uniform_(module.weight, a=math.sqrt(5), generator=random)
            if module.bias is not None:
                # fan_in as PyTorch counts it: weight.shape[1] x kernel, for ConvTranspose too
                bound = 1 / math.sqrt(module.weight[0].numel())
                nn.init.uniform_(module.bias, -bound, bound, generator=random)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, generator=random)
