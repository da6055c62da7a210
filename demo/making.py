"""Data sets made for visitors, one at a time, each on a thread of its own. It knows no gradio."""

import re
import shutil
from collections.abc import Callable
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import TYPE_CHECKING, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from demo.data_folder import named_briefly
from demo.disk import check_room
from demo.slots import Slots
from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.made_data import MadeData
    from gan_core.model import Model

Phase = Literal["waiting", "making", "packing", "made", "stopped", "failed"]
PIECE = 2**20  # bytes packed at once
AROUND = 512  # bytes around an image, at most: its label, name, and what a file has of its own
SLOTS = Slots(1)  # sets of all visitors are made in turns


class BrokenOff(Exception):
    """Nobody wants the set any more."""


class Making:
    """One set; its file is gone with this object."""

    def __init__(self, model: "Model", plan: "MadeData") -> None:
        self.phase: Phase = "waiting"
        self.message = ""  # one line for the visitor, where it failed
        self.path: Path | None = None  # of the file, once it is made
        self.done = 0
        self.plan = plan
        self.model_name = model.card.name
        self._stopped = Event()
        self._folder = TemporaryDirectory(prefix="ganscope-", ignore_cleanup_errors=True)
        self._thread = Thread(target=self._work, args=[model], daemon=True, name="make")
        self._thread.start()

    def stop(self) -> None:
        """Nothing of it will be left; of a set that is made, all stays."""
        self._stopped.set()

    def wait(self, seconds: float) -> bool:
        """True once it is over, False if it isn't within `seconds`."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def ended(self) -> bool:
        return self.phase in ("made", "stopped", "failed")

    def facts(self) -> dict[str, object]:
        """For the page."""
        size = self.path.stat().st_size if self.path else 0
        return {
            "phase": self.phase,
            "message": self.message,
            "model": self.model_name,
            "done": self.done,
            "total": self.plan.count,
            "name": self.path.name if self.path else "",
            "bytes": size,
        }

    def take(self) -> Path:
        """The file, to be copied; InputError where it isn't made, or a copy has no room."""
        if self.path is None:
            raise InputError("there is no set to download; make one first")
        check_room(self.path.parent, self.path.stat().st_size, "download it later")
        return self.path

    def _work(self, model: "Model") -> None:
        try:
            with SLOTS.hold(self, lambda: not self._stopped.is_set()):
                self._check_wanted()
                with named_briefly(Path(self._folder.name)):
                    self.path = self._make(model)
            self.phase = "made"
        except BrokenOff:
            self._end("stopped")
        except InputError as error:
            self._end("failed", str(error))
        except Exception as error:  # the page must learn of it, whatever it is
            self._end("failed", f"{type(error).__name__}: {error}")
            raise

    def _end(self, phase: Phase, message: str = "") -> None:
        self._folder.cleanup()
        self.message, self.phase = message, phase

    def _make(self, model: "Model") -> Path:
        from gan_core.data_formats import FORMATS  # imports torch
        from gan_core.made_data import make_data

        folder = Path(self._folder.name)
        check_room(folder, most_bytes(model, self.plan), "make fewer images, or come back later")
        self.phase = "making"
        name = re.sub(r"\W+", "-", f"ganscope {self.model_name} {self.plan.count}")
        path = folder / (name + FORMATS[self.plan.format].suffix)
        make_data(model, self.plan, path, self._hear)
        if path.is_file():
            return path
        self.phase = "packing"
        return pack(path, self._check)

    def _hear(self, done: int, total: int) -> None:
        self._check()
        self.done = done

    def _check(self) -> None:
        self._check_wanted()
        check_room(Path(self._folder.name), 0, "come back later")  # others write meanwhile

    def _check_wanted(self) -> None:
        if self._stopped.is_set():
            raise BrokenOff


def most_bytes(model: "Model", plan: "MadeData") -> int:
    """What the set takes of the disk while it is made, if nothing of it can be compressed."""
    from gan_core.data_formats import FORMATS  # imports torch

    config = model.card.config
    sample = prod(config.shape) * (1 if config.image_size else 4)
    copies = 1 if FORMATS[plan.format].suffix else 2  # a folder stays until its .zip is written
    return plan.count * (sample + AROUND) * copies


def pack(folder: Path, tick: Callable[[], None]) -> Path:
    """The .zip beside a folder, in whose place it comes; `tick` may raise to break off."""
    target = folder.with_name(f"{folder.name}.zip")
    try:
        with ZipFile(target, "w") as archive:
            for file in sorted(folder.rglob("*")):
                if not file.is_file():
                    continue
                member = ZipInfo(str(file.relative_to(folder)))  # always dated 1980
                member.compress_type = ZIP_DEFLATED
                with file.open("rb") as content, archive.open(member, "w", force_zip64=True) as out:
                    while piece := content.read(PIECE):
                        tick()
                        out.write(piece)
        shutil.rmtree(folder)
    except OSError as error:
        raise InputError(f"cannot write {target} ({error.strerror or error})") from None
    return target
