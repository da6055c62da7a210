"""What of a run can be taken away, as a file. It imports torch."""

from collections.abc import Callable
from pathlib import Path

from demo.data_folder import named_briefly
from demo.kept import Kept
from gan_core.checkpoint import write_atomically
from gan_core.config import RunConfig
from gan_core.errors import InputError, choose
from gan_core.evolution import evolution_gif, fitting_scale, mp4, read_samples
from gan_core.run_folder import read_run
from gan_core.run_zip import pack
from gan_core.script import script


def take_away(kept: Kept, config: RunConfig, kind: str) -> Path:
    """Write it and return where; `kind` is one of KINDS."""
    write = choose("kind of file", kind, KINDS)
    path = kept.path / f"ganscope-{config.preset}-{config.dataset}-seed{config.seed}.{kind}"
    with named_briefly(kept.path):
        write(kept, path)
    return path


def _zip(kept: Kept, path: Path) -> None:
    kept.run.save_curves()
    pack(kept.run_path, path)


def _mp4(kept: Kept, path: Path) -> None:
    frames, epochs = read_samples(kept.run_path)
    film = mp4(frames, scale=fitting_scale(frames), captions=_captions(epochs))
    write_atomically(path, film)


def _gif(kept: Kept, path: Path) -> None:
    frames, epochs = read_samples(kept.run_path)
    film = evolution_gif(frames, scale=fitting_scale(frames), captions=_captions(epochs))
    write_atomically(path, film)


def _captions(epochs: list[int]) -> list[str]:
    return [f"epoch {epoch}" for epoch in epochs]


def _png(kept: Kept, path: Path) -> None:
    write_atomically(path, kept.run.loss_figure("png"))


def _svg(kept: Kept, path: Path) -> None:
    write_atomically(path, kept.run.loss_figure("svg"))


def _script(kept: Kept, path: Path) -> None:
    run = read_run(kept.run_path)
    changed = run.state[1]["changed"] if run.state else []
    if changed:
        rounds = ", ".join(map(str, changed))
        raise InputError(f"settings changed on the way, behind round {rounds}, and a script has "
                         "one of each; start a run with the settings you want")  # fmt: skip
    write_atomically(path, script(run.config).encode())


KINDS: dict[str, Callable[[Kept, Path], None]] = {  # by the file's suffix
    "zip": _zip,
    "mp4": _mp4,
    "gif": _gif,
    "png": _png,
    "svg": _svg,
    "py": _script,
}
