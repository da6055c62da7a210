"""Data sets as files, written part by part as they are made: npz, idx, or a .zip of image folders.

Each format is a context that takes the samples in order. Its file takes its place when the context
ends; of one that is broken off nothing stays.
"""

import json
import os
import re
import shutil
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from gan_core.checkpoint import replacing
from gan_core.errors import InputError
from gan_core.images import png

CARD = "card.json"
UNSIGNED_BYTE = 8  # idx's number for the type
TEST_SHARE = 7  # of MNIST's 70,000 images one in seven is a test image


@dataclass(frozen=True, eq=False)
class Contents:
    """What is known of a data set before its samples are made."""

    shape: tuple[int, ...]  # (N, H, W, C) of uint8 images, or (N, 2) of float32 points
    labels: np.ndarray  # int64 (N,); -1 where the model takes none
    class_names: tuple[str, ...]
    card: dict[str, Any]


Write = Callable[[np.ndarray], None]


@contextmanager
def npz(path: Path, contents: Contents) -> Iterator[Write]:
    """`images` uint8 (N, H, W) or (N, H, W, 3), or `points`; `labels`; and the card."""
    name, kind, shape = "images", "|u1", contents.shape
    if len(shape) == 2:
        name, kind = "points", "<f4"
    elif shape[-1] == 1:
        shape = shape[:-1]
    with replacing(path) as file, ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        _put(archive, CARD, _json(contents))
        with archive.open("labels.npy", "w", force_zip64=True) as member:
            np.lib.format.write_array(member, contents.labels)
        with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
            header = {"descr": kind, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(member, header)
            yield lambda part: _write_all(member, part)


@contextmanager
def idx(path: Path, contents: Contents) -> Iterator[Write]:
    """A folder that torchvision.datasets.MNIST takes as its root, the card beside MNIST/.

    The last seventh is its test part, without which it would not load. Without labels all are 0.
    """
    count, height, width, channels = contents.shape
    if channels != 1 or len(contents.class_names) > 256:
        raise InputError("idx holds grey images of 256 classes at most; take npz or folder")
    if count < 2:
        raise InputError("idx holds a training and a test part; make 2 images or more")
    training = count - max(1, count // TEST_SHARE)
    labels = contents.labels.clip(0).astype(np.uint8)
    with _new_folder(path) as folder:
        (folder / CARD).write_bytes(_json(contents))
        raw = folder / "MNIST" / "raw"
        raw.mkdir(parents=True)
        for name, part in (("train", labels[:training]), ("t10k", labels[training:])):
            start = _idx_header(len(part))
            (raw / f"{name}-labels-idx1-ubyte").write_bytes(start + part.tobytes())
        with (
            (raw / "train-images-idx3-ubyte").open("wb") as train,
            (raw / "t10k-images-idx3-ubyte").open("wb") as test,
        ):
            train.write(_idx_header(training, height, width))
            test.write(_idx_header(count - training, height, width))
            left = training

            def write(part: np.ndarray) -> None:
                nonlocal left
                _write_all(train, part[:left])
                _write_all(test, part[left:])
                left = max(0, left - len(part))

            yield write


@contextmanager
def folders(path: Path, contents: Contents) -> Iterator[Write]:
    """A .zip of PNG files, a folder for each label in use, as torchvision's ImageFolder reads."""
    numbered = iter(enumerate(contents.labels.tolist()))
    names = {label: _folder_name(label, contents) for label in set(contents.labels.tolist())}
    with replacing(path) as file, ZipFile(file, "w") as archive:  # PNG is packed already
        _put(archive, CARD, _json(contents))

        def write(part: np.ndarray) -> None:
            for image, (index, label) in zip(part, numbered):
                _put(archive, f"{names[label]}/{index:07d}.png", png(image))

        yield write


def _folder_name(label: int, contents: Contents) -> str:
    """Sorted by name they are in the order of their numbers; a name may be anything."""
    if label < 0:
        return "unlabelled"
    number = f"{label:0{len(str(len(contents.class_names) - 1))}d}"
    name = re.sub(r"\W+", "-", contents.class_names[label]).strip("-")[:50]
    return number if name in ("", number, str(label)) else f"{number}-{name}"


def _json(contents: Contents) -> bytes:
    return (json.dumps(contents.card, indent=2) + "\n").encode()


def _put(archive: ZipFile, name: str, content: bytes) -> None:
    with archive.open(name, "w") as member:  # always dated 1980, unlike with writestr
        member.write(content)


def _write_all(file: IO[bytes], part: np.ndarray) -> None:
    file.write(part.tobytes())


def _idx_header(*shape: int) -> bytes:
    return struct.pack(f">HBB{len(shape)}I", 0, UNSIGNED_BYTE, len(shape), *shape)


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """As `replacing`, for a folder; it replaces none that holds anything."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(f"{path} is there already; name a new folder")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    temporary.mkdir()
    try:
        yield temporary
        for file in temporary.rglob("*"):
            if file.is_file():
                with file.open("rb+") as written:
                    os.fsync(written.fileno())
        os.replace(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@dataclass(frozen=True)
class Format:
    """How a data set is written."""

    suffix: str  # that its path must have
    open: Callable[[Path, Contents], AbstractContextManager[Write]]


FORMATS: dict[str, Format] = {
    "npz": Format(".npz", npz),
    "idx": Format("", idx),
    "folder": Format(".zip", folders),
}
