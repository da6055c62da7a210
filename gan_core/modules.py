"""The two kinds of network, whatever their layers, and how their first weights are drawn."""

import math

import torch
from torch import Tensor, nn

from gan_core.chance import Chance


class Generator(nn.Module):
    """z (B, noise_dim), and labels (B,) if conditional -> images (B, C, H, W) or points (B, 2).

    Labels may also be float weights (B, classes), for something between them.
    """

    def __init__(self, *layers: nn.Module, embedding: nn.Embedding | None = None) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.embedding = embedding

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        if self.embedding is not None:
            assert labels is not None, "a conditional generator needs labels"
            mixed = labels.is_floating_point()
            told = labels @ self.embedding.weight if mixed else self.embedding(labels)
            z = torch.cat([z, told], dim=1)
        return self.layers(z)


class Discriminator(nn.Module):
    """Images (B, C, H, W) or points (B, 2), and labels (B,) if conditional -> logits (B,).

    A label enters as the projection <embedding(label), features> (Miyato & Koyama 2018, "cGANs
    with Projection Discriminator"), or as one more channel (Mirza & Osindero 2014, "Conditional
    Generative Adversarial Nets").
    """

    def __init__(
        self,
        features: nn.Sequential,
        logit: nn.Module,
        projection: nn.Embedding | None = None,
        channel: nn.Embedding | None = None,
    ) -> None:
        super().__init__()
        self.features = features
        self.logit = logit
        self.projection = projection
        self.channel = channel

    def forward(self, samples: Tensor, labels: Tensor | None = None) -> Tensor:
        if self.channel is not None:
            channel = self.channel(labels).view(-1, 1, *samples.shape[2:])
            samples = torch.cat([samples, channel], dim=1)
        features = self.features(samples)
        logits = self.logit(features).flatten()
        if self.projection is not None:
            pooled = features.flatten(2).sum(dim=2) if features.ndim == 4 else features
            logits = logits + (self.projection(labels) * pooled).sum(dim=1)
        return logits


class Dropout(nn.Module):
    """Dropout whose coins are explicit, so that two runs in a process don't mix.

    The trainer sets `chance`; without it, torch's global generator is used.
    """

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.probability = probability
        self.chance: Chance | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = 1 - self.probability
        if self.chance is None:
            return x * torch.empty_like(x).bernoulli_(keep).div_(keep)
        return x * self.chance.coins(keep, *x.shape).div_(keep)


class Residual(nn.Module):
    """x + gain * branch(x), with a gain that starts at 0: no normalisation is needed.

    De & Smith 2020, "Batch Normalization Biases Residual Blocks Towards the Identity Function"
    """

    def __init__(self, *branch: nn.Module) -> None:
        super().__init__()
        self.branch = nn.Sequential(*branch)
        self.gain = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.gain * self.branch(x)


class SkipLayerExcitation(nn.Module):
    """main(x) * gate(x): what x is at a coarse size scales the channels of what becomes of it.

    So z decides far up in a generator too, at the price of a few products. Liu et al. 2021,
    "Towards Faster and Stabilized GAN Training for High-fidelity Few-shot Image Synthesis"
    (FastGAN)
    """

    def __init__(self, main: nn.Module, gate: nn.Module) -> None:
        """gate: of main's channels, with sides of 1."""
        super().__init__()
        self.main = main
        self.gate = gate

    def forward(self, x: Tensor) -> Tensor:
        return self.main(x) * self.gate(x)


class FourierFeatures(nn.Module):
    """x (B, D) -> it, and the sine and cosine of x, 2 x, 4 x and so on: (B, D (1 + 2 octaves)).

    Layers that see x alone learn last what changes within a small part of its range. Tancik et
    al. 2020, "Fourier Features Let Networks Learn High Frequency Functions in Low Dimensional
    Domains"; in octaves, as by Mildenhall et al. 2020, "NeRF".
    """

    def __init__(self, octaves: int) -> None:
        super().__init__()
        self.octaves = octaves

    def forward(self, x: Tensor) -> Tensor:
        angles = torch.cat([2**octave * x for octave in range(self.octaves)], dim=1)
        return torch.cat([x, angles.sin(), angles.cos()], dim=1)


def has_batchnorm(network: nn.Module) -> bool:
    """Whether a sample's output depends on the others of its batch."""
    return any(name.endswith("running_var") for name, _ in network.named_buffers())


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
