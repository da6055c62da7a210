"""The files that a command is asked to write with --out."""

from pathlib import Path

from gan_core.errors import InputError


def check_suffix(path: Path, *suffixes: str) -> None:
    """InputError where it is none of these; to be asked before the work."""
    if path.suffix not in suffixes:
        raise InputError(f"--out must end in {' or '.join(suffixes)}, not '{path.name}'")


def write(path: Path, content: bytes) -> None:
    """Write with its folder; an InputError where that can't be."""
    from gan_core.checkpoint import write_atomically

    make_folder(path)
    try:
        write_atomically(path, content)
    except OSError as error:
        raise InputError(f"cannot write {path} ({error.strerror})") from None


def make_folder(path: Path) -> None:
    """The folder that `path` is to lie in."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write {path} ({error.strerror})") from None
