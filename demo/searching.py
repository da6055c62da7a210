"""A search in latent space for a picture that was put in, in the background. It knows no gradio."""

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from demo.charts import png_url
from demo.point import Point
from demo.slots import Slots
from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.inversion import Attempt

Phase = Literal["waiting", "searching", "stopped", "finished", "failed"]
AT_ONCE = 2  # searches of all visitors; the others wait
SLOTS = Slots(AT_ONCE)


class Search:
    """For the whole picture or, where some of it is hidden, for what could be there."""

    def __init__(self, point: Point, picture: np.ndarray, hidden: np.ndarray | None) -> None:
        """picture: uint8 (H, W, C); hidden: bool (H, W). InputError where the model draws no such
        picture."""
        self.phase: Phase = "waiting"
        self._message = ""
        self._best: Attempt | None = None
        self._lock = Lock()
        self._wanted = True
        attempts = _attempts(point, picture, hidden)
        self._thread = Thread(target=self._work, args=[attempts], daemon=True, name="search")
        self._thread.start()

    def stop(self) -> None:
        """The best so far stays."""
        self._wanted = False

    def wait(self, seconds: float) -> bool:
        """True once it is over, False if it isn't within `seconds`."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def facts(self) -> dict[str, Any]:
        """How far it is, and the best so far: z, label, and its picture as a data URL."""
        with self._lock:
            phase, best = self.phase, self._best  # an ended search has found its best
        found = best and {
            "z": [round(float(number), 4) for number in best.z],
            "label": best.label,
            "src": png_url(best.image),
            "loss": round(best.loss, 4),
            "share": best.share,
        }
        return {"phase": phase, "message": self._message, "found": found}

    def _work(self, attempts: "Iterator[Attempt]") -> None:
        try:
            with SLOTS.hold(self, lambda: self._wanted) as held:
                if held:
                    self.phase = "searching"
                    self._take(attempts)
            self.phase = "finished" if self._wanted else "stopped"
        except Exception as error:  # the page must learn of it, whatever it is
            self._message, self.phase = f"{type(error).__name__}: {error}", "failed"
            raise

    def _take(self, attempts: "Iterator[Attempt]") -> None:
        for attempt in attempts:
            with self._lock:
                self._best = attempt
            if not self._wanted:
                return


def read_picture(point: Point, pixels: object) -> np.ndarray:
    """Base64 of as many bytes as the model's images have -> uint8 (H, W, C)."""
    channels, *sides = _image_shape(point)
    return _bytes(pixels, "the picture", (*sides, channels))


def read_hidden(point: Point, mask: object) -> np.ndarray:
    """Base64 of a byte for each pixel, 0 where it is visible -> bool (H, W)."""
    return _bytes(mask, "the mask", _image_shape(point)[1:]) > 0


def _image_shape(point: Point) -> tuple[int, ...]:
    shape = point.model.card.config.shape
    if len(shape) != 3:
        raise InputError("this model draws points of the plane; choose one that draws images")
    return shape


def _bytes(told: object, name: str, shape: tuple[int, ...]) -> np.ndarray:
    try:
        read = np.frombuffer(b64decode(str(told), validate=True), np.uint8)
    except (Error, ValueError):
        read = np.zeros(0, np.uint8)
    if read.size != np.prod(shape):
        raise InputError(f"{name} must be {' x '.join(map(str, shape))} bytes, as the model draws")
    return read.reshape(shape)


def _attempts(point: Point, picture: np.ndarray, hidden: np.ndarray | None) -> "Iterator[Attempt]":
    from gan_core.inversion import invert  # imports torch
    from gan_core.judge import JUDGES, open_judge
    from gan_core.repair import repair

    if hidden is not None:
        return repair(point.model, picture, hidden)
    judge = JUDGES.get(point.model.card.config.dataset)
    return invert(point.model, picture, open_judge(judge) if judge else None)
