"""Loading: real sets, folders, downloads from a local stand-in, and what can go wrong."""

import gzip
import hashlib
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from sklearn.datasets import load_digits

from gan_core.data import Unavailable, load
from gan_core.errors import InputError
from gan_core.image_cache import user_cache


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("GAN_DATA_DIR", raising=False)


def idx(array: np.ndarray) -> bytes:
    """The MNIST files' format: magic number, dimensions, bytes."""
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return header + array.astype(np.uint8).tobytes()


IMAGES = np.random.default_rng(0).integers(0, 256, (12, 28, 28), dtype=np.uint8)
LABELS = np.arange(12) % 10


def write_raw(root: Path) -> None:
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "t10k"):
        (raw / f"{part}-images-idx3-ubyte").write_bytes(idx(IMAGES))
        (raw / f"{part}-labels-idx1-ubyte").write_bytes(idx(LABELS))


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A web server that serves MNIST's files, and the paths it was asked for."""
    folder, asked = tmp_path / "mirror", []
    folder.mkdir()
    resources = []
    for name, array in (("images-idx3", IMAGES), ("labels-idx1", LABELS)):
        for part in ("train", "t10k"):
            packed = gzip.compress(idx(array))
            file = folder / f"{part}-{name}-ubyte.gz"
            file.write_bytes(packed)
            resources.append((file.name, hashlib.md5(packed).hexdigest()))

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", [url])
    monkeypatch.setattr(torchvision.datasets.MNIST, "resources", resources)
    yield asked
    server.shutdown()
    server.server_close()


def test_digits_are_scikit_learns_resized_smoothly() -> None:
    digits = load("digits", 28, 1)
    pixels, labels = load_digits(return_X_y=True)
    assert digits.images.shape == (1797, 1, 28, 28) and digits.images.dtype == torch.uint8
    assert digits.labels.tolist() == list(labels)
    assert digits.class_names == tuple("0123456789")
    back = torch.nn.functional.interpolate(digits.images.float(), 8, mode="area")[:, 0]
    correlation = np.corrcoef(back.numpy().ravel(), np.ravel(pixels))[0, 1]
    assert correlation > 0.98
    assert len(digits.images[0].unique()) > 40  # smooth: many greys, not 17 in blocks


def test_colour_and_size_fit_the_preset() -> None:
    images = load("digits", 64, 3).images
    assert images.shape == (1797, 3, 64, 64)
    assert torch.equal(images[:, 0], images[:, 2])


def test_mnist_is_found_in_the_folder_given(tmp_path: Path) -> None:
    write_raw(tmp_path)
    mnist = load("mnist", 28, 1, tmp_path)
    assert np.array_equal(mnist.images[:, 0].numpy(), IMAGES)
    assert mnist.labels.tolist() == LABELS.tolist()
    assert mnist.class_names == tuple("0123456789")


def test_mnist_is_found_through_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_raw(tmp_path)
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    assert len(load("mnist", 28, 1)) == 12


def test_mnist_is_downloaded_once_into_the_users_cache(mirror: list[str]) -> None:
    first = load("mnist", 28, 1)
    assert np.array_equal(first.images[:, 0].numpy(), IMAGES)
    assert (user_cache() / "MNIST" / "raw").is_dir()
    requests = len(mirror)
    assert requests > 0
    assert torch.equal(load("mnist", 28, 1).images, first.images)
    assert len(mirror) == requests


def test_an_unfinished_download_is_taken_up_again(mirror: list[str]) -> None:
    raw = user_cache() / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "train-images-idx3-ubyte.gz").write_bytes(b"half")
    assert len(load("mnist", 28, 1)) == 12


def test_a_damaged_set_is_named_and_the_caches_own_is_fetched_again(
    mirror: list[str], tmp_path: Path
) -> None:
    write_raw(tmp_path)
    write_raw(user_cache())
    for root in (tmp_path, user_cache()):
        images = root / "MNIST" / "raw" / "train-images-idx3-ubyte"
        images.write_bytes(images.read_bytes()[:100])
    with pytest.raises(InputError, match="MNIST is damaged; delete it"):
        load("mnist", 28, 1, tmp_path)
    assert np.array_equal(load("mnist", 28, 1).images[:, 0].numpy(), IMAGES)
    (user_cache() / "MNIST" / "raw" / "train-labels-idx1-ubyte").write_bytes(b"")
    assert len(load("mnist", 28, 1)) == 12


def test_offline_with_nothing_cached_is_one_line_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"])
    with pytest.raises(Unavailable) as caught:
        load("mnist", 28, 1)
    line = str(caught.value)
    assert "\n" not in line and "--data-dir" in line and "digits" in line


def test_real_mnist_equals_what_torchvision_reads_image_by_image(data_dir: Path) -> None:
    ours = load("mnist", 28, 1, data_dir)
    theirs = torchvision.datasets.MNIST(data_dir, train=True)
    assert len(ours) == len(theirs) == 60_000
    for index in (0, 1, 31_415, 59_999):
        image, label = theirs[index]
        assert np.array_equal(ours.images[index, 0].numpy(), np.asarray(image))
        assert ours.labels[index] == label


def test_fashion_mnist_has_its_class_names(data_dir: Path) -> None:
    fashion = load("fashion-mnist", 28, 1, data_dir)
    assert len(fashion) == 60_000
    assert fashion.class_names[:2] == ("T-shirt/top", "Trouser")


