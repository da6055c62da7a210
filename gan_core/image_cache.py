"""Images decoded once, into a file that is mapped into memory and keyed by content.

A set is `KEY.uint8`, its pixels, and `KEY.json`, which comes last: without it there is no set.
Its date is when the set was last used, by which old ones make room for new ones. `content-*.json`
remembers what a folder held, so that it is read again only where it changed.
"""

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from errno import ENOSPC
from functools import partial
from pathlib import Path

import numpy as np

from gan_core.errors import InputError
from gan_core.image_files import CHUNK, ImageFiles, image_files, in_order, read_image
from gan_core.locks import locked

Progress = Callable[[int, int], None]  # done, of how many; may raise, to break off
Decoded = tuple[np.memmap, tuple[str, ...]]

VERSION = 1  # of the files here and of how images are read; another one makes them anew
POLL_SECONDS = 0.5
MOST_BYTES = 10 * 10**9  # of all sets together, but for one that is larger alone
IN_USE_SECONDS = 3600  # after it was opened a set is not deleted


def user_cache() -> Path:
    """Where downloads and decoded images are kept, for all of this user's runs."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ganscope"


def cached_images(root: Path, size: int, channels: int, progress: Progress) -> Decoded:
    """The images of a folder or .zip, uint8 (N, C, size, size), and the names of unreadable ones.

    The array is mapped and read-only: in memory is what was looked at, as long as there is room.
    `progress` hears of images decoded, and of 0 while a search for changes takes long.
    """
    with image_files(root) as files:
        if not files.names:
            raise InputError(f"no images in {root}; it needs files such as .jpg or .png")
        folder = user_cache() / "images"
        tick = partial(progress, 0, len(files.names))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            content = _content(files, folder, tick)
            target = folder / _hash(VERSION, content, size, channels)
            kept = _kept(target, files, size, channels)
            if kept is None:
                _clean(folder)
                with _alone(target, tick):
                    kept = _kept(target, files, size, channels)  # decoded by another meanwhile?
                    if kept is None:
                        kept = _decode(files, target, size, channels, progress)
                        _make_room(folder, target)
        except OSError as error:
            megabytes = len(files.names) * channels * size**2 / 1e6
            raise InputError(
                f"cannot keep {megabytes:,.1f} MB of decoded images in {folder} "
                f"({error.strerror or error}); make room there, or set XDG_CACHE_HOME to a folder "
                "on another disk"
            ) from None
    return kept


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _content(files: ImageFiles, folder: Path, tick: Callable[[], None]) -> str:
    """A hash of all names and contents; they are read only if the stamp is not as remembered."""
    memory = folder / f"content-{_hash(str(files.root.resolve()))}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        remembered = json.loads(memory.read_text())
        if remembered["stamp"] == files.stamp:
            return remembered["content"]
    whole, due = hashlib.sha256(), time.monotonic() + POLL_SECONDS
    with closing(in_order(files.digest, files.names)) as digests:
        for name, digest in zip(files.names, digests):
            whole.update(repr((name, digest)).encode())
            if time.monotonic() > due:
                due = time.monotonic() + POLL_SECONDS
                tick()
    with suppress(OSError):  # it is only a memory
        _write_json(memory, {"stamp": files.stamp, "content": whole.hexdigest()})
    return whole.hexdigest()


def _kept(target: Path, files: ImageFiles, size: int, channels: int) -> Decoded | None:
    """The set, if it is there whole."""
    try:
        card = json.loads(_card(target).read_text())
        shape, skipped = (card["count"], *card["shape"]), card["skipped"]
        with suppress(OSError):  # where others keep it, who may do so
            os.utime(_card(target))
        if _pixels(target).stat().st_size != np.prod(shape, dtype=np.int64):
            return None
        # a .zip that was damaged and fetched again has the same key
        if files.root.is_file() and any(
            read_image(files, name, size, channels) is not None for name in skipped
        ):
            return None
        return _mapped(target, shape), tuple(map(_printable, skipped))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _mapped(target: Path, shape: tuple[int, ...]) -> np.memmap:
    # not mode "c": memory is set aside for it, and a set larger than memory would be refused
    return np.memmap(_pixels(target), np.uint8, mode="r", shape=shape)


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _decode(
    files: ImageFiles, target: Path, size: int, channels: int, progress: Progress
) -> Decoded:
    """Write the set; where that is broken off, nothing of it stays."""
    shape, total = (channels, size, size), len(files.names)
    if shutil.disk_usage(target.parent).free < total * channels * size**2:
        raise OSError(ENOSPC, os.strerror(ENOSPC))
    read = partial(read_image, files, size=size, channels=channels)
    skipped: list[str] = []
    part = _part(target)
    try:
        with part.open("wb") as file, closing(in_order(read, files.names)) as images:
            for done, (name, image) in enumerate(zip(files.names, images), start=1):
                if image is None:
                    skipped.append(name)
                else:
                    file.write(image.data)
                if done % CHUNK == 0 or done == total:
                    progress(done, total)
            file.flush()
            os.fsync(file.fileno())  # or the JSON might outlive a power cut alone
        if len(skipped) == total:
            raise InputError(
                f"none of the {total:,} images in {files.root} can be read, the first is "
                f"{_printable(skipped[0])}; replace them or name another folder"
            )
        with image_files(files.root) as now:
            if now.stamp != files.stamp:
                raise InputError(
                    f"{files.root} changed while it was read; start again once it stays as it is"
                )
        _card(target).unlink(missing_ok=True)  # that of other pixels
        part.replace(_pixels(target))
    finally:
        part.unlink(missing_ok=True)
    count = total - len(skipped)
    _write_json(_card(target), {"count": count, "shape": shape, "skipped": skipped})
    return _mapped(target, (count, *shape)), tuple(map(_printable, skipped))


def _pixels(target: Path) -> Path:
    return target.with_suffix(".uint8")


def _card(target: Path) -> Path:
    return target.with_suffix(".json")


def _part(target: Path) -> Path:
    """A new name for what is still being written."""
    return target.with_suffix(f".{secrets.token_hex(4)}.part")


def _write_json(target: Path, card: dict) -> None:
    part = _part(target)
    try:
        part.write_text(json.dumps(card))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _alone(target: Path, tick: Callable[[], None]) -> Iterator[None]:
    """Inside, no other process or thread decodes this set."""
    with target.with_suffix(".lock").open("wb") as lock:
        with suppress(OSError):  # a disk without locks: each decodes into a file of its own
            while not locked(lock):
                tick()
                time.sleep(POLL_SECONDS)
        yield


def _clean(folder: Path) -> None:
    """Delete what decodes left that were killed; the locks of those under way are taken."""
    for path in [*folder.glob("*.part"), *folder.glob("*.uint8")]:
        target = folder / path.name.split(".")[0]
        with target.with_suffix(".lock").open("wb") as lock, suppress(OSError):
            if locked(lock) and not (path.suffix == ".uint8" and _card(target).exists()):
                path.unlink(missing_ok=True)


def _make_room(folder: Path, made: Path) -> None:
    """Delete the sets used longest ago until all fit, but for `made` and those in use.

    Who has one mapped keeps it: the file is gone only when nobody has it open.
    """
    sets: list[tuple[float, int, Path]] = []
    for path in folder.glob("*.uint8"):
        with suppress(OSError):  # deleted meanwhile, or without a card: not a set yet
            sets.append((_card(path).stat().st_mtime, path.stat().st_size, path))
    total = sum(size for _, size, _ in sets)
    for used, size, path in sorted(sets):
        if total <= MOST_BYTES or time.time() - used < IN_USE_SECONDS:
            return
        # OSError: Windows does not delete what is mapped
        with suppress(OSError), path.with_suffix(".lock").open("wb") as lock:
            if path != _pixels(made) and locked(lock):
                path.unlink(missing_ok=True)
                _card(path).unlink(missing_ok=True)
                total -= size
