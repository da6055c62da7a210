"""Where training data comes from: one tensor a set, uint8 images or float32 points, with labels.

It is whole in memory, except for your own images: those are mapped from a file.
"""

import os
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal
from zlib import crc32

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from gan_core.errors import InputError, choose
from gan_core.image_cache import Progress, cached_images, user_cache
from gan_core.toys import POINT_SETS, TOYS, Points, drawn


class Unavailable(InputError):
    """A data set that is neither on this machine nor to be had from the network now."""


@dataclass(frozen=True)
class ImageSet:
    """Images, or points of the plane in their place, and what is known of each."""

    images: Tensor  # uint8 (N, C, H, W), or float32 (N, 2)
    labels: Tensor  # int64 (N,); zeros where none are known
    class_names: tuple[str, ...] = ()  # empty where labels are no classes to ask for
    licence: str = "unknown"
    skipped: tuple[str, ...] = ()  # names of files that could not be read

    def __len__(self) -> int:
        return len(self.images)

    def fingerprint(self) -> str:
        """Another one for other data: of how many there are, and of 256 from all over the set."""
        some = self.images[:: max(1, len(self) // 256)][:256].contiguous()
        return f"{len(self)} {crc32(some.numpy().tobytes()):08x}"


def load(
    name: str,
    image_size: int,
    channels: int,
    data_dir: Path | None = None,
    progress: Progress | None = None,
    part: Literal["train", "test"] = "train",
) -> ImageSet:
    """The set `name` as (N, channels, image_size, image_size); InputError where that fails.

    Points are (N, 2), and take image_size 0. `progress` hears how many files of how many are read,
    where there are files to read. Only TEST_PARTS have a part "test", that training never sees.
    """
    loader = choose("dataset", name, DATASETS)
    if part == "test":
        loader = choose("dataset with a test part", name, TEST_PARTS)
    if data_dir is not None and not data_dir.is_dir():
        if name not in ("folder", "drawn"):
            raise InputError(f"there is no folder {data_dir}; give --data-dir an existing one")
        if not data_dir.is_file():
            raise InputError(f"there is no {data_dir}; give --data-dir a folder or file that is")
    if (name in POINT_SETS) != (image_size == 0):
        kind = "points of the plane" if name in POINT_SETS else "images"
        raise InputError(f"'{name}' is made of {kind}, and image_size={image_size} is not for them")
    loaded = loader(image_size, channels, data_dir, progress or (lambda done, total: None))
    if name in POINT_SETS:
        return loaded
    if loaded.images.shape[1] > channels:
        raise InputError(f"'{name}' is in colour: set channels=3")
    images = _resize(loaded.images, image_size)
    if images.shape[1] < channels:
        images = images.expand(-1, channels, -1, -1)  # a view: grey costs no memory thrice
    return replace(loaded, images=images)


def _resize(images: Tensor, size: int) -> Tensor:
    """uint8 (N, C, H, W) -> (N, C, size, size), bicubic, a part at a time to spare memory."""
    if images.shape[-2:] == (size, size):
        return images
    resized = torch.empty(*images.shape[:2], size, size, dtype=torch.uint8)
    for part, target in zip(images.split(4096), resized.split(4096)):
        smooth = interpolate(part.float(), (size, size), mode="bicubic", antialias=True)
        target.copy_(smooth.round_().clamp_(0, 255))
    return resized


def _digits(image_size: int, channels: int, data_dir: Path | None, progress: Progress) -> ImageSet:
    """1,797 real handwritten digits, 8x8, that scikit-learn carries (UCI optical recognition)."""
    from sklearn.datasets import load_digits  # slow to import, so only where it is used

    pixels, digits = load_digits(return_X_y=True)  # (1797, 64) in 0..16, (1797,)
    images = torch.tensor(pixels).view(-1, 1, 8, 8).mul(255 / 16).round().byte()
    return ImageSet(images, torch.tensor(digits), tuple("0123456789"), "CC BY 4.0 (UCI)")


def search_path(data_dir: Path | None) -> list[Path]:
    """Folders to look in: the one given, then GAN_DATA_DIR, then the user's cache."""
    named = [data_dir, os.environ.get("GAN_DATA_DIR"), user_cache()]
    return [Path(folder) for folder in named if folder]


def _torchvision(
    kind: str,
    licence: str,
    image_size: int,
    channels: int,
    data_dir: Path | None,
    progress: Progress,
    train: bool = True,
) -> ImageSet:
    """MNIST or FashionMNIST in torchvision's layout; downloaded into the cache if nowhere found."""
    import torchvision.datasets  # slow to import, so only where it is used

    dataset_class = getattr(torchvision.datasets, kind)
    for root in search_path(data_dir):
        files = [root / kind / "raw" / Path(name).stem for name, _ in dataset_class.resources]
        if not all(file.is_file() for file in files):
            continue  # not here, or a download that was broken off
        try:
            found = dataset_class(root, train=train, download=False)
            break
        except (RuntimeError, ValueError, EOFError):
            if root != user_cache():
                raise InputError(
                    f"{root / kind} is damaged; delete it or name another folder"
                ) from None
            shutil.rmtree(root / kind)  # our own copy: fetch it again
    else:
        found = _download(dataset_class, kind, train)
    names = tuple(name.split(" - ")[0] for name in found.classes)
    return ImageSet(found.data[:, None].contiguous(), found.targets.long(), names, licence)


def _download(dataset_class: Callable, kind: str, train: bool):  # noqa: ANN202 - a torchvision dataset
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            user_cache().mkdir(parents=True, exist_ok=True)
            return dataset_class(user_cache(), train=train, download=True)
        except (RuntimeError, OSError) as error:  # torchvision: no mirror; urllib: no network
            reason = str(getattr(error, "reason", error)).strip().splitlines() or ["no answer"]
            raise Unavailable(
                f"{kind} is not on this machine and could not be downloaded ({reason[-1]}); "
                "go online, name a folder that holds it with --data-dir, or use dataset 'digits'"
            ) from None


def _stacked(image_size: int, channels: int, data_dir: Path | None, progress: Progress) -> ImageSet:
    """Three random digits as red, green and blue: a thousand modes, always the same images.

    Metz et al. 2017, "Unrolled Generative Adversarial Networks"; as many as Lin et al. 2018 took.
    """
    digits = _mnist(image_size, 1, data_dir, progress)
    chosen = torch.from_numpy(np.random.default_rng(0).integers(len(digits), size=(128_000, 3)))
    images, labels = digits.images[:, 0][chosen], digits.labels[chosen]
    return ImageSet(images, labels @ torch.tensor([100, 10, 1]), licence=digits.licence)


def _folder(image_size: int, channels: int, data_dir: Path | None, progress: Progress) -> ImageSet:
    """Every image below a folder or in a .zip, cropped square about its middle and resized."""
    if data_dir is None:
        raise InputError("dataset 'folder' needs --data-dir, the folder or .zip with your images")
    pixels, skipped = cached_images(data_dir, image_size, channels, progress)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*not writable")  # as is meant
        images = torch.from_numpy(pixels)
    labels = torch.zeros(len(images), dtype=torch.int64)
    return ImageSet(images, labels, licence="your own images", skipped=skipped)


def _points(made: Points) -> ImageSet:
    points, modes = made
    names = tuple(map(str, range(modes.max() + 1))) if modes.any() else ()
    return ImageSet(torch.from_numpy(points), torch.from_numpy(modes), names, "made by a formula")


def _toy(
    name: str, image_size: int, channels: int, data_dir: Path | None, progress: Progress
) -> ImageSet:
    """Always the same points: a run's seed decides what is made of them, not what they are."""
    return _points(TOYS[name](np.random.default_rng(0)))


def _drawn(image_size: int, channels: int, data_dir: Path | None, progress: Progress) -> ImageSet:
    """Somebody's own points, from a text file with an x and a y on each line."""
    if data_dir is None or not data_dir.is_file():
        raise InputError("dataset 'drawn' needs --data-dir, a text file of lines such as 0.5,-1.2")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an empty file, told below
            places = np.loadtxt(data_dir, delimiter=",", ndmin=2)
    except ValueError as error:
        raise InputError(f"{data_dir} does not hold an x and a y on each line ({error})") from None
    if places.shape[1:] != (2,) or len(places) < 2 or not np.isfinite(places).all():
        raise InputError(f"{data_dir} must hold two or more lines, each an x and a y")
    return replace(_points(drawn(places, np.random.default_rng(0))), licence="your own points")


Loader = Callable[[int, int, Path | None, Progress], ImageSet]

_mnist = partial(_torchvision, "MNIST", "CC BY-SA 3.0 (LeCun, Cortes, Burges)")
_fashion_mnist = partial(_torchvision, "FashionMNIST", "MIT (Zalando)")

DATASETS: dict[str, Loader] = {
    "digits": _digits,
    "mnist": _mnist,
    "fashion-mnist": _fashion_mnist,
    "stacked-mnist": _stacked,
    "folder": _folder,
    **{name: partial(_toy, name) for name in TOYS},
    "drawn": _drawn,
}
TEST_PARTS: dict[str, Loader] = {
    "mnist": partial(_mnist, train=False),
    "fashion-mnist": partial(_fashion_mnist, train=False),
}
