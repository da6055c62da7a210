"""Files that one process at a time may call its own."""

from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows, where an open file can be neither deleted nor replaced
    fcntl = None


def locked(file: IO[Any]) -> bool:
    """Whether the file is ours now, until it is closed or we end; OSError: a disk without locks."""
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
