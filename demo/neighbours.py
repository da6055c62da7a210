"""The training images nearest to what a model draws. It imports torch, and knows no gradio."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from demo.point import Point
from demo.session import Session
from demo.text.inside import NOT_HERE, SOME_FOLDER
from demo.trainers import read_images
from gan_core.data import ImageSet, search_path
from gan_core.errors import InputError
from gan_core.model import Card
from gan_core.nearest import nearest

COUNT = 8
# of data sets that would be downloaded where they are not: what has to be there
FOLDERS = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST", "stacked-mnist": "MNIST"}


@dataclass(frozen=True, eq=False)
class Neighbour:
    image: np.ndarray  # uint8 (H, W, C)
    distance: float  # root mean square of pixels in [0, 1]
    label: str  # "" where the data has no classes


def neighbours(session: Session, name: str, point: Point) -> list[Neighbour]:
    """The COUNT nearest to the image of a point of the model `name`, nearest first.

    InputError says why there are none.
    """
    images = _images(session, name, point)
    names = images.class_names
    return [
        Neighbour(
            images.images[place].permute(1, 2, 0).numpy(),
            distance,
            names[int(images.labels[place])] if names else "",
        )
        for place, distance in nearest(images, point.draw(), COUNT)
    ]


def an_image(session: Session, name: str, point: Point) -> np.ndarray:
    """One of those that the model `name` learned from, by chance, uint8 (H, W, C);
    InputError as above."""
    images = _images(session, name, point)
    place = int(np.random.default_rng().integers(len(images)))
    return images.images[place].permute(1, 2, 0).contiguous().numpy()


def _images(session: Session, name: str, point: Point) -> ImageSet:
    card = point.model.card
    return read_images(card.config, _path(session, name, card))


def _path(session: Session, name: str, card: Card) -> Path | None:
    """Where its images lie; nothing is downloaded for a look."""
    run, dataset = session.models.run_of(name), card.config.dataset
    if run is None and dataset == "folder":
        raise InputError(NOT_HERE.format(data=card.data or SOME_FOLDER))
    path = run.data_path if run else session.data_path
    folder = FOLDERS.get(dataset)
    if folder and not any((root / folder / "raw").is_dir() for root in search_path(path)):
        raise InputError(NOT_HERE.format(data=dataset))
    return path
