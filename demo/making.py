"""Data sets made for visitors, one at a time, each on a thread of its own. It knows no gradio."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from demo.data_folder import named_briefly
from demo.session import Session
from demo.slots import Slots
from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.made_data import MadeData
    from gan_core.model import Model

Phase = Literal["waiting", "making", "packing", "made", "stopped", "failed"]
PIECE = 2**20  # bytes packed at once
STOPPING_SECONDS = 10


class BrokenOff(Exception):
    """Nobody wants the set any more."""


class Making:
    """One set; its file is gone with this object."""

    def __init__(
        self, model: "Model", plan: "MadeData", slots: Slots, wanted: Callable[[], bool]
    ) -> None:
        """wanted: whether somebody still waits for it."""
        self.phase: Phase = "waiting"
        self.message = ""  # one line for the visitor, where it failed
        self.path: Path | None = None  # of the file, once it is made
        self.done = 0
        self.plan = plan
        self.model_name = model.card.name
        self._wanted, self._stopped = wanted, Event()
        self._folder = TemporaryDirectory(prefix="ganscope-", ignore_cleanup_errors=True)
        self._thread = Thread(target=self._work, args=(model, slots), daemon=True, name="make")
        self._thread.start()

    def stop(self) -> None:
        """Return when nothing of it is left; of a set that is made, all stays."""
        self._stopped.set()
        self._thread.join(STOPPING_SECONDS)

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

    def _work(self, model: "Model", slots: Slots) -> None:
        try:
            with slots.hold(self, self._goes_on):
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

        self.phase = "making"
        name = re.sub(r"\W+", "-", f"ganscope {self.model_name} {self.plan.count}")
        path = Path(self._folder.name) / (name + FORMATS[self.plan.format].suffix)
        make_data(model, self.plan, path, self._hear)
        if path.is_file():
            return path
        self.phase = "packing"
        return pack(path, self._check_wanted)

    def _hear(self, done: int, total: int) -> None:
        self._check_wanted()
        self.done = done

    def _goes_on(self) -> bool:
        return not self._stopped.is_set() and self._wanted()

    def _check_wanted(self) -> None:
        if not self._goes_on():
            raise BrokenOff


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


class Makings:
    """The last set of each visitor; all make in turns."""

    def __init__(self) -> None:
        self._slots = Slots(1)
        self._made: WeakKeyDictionary[Session, Making] = WeakKeyDictionary()
        self._lock = Lock()

    def start(
        self, session: Session, model: "Model", plan: "MadeData", wanted: Callable[[], bool]
    ) -> Making:
        """InputError while one is under way; the set before is forgotten.

        `wanted` must not hold on to the session, with which the set is to go.
        """
        with self._lock:
            last = self._made.get(session)
            if last is not None and not last.ended:
                raise InputError("a set is being made; stop it before you make another")
            self._made[session] = Making(model, plan, self._slots, wanted)
            return self._made[session]

    def of(self, session: Session) -> Making | None:
        return self._made.get(session)

    def close(self) -> None:
        """End all; a thread still inside torch would crash the interpreter's exit."""
        for making in self._made.values():
            making.stop()
