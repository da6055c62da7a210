"""From keyframe to keyframe through latent space, as a page asks for it. It knows no gradio."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from demo.choices import whole_number
from demo.point import Point, read_point
from demo.sessions import Sessions
from gan_core.errors import InputError, choose
from gan_core.images import GAP, grid
from gan_core.latent import EASINGS, METHODS, interpolate

MAX_KEYFRAMES = 32
MAX_STEPS = 64  # images of a leg
MAX_IMAGES = 512  # of a walk, all its paths together


@dataclass(frozen=True)
class Walk:
    """Made by `read`, which checks all there is to check."""

    points: list[Point]  # the keyframes, all of one model
    methods: list[str]  # one path for each
    easing: str
    steps: int
    closed: bool  # a last leg leads back to the first

    @classmethod
    def read(cls, sessions: Sessions, told: dict[str, Any]) -> Self:
        """What a page sent; InputError for more images than MAX_IMAGES."""
        points = read_keyframes(sessions, told["keyframes"])
        methods, easing = [str(name) for name in told["methods"]], str(told["easing"])
        for name in methods:
            choose("path", name, METHODS)
        choose("easing", easing, EASINGS)
        steps = whole_number("images a leg", told["steps"], 2, MAX_STEPS)
        walk = cls(points, methods, easing, steps, bool(told["closed"]))
        if walk.legs * steps * len(methods) > MAX_IMAGES:
            raise InputError(f"a walk may have {MAX_IMAGES} images; take fewer keyframes, images "
                             "a leg or paths")  # fmt: skip
        return walk

    @property
    def legs(self) -> int:
        return max(0, len(self.points) - 1 + (self.closed and len(self.points) > 1))

    def strips(self) -> list[np.ndarray]:
        """For each path uint8 (legs * steps, H, W, C), the ends of each leg included."""
        if not self.legs or not self.methods:
            raise InputError("a walk needs two keyframes or more; add seeds or points")
        return [self._strip(method) for method in self.methods]

    def frames(self) -> np.ndarray:
        """uint8 (N, H, W, C): the paths side by side; where two legs meet, one image."""
        beside = np.stack([strip[self._onward()] for strip in self.strips()], axis=1)
        return np.stack([grid(images, len(self.methods)) for images in beside])

    def sheet(self) -> np.ndarray:
        """One uint8 picture: leg below leg, and of each leg path below path."""
        strips = np.stack(self.strips())
        paths, _, *size = strips.shape
        legs = strips.reshape(paths, self.legs, self.steps, *size).swapaxes(0, 1)
        return grid(legs.reshape(-1, *size), self.steps)

    def _strip(self, method: str) -> np.ndarray:
        points = [*self.points, self.points[0]] if self.closed else self.points
        z = interpolate(drawn_z(points), self.steps, method, self.easing)
        labels = None
        if points[0].labels is not None:
            weights = np.concatenate([point.labels for point in points if point.labels is not None])
            labels = interpolate(weights, self.steps, "lerp", self.easing)
            labels = labels.reshape(-1, labels.shape[-1])
        return points[0].model.generate(z.reshape(-1, z.shape[-1]), labels)

    def _onward(self) -> list[int]:
        """The frames of a film: a leg begins where the one before ended."""
        places = range(self.legs * self.steps)
        return [place for place in places if place == 0 or place % self.steps]


def read_keyframes(sessions: Sessions, told: list[dict[str, Any]]) -> list[Point]:
    """Points of one model."""
    if len(told) > MAX_KEYFRAMES:
        raise InputError(f"a walk may have {MAX_KEYFRAMES} keyframes; remove some")
    points = [read_point(sessions, one) for one in told]
    if len({str(one["model"]) for one in told}) > 1:
        raise InputError("the keyframes of a walk must be of one model")
    if points and not points[0].model.card.config.image_size:
        raise InputError("this model draws points of the plane; walks are for models of images")
    return points


def drawn_z(points: list[Point]) -> np.ndarray:
    """float32 (K, noise_dim)."""
    return np.concatenate([point.drawn_z for point in points])


def beside(images: np.ndarray) -> np.ndarray:
    """uint8 (N, H, W, C) -> one picture of a row."""
    return grid(images, len(images), GAP)
