"""Which precision trains faster here: measured once for each kind of network, and remembered.

bfloat16 is several times faster on convolutions where a processor has instructions for it, and
slower than float32 where it has none.
"""

import json
import time
from dataclasses import replace
from typing import Literal

import torch

from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.device import device_name
from gan_core.distributed import ALONE, World
from gan_core.errors import NotFinite
from gan_core.image_cache import user_cache
from gan_core.opening import opening

PATIENCE = 1.0  # seconds after which FEWEST turns have to do
FEWEST, MOST = 3, 8  # turns of each precision
Precision = Literal["float32", "bfloat16"]
PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")


def with_precision(
    config: RunConfig, classes: int, device: torch.device, world: World = ALONE
) -> RunConfig:
    """The config, its "auto" made the precision that is faster here; for all processes the same.

    classes: of the images, 0 where they have no labels.
    """
    if config.precision != "auto":
        return config
    first = world.rank == 0 and faster_precision(config, classes, device) == "bfloat16"
    return replace(config, precision="bfloat16" if world.any(first) else "float32")


def faster_precision(config: RunConfig, classes: int, device: torch.device) -> str:
    """One of PRECISIONS. The answer is kept on disk, so that equal runs stay equal."""
    if not _has_bfloat16(device):
        return "float32"
    memory, kind = user_cache() / "precision.json", _kind(config, classes, device)
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    known = known if isinstance(known, dict) else {}
    if known.get(kind) not in PRECISIONS:
        try:
            seconds = measure(config, classes, device)
        except NotFinite:  # the run itself will say so
            return "float32"
        known[kind] = min(seconds, key=seconds.__getitem__)
        try:
            memory.parent.mkdir(parents=True, exist_ok=True)
            memory.write_text(json.dumps(known, indent=1), encoding="utf-8")
        except OSError:
            pass  # a home that can't be written to: measured again next time
    return known[kind]


def measure(config: RunConfig, classes: int, device: torch.device) -> dict[str, float]:
    """Seconds of a round in each precision, the best of a few turns, on noise for images."""
    images = _noise(config, classes)
    configs = [replace(config, precision=name) for name in PRECISIONS]
    rounds = [(told, opening(told, images, device)) for told in configs]
    best: dict[str, float] = dict.fromkeys(PRECISIONS, float("inf"))
    started = time.perf_counter()
    for turn in range(MOST + 1):
        for told, played in rounds:
            before = time.perf_counter()
            played.play(told, behind=0)  # looks at its numbers, so the device is done
            if turn:  # the first prepares kernels
                best[told.precision] = min(best[told.precision], time.perf_counter() - before)
        if turn >= FEWEST and time.perf_counter() - started > PATIENCE:
            break
    return best


def _noise(config: RunConfig, classes: int) -> ImageSet:
    """Two batches that look like the data."""
    count, random = 2 * config.batch_size, torch.Generator().manual_seed(0)
    if config.image_size:
        samples = torch.randint(256, (count, *config.shape), dtype=torch.uint8, generator=random)
    else:
        samples = torch.randn(count, *config.shape, generator=random)
    names = tuple(map(str, range(classes)))
    return ImageSet(samples, torch.arange(count) % max(1, classes), names)


def _has_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def _kind(config: RunConfig, classes: int, device: torch.device) -> str:
    """What decides the answer: the machine, the library, and what a round computes."""
    penalties = (config.r1_weight, config.r2_weight, config.gradient_penalty_weight)
    size = f"{config.image_size}x{config.channels} batch {config.batch_size} x{config.packing}"
    return (
        f"{device_name(device)}, torch {torch.__version__}, {config.architecture} {size}, "
        f"{classes if config.conditional else 0} labels, "
        f"{sum(weight > 0 for weight in penalties)} penalties"
    )
