"""A look at what a generator makes while it learns: quick, and no part of the training.

It takes the same noise and the same reals at each look, so that two looks differ by the training
between them, and draws nothing from the randomness that training uses.
"""

from functools import cached_property

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from gan_core import latent
from gan_core.batches import Batch
from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.events import Evaluated
from gan_core.gaussian import Gaussian, distance_with_error
from gan_core.images import to_samples
from gan_core.judge import JUDGES, open_judge
from gan_core.modules import Generator
from gan_core.rounds import Rounds

SAMPLES = 240  # fakes of a look, a multiple of any packing
REFERENCE = 1000  # reals that they are compared with
FEWEST = 50  # reals of a Gaussian that is worth its name
MOST_SEARCHED = 5000  # training samples among which copies are looked for
COARSE = 16  # pixels along a side, in which images are compared with one another


class Observer:
    """Looks at one run's networks."""

    def __init__(self, config: RunConfig, images: ImageSet, rounds: Rounds) -> None:
        self._images = images
        self._rounds = rounds
        device = rounds.chance.device
        self._order = order = torch.randperm(
            len(images), generator=torch.Generator().manual_seed(config.seed)
        )
        others = min(SAMPLES, len(images) // 3)
        self._others, self._reference = order[:others], order[others:][:REFERENCE]
        z = latent.noise(config.seed, SAMPLES, config.noise_dim, config.noise)
        self._z = torch.from_numpy(z).to(device)
        self._labels = torch.arange(SAMPLES, device=device) % max(1, len(images.class_names))
        self._reals = rounds.batches.at(order[torch.arange(SAMPLES) % len(order)])
        dataset = config.dataset
        self._judge = open_judge(JUDGES[dataset]) if dataset in JUDGES else None

    @torch.no_grad()
    def look(self, config: RunConfig, step: int, epoch: int, shown: Generator) -> Evaluated:
        """At what `shown` draws, and what D makes of it."""
        drawn = shown.eval()(self._z, self._labels)
        d_real, d_fake = self._rounds.accuracy(config, self._reals, Batch(drawn, self._labels))
        fakes = torch.from_numpy(to_samples(drawn))
        coarse = _coarse(fakes if fakes.ndim == 2 else fakes.permute(0, 3, 1, 2))
        diversity = _mean_distance(coarse) / self._real_diversity
        classes, features = self._recognised(fakes)
        distance = error = floor = None
        if features is not None and len(self._others) >= FEWEST:
            distance, error = distance_with_error(self._real_features[0], features)
            floor = self._real_features[1]
        names = self._images.class_names if classes is not None else ()
        counts = [] if classes is None else torch.bincount(classes, minlength=len(names)).tolist()
        return Evaluated(
            step=step,
            epoch=epoch,
            samples=SAMPLES,
            d_accuracy_real=d_real,
            d_accuracy_fake=d_fake,
            diversity=diversity,
            classes=dict(zip(names, counts)),
            distance=distance,
            distance_error=error,
            distance_floor=floor,
            nearest=self._nearness(coarse),
        )

    def _recognised(self, fakes: Tensor) -> tuple[Tensor | None, Tensor | None]:
        """Class of each sample (N,), and features (N, D), as far as somebody knows them."""
        if self._judge:
            features, probabilities = self._judge.look(fakes.numpy())
            return torch.from_numpy(probabilities).argmax(dim=1), torch.from_numpy(features)
        if fakes.ndim == 2 and self._images.class_names:  # a point belongs where its neighbour does
            reals = self._reference
            nearest = torch.cdist(fakes, self._images.images[reals]).argmin(dim=1)
            return self._images.labels[reals][nearest], None
        return None, None

    @cached_property
    def _real_features(self) -> tuple[Gaussian, float]:
        """Of the reference, and how far as many other reals as there are fakes are from it."""
        reference, others = (
            Gaussian.of(features)
            for places in (self._reference, self._others)
            if (features := self._recognised(self._pictures(places))[1]) is not None
        )
        return reference, reference.distance(others)

    def _pictures(self, places: Tensor) -> Tensor:
        """Reals as `to_samples` would give them: uint8 (N, H, W, C)."""
        return self._images.images[places].permute(0, 2, 3, 1).contiguous()

    @cached_property
    def _real_diversity(self) -> float:
        places = self._order[:SAMPLES]
        return max(_mean_distance(_coarse(self._images.images[places])), 1e-9)

    def _nearness(self, fakes: Tensor) -> float | None:
        """See Evaluated.nearest."""
        if len(self._images) > MOST_SEARCHED:
            return None
        to_nearest = torch.cdist(fakes, self._training).amin(dim=1).median()
        return (to_nearest / self._between_reals).item()

    @cached_property
    def _training(self) -> Tensor:
        return _coarse(self._images.images)

    @cached_property
    def _between_reals(self) -> Tensor:
        """Median distance from a training sample to the nearest other one."""
        some = self._training[self._order[:SAMPLES]]
        nearest_two = torch.cdist(some, self._training).topk(2, largest=False).values
        return nearest_two[:, 1].median().clamp(min=1e-9)  # the first is itself


def _coarse(samples: Tensor) -> Tensor:
    """Images (N, C, H, W) or points (N, 2) -> float32 (N, D), to measure distances in."""
    if samples.ndim == 2:
        return samples
    return adaptive_avg_pool2d(samples.float() / 255, COARSE).flatten(1)


def _mean_distance(samples: Tensor) -> float:
    """Between two different rows of (N, D)."""
    count = len(samples)
    return (torch.cdist(samples, samples).sum() / (count * (count - 1))).item()
