"""Where training images come from: each set whole in memory, one uint8 tensor with labels."""

import os
import shutil
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor
from torch.nn.functional import interpolate

from gan_core.errors import InputError, choose

IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}


class Unavailable(InputError):
    """A data set that is neither on this machine nor to be had from the network now."""


@dataclass(frozen=True)
class ImageSet:
    """Images, and what is known of each."""

    images: Tensor  # uint8 (N, C, H, W)
    labels: Tensor  # int64 (N,); zeros where there are no classes
    class_names: tuple[str, ...] = ()  # empty where the set has no labels
    licence: str = "unknown"

    def __len__(self) -> int:
        return len(self.images)


def load(name: str, image_size: int, channels: int, data_dir: Path | None = None) -> ImageSet:
    """The set `name` as (N, channels, image_size, image_size); InputError where that fails."""
    if data_dir is not None and not data_dir.is_dir():
        raise InputError(f"there is no folder {data_dir}; give --data-dir an existing one")
    loaded = choose("dataset", name, DATASETS)(image_size, channels, data_dir)
    images = _resize(loaded.images, image_size)
    if images.shape[1] < channels:
        images = images.expand(-1, channels, -1, -1)  # a view: grey costs no memory thrice
    return ImageSet(images, loaded.labels, loaded.class_names, loaded.licence)


def _resize(images: Tensor, size: int) -> Tensor:
    """uint8 (N, C, H, W) -> (N, C, size, size), bicubic, a part at a time to spare memory."""
    if images.shape[-2:] == (size, size):
        return images
    resized = torch.empty(*images.shape[:2], size, size, dtype=torch.uint8)
    for part, target in zip(images.split(4096), resized.split(4096)):
        smooth = interpolate(part.float(), (size, size), mode="bicubic", antialias=True)
        target.copy_(smooth.round_().clamp_(0, 255))
    return resized


def _digits(image_size: int, channels: int, data_dir: Path | None) -> ImageSet:
    """1,797 real handwritten digits, 8x8, that scikit-learn carries (UCI optical recognition)."""
    from sklearn.datasets import load_digits  # slow to import, so only where it is used

    pixels, digits = load_digits(return_X_y=True)  # (1797, 64) in 0..16, (1797,)
    images = torch.tensor(pixels).view(-1, 1, 8, 8).mul(255 / 16).round().byte()
    return ImageSet(images, torch.tensor(digits), tuple("0123456789"), "CC BY 4.0 (UCI)")


def user_cache() -> Path:
    """Where downloads are kept, for all of this user's runs."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ganscope"


def _search_path(data_dir: Path | None) -> list[Path]:
    """Folders to look in: the one given, then GAN_DATA_DIR, then the user's cache."""
    named = [data_dir, os.environ.get("GAN_DATA_DIR"), user_cache()]
    return [Path(folder) for folder in named if folder]


def _torchvision(
    kind: str, licence: str, image_size: int, channels: int, data_dir: Path | None
) -> ImageSet:
    """MNIST or FashionMNIST in torchvision's layout; downloaded into the cache if nowhere found."""
    import torchvision.datasets  # slow to import, so only where it is used

    dataset_class = getattr(torchvision.datasets, kind)
    for root in _search_path(data_dir):
        files = [root / kind / "raw" / Path(name).stem for name, _ in dataset_class.resources]
        if not all(file.is_file() for file in files):
            continue  # not here, or a download that was broken off
        try:
            found = dataset_class(root, train=True, download=False)
            break
        except (RuntimeError, ValueError, EOFError):
            if root != user_cache():
                raise InputError(
                    f"{root / kind} is damaged; delete it or name another folder"
                ) from None
            shutil.rmtree(root / kind)  # our own copy: fetch it again
    else:
        found = _download(dataset_class, kind)
    names = tuple(name.split(" - ")[0] for name in found.classes)
    return ImageSet(found.data[:, None].contiguous(), found.targets.long(), names, licence)


def _download(dataset_class: Callable, kind: str):  # noqa: ANN202 - a torchvision dataset
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            user_cache().mkdir(parents=True, exist_ok=True)
            return dataset_class(user_cache(), train=True, download=True)
        except (RuntimeError, OSError) as error:  # torchvision: no mirror; urllib: no network
            reason = str(getattr(error, "reason", error)).strip().splitlines() or ["no answer"]
            raise Unavailable(
                f"{kind} is not on this machine and could not be downloaded ({reason[-1]}); "
                "go online, name a folder that holds it with --data-dir, or use dataset 'digits'"
            ) from None


def _folder(image_size: int, channels: int, data_dir: Path | None) -> ImageSet:
    """Every image below a folder, cropped square about its middle and resized."""
    if data_dir is None:
        raise InputError("dataset 'folder' needs --data-dir, the folder with your images")
    paths = sorted(
        path
        for path in data_dir.rglob("*")
        # a hidden twin, such as ._a.png, holds what some systems keep beside a file
        if path.suffix.lower() in IMAGE_SUFFIXES and path.name[0] != "." and path.is_file()
    )
    if not paths:
        raise InputError(f"no images in {data_dir}; it needs files such as .jpg or .png")
    with ThreadPoolExecutor() as pool:
        read = list(pool.map(partial(_read_image, image_size=image_size, channels=channels), paths))
    unreadable = [path for path, image in zip(paths, read) if image is None]
    if unreadable:
        raise InputError(
            f"{len(unreadable)} of {len(paths)} images in {data_dir} cannot be read, the first is "
            f"{unreadable[0].relative_to(data_dir)}; remove or replace them"
        )
    images = torch.stack([image for image in read if image is not None])
    return ImageSet(images, torch.zeros(len(images), dtype=torch.int64), licence="your own images")


def _read_image(path: Path, image_size: int, channels: int) -> Tensor | None:
    """uint8 (C, size, size), or None where the file is no image that Pillow reads."""
    try:
        with Image.open(path) as opened:
            plain = _plain(ImageOps.exif_transpose(opened)).convert("L" if channels == 1 else "RGB")
            square = ImageOps.fit(plain, (image_size, image_size), Image.Resampling.BICUBIC)
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    pixels = torch.frombuffer(bytearray(square.tobytes()), dtype=torch.uint8)
    return pixels.view(image_size, image_size, channels).permute(2, 0, 1).contiguous()


def _plain(image: Image.Image) -> Image.Image:
    """8 bits a channel and nothing transparent, which `convert` would clip or uncover."""
    if image.mode.startswith("I"):  # 16 bits
        return Image.fromarray((np.asarray(image).clip(0, 65535) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image


Loader = Callable[[int, int, Path | None], ImageSet]

DATASETS: dict[str, Loader] = {
    "digits": _digits,
    "mnist": partial(_torchvision, "MNIST", "CC BY-SA 3.0 (LeCun, Cortes, Burges)"),
    "fashion-mnist": partial(_torchvision, "FashionMNIST", "MIT (Zalando)"),
    "folder": _folder,
}
