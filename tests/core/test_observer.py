"""Looks at a generator: what they tell, and that training takes no notice of them."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from gan_core.config import RunConfig
from gan_core.data import ImageSet, load
from gan_core.events import Evaluated, StepDone
from gan_core.metrics import frechet_distance
from gan_core.modules import Generator
from gan_core.observer import SAMPLES, Observer
from gan_core.presets import PRESETS, preset
from gan_core.trainer import Trainer

SIMPLE = replace(PRESETS["simple"], batch_size=32, steps=12, evaluate_every=5)


class Shows(nn.Module):
    """A generator that gives out these images, whatever the noise."""

    def __init__(self, images: Tensor) -> None:
        super().__init__()
        self.images = images.float() / 127.5 - 1

    def forward(self, z: Tensor) -> Tensor:
        return self.images[torch.arange(len(z)) % len(self.images)]


def look(images: ImageSet, shown: Tensor, config: RunConfig = SIMPLE) -> Evaluated:
    trainer = Trainer(config, images, device="cpu")
    observer = Observer(config, images, trainer._rounds)
    return observer.look(trainer.config, 1, 1, Generator(Shows(shown)))


def test_real_digits_in_place_of_fakes_are_as_good_as_real(digits: ImageSet) -> None:
    seen = look(digits, digits.images[torch.randperm(len(digits))])
    assert seen.samples == SAMPLES == sum(seen.classes.values())
    assert not seen.missing
    assert seen.diversity == pytest.approx(1, abs=0.1)
    assert seen.distance is not None and seen.distance_floor and seen.distance_error
    assert seen.distance == pytest.approx(seen.distance_floor, rel=0.5)
    assert 0 < seen.distance_error < seen.distance
    assert seen.nearest == pytest.approx(0, abs=0.05)  # for they are copies of training images


def test_a_generator_of_sevens_misses_the_other_classes(digits: ImageSet) -> None:
    sevens = digits.images[digits.labels == 7]
    seen = look(digits, sevens)
    assert {*seen.missing} >= {"0", "2", "4", "5", "6", "8"}
    assert seen.classes["7"] > 0.8 * SAMPLES
    assert seen.distance is not None and seen.distance_floor
    assert seen.distance > 10 * seen.distance_floor


def test_a_single_image_has_no_diversity_and_noise_is_no_copy(digits: ImageSet) -> None:
    assert look(digits, digits.images[:1]).diversity < 0.01
    noise = torch.randint(0, 256, (240, 1, 28, 28), generator=torch.Generator().manual_seed(0))
    seen = look(digits, noise.byte())
    assert seen.nearest is not None and seen.nearest > 1


def test_the_distance_is_the_librarys(digits: ImageSet, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(SIMPLE, digits, device="cpu")
    observer = Observer(SIMPLE, digits, trainer._rounds)
    judge = observer._judge
    assert judge
    seen = observer.look(trainer.config, 1, 1, trainer.generator)
    z, real = observer._z, observer._pictures(observer._reference).numpy()
    fakes = trainer.generator.eval()(z).detach().add(1).mul(127.5).round().clamp(0, 255).byte()
    features = [judge.look(images)[0] for images in (real, fakes.permute(0, 2, 3, 1).numpy())]
    expected = frechet_distance(*map(torch.from_numpy, features))
    assert seen.distance == pytest.approx(expected, rel=1e-3)


def test_points_belong_to_the_mode_of_their_neighbour() -> None:
    ring = load("ring", 0, 2)
    config = replace(preset("simple", "ring"), batch_size=32)
    trainer = Trainer(config, ring, device="cpu")
    observer = Observer(config, ring, trainer._rounds)

    class OneMode(nn.Module):
        def forward(self, z: Tensor) -> Tensor:
            return torch.tensor([1.0, 0.0]) + 0.01 * z

    seen = observer.look(trainer.config, 1, 1, Generator(OneMode()))
    assert seen.classes == {"0": SAMPLES} | dict.fromkeys("1234567", 0)
    assert seen.missing == tuple("1234567")
    assert seen.distance is None and seen.nearest is None


def test_images_without_classes_have_no_histogram_and_no_distance(digits: ImageSet) -> None:
    own = ImageSet(digits.images, torch.zeros_like(digits.labels))
    seen = look(own, own.images, replace(SIMPLE, dataset="folder"))
    assert seen.classes == {} and seen.missing == () and seen.distance is None
    assert seen.diversity == pytest.approx(1, abs=0.1)


def test_of_too_few_images_no_distance_is_told(digits: ImageSet) -> None:
    few = ImageSet(digits.images[:40], digits.labels[:40], digits.class_names)
    seen = look(few, few.images, replace(SIMPLE, batch_size=8))
    assert seen.distance is None
    assert sum(seen.classes.values()) == SAMPLES


@pytest.mark.parametrize("name", ["deep-mlp", "dcgan-lsgan", "conditional", "wgan-gp"])
def test_training_takes_no_notice_of_looks(digits: ImageSet, name: str) -> None:
    """Neither BatchNorm nor dropout nor the random state knows that somebody looked."""
    side, channels = (32, 3) if name == "dcgan-lsgan" else (28, 1)
    images = ImageSet(digits.images[:64], digits.labels[:64], digits.class_names)
    if side == 32:
        pixels = nn.functional.pad(images.images, (2, 2, 2, 2)).expand(-1, 3, -1, -1)
        images = replace(images, images=pixels)
    config = replace(PRESETS[name], image_size=side, channels=channels, batch_size=8, steps=3)
    told = [
        [e for e in Trainer(c, images, device="cpu").run() if isinstance(e, StepDone)]
        for c in (replace(config, evaluate_every=0), replace(config, evaluate_every=1))
    ]
    assert told[0] == told[1]


def test_evaluations_come_as_often_as_asked_and_once_each(digits: ImageSet) -> None:
    trainer = Trainer(SIMPLE, digits, device="cpu")
    events = [*trainer.run(steps=5), *trainer.run(steps=1), *trainer.run()]
    evaluated = [event for event in events if isinstance(event, Evaluated)]
    assert [event.step for event in evaluated] == [5, 10]
    for before, after in pairwise(events):
        if isinstance(after, Evaluated):
            assert after.step == before.step


def test_none_comes_again_after_a_resume(digits: ImageSet) -> None:
    whole = [*Trainer(SIMPLE, digits, device="cpu").run()]
    first = Trainer(SIMPLE, digits, device="cpu")
    part = [*first.run(steps=5)]
    second = Trainer(SIMPLE, digits, device="cpu")
    tensors, facts = first.state()
    second.restore({name: tensor.clone() for name, tensor in tensors.items()}, facts)
    assert [*part, *second.run()] == whole


def test_d_is_as_accurate_as_its_opinions_say(digits: ImageSet) -> None:
    trainer = Trainer(SIMPLE, digits, device="cpu")
    with torch.no_grad():  # a D that takes all for real
        for weight in trainer.discriminator.parameters():
            weight.zero_()
        [*trainer.discriminator.parameters()][-1].fill_(1.0)
    seen = trainer.evaluate()
    assert (seen.d_accuracy_real, seen.d_accuracy_fake) == (1, 0)
    assert trainer.discriminator.training


def test_looks_with_packed_pairs_and_comparing_objectives(digits: ImageSet) -> None:
    for changes in ({"packing": 2}, {"objective": "relativistic", "r1_weight": 1.0}):
        config = replace(PRESETS["modern"], batch_size=8, **changes)
        seen = Trainer(config, digits, device="cpu").evaluate()
        assert np.isfinite([seen.d_accuracy_real, seen.d_accuracy_fake]).all()
