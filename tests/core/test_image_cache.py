"""Decoded once: what is used again and what is not, what is left when it goes wrong, and memory."""

import fcntl
import os
import resource
import shutil
import subprocess
import sys
import zipfile
from collections import namedtuple
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from PIL import Image

import gan_core.image_cache
import gan_core.image_files
from gan_core.errors import InputError
from gan_core.image_cache import cached_images, user_cache

COUNT = 20


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    """A folder of 20 small pictures of noise; as bitmaps they all have one size."""
    folder = tmp_path / "faces"
    write(folder, COUNT)
    return folder


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of all images that are decoded."""
    names: list[str] = []
    read = gan_core.image_cache.read_image

    def noted(*args: object, **options: object) -> np.ndarray | None:
        names.append(str(args[1]))
        return read(*args, **options)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(gan_core.image_cache, "read_image", noted)
    return names


def write(folder: Path, count: int) -> None:
    random = np.random.default_rng(0)
    folder.mkdir()
    for number in range(count):
        pixels = random.integers(0, 256, (16, 16, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:04}.bmp")


def decode(root: Path, size: int = 16, channels: int = 3) -> np.ndarray:
    return cached_images(root, size, channels, lambda done, total: None)[0]


def in_cache(pattern: str = "*") -> list[Path]:
    """Files of sets: neither locks nor what is remembered of folders."""
    files = (user_cache() / "images").glob(pattern)
    return [file for file in files if file.suffix != ".lock" and "content-" not in file.name]


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path)).transpose(2, 0, 1)


def test_images_are_decoded_once_in_order_and_then_served_without_a_word(
    faces: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    first, skipped = cached_images(faces, 16, 3, lambda *so_far: told.append(so_far))
    assert first.shape == (COUNT, 3, 16, 16) and first.dtype == np.uint8 and skipped == ()
    for image, path in zip(first, sorted(faces.iterdir())):
        assert np.array_equal(image, pixels(path))
    assert told[0][0] < COUNT and told == sorted(told) and told[-1] == (COUNT, COUNT)
    assert len(reads) == COUNT
    told.clear()
    reads.clear()
    monkeypatch.setattr(
        gan_core.image_files, "_digest_file", lambda *_: pytest.fail("looked into a file")
    )
    again, _ = cached_images(faces, 16, 3, lambda *so_far: told.append(so_far))
    assert np.array_equal(again, first)
    assert not reads and not told


def test_a_copy_or_another_name_of_the_folder_uses_the_same_pixels(
    faces: Path, tmp_path: Path, reads: list[str]
) -> None:
    first = decode(faces)
    copy = shutil.copytree(faces, tmp_path / "copy", copy_function=shutil.copyfile)
    (copy / "notes.txt").write_text("no image")
    faces.rename(tmp_path / "renamed")
    reads.clear()
    assert np.array_equal(decode(copy), first)
    assert np.array_equal(decode(tmp_path / "renamed"), first)
    assert not reads


def test_a_changed_pixel_is_seen_even_with_size_and_date_as_before(faces: Path) -> None:
    path = faces / "0003.bmp"
    before, first = path.stat(), decode(faces)
    content = bytearray(path.read_bytes())
    content[-1] ^= 255
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    second = decode(faces)
    assert np.array_equal(second[3], pixels(path))
    assert not np.array_equal(first[3], second[3])
    assert np.array_equal(np.delete(first, 3, 0), np.delete(second, 3, 0))


def test_a_renamed_added_or_removed_image_is_seen(faces: Path) -> None:
    first = decode(faces)
    (faces / "0000.bmp").rename(faces / "9999.bmp")
    assert np.array_equal(decode(faces), np.roll(first, -1, axis=0))
    shutil.copy(faces / "0001.bmp", faces / "0000.bmp")
    assert len(decode(faces)) == COUNT + 1
    (faces / "0000.bmp").unlink()
    (faces / "0001.bmp").unlink()
    assert len(decode(faces)) == COUNT - 1


def test_each_size_and_depth_has_its_own(faces: Path) -> None:
    for size, channels in ((16, 3), (16, 1), (8, 3), (16, 3)):
        assert decode(faces, size, channels).shape == (COUNT, channels, size, size)
    assert len(in_cache("*.uint8")) == 3


def test_unreadable_images_are_left_out_and_named(faces: Path) -> None:
    whole = decode(faces)
    (faces / "0005.bmp").write_bytes(b"BM but not really")
    (faces / "below").mkdir()
    (faces / "below" / "x.png").write_bytes(b"")
    for _ in range(2):  # decoded, then from the cache
        images, skipped = cached_images(faces, 16, 3, lambda done, total: None)
        assert skipped == ("0005.bmp", "below/x.png")
        assert np.array_equal(images, np.delete(whole, 5, axis=0))
    (faces / "below" / "x.png").rename(faces / "below" / "y.png")
    assert cached_images(faces, 16, 3, lambda done, total: None)[1] == ("0005.bmp", "below/y.png")


def test_no_image_at_all_or_none_that_can_be_read_is_refused(tmp_path: Path) -> None:
    empty, bad = tmp_path / "empty", tmp_path / "bad"
    empty.mkdir()
    bad.mkdir()
    for name in ("b.png", "a.png"):
        (bad / name).write_bytes(b"no image")
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.write(bad / "b.png", "b.png")
    with pytest.raises(InputError, match=f"no images in {empty}"):
        decode(empty)
    with pytest.raises(InputError, match=rf"none of the 2 images in {bad} .* first is a\.png"):
        decode(bad)
    with pytest.raises(InputError, match=r"none of the 1 images in .*bad\.zip .* is b\.png"):
        decode(tmp_path / "bad.zip")
    assert in_cache() == []


def test_a_zip_gives_the_pixels_of_its_folder(faces: Path, tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "faces"))
    assert np.array_equal(decode(packed), decode(faces))


def test_a_damaged_zip_that_was_fetched_again_is_read_again(faces: Path, tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", faces))
    good = packed.read_bytes()
    damaged = bytearray(good)
    damaged[100] ^= 255
    packed.write_bytes(damaged)
    assert len(decode(packed)) == COUNT - 1
    packed.write_bytes(good)  # the list of its files, which the key is made of, is the same
    assert len(decode(packed)) == COUNT


def test_broken_off_it_leaves_nothing_and_the_next_start_works(faces: Path) -> None:
    def stop(done: int, total: int) -> None:
        assert in_cache("*.part")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cached_images(faces, 16, 3, stop)
    assert in_cache() == []
    assert len(decode(faces)) == COUNT


def test_what_a_killed_process_left_is_cleaned_away_by_whoever_decodes_next(
    faces: Path, tmp_path: Path
) -> None:
    script = (
        "import os, sys; from pathlib import Path; from gan_core.image_cache import cached_images;"
        "cached_images(Path(sys.argv[1]), 16, 3, lambda done, total: os._exit(9))"
    )
    assert subprocess.run([sys.executable, "-c", script, faces]).returncode == 9
    assert len(in_cache("*.part")) == 1
    write(tmp_path / "others", 3)
    decode(tmp_path / "others")
    assert len(in_cache()) == 2
    assert len(decode(faces)) == COUNT
    for card in in_cache("*.json"):
        card.unlink()  # as if killed just before it was written
    write(tmp_path / "more", 4)
    decode(tmp_path / "more")
    assert len(in_cache()) == 2


@pytest.mark.parametrize("damage", ["no card", "half a card", "half the pixels", "others", "none"])
def test_half_a_set_is_not_taken_for_a_whole_one(faces: Path, damage: str) -> None:
    first = np.array(decode(faces))
    (pixels,), (card,) = in_cache("*.uint8"), in_cache("*.json")
    if damage == "no card":
        card.unlink()
        pixels.write_bytes(bytes(pixels.stat().st_size))
    elif damage == "half a card":
        card.write_text(card.read_text()[:20])
    elif damage == "half the pixels":
        pixels.write_bytes(pixels.read_bytes()[:1000])
    elif damage == "others":
        pixels.write_bytes(bytes(2 * pixels.stat().st_size))
    else:
        pixels.unlink()
    assert np.array_equal(decode(faces), first)


def test_two_at_once_decode_it_once_and_get_the_same(faces: Path, reads: list[str]) -> None:
    results: list[np.ndarray] = []
    threads = [Thread(target=lambda: results.append(decode(faces))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reads) == COUNT
    assert len(results) == 2
    for result in results:
        assert np.array_equal(result[-1], pixels(faces / f"{COUNT - 1:04}.bmp"))
    assert len(in_cache()) == 2


def test_who_waits_for_anothers_decode_can_break_off(faces: Path) -> None:
    class EnoughError(Exception):
        pass

    def give_up(done: int, total: int) -> None:
        raise EnoughError

    def meanwhile(done: int, total: int) -> None:
        with pytest.raises(EnoughError):
            cached_images(faces, 16, 3, give_up)
        assert in_cache("*.part")  # of the one that goes on

    images, _ = cached_images(faces, 16, 3, meanwhile)
    assert np.array_equal(images, decode(faces))


def test_a_folder_that_changes_while_it_is_read_is_refused(faces: Path) -> None:
    def change(done: int, total: int) -> None:
        Image.new("RGB", (16, 16)).save(faces / "0000.bmp")

    with pytest.raises(InputError, match="changed while it was read"):
        cached_images(faces, 16, 3, change)
    assert in_cache() == []
    assert decode(faces)[0].max() == 0


def test_a_full_disk_is_one_line_and_leaves_nothing(
    faces: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))  # of 15,360 that are needed
    try:
        with pytest.raises(InputError, match=r"cannot keep .* make room") as caught:
            decode(faces)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "\n" not in str(caught.value)
    assert in_cache() == []
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(15_359))
    with pytest.raises(InputError, match="No space left on device"):
        cached_images(faces, 16, 3, lambda done, total: pytest.fail("began to decode"))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(15_360))
    assert len(decode(faces)) == COUNT


def test_a_set_larger_than_memory_can_be_mapped(tmp_path: Path) -> None:
    size = 2 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with (tmp_path / "large.uint8").open("wb") as file:
        file.truncate(size)  # a hole: it takes no room
    images = gan_core.image_cache._mapped(tmp_path / "large", (size // 3072, 3, 32, 32))
    assert images[-1].max() == 0


SET = COUNT * 3 * 16 * 16  # bytes of the faces in colour
HOUR = 3600


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """For two sets and a half."""
    monkeypatch.setattr(gan_core.image_cache, "MOST_BYTES", 5 * SET // 2)


def others(tmp_path: Path, name: str) -> Path:
    """Another folder of as many images."""
    folder = tmp_path / name
    write(folder, COUNT - 1)
    Image.effect_noise((16, 16), 99).convert("RGB").save(folder / f"{name}.bmp")
    return folder


def decoded_earlier(root: Path, hours: float) -> Path:
    """Its pixels in the cache, last used so long ago."""
    before = set(in_cache("*.uint8"))
    decode(root)
    (pixels,) = set(in_cache("*.uint8")) - before
    then = pixels.stat().st_mtime - hours * HOUR
    os.utime(pixels.with_suffix(".json"), (then, then))
    return pixels


@pytest.mark.usefixtures("little_room")
def test_a_new_set_takes_the_place_of_the_one_used_longest_ago(faces: Path, tmp_path: Path) -> None:
    first = decoded_earlier(faces, 3)
    decoded_earlier(others(tmp_path, "b"), 2)
    decode(faces)  # opened again: it is the newer one now
    third = decoded_earlier(others(tmp_path, "c"), 0)
    assert set(in_cache()) == {
        file for kept in (first, third) for file in (kept, kept.with_suffix(".json"))
    }
    assert len(decode(tmp_path / "b")) == COUNT  # and comes back when it is asked for


def test_to_open_a_set_is_to_use_it(faces: Path) -> None:
    pixels = decoded_earlier(faces, 3)
    card = pixels.with_suffix(".json")
    before = card.stat().st_mtime
    decode(faces)
    assert card.stat().st_mtime > before + 2 * HOUR


@pytest.mark.usefixtures("little_room")
def test_sets_of_the_last_hour_stay_however_many(faces: Path, tmp_path: Path) -> None:
    for name in "bcd":
        decoded_earlier(others(tmp_path, name), 0.9)
    decode(faces)
    assert len(in_cache("*.uint8")) == 4


def test_the_set_just_made_stays_even_if_it_is_too_large(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "bc":
        decoded_earlier(others(tmp_path, name), 2)
    monkeypatch.setattr(gan_core.image_cache, "MOST_BYTES", 1)
    monkeypatch.setattr(gan_core.image_cache, "IN_USE_SECONDS", -HOUR)
    decode(faces)
    assert len(in_cache("*.uint8")) == 1
    assert len(in_cache("*.json")) == 1
    assert len(decode(faces)) == COUNT


def test_a_set_that_another_writes_or_that_cannot_be_deleted_is_passed_over(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest, mapped, last = (
        decoded_earlier(others(tmp_path, n), h) for n, h in zip("bcd", (5, 4, 3))
    )
    unlink = Path.unlink

    def as_on_windows(path: Path, missing_ok: bool = False) -> None:
        if path == mapped:
            raise PermissionError(13, "in use", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", as_on_windows)
    monkeypatch.setattr(gan_core.image_cache, "MOST_BYTES", 5 * SET // 2)
    with oldest.with_suffix(".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        decode(faces)
    assert last not in in_cache() and not last.with_suffix(".json").exists()
    for kept in (oldest, mapped):
        assert kept.exists() and kept.with_suffix(".json").exists()


@pytest.mark.usefixtures("little_room")
def test_who_has_a_set_mapped_keeps_it(faces: Path, tmp_path: Path) -> None:
    file = decoded_earlier(faces, 2)
    images = decode(faces)
    expected = np.array(images)
    then = file.stat().st_mtime - 2 * HOUR
    os.utime(file.with_suffix(".json"), (then, then))
    for name in "bc":
        decode(others(tmp_path, name))
    assert not file.exists()
    assert np.array_equal(images, expected)


def test_a_cache_that_is_another_users_can_be_read(
    faces: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = np.array(decode(faces))
    reads.clear()

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "utime", refuse)
    assert np.array_equal(decode(faces), first) and not reads


MEASURE = """
import sys
from pathlib import Path
from gan_core.data import load

def anonymous() -> int:  # bytes of memory that no file stands for
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) * 1024

load("folder", 8, 3, Path(sys.argv[1]))  # threads and modules are there before it counts
before = anonymous()
images = load("folder", 512, 3, Path(sys.argv[1])).images
decoded = anonymous()
most = 0
for batch in images.split(8):
    floats = batch[list(range(len(batch)))].float()
    assert floats.mean() > 0
    most = max(most, anonymous())
print(images.nbytes, decoded - before, most - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the numbers")
def test_memory_is_needed_for_a_batch_not_for_the_set(tmp_path: Path) -> None:
    write(tmp_path / "many", 320)
    command = [sys.executable, "-c", MEASURE, str(tmp_path / "many")]
    returned = os.environ | {"MALLOC_MMAP_THRESHOLD_": str(2**20)}  # freed memory goes back
    numbers = subprocess.run(command, check=True, capture_output=True, text=True, env=returned)
    size, decoded, trained = map(int, numbers.stdout.split())
    assert size > 250_000_000
    assert decoded < size / 4
    assert trained < size / 8  # a batch as floats is a tenth of it
