"""Convolutions as products of matrices against the library's own."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import onnx
import pytest
import torch
from torch import Tensor, nn
from torch.autograd import grad, gradgradcheck
from torch.func import functional_call
from torch.nn.functional import conv2d, conv_transpose2d

from gan_core import strided
from gan_core.device import on_device
from gan_core.export import export_onnx
from gan_core.model import Card, Model
from gan_core.networks import build_networks
from gan_core.penalties import zero_centred
from gan_core.presets import PRESETS
from gan_core.strided import Doubling, Halving

Layer = Halving | Doubling
KINDS: list[type[Layer]] = [Halving, Doubling]
LIBRARY: dict[type[Layer], Callable[..., Tensor]] = {
    Halving: conv2d,
    Doubling: conv_transpose2d,
}
# (B, h, w) of the smaller map and the number of channels that decides which way is taken
SMALL_AND_DEEP = [(1, 1, 1, 1), (2, 3, 5, 2), (4, 2, 1, 6), (1, 4, 4, 1)]
LARGE_OR_FLAT = [(2, 3, 5, 1), (9, 4, 4, 5), (1, 1, 17, 1)]


def random(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def made(
    kind: type[Layer], size: tuple[int, int, int, int], dtype: torch.dtype = torch.float64
) -> tuple[Layer, Tensor]:
    """A layer and what it may be shown."""
    batch, height, width, channels = size
    halving = kind is Halving
    layer = (Halving(channels, 3) if halving else Doubling(3, channels)).to(dtype)
    for seed, weight in enumerate(layer.parameters(), start=1):
        weight.data = random(*weight.shape, seed=seed, dtype=dtype)
    shape = (channels, 2 * height, 2 * width) if halving else (3, height, width)
    return layer, random(batch, *shape, dtype=dtype).requires_grad_()


@pytest.fixture
def products(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the steps around each product of matrices, in order."""
    taken: list[str] = []

    def watched(name: str) -> None:
        step = getattr(strided, name)
        monkeypatch.setattr(strided, name, lambda x: taken.append(name) or step(x))

    watched("patches_of")
    watched("overlay_of")
    return taken


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("size", [*SMALL_AND_DEEP, *LARGE_OR_FLAT])
@pytest.mark.parametrize("kind", KINDS)
def test_outputs_and_gradients_equal_the_librarys(
    kind: type[Layer], size: tuple[int, int, int, int], dtype: torch.dtype, products: list[str]
) -> None:
    close = {torch.float64: 1e-10, torch.float32: 1e-4}[dtype]
    layer, x = made(kind, size, dtype)
    theirs = LIBRARY[kind](x, layer.weight, layer.bias, stride=2, padding=1)
    for shown in (x, x.contiguous(memory_format=torch.channels_last)):
        ours = layer(shown)
        torch.testing.assert_close(ours, theirs, rtol=close, atol=close)
        slope = random(*theirs.shape, seed=9, dtype=dtype)
        to = (x, layer.weight, layer.bias)
        expected = grad(theirs, to, slope, retain_graph=True)
        for got, same in zip(grad(ours, to, slope), expected, strict=True):
            torch.testing.assert_close(got, same, rtol=close, atol=close)
    step = "patches_of" if kind is Halving else "overlay_of"
    makes_pixels = kind is Doubling and size[3] <= 3
    assert products == ([step] * 2 if size in SMALL_AND_DEEP or makes_pixels else [])


@pytest.mark.parametrize("kind", KINDS)
def test_channels_last_weights_change_nothing(kind: type[Layer], products: list[str]) -> None:
    layer, x = made(kind, (2, 3, 5, 2))
    expected = layer(x)
    torch.testing.assert_close(on_device(deepcopy(layer), torch.device("cpu"))(x), expected)
    assert len(products) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_product_has_second_derivatives(kind: type[Layer], products: list[str]) -> None:
    """R1 is a gradient of a gradient."""
    layer, x = made(kind, (1, 2, 1, 2))

    def curved(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return functional_call(layer, {"weight": weight, "bias": bias}, (x,)).square()

    inputs = (x, *layer.parameters())
    # `gradgradcheck` looks away from a gradient that was cut off
    first = grad(curved(*inputs).sum(), inputs, create_graph=True)
    assert all(gradient.requires_grad for gradient in first)
    assert gradgradcheck(curved, inputs)
    assert products


def test_r1_and_its_gradients_are_those_of_the_librarys_layers(products: list[str]) -> None:
    def network(first: nn.Module, second: nn.Module) -> nn.Sequential:
        layers = first, nn.LeakyReLU(0.2), second, nn.LeakyReLU(0.2), nn.Flatten()
        return nn.Sequential(*layers, nn.Linear(16, 1)).double()

    ours = network(Halving(2, 8), Halving(8, 4))
    theirs = network(nn.Conv2d(2, 8, 4, 2, 1), nn.Conv2d(8, 4, 4, 2, 1))
    theirs.load_state_dict(ours.state_dict())
    told = []
    for judge in (ours, theirs):
        samples = random(2, 2, 8, 8).requires_grad_()
        penalty = zero_centred(judge(samples).flatten(), samples)
        matrices = [weight for weight in judge.parameters() if weight.ndim > 1]
        told.append([penalty, *grad(penalty, matrices)])
    for mine, same in zip(*told):
        assert mine.abs().max() > 1e-6
        torch.testing.assert_close(mine, same)
    assert products == ["patches_of"] * 2


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Halving(2, 3), nn.Conv2d(2, 3, 4, 2, 1)),
        (Doubling(2, 3), nn.ConvTranspose2d(2, 3, 4, 2, 1)),
    ],
)
def test_weights_have_the_librarys_names_and_shapes(ours: nn.Module, theirs: nn.Module) -> None:
    shapes = [{n: w.shape for n, w in layer.state_dict().items()} for layer in (ours, theirs)]
    assert shapes[0] == shapes[1] == {"weight": shapes[0]["weight"], "bias": (3,)}
    ours.load_state_dict(theirs.state_dict())
    x = random(2, 2, 4, 4, dtype=torch.float32)
    torch.testing.assert_close(ours(x), theirs(x))


def test_exported_they_are_the_standard_convolutions(tmp_path: Path) -> None:
    """Though they are small and deep: other programs know convolutions, and have fast ones."""
    config = replace(PRESETS["wgan"], noise_dim=4)
    generator, _ = build_networks(config, 0, torch.Generator().manual_seed(0))
    doublings = [module for module in generator.modules() if isinstance(module, Doubling)]
    card = Card("test", config, 0, 0, (), "none", "none", "none")
    export_onnx(Model(generator, card), tmp_path / "g.onnx")
    kinds = [node.op_type for node in onnx.load(tmp_path / "g.onnx").graph.node]
    assert kinds.count("ConvTranspose") == len(doublings) + 1 == 3
    assert not {"MatMul", "Gemm", "ScatterND", "Pad"} & {*kinds}
    for layer, kind in ((Halving(8, 2), "conv2d"), (Doubling(2, 8), "conv_transpose2d")):
        x = random(2, layer.in_channels, 4, 4, dtype=torch.float32)
        program = torch.export.export(layer, (x,))
        called = [str(node.target) for node in program.graph.nodes if node.op == "call_function"]
        assert called[0].startswith(f"aten.{kind}")
        torch.testing.assert_close(program.module()(x), layer(x))
