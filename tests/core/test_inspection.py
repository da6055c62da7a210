"""What one sample tells: against finite differences, a brute-force search, and a run unwatched."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from gan_core.config import RunConfig
from gan_core.data import ImageSet, load
from gan_core.errors import InputError
from gan_core.events import StepDone
from gan_core.inspection import (
    Inspection,
    inspect,
    mean_real_logit,
    opinion,
    reals_to_compare,
)
from gan_core.modules import Discriminator, Generator
from gan_core.objectives import OBJECTIVES
from gan_core.presets import PRESETS, preset
from gan_core.snapshots import draw_fixed
from gan_core.trainer import Trainer

SIMPLE = replace(PRESETS["simple"], batch_size=8, evaluate_every=0)


class Draws(nn.Module):
    """Layers of a generator that draw these samples over and over, whatever the noise."""

    def __init__(self, samples: Tensor) -> None:
        super().__init__()
        self.samples = nn.Parameter(samples)

    def forward(self, z: Tensor) -> Tensor:
        return self.samples[torch.arange(len(z)) % len(self.samples)]


class Doubles(nn.Module):
    def forward(self, samples: Tensor) -> Tensor:
        return samples.double()


def linear(weight: Tensor, bias: float = 0.0) -> Discriminator:
    """A D whose logit is the sum of weight * sample, plus bias."""
    logit = nn.Linear(weight.numel(), 1)
    logit.weight.data = weight.flatten()[None]
    logit.bias.data.fill_(bias)
    return Discriminator(nn.Sequential(nn.Flatten()), logit)


def curved(inputs: int) -> Discriminator:
    """A small D that computes in double precision."""
    torch.manual_seed(0)
    layers = nn.Linear(inputs, 7), nn.Tanh(), nn.Linear(7, 1)
    return Discriminator(nn.Sequential(Doubles(), nn.Flatten()), nn.Sequential(*layers).double())


def noise_images(count: int, *shape: int, seed: int = 0) -> Tensor:
    """uint8."""
    random = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, *shape), generator=random).byte()


def as_drawn(images: Tensor) -> Tensor:
    """uint8 -> what G would have drawn, in [-1, 1]."""
    return images.float() / 127.5 - 1


def by_differences(loss: Callable[[Tensor], Tensor], sample: Tensor) -> np.ndarray:
    """Minus the gradient of `loss` by a sample (C, H, W), summed over C, its largest made 1."""
    sample, step = sample.double(), 1e-5
    gradient = torch.zeros_like(sample)
    for place in np.ndindex(*sample.shape):
        moved = torch.zeros_like(sample)
        moved[place] = step
        gradient[place] = (loss(sample + moved) - loss(sample - moved)) / (2 * step)
    total = -gradient.sum(dim=0)
    return (total / total.abs().max()).detach().numpy()


def colour_config(**changes: object) -> RunConfig:
    return replace(SIMPLE, image_size=32, channels=3, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("packing", [1, 2])
def test_wanted_is_the_slope_of_the_generators_loss(objective: str, packing: int) -> None:
    small = noise_images(5, 3, 4, 4)
    images = ImageSet(small, torch.zeros(5, dtype=torch.int64))
    config = colour_config(objective=objective, packing=packing)
    critic = curved(packing * 3 * 4 * 4)
    drawn = as_drawn(noise_images(8, 3, 4, 4, seed=1))
    seen = inspect(config, images, Generator(Draws(drawn)), critic, 2)

    def loss(sample: Tensor) -> Tensor:
        fake = critic(sample.repeat(packing, 1, 1)[None])
        return OBJECTIVES[objective].generator(torch.zeros(3), fake)  # reals change its size only

    expected = by_differences(loss, drawn[2])
    assert seen.wanted.dtype == np.float32 and seen.wanted.shape == (4, 4)
    np.testing.assert_allclose(seen.wanted, expected, atol=1e-5)
    assert seen.logit == pytest.approx(critic(drawn[2].repeat(packing, 1, 1)[None]).item())


def test_a_linear_d_wants_its_weights() -> None:
    weight = torch.randn(3, 4, 4, generator=torch.Generator().manual_seed(0)) / 10
    images = ImageSet(noise_images(5, 3, 4, 4), torch.zeros(5, dtype=torch.int64))
    drawn = as_drawn(noise_images(8, 3, 4, 4, seed=1))
    seen = inspect(colour_config(), images, Generator(Draws(drawn)), linear(weight, 0.3), 5)
    summed = weight.sum(dim=0)
    np.testing.assert_allclose(seen.wanted, summed / summed.abs().max(), atol=1e-6)
    logit = (weight * drawn[5]).sum().item() + 0.3
    assert seen.logit == pytest.approx(logit, abs=1e-5)
    assert seen.opinion == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-5)
    np.testing.assert_array_equal(seen.sample, noise_images(8, 3, 4, 4, seed=1)[5].permute(1, 2, 0))


def test_least_squares_turn_back_beyond_their_target() -> None:
    weight = torch.rand(1, 4, 4)
    images = ImageSet(noise_images(5, 1, 4, 4), torch.zeros(5, dtype=torch.int64))
    config = replace(SIMPLE, objective="least-squares")
    wanted = [
        inspect(config, images, Generator(Draws(torch.zeros(1, 1, 4, 4))), linear(weight, b), 0)
        for b in (0.9, 1.1)
    ]
    np.testing.assert_allclose(wanted[0].wanted, -wanted[1].wanted, atol=1e-6)
    assert wanted[0].wanted.max() == 1
    assert wanted[1].opinion == pytest.approx(1.1)


def test_where_d_has_no_slope_nothing_is_wanted() -> None:
    images = ImageSet(noise_images(5, 1, 4, 4), torch.zeros(5, dtype=torch.int64))
    seen = inspect(SIMPLE, images, Generator(Draws(torch.zeros(1, 1, 4, 4))),
                   linear(torch.zeros(1, 4, 4), 2.0), 0)  # fmt: skip
    assert not seen.wanted.any() and seen.logit == 2


@pytest.mark.parametrize("objective", ["wasserstein", "relativistic"])
@pytest.mark.parametrize(("real_range", "black"), [("-1..1", -1.0), ("0..1", 0.0)])
def test_logits_without_a_zero_are_judged_against_those_of_reals_as_d_sees_them(
    objective: str, real_range: str, black: float
) -> None:
    weight = torch.rand(1, 4, 4) / 10
    images = ImageSet(torch.zeros(5, 1, 4, 4).byte(), torch.zeros(5, dtype=torch.int64))
    drawn = as_drawn(noise_images(1, 1, 4, 4, seed=1))
    config = replace(SIMPLE, objective=objective, real_range=real_range)
    seen = inspect(config, images, Generator(Draws(drawn)), linear(weight, 7.0), 0)
    difference = (weight * (drawn[0] - black)).sum().item()
    assert seen.opinion == pytest.approx(1 / (1 + np.exp(-difference)), abs=1e-5)


def test_with_labels_the_reals_are_of_the_samples_class(digits: ImageSet) -> None:
    """Threes are white and the rest black: an opinion of 1/2 says that white met white."""
    pixels = digits.images.new_zeros(digits.images.shape)
    pixels[digits.labels == 3] = 255
    images = replace(digits, images=pixels)
    config = replace(PRESETS["conditional"], objective="wasserstein")
    critic = linear(torch.ones(1, 28, 28) / 784)
    white = Generator(Draws(torch.ones(1, 1, 28, 28)))
    assert inspect(config, images, white, critic, 13).opinion == pytest.approx(0.5)
    assert inspect(config, images, white, critic, 14).opinion > 0.8


@pytest.mark.parametrize("label_input", ["projection", "concatenation"])
def test_d_is_told_the_samples_label(digits: ImageSet, label_input: str) -> None:
    config = replace(PRESETS["conditional"], batch_size=8, label_input=label_input)
    trainer = Trainer(config, digits, device="cpu")
    seen = inspect(config, digits, trainer.generator, trainer.discriminator, 37)
    sample = draw_fixed(config, digits, trainer.generator)[0][37:38]
    discriminator = trainer.discriminator.eval()
    with torch.no_grad():
        seven, eight = (discriminator(sample, torch.tensor([label])).item() for label in (7, 8))
    assert seen.logit == pytest.approx(seven, abs=1e-5)
    assert abs(eight - seven) > 1e-3


def look(trainer: Trainer, place: int) -> Inspection:
    config = trainer.config
    shown = trainer.generator_ema if config.samples_from == "ema" else trainer.generator
    return inspect(config, trainer.images, shown, trainer.discriminator, place)


def with_side(digits: ImageSet, config: RunConfig) -> ImageSet:
    """64 of them, as large and as colourful as the config's networks want them."""
    border = (config.image_size - 28) // 2
    pixels = nn.functional.pad(digits.images[:64], (border,) * 4)
    pixels = pixels.expand(-1, config.channels, -1, -1)
    return replace(digits, images=pixels, labels=digits.labels[:64])


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_shows_the_sample_of_its_snapshot(digits: ImageSet, name: str) -> None:
    config = replace(PRESETS[name], batch_size=8)
    trainer = Trainer(config, with_side(digits, config), device="cpu")
    trainer.step()
    seen = look(trainer, 21)
    np.testing.assert_array_equal(seen.sample, trainer.snapshot().samples[21])
    assert seen.nearest.shape == seen.sample.shape and seen.nearest.dtype == np.uint8
    assert np.isfinite([seen.logit, seen.opinion]).all()
    assert np.abs(seen.wanted).max() == 1
    assert 0 < seen.distance < 1 and seen.label in tuple("0123456789")


