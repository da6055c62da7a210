"""Films, decoded again by the libraries that browsers' players and picture viewers are made of."""

import sys
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from gan_core import evolution
from gan_core.__main__ import main
from gan_core.errors import InputError
from gan_core.evolution import STRIP, evolution_gif, fitting_scale, mp4, read_samples
from gan_core.images import png

COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128), (240, 160, 42), (16, 22, 36)]


def decoded(film: bytes) -> np.ndarray:
    """(N, H, W, 3)."""
    with av.open(BytesIO(film), "r") as container:
        return np.stack([f.to_ndarray(format="rgb24") for f in container.decode(video=0)])


def gif_frames(film: bytes) -> tuple[np.ndarray, list[int]]:
    """(N, H, W, 3), and for how many milliseconds each is shown."""
    pictures, durations = [], []
    with Image.open(BytesIO(film)) as image:
        for place in range(getattr(image, "n_frames", 1)):
            image.seek(place)
            pictures.append(np.asarray(image.convert("RGB")))
            durations.append(image.info["duration"])
    return np.stack(pictures), durations


def grey_noise(count: int, height: int = 20, width: int = 30) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, height, width, 1), dtype=np.uint8)


def plain(count: int = 6) -> np.ndarray:
    """A frame of each colour."""
    return np.array(COLOURS, np.uint8)[:count, None, None, :].repeat(32, 1).repeat(48, 2)


def test_an_mp4_holds_each_frame_and_the_last_for_two_seconds_more() -> None:
    film = mp4(plain(), frames_per_second=5)
    assert len(decoded(film)) == 6 + 2 * 5
    with av.open(BytesIO(film), "r") as container:
        (stream,) = container.streams.video
        context = stream.codec_context
        assert (context.name, context.pix_fmt, stream.average_rate) == ("h264", "yuv420p", 5)
        assert container.duration == pytest.approx(16 / 5 * av.time_base)
        assert context.colorspace == 1  # BT.709, so that no player has to guess


def test_colours_come_back_within_the_error_of_compression() -> None:
    frames = decoded(mp4(plain()))
    expected = np.concatenate([plain(), plain()[-1:].repeat(16, axis=0)])
    assert np.abs(frames.astype(int) - expected).max() <= 6


def test_pixels_stay_sharp_when_enlarged() -> None:
    noise = grey_noise(3)
    frames = decoded(mp4(noise, scale=8))
    assert frames.shape == (3 + 16, 160, 240, 3)
    for frame, original in zip(frames, noise):
        expected = original.repeat(8, axis=0).repeat(8, axis=1)
        error = np.abs(frame.astype(int) - expected)
        assert error.mean() < 4 and np.percentile(error, 99) < 25
        middles = frame[4::8, 4::8].astype(int)
        assert np.abs(middles - original).mean() < 3


def test_odd_sides_get_a_black_row_and_column() -> None:
    frames = decoded(mp4(np.full((2, 31, 45, 3), 200, np.uint8)))
    assert frames.shape[1:] == (32, 46, 3)
    assert np.abs(frames[0, :30, :44].astype(int) - 200).max() < 16


def test_the_same_frames_make_the_same_film() -> None:
    assert mp4(grey_noise(4), scale=2) == mp4(list(grey_noise(4)), scale=2)


def test_a_gif_holds_grey_frames_exactly_and_the_last_longer() -> None:
    noise = grey_noise(5)
    frames, durations = gif_frames(evolution_gif(noise, 0.2, scale=3))
    np.testing.assert_array_equal(frames, noise.repeat(3, 1).repeat(3, 2).repeat(3, 3))
    assert durations == [200] * 4 + [2200]


def test_a_gif_holds_few_colours_exactly() -> None:
    frames, _ = gif_frames(evolution_gif(plain(), 0.1))
    np.testing.assert_array_equal(frames, plain())


def test_captions_lie_below_and_leave_the_frame_as_it_is() -> None:
    noise = grey_noise(2, 20, 80)
    bare = gif_frames(evolution_gif(noise))[0]
    with_text = gif_frames(evolution_gif(noise, captions=["epoch 1", "epoch 2"]))[0]
    assert with_text.shape[1:] == (20 + STRIP, 80, 3)
    np.testing.assert_array_equal(with_text[:, :20], bare)
    first, second = with_text[:, 20:].astype(int)
    assert first.max() > 200 and (first == 0).mean() > 0.5
    written = np.flatnonzero((first != second).any(axis=(0, 2)))
    assert 0 < written.max() - written.min() < 20  # the digit alone
    assert not first[[0, -1]].any()  # nothing is cut off
    assert decoded(mp4(noise, captions=["a", "b"])).shape[1:] == (20 + STRIP, 80, 3)
    assert decoded(mp4(plain(2), captions=["a", "b"])).shape[1:] == (32 + STRIP, 48, 3)


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([], "one picture or more"),
        ([np.zeros((4, 4, 1), np.uint8), np.zeros((4, 6, 1), np.uint8)], "of one size"),
        ([np.zeros((4, 4, 1), np.uint8), np.zeros((4, 4, 3), np.uint8)], "of one size"),
    ],
)
def test_what_is_no_film_is_refused(frames: list[np.ndarray], message: str) -> None:
    for make in (mp4, evolution_gif):
        with pytest.raises(InputError, match=message):
            make(frames)


