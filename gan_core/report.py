"""What an evaluation found: each figure beside what real images score, and what it rests on."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One number, and what it is worth."""

    value: float
    floor: float  # the same of real images in place of the fakes
    samples: int  # fakes it rests on
    reals: int  # what they were compared with
    spread: float | None = None


@dataclass(frozen=True)
class Report:
    """All that was found of a model; figures are keys of FIGURES."""

    model: str
    dataset: str
    judge: dict[str, Any]  # its scores on real images; empty where no judge knows the data
    figures: dict[str, Figure] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)  # fakes that the judge took for each
    left_out: dict[str, str] = field(default_factory=dict)  # figure -> why it is missing

    def facts(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return asdict(self)


FIGURES: dict[str, str] = {  # what each says
    "frechet_distance": "between features of fakes and reals; lower is better",
    "kernel_distance": "the same, unbiased by the number of samples; lower is better",
    "precision": "fakes that lie among reals: are they good?",
    "recall": "reals that lie among fakes: are they all there?",
    "density": "how thickly reals lie around fakes; near 1 where both are alike",
    "coverage": "reals with a fake close by",
    "class_divergence": "of the fakes' classes from equal shares, in nats; 0 is even",
    "gan_test": "fakes that the judge takes for what was asked for",
    "gan_train": "reals that a classifier gets right which has learned from fakes",
    "sliced_wasserstein": "between patches of fakes and reals, at each scale; lower is better",
    "covered": "modes of which there is a good sample",
    "high_quality": "samples within three sigma of a mode",
    "divergence": "of the good samples' modes from equal shares, in nats; 0 is even",
    "inception_frechet_distance": "FID, on Inception's features; lower is better",
    "inception_kernel_distance": "KID, on Inception's features; lower is better",
    "inception_precision": "as above, on Inception's features",
    "inception_recall": "as above, on Inception's features",
    "inception_density": "as above, on Inception's features",
    "inception_coverage": "as above, on Inception's features",
    "nearest_training_image": "distance to it, over that of real images; near 0: copies",
    "copies": "fakes nearer to a training image than 99 % of real images are",
}
