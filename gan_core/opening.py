"""A config's rounds, ready for the first: networks, batches and chance, all from one seed."""

import numpy as np
import torch

from gan_core.batches import Batches
from gan_core.chance import Chance
from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.device import on_device
from gan_core.distributed import ALONE, World, synchronise_batchnorm
from gan_core.errors import InputError
from gan_core.game import check_rules
from gan_core.modules import has_batchnorm
from gan_core.networks import build_networks
from gan_core.rounds import Rounds


def opening(
    config: RunConfig, images: ImageSet, device: torch.device, world: World = ALONE
) -> Rounds:
    """InputError where config, images and processes do not go together."""
    weights, order, chance = np.random.SeedSequence(config.seed).generate_state(3).tolist()
    batches = Batches(
        images, config.batch_size, order, device, world,
        multiple=world.size * config.packing, zero_to_one=config.real_range == "0..1",
    )  # fmt: skip
    world.check_share(batches.size // config.packing, "a batch of")
    random = torch.Generator().manual_seed(weights)
    generator, discriminator = build_networks(config, len(images.class_names), random)
    check_rules(config, discriminator)
    for network in (generator, discriminator):
        if has_batchnorm(network) and batches.size == 1:
            raise InputError("BatchNorm needs something to compare: set batch_size to 2 or more")
        synchronise_batchnorm(network, world)
    networks = on_device(generator, device), on_device(discriminator, device)
    return Rounds(config, *networks, batches, Chance(chance, device, world), world)