def test_a_pace_that_no_player_keeps_is_refused() -> None:
    for frames_per_second in (0, -1, 51):
        with pytest.raises(InputError, match="1 to 50 frames a second"):
            mp4(plain(), frames_per_second)
    for seconds in (0, 0.01, 61, float("nan")):
        with pytest.raises(InputError, match=r"0\.02 to 60 seconds"):
            evolution_gif(plain(), seconds)
    with pytest.raises(InputError, match="scale must be 1 or more"):
        mp4(plain(), scale=0)


def test_small_pictures_are_enlarged_and_large_ones_not() -> None:
    sizes = {238: 3, 526: 1, 720: 1, 3000: 1, 360: 2}
    for side, scale in sizes.items():
        assert fitting_scale(np.zeros((1, 10, side, 1), np.uint8)) == scale


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """Twelve epochs of grey squares, one of them beyond four digits, and files of other kinds."""
    samples = tmp_path / "run" / "samples"
    samples.mkdir(parents=True)
    for number in (*range(11), 10_000):
        (samples / f"epoch-{number:04d}.png").write_bytes(png(square(number)))
    (samples / "epoch-best.png").write_bytes(b"mine")
    (samples / ".epoch-0003.png.part").write_bytes(b"")
    return tmp_path / "run"


def square(epoch: int) -> np.ndarray:
    return np.full((100, 120, 1), 20 * min(epoch, 11), np.uint8)


def test_the_samples_of_a_run_are_read_in_order_of_their_epochs(run_folder: Path) -> None:
    frames, epochs = read_samples(run_folder)
    assert epochs == [*range(11), 10_000]
    np.testing.assert_array_equal(frames, [square(epoch) for epoch in epochs])


def test_of_a_long_run_some_frames_are_taken_from_all_over_it(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evolution, "MOST_FRAMES", 4)
    frames, epochs = read_samples(run_folder)
    assert epochs == [0, 4, 7, 10_000]
    np.testing.assert_array_equal(frames[-1], square(10_000))


def test_large_pictures_make_a_shorter_film_and_strange_ones_none(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evolution, "MOST_PIXELS", 3 * 120 * 100)
    assert read_samples(run_folder)[1] == [0, 6, 10_000]
    (run_folder / "samples" / "epoch-0006.png").write_bytes(png(square(6)[:50]))
    with pytest.raises(InputError, match=r"epoch-0006\.png is not of the size of the others"):
        read_samples(run_folder)
    Image.fromarray(square(6)[..., 0]).save(run_folder / "samples" / "epoch-0006.png", "EPS")
    with pytest.raises(InputError, match=r"epoch-0006\.png is damaged"):
        read_samples(run_folder)
    monkeypatch.setattr(evolution, "MOST_PIXELS", 100)
    with pytest.raises(InputError, match=r"epoch-0000\.png is not of the size"):
        read_samples(run_folder)


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["gan_core", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


def test_the_command_makes_either_kind(run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = run_folder.parent / "new" / "film.mp4"
    assert run(monkeypatch, "film", str(run_folder), "--out", str(out)) == 0
    frames = decoded(out.read_bytes())
    assert frames.shape == (12 + 16, 600 + STRIP, 720, 3)
    middles = frames[:12, 300, 360, 0].astype(int)
    assert np.abs(middles - [20 * n for n in range(12)]).max() <= 4

    out = run_folder.parent / "film.gif"
    words = ["film", str(run_folder), "--out", str(out), "--fps", "2", "--no-captions"]
    assert run(monkeypatch, *words) == 0
    frames, durations = gif_frames(out.read_bytes())
    np.testing.assert_array_equal(frames[:, 0, 0, 0], [20 * n for n in range(12)])
    assert frames.shape[1:] == (600, 720, 3) and durations == [500] * 11 + [2500]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("film {run} --out {tmp}/x.webm", "--out must end in .mp4 or .gif"),
        ("film {tmp} --out {tmp}/x.mp4", "holds no samples/epoch-*.png"),
        ("film {tmp}/nothing --out {tmp}/x.mp4", "holds no samples/epoch-*.png"),
        ("film {broken} --out {tmp}/x.gif", "epoch-0001.png is damaged"),
        ("film {run} --out {tmp}/x.gif --fps 0", "--fps"),
        ("film {run} --out {tmp}/run/config.json/x.gif", "cannot write"),
    ],
)
def test_bad_input_ends_in_one_line(
    words: str,
    hint: str,
    run_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    (run_folder / "config.json").write_text("{}")
    broken = tmp_path / "broken" / "samples"
    broken.mkdir(parents=True)
    (broken / "epoch-0001.png").write_bytes(png(square(1))[:60])
    places = {"run": run_folder, "tmp": tmp_path, "broken": broken.parent}
    assert run(monkeypatch, *words.format(**places).split()) != 0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1 and hint in lines[0]
    assert not list(tmp_path.glob("x.*"))
