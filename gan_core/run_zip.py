"""A run folder elsewhere: as one .zip and back, as the beginning of another run, and as events.

What goes into a .zip and comes out of one is named here; anything else is left where it is.
"""

import json
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import merge
from itertools import takewhile
from operator import attrgetter
from pathlib import Path
from typing import IO

from gan_core.checkpoint import replacing, write_atomically
from gan_core.errors import InputError
from gan_core.event_log import whole_lines
from gan_core.events import Evaluated, StepDone
from gan_core.image_files import METHODS
from gan_core.pretrained import MODEL_FILE
from gan_core.run_folder import (
    CONFIG_FILE,
    CURVES_FILE,
    LOOKS_FILE,
    SAMPLES,
    STATE_FILE,
    STEPS_FILE,
    check_out,
)

LOGS = {STEPS_FILE: StepDone, LOOKS_FILE: Evaluated}
CARD_FILE = str(Path(MODEL_FILE).with_suffix(".json"))
# the state before the logs, which grow: so they reach as far as it does
FILES = (CONFIG_FILE, STATE_FILE, *LOGS, MODEL_FILE, CARD_FILE, CURVES_FILE)
SAMPLE = re.compile(rf"{SAMPLES}/epoch-([0-9]{{4,10}})\.png")
IN_ONE_FOLDER = re.compile(rf"(?!\.\.)([^/]+/)?{re.escape(CONFIG_FILE)}")
ENCRYPTED = 1  # the bit of an entry's flags
TEXTS = {".json", ".jsonl"}  # the others would not become smaller
MOST_BYTES = 2 * 2**30  # of all that is unpacked
MOST_JSON = 2**20  # bytes of one .json, which is read as a whole
MOST_LOGGED = {STEPS_FILE: 2**28, LOOKS_FILE: 2**25}  # bytes of the logs, which expand in memory
MOST_SAMPLES = 20_000
CHUNK = 2**20  # bytes unpacked at a time


def pack(folder: Path, target: Path) -> None:
    """Write the run in `folder` as a .zip, without the place of its data; it may still be training.

    InputError where there is no run, or `target` can't be written.
    """
    config = _without_place(folder, _config_of(folder))
    try:
        with replacing(target) as temporary, zipfile.ZipFile(
            temporary, "w", strict_timestamps=False
        ) as archive:  # fmt: skip
            archive.writestr(CONFIG_FILE, config, zipfile.ZIP_DEFLATED)
            for name in (*FILES[1:], *_samples(folder)):
                path = folder / name
                text = path.suffix in TEXTS
                if path.exists():
                    archive.write(path, name, zipfile.ZIP_DEFLATED if text else zipfile.ZIP_STORED)
    except OSError as error:
        raise InputError(f"cannot write {target} ({error.strerror}); make room there, or choose "
                         "another place") from None  # fmt: skip


def unpack(source: Path, folder: Path) -> None:
    """Make a run folder, new or in an empty one, of what `pack` wrote or of a run zipped by hand.

    InputError, with nothing left behind, where that can't be or `source` holds no whole run. What
    its files hold is for `read_run` to check; where the data lay is forgotten.
    """
    with _opened(source) as archive, _filled(folder):
        budget = MOST_BYTES
        for name, entry in _wanted(source, archive).items():
            most = MOST_JSON if name.endswith(".json") else MOST_LOGGED.get(name, budget)
            with archive.open(entry) as packed, (folder / name).open("wb") as file:
                budget -= _copy(packed, file, min(most, budget), source)
        write_atomically(folder / CONFIG_FILE, _without_place(source, _config_of(folder)))


def copy_until(source: Path, target: Path, step: int, epoch: int) -> None:
    """Make a run folder that holds what `source` told up to this round, and no state or model.

    epoch: of the last samples to keep. InputError where `source` is no run or `target` not free.
    """
    config = _config_of(source)
    with _filled(target):
        for name, kind in LOGS.items():
            lines = takewhile(lambda line: line[1].step <= step, whole_lines(source / name, kind))
            with (target / name).open("wb") as file:
                file.writelines(line for line, _ in lines)
        for name, number in _samples(source).items():
            if number <= epoch:
                link_or_copy(source / name, target / name)
        write_atomically(target / CONFIG_FILE, config)


