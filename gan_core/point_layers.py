"""The layers of networks for points of the plane, by the rules of layers.py; a shape is (2,)."""

from collections.abc import Sequence

from torch import nn

from gan_core.layers import Shape
from gan_core.modules import FourierFeatures

OCTAVES = 4  # of a point's waves, the shortest 0.8 long


def points_generator(inputs: int, shape: Shape) -> Sequence[nn.Module]:
    """The plane has no edges, so no Tanh.

    ReLU in both networks tears the plane apart sooner: after 2,000 rounds of the ring 92 % of the
    points lay within its modes, with LeakyReLU 50 % (one seed).
    """
    return [
        nn.Linear(inputs, 128),
        nn.ReLU(),
        nn.Linear(128, 128),
        nn.ReLU(),
        nn.Linear(128, 128),
        nn.ReLU(),
        nn.Linear(128, shape[0]),
    ]


def points_discriminator(shape: Shape) -> Sequence[nn.Module]:
    return [
        nn.Linear(shape[0], 128),
        nn.ReLU(),
        nn.Linear(128, 128),
        nn.ReLU(),
        nn.Linear(128, 128),
        nn.ReLU(),
        nn.Linear(128, 1),
    ]


def fourier_points_discriminator(shape: Shape) -> Sequence[nn.Module]:
    """As above, of points and their waves: it tells a mode from what lies close beside it."""
    _, *others = points_discriminator(shape)
    return [FourierFeatures(OCTAVES), nn.Linear(shape[0] * (1 + 2 * OCTAVES), 128), *others]
