"""The images below a folder or inside a .zip: which there are, and one of them as pixels.

A .zip is read where it lies, never unpacked to disk. This module knows no cache and no torch.
"""

import hashlib
import os
import re
import struct
import zipfile
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import BinaryIO, TypeVar

import numpy as np
from PIL import Image, ImageOps

from gan_core.errors import InputError

IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}
# by content, whatever the suffix: for others, such as EPS, Pillow would start programs
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
MAX_EXPANDED = 16 * 2**30  # bytes that all files of a .zip may have together, unpacked
MAX_ENTRY = 256 * 2**20  # bytes of one image in a .zip: it is unpacked in memory
# of packing: what the others hold cannot be unpacked up to a limit only
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Processes read small images twice as fast as threads and larger ones no faster, but they want a
# guarded __main__, start slowly and are hard to stop
THREADS = min(8, os.cpu_count() or 1)
CHUNK = 8  # files that a thread takes at once

T = TypeVar("T")


@dataclass(frozen=True)
class ImageFiles:
    """Image files, and how to get at what they hold."""

    root: Path  # the folder or .zip
    names: list[str]  # below `root`, with /, sorted
    open: Callable[[str], BinaryIO]
    digest: Callable[[str], bytes]  # of one file's content
    stamp: str  # another one as soon as any file is another; quickly had, without reading them


@contextmanager
def image_files(root: Path) -> Iterator[ImageFiles]:
    """What there is in a folder or .zip, open as long as the context; InputError for traps."""
    if root.is_dir():
        yield _in_folder(root)
    else:
        with _open_zip(root) as archive:
            yield _in_zip(root, archive)


def read_image(files: ImageFiles, name: str, size: int, channels: int) -> np.ndarray | None:
    """uint8 (C, size, size), cut square about the middle; None where Pillow cannot read it."""
    try:
        with files.open(name) as file, Image.open(file, formats=FORMATS) as opened:
            plain = _plain(ImageOps.exif_transpose(opened)).convert("L" if channels == 1 else "RGB")
            square = ImageOps.fit(plain, (size, size), Image.Resampling.BICUBIC)
    except Exception:  # a damaged file can make Pillow and zipfile raise nearly anything
        return None
    pixels = np.asarray(square).reshape(size, size, channels)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def in_order(function: Callable[[str], T], names: list[str]) -> Generator[T]:
    """`map` over threads, with few results waiting however many names there are."""

    def some(start: int) -> list[T]:
        return [function(name) for name in names[start : start + CHUNK]]

    waiting: deque[Future[list[T]]] = deque()
    pool = ThreadPoolExecutor(THREADS)
    try:
        for start in range(0, len(names), CHUNK):
            waiting.append(pool.submit(some, start))
            if len(waiting) > 2 * THREADS:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _plain(image: Image.Image) -> Image.Image:
    """8 bits a channel and nothing transparent, which `convert` would clip or uncover."""
    if image.mode.startswith("I"):  # 16 bits
        return Image.fromarray((np.asarray(image).clip(0, 65535) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image


def _is_image(name: str) -> bool:
    path = PurePosixPath(name)
    # some systems keep notes beside a file: a twin such as ._a.png, or a folder __MACOSX
    hidden = any(part[0] == "." or part == "__MACOSX" for part in path.parts)
    return path.suffix.lower() in IMAGE_SUFFIXES and not hidden


def _in_folder(root: Path) -> ImageFiles:
    below: list[str] = []
    for folder, _, found in os.walk(root):
        prefix = Path(folder).relative_to(root).as_posix() + "/"
        below += filter(_is_image, (f"{prefix}{name}".removeprefix("./") for name in found))
    names, stamp = [], hashlib.sha256()
    for name in sorted(below):
        try:
            status = (root / name).stat()
        except OSError:  # a link to nowhere
            continue
        if S_ISREG(status.st_mode):
            names.append(name)
            # the last is when the file was changed in any way, even if its date was set back
            known = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            stamp.update(repr((name, *known)).encode())
    return ImageFiles(
        root, names, partial(_open_file, root), partial(_digest_file, root), stamp.hexdigest()
    )


def _open_file(root: Path, name: str) -> BinaryIO:
    return (root / name).open("rb")


def _digest_file(root: Path, name: str) -> bytes:
    try:
        with (root / name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b"unreadable"


def _open_zip(root: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(root)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise InputError(
            f"{root} is no readable .zip ({error}); pack it again, or name a folder"
        ) from None


def _in_zip(root: Path, archive: zipfile.ZipFile) -> ImageFiles:
    entries: dict[str, zipfile.ZipInfo] = {}  # the last of a name counts, as when unpacking
    for entry in archive.infolist():
        # as it is written there: zipfile cuts names at a zero byte
        name = entry.orig_filename.replace("\\", "/")
        if re.match("/|[A-Za-z]:", name) or ".." in name.split("/"):
            raise InputError(
                f"{root} holds {entry.orig_filename!r}, a path that leads out of the folder it is "
                "unpacked in, so nothing of it is used; pack it again without such paths"
            )
        if _is_image(name) and not name.endswith("/"):
            entries[name] = entry
    expanded = sum(entry.file_size for entry in archive.infolist())
    if expanded > MAX_EXPANDED:
        raise InputError(
            f"{root} would unpack to {expanded / 2**30:,.1f} GiB, more than the "
            f"{MAX_EXPANDED / 2**30:,.1f} GiB that are allowed; unpack it and name the folder"
        )
    sums = {name: b"%d %d" % (entries[name].file_size, entries[name].CRC) for name in entries}
    stamp = hashlib.sha256(repr(sorted(sums.items())).encode())
    names = sorted(entries)
    return ImageFiles(
        root, names, partial(_open_entry, archive, entries), sums.__getitem__, stamp.hexdigest()
    )


def _open_entry(
    archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str
) -> BinaryIO:
    entry = entries[name]
    if entry.file_size > MAX_ENTRY or entry.compress_type not in METHODS:
        raise ValueError(f"{name} is too large, or packed in a way that has no limit")
    with archive.open(entry) as packed:
        return BytesIO(packed.read(entry.file_size))  # with a size: it may have lied about it
