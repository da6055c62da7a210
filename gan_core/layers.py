"""The layers of generators and discriminators, each listed as its source publishes them.

Builders of generators take how many numbers come in and the shape (C, H, W) of an image; builders
of discriminators take the shape of what D is shown. Discriminators end in logits: where a source
ends in a sigmoid, the objective applies it, which is the same mathematics and does not overflow.
"""

import math
from collections.abc import Sequence

from torch import nn

from gan_core.modules import Dropout, Residual
from gan_core.strided import Doubling, Halving

Shape = tuple[int, ...]


def coarse(side: int, most: int) -> tuple[int, int]:
    """The side of the smallest map, halved from `side` until at most `most`; how many halvings."""
    count = 0
    while side > most:
        side, count = side // 2, count + 1
    return side, count


def mlp_generator(
    inputs: int, shape: Shape, widths: tuple[int, ...], slope: float, batchnorm_eps: float = 0
) -> Sequence[nn.Module]:
    """Linear layers of these widths; BatchNorm after each but the first where an eps is given."""
    layers: list[nn.Module] = []
    for index, (before, after) in enumerate(zip((inputs, *widths), widths)):
        layers.append(nn.Linear(before, after))
        if batchnorm_eps and index > 0:
            layers.append(nn.BatchNorm1d(after, eps=batchnorm_eps))
        layers.append(nn.LeakyReLU(slope))  # slope 0 is ReLU
    return [*layers, nn.Linear(widths[-1], math.prod(shape)), nn.Tanh(), nn.Unflatten(1, shape)]


def mlp_discriminator(shape: Shape) -> Sequence[nn.Module]:
    return [
        nn.Flatten(),
        nn.Linear(math.prod(shape), 512),
        nn.LeakyReLU(0.2),
        nn.Linear(512, 256),
        nn.LeakyReLU(0.2),
        nn.Linear(256, 1),
    ]


def deep_mlp_discriminator(shape: Shape) -> Sequence[nn.Module]:
    return [
        nn.Flatten(),
        nn.Linear(math.prod(shape), 4096),
        nn.ReLU(),
        nn.Linear(4096, 2048),
        nn.ReLU(),
        Dropout(0.5),
        nn.Linear(2048, 1024),
        nn.ReLU(),
        Dropout(0.5),
        nn.Linear(1024, 512),
        nn.ReLU(),
        Dropout(0.5),
        nn.Linear(512, 256),  # no activation here: the source has none
        nn.Linear(256, 1),
    ]


def conv_generator(inputs: int, shape: Shape) -> Sequence[nn.Module]:
    side, doublings = coarse(shape[-1], most=8)
    layers: list[nn.Module] = [
        nn.Linear(inputs, 1024),
        nn.ReLU(),
        nn.BatchNorm1d(1024),
        nn.Linear(1024, side * side * 128),
        nn.ReLU(),
        nn.BatchNorm1d(side * side * 128),
        nn.Unflatten(1, (128, side, side)),
    ]
    for before, after in ((128, 64), (64, 32))[: doublings - 1]:
        layers += [Doubling(before, after), nn.ReLU(), nn.BatchNorm2d(after)]
    return [*layers, Doubling(128 >> (doublings - 1), shape[0]), nn.Tanh()]


def conv_discriminator(shape: Shape) -> Sequence[nn.Module]:
    side = ((shape[-1] - 4) // 2 - 4) // 2  # two unpadded 5x5 convolutions, each halved
    return [
        nn.Conv2d(shape[0], 32, 5),
        nn.LeakyReLU(0.01),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5),
        nn.LeakyReLU(0.01),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(side * side * 64, 1024),
        nn.LeakyReLU(0.01),
        nn.Linear(1024, 1),
    ]


