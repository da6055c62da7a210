"""Feature maps of every architecture, against the layers called one by one."""

from dataclasses import replace
from threading import Event, Thread

import numpy as np
import pytest
import torch
from torch import nn

from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.inside import feature_maps
from gan_core.model import Card, Model
from gan_core.modules import Generator, SkipLayerExcitation
from gan_core.networks import ARCHITECTURES, build_networks
from gan_core.presets import PRESETS

SIMPLE = PRESETS["simple"]


def untrained(config: RunConfig, classes: int = 10) -> Model:
    generator, _ = build_networks(config, classes, torch.Generator().manual_seed(0))
    names = tuple(map(str, range(classes)))
    return Model(generator, Card("m", config, 0, 0, names, "none", "none", "none"))


def of(*layers: nn.Module, noise_dim: int) -> Model:
    config = replace(SIMPLE, noise_dim=noise_dim)
    return Model(Generator(*layers), Card("m", config, 0, 0, (), "none", "none", "none"))


def config_of(architecture: str, side: int) -> RunConfig:
    channels = 3 if side == 64 else 1 if side else 2
    return replace(SIMPLE, architecture=architecture, image_size=side, channels=channels)


SIZES = [(name, side) for name, system in ARCHITECTURES.items() for side in system.sides]


@pytest.mark.parametrize(("architecture", "side"), SIZES)
def test_layers_are_what_each_makes_of_the_one_before(architecture: str, side: int) -> None:
    model = untrained(config_of(architecture, side))
    z = model.noise(3)
    seen = feature_maps(model, z[0])
    passed: list[torch.Tensor] = [torch.from_numpy(z)]
    layers: list[nn.Module] = []
    with torch.no_grad():
        for layer in model.generator.layers:
            before = passed[-1]
            if isinstance(layer, SkipLayerExcitation):
                for scaled in layer.main.children():
                    passed.append(scaled(passed[-1]))
                    layers.append(scaled)
            passed.append(layer(before))
            layers.append(layer)
    steps = 0
    for layer in seen:
        steps += len(layer.name.split(", "))
        output = passed[steps][0].numpy()
        assert layer.shape == output.shape
        if output.ndim == 3:  # its first map is in the upper left corner
            first, corner = output[0], layer.picture[: output.shape[1], : output.shape[2], 0]
        else:
            first, corner = output.reshape(layer.picture.shape[:2]), layer.picture[..., 0]
        bright = (first - first.min()) / np.ptp(first) * 255
        assert corner.dtype == np.uint8 and np.abs(corner - bright).max() < 0.6
    assert steps == len(layers)
    assert seen[-1].shape == model.card.config.shape
    weighted = [layer for layer in layers if [*layer.parameters()]]
    scaling = (nn.BatchNorm1d, nn.BatchNorm2d, SkipLayerExcitation)
    assert len(seen) == sum(not isinstance(layer, scaling) for layer in weighted)


def test_maps_are_shown_in_their_order_each_on_its_own_scale() -> None:
    weights = torch.tensor([[0.0], [1.0], [2.0], [10.0], [-1.0], [0.0], [5.0], [5.0]])
    linear = nn.Linear(1, 8, bias=False)
    linear.weight.data = weights
    (layer,) = feature_maps(
        of(linear, nn.Unflatten(1, (4, 1, 2)), noise_dim=1), np.ones(1, np.float32)
    )
    assert layer.name == "Linear, Unflatten" and layer.shape == (4, 1, 2)
    expected = np.array([
        [0, 255, 0, 0, 255],  # 0 1 and 2 10
        [0, 0, 0, 0, 0],
        [0, 255, 0, 0, 0],  # -1 0, and 5 5, which do not differ
    ])  # fmt: skip
    np.testing.assert_array_equal(layer.picture[..., 0], expected)


def test_numbers_without_a_place_are_a_rectangle_row_by_row() -> None:
    linear = nn.Linear(1, 12, bias=False)
    linear.weight.data = torch.arange(12.0)[:, None]
    model = of(linear, nn.LeakyReLU(0.0), nn.Linear(12, 784), nn.Tanh(),
               nn.Unflatten(1, (1, 28, 28)), noise_dim=1)  # fmt: skip
    hidden, image = feature_maps(model, np.ones(1, np.float32))
    assert hidden.name == "Linear, ReLU" and hidden.shape == (12,)
    expected = (np.arange(12) / 11 * 255).round().reshape(3, 4)
    np.testing.assert_array_equal(hidden.picture[..., 0], expected)
    assert image.picture.shape == (28, 28, 1)


