"""Every architecture in every size, colour and way to be told a label; residual layers."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.modules import (
    Discriminator,
    FourierFeatures,
    Generator,
    Residual,
    SkipLayerExcitation,
    has_batchnorm,
)
from gan_core.networks import (
    ARCHITECTURES,
    build_discriminator,
    build_generator,
    build_networks,
)
from gan_core.presets import PRESETS, preset

SIDES = (28, 32, 64)
OF_POINTS = ("points", "fourier-points")
OF_IMAGES = [name for name in ARCHITECTURES if name not in OF_POINTS]
RULES: dict[str, dict[str, Any]] = {
    "unlabelled": {},
    "packed": {"packing": 2},
    "projection": {"conditional": True},
    "concatenation": {"conditional": True, "label_input": "concatenation"},
}
TOLD = ("projection", "concatenation")


def configured(architecture: str, side: int = 28, channels: int = 1, rule: str = "") -> RunConfig:
    changes = {"image_size": 0, "channels": 2} if architecture in OF_POINTS else {
        "image_size": side, "channels": channels}  # fmt: skip
    base = replace(PRESETS["simple"], architecture=architecture, noise_dim=16, batch_size=6)
    return replace(base, **changes, **RULES.get(rule, {}))


def built(config: RunConfig, seed: int = 0) -> tuple[Generator, Discriminator]:
    return build_networks(config, 10, torch.Generator().manual_seed(seed))


def built_to_draw(config: RunConfig) -> tuple[Generator, Discriminator]:
    generator, discriminator = built(config)
    return generator.eval(), discriminator.eval()


def noise(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def shown_to_d(samples: Tensor, packing: int) -> Tensor:
    """(B, C, H, W) -> (B / packing, packing C, H, W): neighbours as further channels."""
    return torch.cat([samples[place::packing] for place in range(packing)], dim=1)


def check_shapes(config: RunConfig) -> None:
    """On the meta device, where tensors have shapes and no numbers."""
    with torch.device("meta"):
        generator, discriminator = build_generator(config, 10), build_discriminator(config, 10)
        labels = torch.zeros(6, dtype=torch.int64)
        samples = generator(torch.zeros(6, 16), labels)
        logits = discriminator(shown_to_d(samples, config.packing), labels)
    assert samples.shape == (6, *config.shape)
    assert logits.shape == (6 // config.packing,)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("architecture", OF_IMAGES)
def test_g_gives_images_of_the_size_asked_for_and_d_a_logit_each(
    architecture: str, side: int, channels: int, rule: str
) -> None:
    config = configured(architecture, side, channels, rule)
    assert config.shape == (channels, side, side)
    check_shapes(config)


@pytest.mark.parametrize("architecture", OF_POINTS)
@pytest.mark.parametrize("rule", RULES)
def test_g_gives_points_and_d_a_logit_each(architecture: str, rule: str) -> None:
    config = configured(architecture, rule=rule)
    assert config.shape == (2,)
    check_shapes(config)


@pytest.mark.parametrize("architecture", OF_IMAGES)
def test_images_stay_within_minus_one_and_one_however_far_off_z_is(architecture: str) -> None:
    generator, _ = built_to_draw(configured(architecture))
    with torch.no_grad():
        images = generator(1e4 * noise(4, 16))
    assert 0.9 < images.abs().max() <= 1


@pytest.mark.parametrize("architecture", OF_POINTS)
def test_points_are_free_to_leave_the_square(architecture: str) -> None:
    generator, _ = built(configured(architecture))
    assert generator(100 * noise(4, 16)).abs().max() > 1


@pytest.mark.parametrize("rule", TOLD)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_label_changes_its_own_image_and_its_own_logit_alone(
    architecture: str, rule: str
) -> None:
    generator, discriminator = built_to_draw(configured(architecture, rule=rule))
    z, labels, others = noise(3, 16), torch.tensor([4, 4, 4]), torch.tensor([4, 7, 4])
    with torch.no_grad():
        images = generator(z, labels)
        moved = (generator(z, others) - images).flatten(1).abs().amax(dim=1)
        heard = (discriminator(images, others) - discriminator(images, labels)).abs()
    for change in (moved, heard):
        assert change[1] > 1e-4
        assert change[[0, 2]].max() < 1e-6


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_without_labels_none_is_looked_at(architecture: str) -> None:
    generator, discriminator = built_to_draw(configured(architecture))
    assert generator.embedding is None
    assert discriminator.projection is None and discriminator.channel is None
    z, labels = noise(2, 16), torch.tensor([3, 8])
    assert torch.equal(generator(z), generator(z, labels))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_projection_adds_the_products_of_features_and_the_labels_embedding(
    architecture: str,
) -> None:
    """Miyato & Koyama 2018, equation 10, with features summed over places."""
    _, discriminator = built(configured(architecture, rule="projection"))
    discriminator.eval()
    samples = noise(3, *configured(architecture).shape)
    labels = torch.tensor([1, 5, 9])
    assert discriminator.projection is not None
    with torch.no_grad():
        features = discriminator.features(samples)
        plain = discriminator.logit(features).reshape(3)
        axes = "bc..." if features.ndim == 4 else "bc"
        told = torch.einsum(f"{axes},bc->b", features, discriminator.projection.weight[labels])
        torch.testing.assert_close(
            discriminator(samples, labels), plain + told, atol=1e-4, rtol=1e-5
        )


def test_concatenation_shows_d_the_label_as_one_more_channel() -> None:
    _, discriminator = built(configured("small-conv", rule="concatenation"))
    seen: list[Tensor] = []
    discriminator.features.register_forward_pre_hook(lambda module, shown: seen.append(shown[0]))
    samples, labels = noise(2, 1, 28, 28), torch.tensor([1, 5])
    discriminator(samples, labels)
    assert discriminator.channel is not None
    assert torch.equal(seen[0][:, :1], samples)
    assert torch.equal(seen[0][:, 1].flatten(1), discriminator.channel.weight[labels])


def test_a_residual_starts_as_the_identity_and_its_branch_grows_with_the_gain() -> None:
    branch = nn.Linear(5, 5)
    residual = Residual(branch)
    x = noise(3, 5)
    assert torch.equal(residual(x), x)
    residual(x).sum().backward()
    assert residual.gain.grad is not None and residual.gain.grad.abs() > 0
    nn.init.constant_(residual.gain, 0.5)
    torch.testing.assert_close(residual(x), x + 0.5 * branch(x))


def test_an_excitation_scales_whole_channels_by_what_its_input_says() -> None:
    main, gate = nn.Upsample(scale_factor=2), nn.Conv2d(3, 3, 2)
    x = noise(2, 3, 2, 2)
    excited = SkipLayerExcitation(main, gate)(x)
    assert excited.shape == (2, 3, 4, 4)
    ratio = excited / main(x)
    assert ratio.std(dim=(2, 3)).max() < 1e-5 < ratio.mean(dim=(2, 3)).std()
    torch.testing.assert_close(ratio[..., :1, :1], gate(x))


@pytest.mark.parametrize("side", SIDES)
def test_the_gated_pair_meets_at_the_coarsest_size_and_draws_nothing_at_full_size(
    side: int,
) -> None:
    generator, discriminator = built(configured("gated", side))
    coarsest, widest = {28: (7, 64), 32: (4, 128), 64: (4, 256)}[side]
    first, *_, last, _, _ = generator.layers
    assert isinstance(first, nn.Linear) and first.out_features == 2 * widest * coarsest**2
    assert isinstance(last, nn.Conv2d) and last.in_channels == 32
    *_, flat, whole, _ = discriminator.features
    assert isinstance(flat, nn.Flatten) and isinstance(whole, nn.Linear)
    assert (whole.in_features, whole.out_features) == (widest * coarsest**2, widest)
    sizes: list[int] = []
    for network in (generator, discriminator):
        for module in network.modules():
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                module.register_forward_hook(lambda m, i, out: sizes.append(out.shape[-1]))
    discriminator(generator(noise(2, 16)))
    assert max(sizes) == side // 2


def test_fourier_features_are_the_numbers_and_their_waves_in_octaves() -> None:
    x = noise(3, 2)
    seen = FourierFeatures(3)(x)
    assert seen.shape == (3, 2 * 7)
    assert torch.equal(seen[:, :2], x)
    for octave, waves in enumerate(seen[:, 2:].chunk(2, dim=1)[0].chunk(3, dim=1)):
        torch.testing.assert_close(waves, torch.sin(2**octave * x))
    sines, cosines = seen[:, 2:].chunk(2, dim=1)
    torch.testing.assert_close(sines.square() + cosines.square(), torch.ones(3, 6))


@pytest.mark.parametrize("side", SIDES)
def test_every_branch_of_the_residual_pair_starts_switched_off(side: int) -> None:
    for network in built(configured("residual", side)):
        gains = [module.gain for module in network.modules() if isinstance(module, Residual)]
        assert len(gains) == {28: 2, 32: 2, 64: 3}[side]
        assert not any(gain.any() for gain in gains)


def test_batchnorm_is_where_the_listings_have_it() -> None:
    names = set(ARCHITECTURES)
    networks = {name: built(configured(name)) for name in names}
    assert {name for name in names if has_batchnorm(networks[name][1])} == {"dcgan"}
    bare = {name for name in names if not has_batchnorm(networks[name][0])}
    assert bare == {"simple", "residual", *OF_POINTS}


ALONE = ["residual", "small-conv", "gated", *OF_POINTS, "simple", "conv"]


@pytest.mark.parametrize("architecture", ALONE)
def test_without_batchnorm_a_logit_is_of_its_own_sample_alone(architecture: str) -> None:
    config = configured(architecture)
    _, discriminator = built(config)
    samples = noise(4, *config.shape)
    torch.testing.assert_close(discriminator(samples)[:2], discriminator(samples[:2]))


@pytest.mark.parametrize("architecture", OF_IMAGES)
@pytest.mark.parametrize("side", [0, 30])
def test_other_sizes_are_refused_with_those_there_are(architecture: str, side: int) -> None:
    config = replace(configured(architecture), image_size=side, channels=1 if side else 2)
    with pytest.raises(InputError, match=f"has no image_size {side}; choose one of: 28, 32, 64$"):
        build_generator(config, 0)


def test_points_have_no_size_and_unknown_architectures_no_layers() -> None:
    with pytest.raises(InputError, match=r"'points' has no image_size 28; choose one of: 0$"):
        build_generator(replace(PRESETS["simple"], architecture="points"), 0)
    with pytest.raises(InputError, match=f"choose one of: {', '.join(ARCHITECTURES)}$"):
        build_generator(replace(PRESETS["simple"], architecture="transformer"), 0)


def test_the_residual_pair_is_small() -> None:
    pair = built(preset("r3gan", "digits"))
    assert sum(weight.numel() for network in pair for weight in network.parameters()) < 2e6


def test_the_seed_decides_the_first_weights_and_the_global_generator_does_not() -> None:
    config = configured("residual", rule="projection")
    first = built(config)
    torch.rand(3)
    for network, again, other in zip(first, built(config), built(config, seed=1)):
        weights = network.state_dict()
        assert all(torch.equal(weight, again.state_dict()[n]) for n, weight in weights.items())
        assert any(not torch.equal(w, other.state_dict()[n]) for n, w in weights.items())


def test_first_weights_have_pytorchs_own_law() -> None:
    """Of each layer's own reset, which draws from the global generator."""
    config = replace(configured("small-conv"), noise_dim=64)
    drawn, own = built(config)[0], build_generator(config, 0)
    for weight, default in zip(drawn.parameters(), own.parameters()):
        if weight.numel() > 1000:
            for measure in (torch.std, torch.amax):
                ratio = measure(weight.detach()) / measure(default.detach())
                assert ratio.item() == pytest.approx(1, abs=0.05)
