"""What augmentation may do to an image, and that gradients pass through it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.autograd import gradcheck, gradgradcheck

from gan_core.augment import AUGMENTATIONS, colour, cutout, translation
from gan_core.batches import Batch
from gan_core.chance import Chance
from gan_core.game import Game
from gan_core.modules import Discriminator
from gan_core.penalties import zero_centred
from gan_core.presets import PRESETS


def chance(seed: int = 0) -> Chance:
    return Chance(seed, torch.device("cpu"))


def images(count: int = 4, channels: int = 3, side: int = 16) -> Tensor:
    return torch.rand(count, channels, side, side, generator=torch.Generator().manual_seed(1)) - 0.5


@pytest.mark.parametrize("side", [28, 32, 64])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_shape_and_type_stay(name: str, channels: int, side: int) -> None:
    before = images(3, channels, side)
    after = AUGMENTATIONS[name](before, chance())
    assert (after.shape, after.dtype) == (before.shape, torch.float32)
    assert not torch.equal(after, before)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_the_input_is_left_as_it_was(name: str) -> None:
    before = images()
    AUGMENTATIONS[name](before, chance())
    assert torch.equal(before, images())


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_the_seed_decides(name: str) -> None:
    first, again = (AUGMENTATIONS[name](images(), chance(5)) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first, AUGMENTATIONS[name](images(), chance(6)))


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_each_image_of_a_batch_has_its_own_draw(name: str) -> None:
    after = AUGMENTATIONS[name](images(1).expand(20, -1, -1, -1), chance())
    assert len(after.unique(dim=0)) > 10


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    """The second ones too, which penalties ask for; a cube, for augmentations are straight."""

    def cubed(x: Tensor) -> Tensor:
        return AUGMENTATIONS[name](x, chance()).pow(3)

    x = images(2, 3, 8).double().requires_grad_()
    assert gradcheck(cubed, x, fast_mode=True)
    assert gradgradcheck(cubed, x, fast_mode=True)


def test_zero_centred_through_all_of_them_teaches_d() -> None:
    weights = images(1).requires_grad_()
    x = images(4).requires_grad_()
    draws, augmented = chance(), x
    for augment in AUGMENTATIONS.values():
        augmented = augment(augmented, draws)
    zero_centred((weights * augmented).pow(2).sum(dim=(1, 2, 3)), x).backward()
    assert weights.grad is not None
    assert weights.grad.isfinite().all() and weights.grad.abs().max() > 0


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_d_sees_every_image_augmented_but_reals_and_fakes_each_in_their_own_way(name: str) -> None:
    seen: list[Tensor] = []
    critic = Discriminator(nn.Sequential(nn.Flatten()), nn.Linear(256, 1))
    critic.register_forward_pre_hook(lambda module, shown: seen.extend(shown[0].split(8)))
    game, config = Game(lambda _: critic, chance()), replace(PRESETS["r3gan"], augment=(name,))
    batch = Batch(images(8, 1), torch.zeros(8, dtype=torch.int64))
    game.discriminator_terms(replace(config, r1_weight=0, r2_weight=0), batch, images(8, 1), 0.0)
    game.generator_terms(config, batch, images(8, 1), 0.0)
    assert len(seen) == 4  # reals and fakes for D, both again for G's comparison
    for index, shown in enumerate(seen):
        for other in (batch.samples, *seen[:index]):
            assert not torch.equal(shown, other)


def sole_pixels(count: int, side: int) -> Tensor:
    """(count, 1, side, side), black but for the one in the middle."""
    x = torch.zeros(count, 1, side, side)
    x[:, :, side // 2, side // 2] = 1
    return x


@pytest.mark.parametrize(("side", "most"), [(16, 2), (28, 3), (32, 4)])
def test_translation_moves_whole_pixels_by_an_eighth_at_most_and_each_shift_as_often(
    side: int, most: int
) -> None:
    shifts = (2 * most + 1) ** 2
    count = 40 * shifts
    moved = translation(sole_pixels(count, side), chance())[:, 0]
    assert torch.equal(moved.sum(dim=(1, 2)), torch.ones(count))
    lit = moved.nonzero()[:, 1:] - side // 2  # (count, 2), how far each moved
    assert lit.abs().max() == most
    _, often = lit.unique(dim=0, return_counts=True)
    assert len(often) == shifts
    assert (often - 40).abs().max() < 6 * 40**0.5


def test_translation_moves_an_image_as_a_whole_and_grey_in() -> None:
    before = images(50)
    for was, now in zip(before, translation(before, chance())):
        padded = nn.functional.pad(was, (2, 2, 2, 2))
        cuts = [padded[:, y : y + 16, x : x + 16] for y in range(5) for x in range(5)]
        assert any(torch.equal(now, cut) for cut in cuts)


def test_cutout_makes_a_square_grey_of_at_most_a_quarter_and_touches_nothing_else() -> None:
    before = images(2000) + 1  # nowhere 0
    after = cutout(before, chance())
    gone = (after == 0).all(dim=1)  # (B, H, W)
    assert torch.equal(after, before * ~gone[:, None])
    rows, columns = gone.any(dim=2), gone.any(dim=1)
    assert torch.equal(gone, rows[:, :, None] & columns[:, None, :])  # a rectangle
    for side in (rows.sum(dim=1), columns.sum(dim=1)):
        assert side.min() >= 4 and side.max() == 8  # half a side, and half of it outside at most
    assert gone.float().mean(dim=(1, 2)).max() == 0.25
    assert gone.any(dim=0).all()  # somewhere: every pixel's turn comes


def mean_shift(augment: Callable[[Tensor, Chance], Tensor], before: Tensor) -> Tensor:
    """(B,), how much brighter each image became."""
    return (augment(before, chance()) - before).mean(dim=(1, 2, 3))


def test_colour_is_neither_brighter_nor_darker_on_average_and_by_a_half_at_most() -> None:
    shift = mean_shift(colour, images(1).expand(20_000, -1, -1, -1))
    assert shift.mean().item() == pytest.approx(0, abs=0.01)
    assert shift.std().item() == pytest.approx(12**-0.5, abs=0.01)  # uniform, of width 1
    assert 0.49 < shift.abs().max() <= 0.5001


def test_colour_keeps_a_grey_image_grey() -> None:
    grey = images(channels=1).expand(-1, 3, -1, -1)
    after = colour(grey, chance())
    torch.testing.assert_close(after, after[:, :1].expand(-1, 3, -1, -1))


def test_colour_scales_contrast_by_a_half_to_three_halves_and_saturation_up_to_twice() -> None:
    before = images(1).expand(5000, -1, -1, -1)
    after = colour(before, chance())

    def contrast(x: Tensor) -> Tensor:  # of the image without its colours
        return x.mean(dim=1).std(dim=(1, 2))

    def saturation(x: Tensor) -> Tensor:
        return (x - x.mean(dim=1, keepdim=True)).std(dim=(1, 2, 3))

    stretch = contrast(after) / contrast(before)
    assert 0.5 <= stretch.min() + 1e-5 < 0.52 and 1.48 < stretch.max() <= 1.5001
    richer = saturation(after) / saturation(before) / stretch
    assert richer.min() < 0.02 and 1.98 < richer.max() <= 2.0001
    assert stretch.mean().item() == pytest.approx(1, abs=0.02)
    assert richer.mean().item() == pytest.approx(1, abs=0.05)
