"""Networks as the source that makes them: each layer with its numbers, ours as PyTorch's own.

PyTorch draws first weights as layers are made, so their order in the source is that of a run's.
"""

from collections.abc import Callable, Iterable
from textwrap import indent
from typing import Any

from torch import nn

from gan_core.modules import (
    Discriminator,
    Dropout,
    FourierFeatures,
    Generator,
    Residual,
    SkipLayerExcitation,
)
from gan_core.strided import Doubling, Halving


def networks(generator: Generator, discriminator: Discriminator) -> str:
    """What defines G and D: two lists of layers, or two classes where both are told a label."""
    modules = [*generator.modules(), *discriminator.modules()]
    parts = [text for kind, text in OWN.items() if any(type(module) is kind for module in modules)]
    if generator.embedding is None:
        logits = (*discriminator.features, discriminator.logit, nn.Flatten(0))
        g, d = _listed(generator.layers), _listed(logits)
    else:
        told = _told_on_a_channel if discriminator.channel is not None else _told_by_projection
        parts += [_told_generator(generator, generator.embedding), told(discriminator)]
        g, d = "Generator()", "Discriminator()"
    parts.append(f"""# First weights are drawn as layers are made: G's, then D's.
torch.manual_seed(WEIGHTS_SEED)
G = {g}.to(DEVICE)
D = {d}.to(DEVICE)""")
    return "\n\n\n".join(parts)


def _source(layer: nn.Module) -> str:
    return LAYERS[type(layer)](layer)


def _listed(layers: Iterable[nn.Module], name: str = "nn.Sequential") -> str:
    """A line for each layer."""
    lines = "".join(f"{_source(layer)},\n" for layer in layers)
    return f"{name}(\n{indent(lines, '    ')})"


def _member(name: str, layers: Iterable[nn.Module]) -> str:
    return indent(f"self.{name} = {_listed(layers)}", "        ")


def _told_generator(generator: Generator, embedding: nn.Embedding) -> str:
    return f'''class Generator(nn.Module):
    """z and labels -> samples; a label becomes further numbers of z."""

    def __init__(self) -> None:
        super().__init__()
{_member("layers", generator.layers)}
        self.embedding = {_source(embedding)}

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.layers(torch.cat([z, self.embedding(labels)], dim=1))'''


def _told_by_projection(discriminator: Discriminator) -> str:
    assert discriminator.projection is not None
    maps = isinstance(discriminator.logit, nn.Conv2d)
    pooled = "features.flatten(2).sum(dim=2)" if maps else "features"
    return f'''class Discriminator(nn.Module):
    """Samples and labels -> logits; a label's row is projected on the features.

    Miyato & Koyama 2018, "cGANs with Projection Discriminator"
    """

    def __init__(self) -> None:
        super().__init__()
{_member("features", discriminator.features)}
        self.logit = {_source(discriminator.logit)}
        self.projection = {_source(discriminator.projection)}

    def forward(self, samples: Tensor, labels: Tensor) -> Tensor:
        features = self.features(samples)
        fits = (self.projection(labels) * {pooled}).sum(dim=1)
        return self.logit(features).flatten() + fits'''


def _told_on_a_channel(discriminator: Discriminator) -> str:
    assert discriminator.channel is not None
    return f'''class Discriminator(nn.Module):
    """Samples and labels -> logits; a label becomes one more channel.

    Mirza & Osindero 2014, "Conditional Generative Adversarial Nets"
    """

    def __init__(self) -> None:
        super().__init__()
{_member("layers", (*discriminator.features, discriminator.logit, nn.Flatten(0)))}
        self.channel = {_source(discriminator.channel)}

    def forward(self, samples: Tensor, labels: Tensor) -> Tensor:
        channel = self.channel(labels).view(-1, 1, *samples.shape[2:])
        return self.layers(torch.cat([samples, channel], dim=1))'''


def _linear(layer: nn.Linear) -> str:
    return f"nn.Linear({layer.in_features}, {layer.out_features})"