@pytest.mark.parametrize("name", ["simple", "modern"])
def test_points_are_looked_at_like_images(name: str) -> None:
    ring = load("ring", 0, 2)
    trainer = Trainer(replace(preset(name, "ring"), batch_size=32), ring, device="cpu")
    trainer.step()
    seen = look(trainer, 999)
    np.testing.assert_array_equal(seen.sample, trainer.snapshot().samples[999])
    distances = np.linalg.norm(ring.images.numpy() - seen.sample, axis=1)
    np.testing.assert_array_equal(seen.nearest, ring.images[distances.argmin()])
    assert seen.distance == pytest.approx(distances.min())
    assert seen.label == str(ring.labels[distances.argmin()].item())
    assert seen.wanted.shape == (2,) and np.abs(seen.wanted).max() == 1


def test_an_image_that_was_drawn_before_is_found_with_its_label(digits: ImageSet) -> None:
    trainer = Trainer(SIMPLE, digits, device="cpu")
    sample = look(trainer, 40).sample
    pixels = digits.images.clone()
    pixels[1234] = torch.from_numpy(sample).permute(2, 0, 1)
    known = replace(digits, images=pixels)
    seen = inspect(SIMPLE, known, trainer.generator, trainer.discriminator, 40)
    np.testing.assert_array_equal(seen.nearest, sample)
    assert seen.distance == 0
    assert seen.label == str(digits.labels[1234].item())


