"""A run's snapshots, epoch after epoch, as a film to take away: MP4 or GIF.

It knows pictures, and how a run folder names them; no networks.
"""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from gan_core.errors import InputError
from gan_core.images import gif, to_pil

Frames = Sequence[np.ndarray] | np.ndarray  # uint8, each (H, W, 1) or (H, W, 3), all of one size

LAST_SECONDS = 2.0  # that the last frame is held, beside its own time
SIDE = 720  # pixels that a film is enlarged to, at most
MOST_FRAMES = 300  # of a film from a run folder: half a minute, also of a thousand epochs
MOST_PIXELS = 2**28  # of all its frames together, which are in memory at once
QUALITY = "20"  # x264's: 0 is without loss, 18 is hard to tell from it, 23 its own choice
STRIP, TEXT = 24, 14  # pixels: the height of a caption and of its letters
FASTEST = 50  # frames a second that a GIF can show in every browser


def mp4(
    frames: Frames, frames_per_second: int = 8, scale: int = 1, captions: Sequence[str] = ()
) -> bytes:
    """H.264 in yuv420p, which every browser plays; each pixel becomes scale x scale.

    captions: a text below each frame, or none. Odd sides get one more row or column, in black. The
    format keeps colours at half the resolution, so with scale 1 those of single pixels run.
    """
    if not 1 <= frames_per_second <= FASTEST:
        raise InputError(f"a film shows 1 to {FASTEST} frames a second, not {frames_per_second}")
    import av  # slow to load, so only where it is used
    from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

    pictures = map(_even, _prepared(frames, 1 / frames_per_second, scale, captions))
    first = next(pictures)
    file = BytesIO()
    with av.open(file, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=frames_per_second, options={"crf": QUALITY})
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = "yuv420p"
        # said in the file, for else a player guesses them from the size
        stream.codec_context.colorspace = Colorspace.ITU709
        stream.codec_context.color_range = ColorRange.MPEG
        stream.codec_context.color_primaries = ColorPrimaries.BT709
        stream.codec_context.color_trc = ColorTrc.BT709
        for picture in chain([first], pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    return file.getvalue()


def evolution_gif(
    frames: Frames,
    seconds_per_frame: float = 1 / 8,
    scale: int = 1,
    captions: Sequence[str] = (),
) -> bytes:
    """An endless GIF of the same; in whole hundredths of a second. Grey is kept exactly, of
    colours 256 a frame.

    Where a frame is like the one before it, that one is shown for longer.
    """
    if not 1 / FASTEST <= seconds_per_frame <= 60:
        raise InputError(f"a GIF shows a frame for {1 / FASTEST:g} to 60 seconds, "
                         f"not {seconds_per_frame}")  # fmt: skip
    pictures = _prepared(frames, seconds_per_frame, scale, captions)
    return gif(np.stack([*pictures]), seconds_per_frame)


def read_samples(folder: Path) -> tuple[list[np.ndarray], list[int]]:
    """The pictures in a run folder's samples/ and their epochs, in order.

    Of more than MOST_FRAMES, so many from all over the run, its first and its last among them.
    """
    found = {}
    for path in (folder / "samples").glob("epoch-*.png"):
        if number := re.fullmatch(r"epoch-(\d+)", path.stem):
            found[int(number[1])] = path
    if not found:
        raise InputError(f"{folder} holds no samples/epoch-*.png; give the folder of a run")
    every = sorted(found)
    height, width = _read(found[every[0]]).shape[:2]
    most = min(len(every), MOST_FRAMES, max(1, MOST_PIXELS // (height * width)))
    places = np.linspace(0, len(every) - 1, most).round().astype(int)
    epochs = [every[place] for place in places]
    return [_read(found[epoch], (width, height)) for epoch in epochs], epochs


def fitting_scale(frames: Frames) -> int:
    """How often SIDE holds the larger side, 1 at least."""
    return max(1, SIDE // max(frames[0].shape[:2]))


def _read(path: Path, size: tuple[int, int] | None = None) -> np.ndarray:
    """The picture; size: (W, H) that it must have. Judged before it is decoded."""
    try:
        # for other formats, such as EPS, Pillow would start programs
        with Image.open(path, formats=("PNG",)) as image:
            if (size and image.size != size) or image.width * image.height > MOST_PIXELS:
                raise InputError(f"{path} is not of the size of the others; put it back")
            pixels = np.asarray(image if image.mode == "L" else image.convert("RGB"))
    except InputError:
        raise
    except (UnidentifiedImageError, SyntaxError, OSError, ValueError,
            Image.DecompressionBombError) as error:  # fmt: skip
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise InputError(f"{path} is damaged; put it back or delete it ({reason})") from None
    return pixels[..., None] if pixels.ndim == 2 else pixels


def _prepared(
    frames: Frames, seconds_per_frame: float, scale: int, captions: Sequence[str]
) -> Iterator[np.ndarray]:
    """Enlarged and captioned one by one, for all at once would fill the memory; the last held."""
    sizes = {frame.shape for frame in frames}
    if not sizes:
        raise InputError("a film needs one picture or more")
    if len(sizes) > 1:
        raise InputError("the pictures of a film must be of one size and all grey or all in colour")
    if scale < 1:
        raise InputError(f"scale must be 1 or more, not {scale}")
    picture = frames[0]
    for frame, text in zip(frames, captions or [""] * len(frames), strict=True):
        picture = frame.repeat(scale, axis=0).repeat(scale, axis=1)
        if captions:
            picture = np.concatenate([picture, _strip(text, picture.shape)])
        yield picture
    for _ in range(round(LAST_SECONDS / seconds_per_frame)):
        yield picture


def _even(picture: np.ndarray) -> np.ndarray:
    """(H, W, C) -> (H, W, 3) with even sides, as yuv420p needs."""
    height, width, channels = picture.shape
    padded = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)))
    return padded if channels == 3 else padded.repeat(3, axis=2)


def _strip(text: str, shape: tuple[int, ...]) -> np.ndarray:
    """White on black, (STRIP, W, C) below a picture (H, W, C)."""
    strip = to_pil(np.zeros((STRIP, *shape[1:]), np.uint8))
    place, font = (TEXT // 2, STRIP // 2), ImageFont.load_default(TEXT)
    ImageDraw.Draw(strip).text(place, text, "white", font, anchor="lm")
    return np.asarray(strip).reshape(STRIP, *shape[1:])