def test_a_folder_is_read_whole_cropped_square_and_resized(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    wide = np.zeros((40, 120, 3), np.uint8)
    wide[:, 40:80] = (255, 0, 0)  # the middle square is red, the sides are black
    Image.fromarray(wide).save(tmp_path / "a.png")
    Image.fromarray(wide).convert("L").save(tmp_path / "below" / "b.JPG")
    (tmp_path / "notes.txt").write_text("no image")
    images = load("folder", 16, 3, tmp_path).images
    assert images.shape == (2, 3, 16, 16)
    assert images[0, :, 8, 8].tolist() == [255, 0, 0]
    assert images[0, 0, :, 1:-1].min() == 255  # the filter reaches past the cut by a pixel
    assert load("folder", 16, 1, tmp_path).images.shape == (2, 1, 16, 16)


def test_sixteen_bits_transparency_and_hidden_files_are_read_as_people_see_them(
    tmp_path: Path,
) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)
    Image.fromarray(np.tile(ramp, (256, 1))).save(tmp_path / "a16.png")
    clear = np.zeros((20, 20, 4), np.uint8)  # black, and wholly transparent
    Image.fromarray(clear, "RGBA").save(tmp_path / "clear.png")
    (tmp_path / "._a16.png").write_bytes(b"what a Mac leaves on other disks")
    (tmp_path / "folder.png").mkdir()
    images = load("folder", 256, 1, tmp_path).images
    assert len(images) == 2
    assert np.abs(images[0, 0, 0].numpy().astype(int) - np.arange(256)).max() <= 1
    assert images[1].min() == 255


def test_real_faces_load_as_colour(data_dir: Path) -> None:
    faces = data_dir / "celeba10k"
    if not faces.is_dir():
        pytest.skip(f"{faces} is missing")
    images = load("folder", 64, 3, faces).images
    assert images.shape == (9993, 3, 64, 64)
    with Image.open(sorted(faces.iterdir())[5]) as face:
        assert np.array_equal(images[5].permute(1, 2, 0).numpy(), np.asarray(face))


def test_bad_folders_are_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--data-dir"):
        load("folder", 28, 1)
    with pytest.raises(InputError, match=r"there is no .*missing"):
        load("folder", 28, 1, tmp_path / "missing")
    with pytest.raises(InputError, match="no images"):
        load("folder", 28, 1, tmp_path)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG but not really")
    with pytest.raises(InputError, match=r"none of the 1 images .* broken\.png"):
        load("folder", 28, 1, tmp_path)
    with pytest.raises(InputError, match=r"broken\.png is no readable \.zip"):
        load("folder", 28, 1, tmp_path / "broken.png")
    with pytest.raises(InputError, match="no folder"):
        load("mnist", 28, 1, tmp_path / "broken.png")


def test_a_zip_is_read_like_a_folder_and_what_is_unreadable_is_named(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    folder = tmp_path / "faces"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (30, 40), (number, 50, 100)).save(folder / f"{number}.png")
    (folder / "1.png").write_bytes(b"\x89PNG but not really")
    packed = Path(shutil.make_archive(str(tmp_path / "faces"), "zip", tmp_path, "faces"))
    faces = load("folder", 16, 3, packed, lambda *so_far: told.append(so_far))
    assert faces.skipped == ("faces/1.png",)
    assert told[-1] == (3, 3)
    assert faces.images[:, :, 8, 8].tolist() == [[0, 50, 100], [2, 50, 100]]
    assert faces.labels.tolist() == [0, 0] and faces.class_names == ()
    assert load("folder", 16, 3, folder).skipped == ("1.png",)


def test_an_unknown_set_lists_what_there_is() -> None:
    with pytest.raises(InputError, match="digits, mnist, fashion-mnist, stacked-mnist, folder"):
        load("cats", 28, 1)


def test_points_of_the_plane_are_always_the_same_and_know_their_modes() -> None:
    ring = load("ring", 0, 2)
    assert ring.images.shape == (20_000, 2) and ring.images.dtype == torch.float32
    assert torch.equal(ring.images, load("ring", 0, 2).images)
    assert len(ring.class_names) == 8 and ring.labels.bincount().tolist() == [2500] * 8
    assert load("line", 0, 2).class_names == ()


def test_points_somebody_drew_are_read_centred_and_scaled(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("10,10\n14, 10\n12,12\n")
    points = load("drawn", 0, 2, file).images.numpy()
    assert len(points) == 20_000
    corners = np.array([[-1, -0.5], [1, -0.5], [0, 0.5]])
    nearest = np.linalg.norm(points[:, None] - corners, axis=2)
    assert nearest.min(axis=1).max() < 0.12  # the jitter's tail
    assert np.bincount(nearest.argmin(axis=1)).min() > 6000


@pytest.mark.parametrize("content", ["", "1,2\n", "1,2\n3\n", "a,b\nc,d\n", "1,2\nnan,3\n"])
def test_a_drawing_that_is_none_is_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text(content)
    with pytest.raises(InputError, match="x and a y"):
        load("drawn", 0, 2, file)
    with pytest.raises(InputError, match="--data-dir"):
        load("drawn", 0, 2)


def test_points_are_no_images_and_images_no_points() -> None:
    with pytest.raises(InputError, match="points of the plane"):
        load("ring", 28, 1)
    with pytest.raises(InputError, match="images"):
        load("digits", 0, 2)


def test_the_test_part_is_other_images_and_only_some_sets_have_one(data_dir: Path) -> None:
    ours = load("mnist", 28, 1, data_dir, part="test")
    theirs = torchvision.datasets.MNIST(data_dir, train=False)
    assert np.array_equal(ours.images[:, 0].numpy(), theirs.data.numpy())
    assert ours.labels.tolist() == theirs.targets.tolist()
    with pytest.raises(InputError, match="digits"):
        load("digits", 28, 1, part="test")
