"""What counts as an image in a folder or .zip, traps that are refused, files that are damaged."""

import bz2
import os
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from time import sleep

import numpy as np
import pytest
from PIL import Image

import gan_core.image_files
from gan_core.errors import InputError
from gan_core.image_files import CHUNK, THREADS, image_files, in_order, read_image

RANDOM = np.random.default_rng(0)


def png(path: Path) -> bytes:
    """A picture of noise, written there; its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(RANDOM.integers(0, 256, (20, 24, 3), dtype=np.uint8)).save(path, "PNG")
    return path.read_bytes()


def pack(
    path: Path, entries: Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_STORED
) -> None:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)


def read_all(root: Path) -> dict[str, np.ndarray | None]:
    with image_files(root) as files:
        return {name: read_image(files, name, 16, 3) for name in files.names}


def test_a_zip_reads_as_its_folder_does_and_leaves_out_the_same(tmp_path: Path) -> None:
    folder, packed = tmp_path / "faces", tmp_path / "faces.zip"
    images = ["b.PNG", "a.png", "below/c.png", "below/a b.jpeg"]
    others = ["._a.png", ".hidden/a.png", "__MACOSX/a.png", "notes.txt", "png", "below/d.svg"]
    entries = [(name, png(folder / name)) for name in [*images, *others]]
    (folder / "folder.png").mkdir()
    (folder / "link.png").symlink_to("nowhere")
    pack(packed, [*entries, ("folder.png/", b"")], zipfile.ZIP_DEFLATED)
    from_folder, from_zip = read_all(folder), read_all(packed)
    assert list(from_folder) == list(from_zip) == sorted(images)
    for name in images:
        one, other = from_folder[name], from_zip[name]
        assert one is not None and other is not None and np.array_equal(one, other)


def test_a_pipe_is_no_image_whatever_its_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")  # to open it is to wait for ever
    with image_files(tmp_path) as files:
        assert files.names == []


@pytest.mark.parametrize(
    "name",
    [
        "/a.png", "\\a.png", "//host/a.png", "C:/a.png", "c:a.png", "C:\\a.png", "../a.png",
        "..\\a.png", "below/../../a.png", "below\\..\\a.png", "below/..", "../notes.txt",
    ],
)  # fmt: skip
def test_a_path_that_leads_out_of_the_zip_refuses_it_whole(tmp_path: Path, name: str) -> None:
    pack(tmp_path / "trap.zip", [("good.png", png(tmp_path / "good.png")), (name, b"trap")])
    with pytest.raises(InputError, match=r"trap\.zip holds .*pack it again") as caught:
        read_all(tmp_path / "trap.zip")
    assert "\n" not in str(caught.value)


def test_dots_within_a_name_are_no_trap(tmp_path: Path) -> None:
    pack(tmp_path / "dots.zip", [("a..b/c...png", png(tmp_path / "good.png"))])
    assert list(read_all(tmp_path / "dots.zip")) == ["a..b/c...png"]


def test_a_zip_that_unpacks_beyond_the_limit_is_refused_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = png(tmp_path / "good.png")
    pack(tmp_path / "bomb.zip", [("a.png", good), ("b", bytes(10**6))], zipfile.ZIP_DEFLATED)
    limit = len(good) + 10**6
    monkeypatch.setattr(gan_core.image_files, "MAX_EXPANDED", limit)
    assert len(read_all(tmp_path / "bomb.zip")) == 1
    monkeypatch.setattr(gan_core.image_files, "MAX_EXPANDED", limit - 1)
    with pytest.raises(InputError, match="unpack it and name the folder"):
        read_all(tmp_path / "bomb.zip")


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    good = tmp_path / "good.zip"
    pack(good, [("a.png", png(tmp_path / "a.png"))])
    for content in (b"", b"not a zip", good.read_bytes()[:-30]):
        (tmp_path / "bad.zip").write_bytes(content)
        with pytest.raises(InputError, match=r"bad\.zip is no readable \.zip .* pack it again"):
            read_all(tmp_path / "bad.zip")


def test_encrypted_damaged_and_oversized_entries_are_unreadable_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, good = tmp_path / "faces.zip", png(tmp_path / "good.png")
    pack(path, [(name, good) for name in ("damaged.png", "encrypted.png", "good.png")])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("other-method.png", good)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("large.png", good + bytes(1000))  # Pillow would read it
    content = bytearray(path.read_bytes())
    content[content.index(good) + 60] ^= 1  # one bit of the first entry's pixels
    for header, flags in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        start = 0
        while (start := content.find(header, start + 1)) > 0:
            if b"encrypted.png" in content[start : start + 60]:
                content[start + flags] |= 1
    path.write_bytes(content)
    monkeypatch.setattr(gan_core.image_files, "MAX_ENTRY", len(good))
    read = read_all(path)
    assert [name for name in read if read[name] is not None] == ["good.png"]
    assert len(read) == 5


def test_an_entry_that_lies_about_its_size_is_not_unpacked_past_it(tmp_path: Path) -> None:
    path, true_size, told = tmp_path / "liar.zip", 60_000_000, 1000
    pack(path, [("a.png", bytes(true_size))], zipfile.ZIP_DEFLATED)
    content = path.read_bytes().replace(struct.pack("<I", true_size), struct.pack("<I", told))
    path.write_bytes(content)
    tracemalloc.start()
    try:
        assert read_all(path) == {"a.png": None}
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_damaged_images_and_bombs_are_unreadable(tmp_path: Path) -> None:
    good = png(tmp_path / "good.png")
    header = struct.pack(">II", 20_000, 20_000) + b"\1\0\0\0\0"  # a bit a pixel
    bomb = good[:8] + b"\0\0\0\rIHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    bad = {"bomb": bomb + good[33:], "cut": good[: len(good) // 2], "empty": b"", "text": b"hello"}
    bad["bzip2"] = bz2.compress(good)
    for name, content in bad.items():
        (tmp_path / f"{name}.png").write_bytes(content)
    read = read_all(tmp_path)
    assert [name for name in read if read[name] is not None] == ["good.png"]


def test_the_format_is_told_by_content_and_only_common_ones_are_opened(tmp_path: Path) -> None:
    picture = Image.new("RGB", (20, 20), "red")
    picture.save(tmp_path / "jpeg.png", "JPEG")
    picture.save(tmp_path / "portable-pixmap.png", "PPM")
    picture.save(tmp_path / "postscript.png", "EPS")
    read = read_all(tmp_path)
    assert read["jpeg.png"] is not None
    assert read["portable-pixmap.png"] is None and read["postscript.png"] is None


def test_results_come_in_order_and_few_wait_however_many_there_are() -> None:
    begun: list[str] = []

    def slow(name: str) -> str:
        begun.append(name)
        sleep(0.001 if int(name) % CHUNK else 0.002)
        return name

    names = [str(number) for number in range(100 * THREADS * CHUNK)]
    results = in_order(slow, names)
    assert [next(results) for _ in range(3 * CHUNK)] == names[: 3 * CHUNK]
    sleep(0.3)
    assert len(begun) <= (2 * THREADS + 4) * CHUNK
    results.close()
    ended = len(begun)
    sleep(0.05)
    assert len(begun) == ended  # and nothing goes on behind one's back
