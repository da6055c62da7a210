"""The small CNN: what it learns, that a seed decides it all, and how images are brought to it."""

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate
from torch.utils.flop_counter import FlopCounterMode

from gan_core.chance import Chance
from gan_core.classifier import Classifier, accuracy, prepared, scaled, train_classifier
from gan_core.data import ImageSet


def trained(digits: ImageSet, **changes: object) -> Classifier:
    settings = {"classes": 10, "epochs": 2, "seed": 0} | changes
    return train_classifier(digits.images[:600], digits.labels[:600], **settings)  # pyright: ignore[reportArgumentType]


def weights(network: Classifier) -> torch.Tensor:
    return torch.cat([tensor.flatten() for tensor in network.state_dict().values()])


def test_it_learns_digits_that_it_then_reads_among_others(digits: ImageSet) -> None:
    network = trained(digits, epochs=8)
    assert accuracy(network, digits.images[600:], digits.labels[600:]) > 0.85


def test_what_labels_do_not_tell_it_does_not_learn(digits: ImageSet) -> None:
    shuffled = torch.randperm(600, generator=torch.Generator().manual_seed(0))
    network = train_classifier(digits.images[:600], digits.labels[shuffled], 10, 2, 0)
    assert accuracy(network, digits.images[600:], digits.labels[600:]) < 0.3


def test_the_same_seed_gives_the_same_weights_whatever_else_draws_numbers(digits: ImageSet) -> None:
    def jittered(images: torch.Tensor, chance: Chance) -> torch.Tensor:
        return images + 0.1 * chance.normal(*images.shape)

    first = trained(digits, augment=jittered)
    torch.manual_seed(99)
    assert torch.equal(weights(first), weights(trained(digits, augment=jittered)))
    assert not torch.equal(weights(first), weights(trained(digits, augment=jittered, seed=1)))


def test_it_tells_how_far_it_is(digits: ImageSet) -> None:
    heard: list[tuple[int, int]] = []
    trained(digits, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(step, 8) for step in range(1, 9)]  # 4 batches of 128 an epoch


def test_fewer_images_than_a_batch_are_enough(digits: ImageSet) -> None:
    network = train_classifier(digits.images[:30], digits.labels[:30], 10, 20, 0)
    assert accuracy(network, digits.images[:30], digits.labels[:30]) > 0.9


def test_accuracy_is_the_share_of_right_guesses(digits: ImageSet) -> None:
    network, some = trained(digits), digits.images[:501]  # a batch, and one left over
    with torch.no_grad():
        features, logits = network(scaled(some))
    assert features.shape == (501, 128) and logits.shape == (501, 10)
    right = sum(int(row.argmax()) == label for row, label in zip(logits, digits.labels.tolist()))
    assert accuracy(network, some, digits.labels[:501]) == pytest.approx(right / 501)


def test_an_image_costs_little() -> None:
    network, images = Classifier(10), torch.zeros(1, 1, 28, 28)
    counter = FlopCounterMode(display=False)
    with counter:
        network.eval()(images)
    assert counter.get_total_flops() / 2 < 7e6


def test_images_that_fit_are_taken_as_they_are(digits: ImageSet) -> None:
    array = digits.images[:7].permute(0, 2, 3, 1).numpy().copy()
    array.flags.writeable = False  # as a mapped file is
    assert torch.equal(prepared(array), digits.images[:7])
    assert torch.equal(prepared(array[:, ::-1]), digits.images[:7].flip(2))


def test_colour_turns_grey_as_pillow_turns_it() -> None:
    from PIL import Image

    colour = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 3), dtype=np.uint8)
    pillow = np.stack([np.asarray(Image.fromarray(image).convert("L")) for image in colour])
    assert np.abs(prepared(colour)[:, 0].numpy().astype(int) - pillow).max() <= 1


@pytest.mark.parametrize("side", [8, 32, 64])
def test_other_sizes_are_resized_smoothly_and_grey_in_three_channels_stays_grey(side: int) -> None:
    grey = np.random.default_rng(0).integers(0, 256, (5, side, side, 1), dtype=np.uint8)
    pixels = torch.from_numpy(grey).permute(0, 3, 1, 2).float()
    smooth = interpolate(pixels, (28, 28), mode="bicubic", antialias=True).round().clamp(0, 255)
    assert torch.equal(prepared(grey), smooth.byte())
    in_colour = prepared(np.repeat(grey, 3, axis=3)).int()
    assert (in_colour - smooth.int()).abs().max() <= 1