def test_of_many_maps_the_first_64_are_shown() -> None:
    model = untrained(config_of("dcgan", 28))
    seen = feature_maps(model, model.noise(0)[0])
    assert [layer.shape[0] for layer in seen] == [128, 64, 1]
    assert seen[0].picture.shape == (8 * 8 - 1, 8 * 8 - 1, 1)  # 7x7 pixels and a gap
    first = model.generator.layers[1]
    assert isinstance(first, nn.ConvTranspose2d) and first.bias is not None
    whole = (model.noise(0)[0][:, None] * first.weight.numpy().reshape(100, -1)).sum(0)
    maps = whole.reshape(128, 7, 7) + first.bias.numpy()[:, None, None]
    ninth = (maps[8] - maps[8].min()) / np.ptp(maps[8]) * 255  # begins the second row
    assert np.abs(seen[0].picture[8:15, :7, 0] - ninth).max() < 1


def test_what_enlarges_belongs_to_the_convolution_behind_it() -> None:
    model = untrained(config_of("light-conv", 28))
    assert [layer.name for layer in feature_maps(model, model.noise(0)[0])] == [
        "Linear, Unflatten, BatchNorm2d, ReLU",
        "Upsample, Conv2d, BatchNorm2d, ReLU",
        "Conv2d, PixelShuffle, Tanh",
    ]


def test_what_an_excitation_scales_is_seen_on_its_way_up() -> None:
    model = untrained(config_of("gated", 64))
    seen = feature_maps(model, model.noise(0)[0])
    assert [(layer.name, layer.shape) for layer in seen] == [
        ("Linear, Unflatten, BatchNorm2d, GLU", (256, 4, 4)),
        ("Doubling, BatchNorm2d, GLU", (128, 8, 8)),
        ("Doubling, BatchNorm2d, GLU", (64, 16, 16)),
        ("Doubling, BatchNorm2d, GLU, SkipLayerExcitation", (32, 32, 32)),
        ("Conv2d, PixelShuffle, Tanh", (3, 64, 64)),
    ]


def test_a_label_decides_what_is_seen() -> None:
    model = untrained(PRESETS["conditional"])
    z = model.noise(0)[0]
    three, again, four = (feature_maps(model, z, label) for label in (3, 3, 4))
    assert all((a.picture == b.picture).all() for a, b in zip(three, again))
    assert all((a.picture != b.picture).any() for a, b in zip(three, four))
    weighted = feature_maps(model, z, np.eye(10, dtype=np.float32)[3])
    assert all(np.abs(a.picture.astype(int) - b.picture).max() <= 1
               for a, b in zip(three, weighted))  # fmt: skip
    with pytest.raises(InputError, match="needs 1 labels"):
        feature_maps(model, z)
    with pytest.raises(InputError, match="between 0 and 9"):
        feature_maps(model, z, 10)


def test_the_model_is_left_as_it_was() -> None:
    model = untrained(SIMPLE)
    before = {name: tensor.clone() for name, tensor in model.state().items()}
    feature_maps(model, model.noise(0)[0])
    assert not any(layer._forward_hooks for layer in model.generator.modules())
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state().items())


def test_weights_are_not_copied() -> None:
    """In another thread's shoes: a look within a look sees the weights the model has."""
    held: list[int] = []

    class Tells(nn.Linear):
        def forward(self, input: torch.Tensor) -> torch.Tensor:
            held.append(self.weight.data_ptr())
            return super().forward(input)

    layer = Tells(4, 4)
    feature_maps(of(layer, nn.Unflatten(1, (1, 2, 2)), noise_dim=4), np.ones(4, np.float32))
    assert held == [layer.weight.data_ptr()]


def test_another_thread_that_draws_meanwhile_is_not_seen() -> None:
    looking, drawn = Event(), Event()

    class Waits(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if len(x) == 1:  # the look, which waits until the other one has drawn
                looking.set()
                assert drawn.wait(10)
            return x

        def __deepcopy__(self, memo: dict) -> "Waits":
            return self

    model = of(nn.Linear(4, 4), Waits(), nn.Unflatten(1, (1, 2, 2)), noise_dim=4)

    def draw() -> None:
        assert looking.wait(10)
        model.generate(np.ones((3, 4), np.float32))
        drawn.set()

    other = Thread(target=draw)
    other.start()
    seen = feature_maps(model, np.ones(4, np.float32))
    other.join()
    assert len(seen) == 1


@pytest.mark.parametrize("z", [np.zeros(99, np.float32), np.full(100, np.nan, np.float32)])
def test_a_z_that_is_none_is_refused(z: np.ndarray) -> None:
    with pytest.raises(InputError, match="z must"):
        feature_maps(untrained(SIMPLE), z)
