"""Pictures: what G drew as arrays, grids and scatters, PNG and GIF files."""

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

if TYPE_CHECKING:  # the app draws pictures on a page that has no need of torch yet
    from torch import Tensor

GAP = 2  # pixels between the samples of a grid


def to_samples(drawn: "Tensor") -> np.ndarray:
    """What G drew, any device and float type: images (N, C, H, W) in [-1, 1] -> uint8 (N, H, W, C).

    Points (N, 2) stay what they are, float32.
    """
    if drawn.ndim == 2:
        return drawn.float().cpu().numpy()
    pixels = drawn.float().add(1).mul(127.5).round().clamp(0, 255)
    return pixels.byte().permute(0, 2, 3, 1).cpu().numpy()


def grid(images: np.ndarray, columns: int, gap: int = GAP) -> np.ndarray:
    """uint8 (N, H, W, C) -> one uint8 picture, rows of `columns`, black between and behind."""
    count, height, width, channels = images.shape
    rows = -(-count // columns)
    sheet = np.zeros((rows, height + gap, columns, width + gap, channels), np.uint8)
    for index, image in enumerate(images):
        sheet[index // columns, :height, index % columns, :width] = image
    sheet = sheet.reshape(rows * (height + gap), columns * (width + gap), channels)
    return sheet[: sheet.shape[0] - gap, : sheet.shape[1] - gap]


def picture(samples: np.ndarray, columns: int, real: np.ndarray | None = None) -> np.ndarray:
    """One uint8 picture (H, W, C): a grid of images, or a scatter of points beside real ones."""
    return grid(samples, columns) if samples.ndim == 4 else scatter(samples, real)


def scatter(fakes: np.ndarray, real: np.ndarray | None = None, side: int = 480) -> np.ndarray:
    """Points (N, 2) -> uint8 (side, side, 3); the frame is that of the real ones, if given."""
    framed = fakes if real is None else real
    middle = (framed.max(axis=0) + framed.min(axis=0)) / 2
    reach = 1.25 * max(np.abs(framed - middle).max(), 1e-6)
    sheet = Image.new("RGB", (side, side), "#101624")
    brush = ImageDraw.Draw(sheet)
    for points, colour, radius in ((real, "#3b82c4", 1), (fakes, "#f0a02a", 2)):
        if points is None:
            continue
        inside = points[(np.abs(points - middle) < reach).all(axis=1)]
        places = ((inside - middle) / reach * [1, -1] + 1) * side / 2  # y grows upwards
        for x, y in places:
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return np.asarray(sheet)


def to_pil(picture: np.ndarray) -> Image.Image:
    """uint8 (H, W, 1) or (H, W, 3) -> a PIL image."""
    return Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture)


def png(picture: np.ndarray) -> bytes:
    """uint8 (H, W, C) -> the bytes of a PNG file."""
    file = BytesIO()
    to_pil(picture).save(file, format="PNG")
    return file.getvalue()


def gif(frames: np.ndarray, seconds_per_frame: float = 0.08) -> bytes:
    """uint8 (N, H, W, C) -> the bytes of an endless GIF file."""
    first, *rest = [to_pil(frame) for frame in frames]
    file = BytesIO()
    first.save(
        file,
        format="GIF",
        save_all=True,
        append_images=rest,
        duration=round(seconds_per_frame * 1000),
        loop=0,
    )
    return file.getvalue()
