"""Where a run finds its images: the app's folder, or what a visitor has dropped."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from zipfile import is_zipfile

from gan_core.errors import InputError
from gan_core.image_files import image_files

MOST_FILES = 20_000


@contextmanager
def named_briefly(folder: Path) -> Iterator[None]:
    """Errors name a file as its visitor does; where the server keeps it says nothing to them."""
    try:
        yield
    except InputError as error:
        text = str(error).replace(f"{folder}/", "").replace(str(folder), folder.name)
        raise InputError(text) from None


class DataFolder:
    """What was dropped stays as long as this object, to which its runs hold on."""

    def __init__(self, path: Path | None, folder: TemporaryDirectory | None = None) -> None:
        """path: a folder or .zip, None where there is none; folder: what it lies in, if ours."""
        self.path = path
        self._folder = folder

    @classmethod
    def dropped(cls, files: list[Path]) -> Self:
        """A copy of one .zip, or of images; InputError where there is no image among them."""
        zips = [file for file in files if is_zipfile(file)]
        if len(zips) > 1 or (zips and len(files) > 1):
            raise InputError("drop one .zip, or images, not both")
        if len(files) > MOST_FILES:
            raise InputError(f"drop {MOST_FILES:,} images at most; more of them go into a .zip")
        folder = TemporaryDirectory(prefix="ganscope-", ignore_cleanup_errors=True)
        for number, file in enumerate(files):
            # images of equal names come from several folders
            name = file.name if len(files) == 1 else f"{number:05d}-{file.name}"
            shutil.copyfile(file, Path(folder.name) / name)
        path = Path(folder.name)
        dropped = cls(path / zips[0].name if zips else path, folder)
        with named_briefly(path):
            dropped.count()
        return dropped

    def count(self) -> int:
        """Of the images; InputError where there are none, or for a .zip that can't be used."""
        assert self.path
        with image_files(self.path) as found:
            if not found.names:
                raise InputError("there are no images in what you dropped; .jpg, .png, .webp, "
                                 ".bmp, .gif and .tif can be read")  # fmt: skip
            return len(found.names)
