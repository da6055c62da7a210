"""Pictures: tensors in [-1, 1] to uint8, grids, PNG and GIF files."""

from io import BytesIO

import numpy as np
from PIL import Image
from torch import Tensor


def to_uint8(images: Tensor) -> np.ndarray:
    """(N, C, H, W) in [-1, 1], any device and float type -> uint8 (N, H, W, C)."""
    pixels = images.float().add(1).mul(127.5).round().clamp(0, 255)
    return pixels.byte().permute(0, 2, 3, 1).cpu().numpy()


def grid(images: np.ndarray, columns: int, gap: int = 2) -> np.ndarray:
    """uint8 (N, H, W, C) -> one uint8 picture, rows of `columns`, black between and behind."""
    count, height, width, channels = images.shape
    rows = -(-count // columns)
    sheet = np.zeros((rows, height + gap, columns, width + gap, channels), np.uint8)
    for index, image in enumerate(images):
        sheet[index // columns, :height, index % columns, :width] = image
    sheet = sheet.reshape(rows * (height + gap), columns * (width + gap), channels)
    return sheet[: sheet.shape[0] - gap, : sheet.shape[1] - gap]


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
