"""What may come with a model's weights: the average of them over the last rounds, the
discriminator that they played against, and samples of the training from epoch to epoch.
`pretrained`, a run folder and the Hub all have them alike.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence, UnidentifiedImageError
from torch import Tensor

from gan_core.checkpoint import load_network, read_checked, save_weights, write_atomically
from gan_core.errors import InputError
from gan_core.images import to_pil
from gan_core.model import Card, Model
from gan_core.modules import Discriminator
from gan_core.networks import build_discriminator, build_generator

AVERAGES = "averages"  # the folder, beside a model's learned weights, for the averaged ones
DISCRIMINATORS = "discriminators"  # and that for those of its D
QUALITY = 85  # of WebP, of 100: samples of 64 pixels look the same, in a tenth of a PNG's bytes
FRAME_MILLISECONDS = 700
MOST_PIXELS = 2**26  # of all frames together, which are in memory at once


def average_path(path: Path) -> Path:
    """Where the averaged weights of the model in `path` lie, if it has them beside learned ones."""
    return path.parent / AVERAGES / path.name


def discriminator_path(path: Path) -> Path:
    """Where the discriminator of the model in `path` lies, if it has one."""
    return path.parent / DISCRIMINATORS / path.name


def evolution_path(path: Path) -> Path:
    return path.with_suffix(".webp")


def files_of(path: Path) -> dict[str, Path]:
    """The weights in `path` and what has come with them, by their names in a card's `sha256`."""
    files = (path, average_path(path), discriminator_path(path), evolution_path(path))
    return {str(file.relative_to(path.parent).as_posix()): file for file in files if file.is_file()}


def load_average(path: Path, card: Card) -> Model | None:
    """The model in `path` with its averaged weights; None where only learned ones are there."""
    found = average_path(path)
    if not found.is_file():
        return None
    name = f"{AVERAGES}/{path.name}"
    return Model(load_network(found, name, card, build_generator), card)


def load_discriminator(path: Path, card: Card) -> Discriminator | None:
    """The one that played against the generator in `path`, in eval mode; None without one."""
    found = discriminator_path(path)
    if not found.is_file():
        return None
    network = load_network(found, f"{DISCRIMINATORS}/{path.name}", card, build_discriminator)
    return network.eval().requires_grad_(False)


def save_companion(weights: dict[str, Tensor], path: Path) -> None:
    """Write `path`, one of the above."""
    path.parent.mkdir(exist_ok=True)
    save_weights(weights, path)


def load_evolution(path: Path, card: Card | None = None) -> list[np.ndarray]:
    """Grids, uint8 (H, W, 3), of the epochs that the card lists; [] where no film came along.

    InputError where it is damaged; of one that can still be played, the hash in `card` tells.
    """
    found = evolution_path(path)
    try:
        content = found.read_bytes() if card is None else read_checked(found, found.name, card)
        return [frame for frame, _ in _film(content)]
    except FileNotFoundError:
        return []
    except InputError:
        raise
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        unknown = isinstance(error, UnidentifiedImageError)
        reason = "no WebP" if unknown else (str(error) or type(error).__name__).splitlines()[0]
        raise InputError(f"{found} cannot be read ({reason}); put it back or delete it") from None


def _film(content: bytes) -> Iterator[tuple[np.ndarray, int]]:
    """Each frame, and when it is shown in milliseconds."""
    with Image.open(BytesIO(content), formats=("WEBP",)) as film:
        count = getattr(film, "n_frames", 1)
        if count * film.width * film.height > MOST_PIXELS:
            raise ValueError(f"{count} frames of {film.width} x {film.height} are too large")
        for frame in ImageSequence.Iterator(film):
            yield np.asarray(frame.convert("RGB")), frame.info.get("timestamp", 0)


def save_evolution(frames: Sequence[np.ndarray], path: Path) -> list[int]:
    """Write grids uint8 (H, W, C) of one size as a WebP film that plays for ever.

    Returns the places of those in the film: it shows one like the one before it as that one.
    """
    first, *rest = map(to_pil, frames)
    file = BytesIO()
    first.save(
        file, "WEBP", save_all=True, append_images=rest, duration=FRAME_MILLISECONDS, loop=0,
        quality=QUALITY, method=6,
    )  # fmt: skip
    write_atomically(evolution_path(path), file.getvalue())
    return [shown // FRAME_MILLISECONDS for _, shown in _film(file.getvalue())]
