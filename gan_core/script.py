"""A run as a plain PyTorch script that repeats it, to read, to change and to take home.

A script holds only what its config uses: rules are printed as they are chosen, and constants and
imports where the text names them. It is float32 on one process; its first weights, the order of
its data and its chance are those of the run, so its losses are too, but for rounding.
"""

import re
from pathlib import Path
from textwrap import fill

import torch

from gan_core.config import RunConfig
from gan_core.errors import InputError, choose
from gan_core.game import check_rules
from gan_core.modules import Discriminator, Dropout, has_batchnorm
from gan_core.networks import build_discriminator, build_generator
from gan_core.presets import PRESETS
from gan_core.run_folder import read_run
from gan_core.script_data import Source, data, place_of, source_of
from gan_core.script_networks import networks
from gan_core.script_rounds import noise, optimisers, steps, training
from gan_core.script_rules import losses, penalties, showing
from gan_core.script_samples import average, main, samples


def script(
    config: RunConfig, class_names: tuple[str, ...] = (), data_dir: Path | None = None
) -> str:
    """The source; InputError where config and data set do not go together.

    class_names: of the data set, if not all of its classes; data_dir: where it lies.
    """
    choose("preset", config.preset, PRESETS)  # its name goes into the text
    source = source_of(config)
    classes = len(class_names) or source.classes
    with torch.device("meta"):
        generator = build_generator(config, classes)
        discriminator = build_discriminator(config, classes)
    check_rules(config, discriminator)
    normalised = has_batchnorm(generator)
    parts = [
        data(config, source),
        networks(generator, discriminator),
        losses(config),
        *penalties(config),
        *showing(config),
        optimisers(config),
        noise(config),
        *steps(config, together=_in_one_draw(config, discriminator)),
        *average(config),
        training(config),
        samples(config, classes, normalised),
        main(config),
    ]
    body = _join(parts)
    body = _join([_constants(config, source, data_dir, body), body])
    return f'"""{_about(config)}"""\n\n{_imports(body)}\n\n{body}\n'


def script_of_run(path: Path, data_dir: Path | None = None) -> str:
    """That of a run folder; InputError where no one script could repeat it."""
    run = read_run(path)
    changed = run.state[1]["changed"] if run.state else []
    if changed:
        steps = ", ".join(map(str, changed))
        raise InputError(
            f"settings of {path} were changed after step {steps}, and a script has one of each: "
            "name --preset, --dataset and, with --set, the settings you want"
        )
    return script(run.config, data_dir=data_dir or run.data_dir)


def _join(parts: list[str]) -> str:
    return "\n\n\n".join(parts)


def _in_one_draw(config: RunConfig, discriminator: Discriminator) -> bool:
    """Whether D's chance is drawn for reals and fakes at once; see Game.discriminator_terms."""
    dropout = any(isinstance(module, Dropout) for module in discriminator.modules())
    apart = has_batchnorm(discriminator) or config.r1_weight or config.r2_weight
    return not apart and bool(dropout or config.augment or config.instance_noise)


def _about(config: RunConfig) -> str:
    words = (
        "It repeats a run of ganscope on one process, in float32: its first weights, the order of "
        "its data and its noise, and so its losses, but for rounding, which grows with the rounds."
    )
    title = f"A GAN on {config.dataset} by the rules of '{config.preset}', seed {config.seed}."
    said = filter(None, (title, words, PRECISIONS[config.precision]))
    return "\n\n".join(fill(paragraph, 99) for paragraph in said) + "\n"


def _names(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.]){name}\b", text) is not None


def _constants(config: RunConfig, source: Source, data_dir: Path | None, body: str) -> str:
    """Those that the body names."""
    most = (source.samples or config.batch_size) // config.packing * config.packing
    known = {
        "SEED": f"{config.seed}  # another one makes another run",
        "DEVICE": '"cpu"  # or "cuda", whose random numbers are others',
        "EPOCHS": f"{config.epochs}  # passes over the data",
        "BATCH_SIZE": min(config.batch_size, most),
        "NOISE_DIM": f"{config.noise_dim}  # numbers in z",
        "D_STEPS": f"{config.d_steps}  # of D in a round, each on new reals",
        "G_STEPS": f"{config.g_steps}  # of G in a round",
        "G_LEARNING_RATE": config.g_learning_rate,
        "D_LEARNING_RATE": config.d_learning_rate,
        "R1_WEIGHT": f"{config.r1_weight}  # of the penalty on D's gradient at reals",
        "R2_WEIGHT": f"{config.r2_weight}  # of the penalty on D's gradient at fakes",
        "GRADIENT_PENALTY_WEIGHT": f"{config.gradient_penalty_weight}  # between the two",
        "WEIGHT_CLIP": f"{config.weight_clip}  # largest absolute weight of D",
        "INSTANCE_NOISE": f"{config.instance_noise}  # on what D sees; falls to 0 over the run",
        "PACKING": f"{config.packing}  # samples that D judges together",
        "EMA_DECAY": f"{config.ema_decay}  # of the averaged generator, a round",
    }
    if config.steps:
        known["ROUNDS"] = config.steps
    lines = [f"{name} = {value}" for name, value in known.items() if _names(name, body)]
    return "\n".join([*lines, *place_of(source, data_dir), "", SEEDS])


def _imports(body: str) -> str:
    """Those that the body names, in the order of isort."""
    blocks = []
    for block in IMPORTS:
        lines = []
        for line in block:
            start, _, names = line.rpartition("import ")
            used = [name for name in names.split(", ") if _names(name.split(" as ")[-1], body)]
            lines += [f"{start}import {', '.join(used)}"] if used else []
        blocks.append("\n".join(lines))
    return "\n\n".join(filter(None, blocks))


PRECISIONS: dict[str, str] = {
    "float32": "",
    "bfloat16": "That run computed in bfloat16, which has three digits: its losses are near these, "
    "not the same.",
    "auto": "Where ganscope takes bfloat16 because it is faster, its losses are near these, not "
    "the same.",
}
SEEDS = """# one seed becomes three, which give numbers that have nothing to do with each other
WEIGHTS_SEED, ORDER_SEED, CHANCE_SEED = np.random.SeedSequence(SEED).generate_state(3).tolist()"""
IMPORTS = (
    (
        "import math",
        "from collections.abc import Iterator",
        "from copy import deepcopy",
        "from itertools import count",
        "from pathlib import Path",
    ),
    (
        "import matplotlib.pyplot as plt",
        "import numpy as np",
        "import torch",
        "from PIL import Image, ImageOps",
        "from sklearn.datasets import load_digits, make_moons, make_swiss_roll",
        "from torch import Tensor, nn",
        "from torch.nn.functional import interpolate, pad, relu, softplus",
        "from torchvision.datasets import MNIST, FashionMNIST",
        "from torchvision.utils import save_image",
    ),
)