def dcgan_generator(inputs: int, shape: Shape) -> Sequence[nn.Module]:
    """Published for 64 pixels: 512 maps of 4x4, then doublings down to 64 maps at half size."""
    side, doublings = coarse(shape[-1], most=7)
    width = 32 << doublings
    layers: list[nn.Module] = [
        nn.Unflatten(1, (inputs, 1, 1)),
        nn.ConvTranspose2d(inputs, width, side),  # no norm, no activation
    ]
    for _ in range(doublings - 1):
        layers += [Doubling(width, width // 2), nn.BatchNorm2d(width // 2), nn.LeakyReLU(0.05)]
        width //= 2
    return [*layers, Doubling(width, shape[0]), nn.Tanh()]


def dcgan_discriminator(shape: Shape) -> Sequence[nn.Module]:
    side, halvings = coarse(shape[-1], most=7)
    width = 64
    layers: list[nn.Module] = [Halving(shape[0], width), nn.LeakyReLU(0.05)]
    for _ in range(halvings - 1):
        layers += [Halving(width, width * 2), nn.BatchNorm2d(width * 2), nn.LeakyReLU(0.05)]
        width *= 2
    return [*layers, nn.Conv2d(width, 1, side)]


def small_conv_generator(inputs: int, shape: Shape) -> Sequence[nn.Module]:
    side, doublings = coarse(shape[-1], most=8)
    width = 32 << doublings
    layers: list[nn.Module] = [
        nn.Linear(inputs, side * side * width),
        nn.Unflatten(1, (width, side, side)),
        nn.BatchNorm2d(width),
        nn.ReLU(),
    ]
    for _ in range(doublings):
        layers += [Doubling(width, width // 2), nn.BatchNorm2d(width // 2), nn.ReLU()]
        width //= 2
    return [*layers, nn.Conv2d(width, shape[0], 3, padding=1), nn.Tanh()]


def small_conv_discriminator(shape: Shape, width: int = 32) -> Sequence[nn.Module]:
    """No normalisation: penalties ask for the gradient of one image's logit."""
    side, halvings = coarse(shape[-1], most=8)
    layers: list[nn.Module] = [Halving(shape[0], width), nn.LeakyReLU(0.2)]
    for _ in range(halvings - 1):
        layers += [Halving(width, width * 2), nn.LeakyReLU(0.2)]
        width *= 2
    return [
        *layers,
        nn.Flatten(),
        nn.Linear(side * side * width, 256),
        nn.LeakyReLU(0.2),
        nn.Linear(256, 1),
    ]


def light_conv_generator(inputs: int, shape: Shape) -> Sequence[nn.Module]:
    """Nothing is convolved at full size: the last maps are the four pixels of each 2x2 block."""
    side, doublings = coarse(shape[-1], most=8)
    width = 16 << doublings
    layers: list[nn.Module] = [
        nn.Linear(inputs, side * side * width),
        nn.Unflatten(1, (width, side, side)),
        nn.BatchNorm2d(width),
        nn.ReLU(),
    ]
    for _ in range(doublings - 1):
        layers += [
            nn.Upsample(scale_factor=2),
            nn.Conv2d(width, width // 2, 3, padding=1),
            nn.BatchNorm2d(width // 2),
            nn.ReLU(),
        ]
        width //= 2
    return [*layers, nn.Conv2d(width, 4 * shape[0], 3, padding=1), nn.PixelShuffle(2), nn.Tanh()]


def _block(width: int) -> Residual:
    return Residual(
        nn.LeakyReLU(0.2),
        nn.Conv2d(width, width, 3, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(width, width, 3, padding=1),
    )


def residual_generator(inputs: int, shape: Shape) -> Sequence[nn.Module]:
    """After Huang et al. 2024, "The GAN is dead; long live the GAN!" (R3GAN), for two CPU cores.

    Both networks have their blocks at half size and below: at full size they would take three
    quarters of the time.
    """
    side, doublings = coarse(shape[-1], most=8)
    width = 16 << doublings
    layers: list[nn.Module] = [
        nn.Linear(inputs, side * side * width),
        nn.Unflatten(1, (width, side, side)),
        _block(width),
    ]
    for _ in range(doublings - 1):
        layers += [
            nn.Upsample(scale_factor=2),
            nn.Conv2d(width, width // 2, 3, padding=1),
            _block(width // 2),
        ]
        width //= 2
    to_pixels = nn.Conv2d(width, 4 * shape[0], 3, padding=1)
    return [*layers, nn.LeakyReLU(0.2), to_pixels, nn.PixelShuffle(2), nn.Tanh()]


def residual_discriminator(shape: Shape) -> Sequence[nn.Module]:
    side, halvings = coarse(shape[-1], most=8)
    width = 32
    layers: list[nn.Module] = [Halving(shape[0], width), _block(width)]
    for _ in range(halvings - 1):
        layers += [nn.LeakyReLU(0.2), Halving(width, width * 2), _block(width * 2)]
        width *= 2
    return [*layers, nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(side * side * width, 1)]