def history(folder: Path) -> Iterator[StepDone | Evaluated]:
    """All that the run told so far in order, each step before a look at its samples.

    Raises InputError on the way where a log is damaged.
    """
    logs = [(event for _, event in whole_lines(folder / name, LOGS[name])) for name in LOGS]
    return merge(*logs, key=attrgetter("step"))


def _config_of(folder: Path) -> bytes:
    try:
        return (folder / CONFIG_FILE).read_bytes()
    except OSError:
        raise _no_run(folder) from None


def _no_run(place: Path) -> InputError:
    return InputError(f"{place} is no run of ganscope: it holds no {CONFIG_FILE}")


def _without_place(origin: Path, config: bytes) -> bytes:
    """A path of one machine is nobody's business on another, nor to be opened there."""
    try:
        return json.dumps({**json.loads(config), "data_dir": None}, indent=2).encode()
    except (ValueError, TypeError, RecursionError):
        raise InputError(f"the {CONFIG_FILE} in {origin} is damaged; put it back") from None


def _samples(folder: Path) -> dict[str, int]:
    """Names below `folder` and their epochs, in order."""
    names = sorted(path.relative_to(folder).as_posix() for path in (folder / SAMPLES).glob("*.png"))
    return {name: int(found[1]) for name in names if (found := SAMPLE.fullmatch(name))}


def link_or_copy(path: Path, target: Path) -> None:
    """The same file where the disk can; pictures are replaced, never written into."""
    try:
        target.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, target)


@contextmanager
def _filled(folder: Path) -> Iterator[None]:
    """A folder to fill; where that fails, it is as it was: not there, or empty."""
    check_out(folder)
    new = not folder.exists()
    try:
        (folder / SAMPLES).mkdir(parents=True, exist_ok=True)
        yield
    except BaseException as error:
        shutil.rmtree(folder / SAMPLES, ignore_errors=True)
        for path in folder.glob("*"):
            path.unlink()
        if new and folder.exists():
            folder.rmdir()
        if isinstance(error, OSError):
            raise InputError(f"cannot write to {folder} ({error.strerror or error}); make room "
                             "there, or choose another folder") from None  # fmt: skip
        raise


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    """InputError for all that zipfile raises of a file that is no whole .zip, also while inside."""
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except InputError:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, OverflowError,
            RuntimeError, ValueError) as error:  # fmt: skip
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{source} is no readable .zip ({reason}); pack it again") from None


def _wanted(source: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The names that belong in a run folder, with their entries; the last of a name counts."""
    # as they are written there: zipfile cuts names at a zero byte
    every = [(entry.orig_filename.replace("\\", "/"), entry) for entry in archive.infolist()]
    tops = {name.removesuffix(CONFIG_FILE) for name, _ in every if IN_ONE_FOLDER.fullmatch(name)}
    if not tops:
        raise _no_run(source)
    if len(tops) > 1 and "" not in tops:
        raise InputError(f"{source} holds {len(tops)} runs; pack one of them")
    top = min(tops)
    below = {name.removeprefix(top): entry for name, entry in every if name.startswith(top)}
    wanted = {name: below[name] for name in below if name in FILES or SAMPLE.fullmatch(name)}
    if any(e.flag_bits & ENCRYPTED or e.compress_type not in METHODS for e in wanted.values()):
        raise InputError(f"{source} is encrypted or packed in an unusual way; pack it again as a "
                         "plain .zip")  # fmt: skip
    if sum(e.file_size for e in wanted.values()) > MOST_BYTES or len(wanted) > MOST_SAMPLES:
        raise _too_large(source)
    return wanted


def _copy(packed: IO[bytes], file: IO[bytes], most: int, source: Path) -> int:
    """How many bytes it really were, whatever the .zip claims; InputError for more than `most`."""
    done = 0
    while piece := packed.read(CHUNK):
        done += len(piece)
        if done > most:
            raise _too_large(source)
        file.write(piece)
    return done


def _too_large(source: Path) -> InputError:
    return InputError(f"{source} would unpack to more than a run may take ({MOST_BYTES / 2**30:g} "
                      f"GiB, {MOST_JSON / 2**20:g} MiB of a .json); is it one?")  # fmt: skip
