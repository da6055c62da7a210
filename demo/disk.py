"""How much of the disk may be taken by what is kept for visitors. It knows no gradio."""

import shutil
from pathlib import Path

from gan_core.errors import InputError

LEAST_FREE = 2_000_000_000  # bytes of the disk that are left to others


def room(folder: Path) -> int:
    """Bytes that may still be written where `folder` is; below 0 where others took too much."""
    return shutil.disk_usage(folder).free - LEAST_FREE


def check_room(folder: Path, size: int, instead: str) -> None:
    """InputError where `size` more bytes find no room; instead: what the visitor can do."""
    left = room(folder)
    if size > left:
        raise InputError(f"the disk here has room for {max(0, left) / 1e9:.2f} GB, which is too "
                         f"little; {instead}")  # fmt: skip
