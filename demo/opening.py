"""A visitor's own model: its files, a run taken away as a .zip, or a name on the Hub.

It imports torch.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import is_zipfile

from demo.data_folder import named_briefly
from demo.models import explorable
from demo.opened import Opened
from gan_core.companions import files_of
from gan_core.errors import InputError
from gan_core.pretrained import MODEL_FILE, ON_HUB, find_weights, shipped_models
from gan_core.run_zip import unpack

KINDS = (".safetensors", ".json", ".webp")  # of a model's files


def open_files(files: list[Path]) -> tuple[str, Opened]:
    """A name for it, and the model; its files are copied. InputError where they make none."""
    folder = TemporaryDirectory(prefix="ganscope-", ignore_cleanup_errors=True)
    place = Path(folder.name)
    if len(files) == 1 and is_zipfile(files[0]):
        with named_briefly(files[0].parent):
            _take_model(files[0], place)
        return _named(files[0].stem, Opened(place / MODEL_FILE, folder))
    by_kind = {file.suffix: file for file in files}
    if len(by_kind) < len(files) or not {*KINDS[:2]} <= {*by_kind} <= {*KINDS}:
        raise InputError("a model is a .safetensors file and its card, the .json file beside it: "
                         "drop both together, or the .zip of a run")  # fmt: skip
    weights = by_kind[KINDS[0]].name
    for kind, file in by_kind.items():
        shutil.copyfile(file, (place / weights).with_suffix(kind))
    return _named(Path(weights).stem, Opened(place / weights, folder))


def _take_model(source: Path, place: Path) -> None:
    """Only the model of the run in the .zip `source`, not its samples, logs and state, which may
    take gigabytes; InputError where it has none."""
    with TemporaryDirectory(prefix="ganscope-", ignore_cleanup_errors=True) as unpacked:
        run = Path(unpacked)
        with named_briefly(run):
            unpack(source, run)
        weights = run / MODEL_FILE
        if not weights.is_file():
            raise InputError(f"{source} holds no model yet; let the run save one, then take it "
                             "away again")  # fmt: skip
        for file in (*files_of(weights).values(), weights.with_suffix(".json")):
            target = place / file.relative_to(run)
            target.parent.mkdir(exist_ok=True)
            if file.is_file():
                shutil.move(file, target)


def open_from_hub(name: str) -> tuple[str, Opened]:
    """`USER/NAME`, downloaded where it is not here yet, without the token of the host."""
    name = name.strip().removeprefix("https://huggingface.co/").removeprefix(ON_HUB)
    return _named(ON_HUB + name, Opened(find_weights(ON_HUB + name, anonymous=True)))


def _named(name: str, opened: Opened) -> tuple[str, Opened]:
    explorable(name, opened.model())
    return (f"{name} (opened)" if name in shipped_models() else name), opened