def _convolution(layer: nn.Conv2d | nn.ConvTranspose2d) -> str:
    kind = "nn.Conv2d" if isinstance(layer, nn.Conv2d) else "nn.ConvTranspose2d"
    (size, _), (stride, _) = layer.kernel_size, layer.stride
    padding, *_ = layer.padding
    strided = f", stride={stride}" if stride != 1 else ""
    padded = f", padding={padding}" if padding else ""
    return f"{kind}({layer.in_channels}, {layer.out_channels}, {size}{strided}{padded})"


def _normalisation(layer: nn.BatchNorm1d | nn.BatchNorm2d) -> str:
    eps = f", eps={layer.eps}" if layer.eps != 1e-5 else ""
    return f"nn.{type(layer).__name__}({layer.num_features}{eps})"


def _plain(layer: nn.Module) -> str:
    return f"nn.{type(layer).__name__}()"


def _leaky(layer: nn.LeakyReLU) -> str:
    return f"nn.LeakyReLU({layer.negative_slope})" if layer.negative_slope else "nn.ReLU()"


def _flatten(layer: nn.Flatten) -> str:
    return f"nn.Flatten({layer.start_dim})" if layer.start_dim != 1 else "nn.Flatten()"


LAYERS: dict[type[nn.Module], Callable[[Any], str]] = {
    nn.Linear: _linear,
    nn.Embedding: lambda layer: f"nn.Embedding({layer.num_embeddings}, {layer.embedding_dim})",
    nn.Conv2d: _convolution,
    nn.ConvTranspose2d: _convolution,
    Halving: _convolution,
    Doubling: _convolution,
    nn.BatchNorm1d: _normalisation,
    nn.BatchNorm2d: _normalisation,
    nn.ReLU: _plain,
    nn.LeakyReLU: _leaky,
    nn.Tanh: _plain,
    nn.Sigmoid: _plain,
    nn.GLU: lambda layer: f"nn.GLU({layer.dim})",
    nn.Flatten: _flatten,
    nn.Unflatten: lambda layer: f"nn.Unflatten({layer.dim}, {tuple(layer.unflattened_size)})",
    nn.MaxPool2d: lambda layer: f"nn.MaxPool2d({layer.kernel_size})",
    nn.Upsample: lambda layer: f"nn.Upsample(scale_factor={layer.scale_factor:g})",
    nn.PixelShuffle: lambda layer: f"nn.PixelShuffle({layer.upscale_factor})",
    Dropout: lambda layer: f"Dropout({layer.probability})",
    Residual: lambda layer: _listed(layer.branch, "Residual"),
    nn.Sequential: lambda layer: _listed(layer),
    SkipLayerExcitation: lambda layer: _listed(layer.children(), "SkipLayerExcitation"),
    FourierFeatures: lambda layer: f"FourierFeatures({layer.octaves})",
}
OWN: dict[type[nn.Module], str] = {
    Dropout: '''class Dropout(nn.Module):
    """nn.Dropout; only its coins are drawn as in the run that this script repeats."""

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.keep = 1 - probability

    def forward(self, x: Tensor) -> Tensor:
        return x * (torch.rand_like(x) < self.keep) / self.keep if self.training else x''',
    Residual: '''class Residual(nn.Module):
    """x + gain * branch(x), with a gain that starts at 0: no normalisation is needed."""

    def __init__(self, *branch: nn.Module) -> None:
        super().__init__()
        self.branch = nn.Sequential(*branch)
        self.gain = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.gain * self.branch(x)''',
    SkipLayerExcitation: '''class SkipLayerExcitation(nn.Module):
    """main(x) * gate(x): what x is at a coarse size scales channels of what becomes of it."""

    def __init__(self, main: nn.Module, gate: nn.Module) -> None:
        super().__init__()
        self.main = main
        self.gate = gate

    def forward(self, x: Tensor) -> Tensor:
        return self.main(x) * self.gate(x)''',
    FourierFeatures: '''class FourierFeatures(nn.Module):
    """x and, beside it, the sine and cosine of x, 2 x, 4 x and so on."""

    def __init__(self, octaves: int) -> None:
        super().__init__()
        self.octaves = octaves

    def forward(self, x: Tensor) -> Tensor:
        angles = torch.cat([2**octave * x for octave in range(self.octaves)], dim=1)
        return torch.cat([x, angles.sin(), angles.cos()], dim=1)''',
}
