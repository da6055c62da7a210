"""The plane through three points of latent space, and what lies at its places."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from gan_core.errors import InputError

FLAT = 1e-3  # of the length of a side: three points this near to one line span no plane


@dataclass(frozen=True)
class Plane:
    """Places (u, v) are in the units of the noise, from the first point; u points to the second."""

    origin: np.ndarray  # (D,)
    axes: np.ndarray  # (2, D), of length 1 and at right angles
    corners: np.ndarray  # (3, 2), where the three points lie

    @classmethod
    def through(cls, points: np.ndarray) -> Self:
        """points (3, D); InputError where they lie on a line, all but for rounding."""
        first, second, third = points.astype(np.float64)
        along, across = second - first, third - first
        width = np.linalg.norm(along)
        u = along / max(width, 1e-12)
        lean = across @ u
        rest = across - lean * u
        height = np.linalg.norm(rest)
        if width == 0 or height <= FLAT * np.linalg.norm(across):
            raise InputError("three points on one line span no plane; choose others")
        corners = np.array([[0, 0], [width, 0], [lean, height]])
        return cls(first, np.stack([u, rest / height]), corners)

    def at(self, places: np.ndarray) -> np.ndarray:
        """places (N, 2) -> z (N, D) float32."""
        return (self.origin + places @ self.axes).astype(np.float32)