@pytest.mark.parametrize("at_once", [1, 1000, 2**19])
def test_the_nearest_is_that_of_a_search_by_hand(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gan_core.nearest.SEARCHED_AT_ONCE", at_once)
    pixels = noise_images(50, 3, 4, 4)
    images = ImageSet(pixels, torch.zeros(50, dtype=torch.int64))
    critic = linear(torch.ones(3, 4, 4))
    for place in range(8):
        drawn = as_drawn(noise_images(8, 3, 4, 4, seed=1))
        seen = inspect(colour_config(), images, Generator(Draws(drawn)), critic, place)
        reals = pixels.permute(0, 2, 3, 1).numpy() / 255
        distances = [np.sqrt(np.mean((real - seen.sample / 255) ** 2)) for real in reals]
        np.testing.assert_array_equal(seen.nearest, pixels[np.argmin(distances)].permute(1, 2, 0))
        assert seen.distance == pytest.approx(min(distances))
        assert seen.label is None


@pytest.mark.parametrize("name", ["deep-mlp", "dcgan-lsgan", "conditional", "wgan-gp", "modern"])
def test_training_goes_on_as_if_nobody_had_looked(digits: ImageSet, name: str) -> None:
    config = replace(PRESETS[name], batch_size=8, steps=3, evaluate_every=0)
    images = with_side(digits, config)
    told, ends = [], []
    for places in ([], [60]):
        trainer = Trainer(config, images, device="cpu")
        events = []
        for event in trainer.run():
            events.append(event)
            for place in places:
                look(trainer, place)
        told.append(events)
        ends.append(trainer.state()[0])
        networks = (trainer.generator, trainer.discriminator)
        assert all(weight.grad is None for network in networks for weight in network.parameters())
    assert any(isinstance(event, StepDone) for event in told[0])
    assert told[0] == told[1]
    assert all(torch.equal(ends[0][key], ends[1][key]) for key in ends[0])


def test_gradients_and_random_numbers_of_others_are_left_alone(digits: ImageSet) -> None:
    trainer = Trainer(SIMPLE, digits, device="cpu")
    weights = [*trainer.generator.parameters(), *trainer.discriminator.parameters()]
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    before = torch.get_rng_state(), trainer._rounds.chance.state()
    look(trainer, 0)
    assert all(weight.grad is not None and (weight.grad == 1).all() for weight in weights)
    assert all(weight.requires_grad for weight in weights)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert torch.equal(trainer._rounds.chance.state(), before[1])


def test_layers_are_put_back_in_the_mode_they_were_in(digits: ImageSet) -> None:
    trainer = Trainer(replace(PRESETS["deep-mlp"], batch_size=8), digits, device="cpu")
    generator, discriminator = trainer.generator.eval(), trainer.discriminator.train()
    generator.layers[1].train()

    def modes() -> list[bool]:
        return [m.training for network in (generator, discriminator) for m in network.modules()]

    before = modes()
    assert {*before} == {True, False}
    look(trainer, 0)
    assert modes() == before
    with pytest.raises(InputError):
        look(trainer, 64)
    assert modes() == before


def test_a_look_in_a_thread_without_gradients_tells_the_same(digits: ImageSet) -> None:
    trainer = Trainer(SIMPLE, digits, device="cpu")
    seen = look(trainer, 5)
    with torch.no_grad():
        again = look(trainer, 5)
    np.testing.assert_array_equal(seen.wanted, again.wanted)
    assert (seen.logit, seen.opinion) == (again.logit, again.opinion)


@pytest.mark.parametrize("name", ["simple", "conditional", "wgan"])
def test_the_opinion_of_a_point_is_that_of_the_same_sample(digits: ImageSet, name: str) -> None:
    trainer = Trainer(replace(PRESETS[name], batch_size=8, evaluate_every=0), digits)
    list(trainer.run(2))
    model, config = trainer.model(), trainer.config
    place = 3
    z = model.noise(config.seed, place + 1)[place:]
    labels = np.eye(10, dtype=np.float32)[[place]] if model.labels else None
    for images in (digits, reals_to_compare(config, digits)):
        found = opinion(model, images, trainer.discriminator, z, labels)
        assert found == pytest.approx(look(trainer, place).opinion, abs=1e-4)


@pytest.mark.parametrize(
    ("objective", "compares"),
    [("wasserstein", True), ("relativistic", True), ("non-saturating", False), ("hinge", False)],
)
def test_the_mean_logit_of_reals_stands_in_for_them(
    objective: str, compares: bool, digits: ImageSet
) -> None:
    config = replace(SIMPLE, objective=objective, weight_clip=0.1)
    trainer = Trainer(config, digits, device="cpu")
    list(trainer.run(3))
    model, network = trainer.model(), trainer.discriminator
    logit = mean_real_logit(config, reals_to_compare(config, digits), network)
    assert logit == pytest.approx(mean_real_logit(config, digits, network), abs=1e-4)
    apart, moved = [], []
    for place in range(20):
        z = model.noise(0, place + 1)[place:]
        exact = opinion(model, digits, network, z, None)
        apart.append(abs(opinion(model, logit, network, z, None) - exact))
        moved.append(abs(opinion(model, logit + 1, network, z, None) - exact))
    assert max(apart) < 1e-4
    assert max(moved) > 0.05 if compares else max(moved) < 1e-6


def test_the_mean_logit_of_reals_is_that_of_each_class_told_its_label(digits: ImageSet) -> None:
    config = replace(PRESETS["conditional"], batch_size=8)
    trainer = Trainer(config, digits, device="cpu")
    trainer.step()
    network = trainer.discriminator.eval()
    some = reals_to_compare(config, digits)
    with torch.no_grad():
        logits = network(as_drawn(some.images), some.labels)
    assert len(some) == 640
    logit = mean_real_logit(config, some, network.train())
    assert logit == pytest.approx(logits.mean().item(), abs=1e-3)
    assert network.training
    model, z = trainer.model(), np.zeros((1, 64), np.float32)
    for labels in np.eye(10, dtype=np.float32)[:, None]:  # its objective does not compare
        exact = opinion(model, some, network, z, labels)
        assert opinion(model, logit, network, z, labels) == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize("place", [-1, 64, 1000])
def test_there_is_no_sample_beyond_the_grid(digits: ImageSet, place: int) -> None:
    trainer = Trainer(SIMPLE, digits, device="cpu")
    with pytest.raises(InputError, match=rf"0 to 63; there is no {place}"):
        look(trainer, place)


def test_several_judged_together_are_looked_at_as_well(digits: ImageSet) -> None:
    for base in (PRESETS["modern"], preset("modern", "ring")):
        images = digits if base.image_size else load("ring", 0, 2)
        config = replace(base, batch_size=32, packing=2, objective="relativistic")
        trainer = Trainer(config, images, device="cpu")
        trainer.step()
        seen = look(trainer, 9)
        assert np.abs(seen.wanted).max() == 1 and 0 < seen.opinion < 1
