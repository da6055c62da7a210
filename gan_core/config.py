"""What a run is: one frozen dataclass, checked when made, and the presets.

It knows numbers and names, no tensors: importing it costs nothing.
"""

from dataclasses import dataclass, fields
from typing import Any, Literal, Self, get_args, get_origin, get_type_hints

from gan_core.errors import InputError


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides a run's numbers; equal configs give equal runs (on one machine)."""

    preset: str  # the preset these values started from
    architecture: str  # key of networks.ARCHITECTURES
    image_size: int  # pixels along a side
    channels: int  # 1 grey, 3 colour
    noise_dim: int  # length of z
    objective: str  # key of objectives.OBJECTIVES
    batch_size: int  # real images per discriminator step
    epochs: int  # passes over the data
    learning_rate: float  # Adam's, for both networks
    betas: tuple[float, float]  # Adam's, for both networks
    noise: Literal["normal", "uniform"] = "normal"  # N(0, 1) or U(-1, 1)
    first_step: Literal["generator", "discriminator"] = "discriminator"  # order inside a round
    reuse_fakes: bool = False  # the second step of a round sees the first one's fakes again
    halve_d_loss: bool = False  # D loss is (real + fake) / 2 instead of real + fake
    real_range: Literal["-1..1", "0..1"] = "-1..1"  # "0..1": reals D can tell from a Tanh by sign
    r1_weight: float = 0.0  # weight of the R1 penalty on D; 0 is off
    conditional: bool = False  # G and D are told the label
    samples_from: Literal["raw", "ema"] = "raw"  # which generator weights are shown and saved
    ema_decay: float = 0.999  # of the averaged generator, per step
    precision: Literal["float32", "bfloat16"] = "float32"  # bfloat16 runs under autocast
    dataset: str = "digits"  # key of data.DATASETS
    steps: int | None = None  # stop after so many steps instead of `epochs`
    seed: int = 0  # of weights, data order, noise and dropout

    def __post_init__(self) -> None:
        for name, annotation in get_type_hints(type(self)).items():
            _check_field(name, getattr(self, name), annotation)

    def train_command(self) -> str:
        """The command line that trains this preset so again."""
        length = f"--steps {self.steps}" if self.steps else f"--epochs {self.epochs}"
        folder = " --data-dir FOLDER" if self.dataset == "folder" else ""
        return (
            f"python -m gan_core train --preset {self.preset} --dataset {self.dataset}{folder} "
            f"{length} --seed {self.seed} --precision {self.precision} "
            f"--real-range={self.real_range}"
        )

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The config that `dataclasses.asdict` (or its JSON) describes, else InputError."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise InputError(f"unknown config fields: {', '.join(sorted(unknown))}")
        try:
            return cls(**{**values, "betas": tuple(values["betas"])})
        except (KeyError, TypeError) as error:
            raise InputError(f"incomplete config: {error}") from None


_MAY_BE_ZERO = {"seed", "r1_weight", "ema_decay"}
_BELOW_ONE = {"betas", "ema_decay"}
_LARGEST = 2**32 - 1  # of any number in a config; the largest seed every generator takes


def _check_field(name: str, value: object, annotation: object) -> None:
    """One-line InputError for a choice that doesn't exist or a number no run could use."""
    if get_origin(annotation) is Literal:
        if value not in get_args(annotation):
            raise InputError(f"{name} must be one of {', '.join(get_args(annotation))}")
    elif annotation in (str, bool):
        if type(value) is not annotation:
            raise InputError(f"{name} must be a {annotation.__name__}, not {value!r}")
    elif annotation == tuple[float, float]:
        if not isinstance(value, tuple) or len(value) != 2:
            raise InputError(f"{name} must be two numbers, not {value!r}")
        for number in value:
            _check_number(name, number, float)
    elif not (annotation == (int | None) and value is None):
        _check_number(name, value, float if annotation is float else int)


def _check_number(name: str, value: object, kind: type) -> None:
    kinds = (int, float) if kind is float else (int,)
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise InputError(f"{name} must be a {kind.__name__}, not {value!r}")
    zero_allowed = name in _MAY_BE_ZERO or name in _BELOW_ONE
    if not (value > 0 or (value == 0 and zero_allowed)):  # "not": nan is neither
        raise InputError(f"{name} must {'not be negative' if zero_allowed else 'be positive'}, "
                         f"not {value}")  # fmt: skip
    most, words = (1, "below 1") if name in _BELOW_ONE else (_LARGEST + 1, f"{_LARGEST} at most")
    if value >= most:
        raise InputError(f"{name} must be {words}, not {value}")


PRESETS: dict[str, RunConfig] = {
    "vanilla": RunConfig(
        preset="vanilla",
        architecture="vanilla",
        image_size=28,
        channels=1,
        noise_dim=100,
        objective="non-saturating",
        batch_size=64,
        epochs=200,
        learning_rate=2e-4,
        betas=(0.5, 0.999),
        first_step="generator",
        reuse_fakes=True,
        halve_d_loss=True,
    ),
    # Its source leaves the order open; D first, on fresh fakes, is that of the theory it derives.
    "deep-mlp": RunConfig(
        preset="deep-mlp",
        architecture="deep-mlp",
        image_size=28,
        channels=1,
        noise_dim=100,
        objective="non-saturating",
        batch_size=64,
        epochs=500,
        learning_rate=2e-4,
        betas=(0.5, 0.999),
    ),
    "conv": RunConfig(
        preset="conv",
        architecture="conv",
        image_size=28,
        channels=1,
        noise_dim=96,
        noise="uniform",
        objective="non-saturating",
        batch_size=128,
        epochs=10,
        learning_rate=1e-3,
        betas=(0.5, 0.999),
    ),
    "dcgan-lsgan": RunConfig(
        preset="dcgan-lsgan",
        architecture="dcgan-64",
        image_size=64,
        channels=3,
        noise_dim=100,
        objective="least-squares",
        batch_size=32,
        epochs=20,
        learning_rate=2e-4,
        betas=(0.5, 0.999),
    ),
    "simple": RunConfig(
        preset="simple",
        architecture="simple",
        image_size=28,
        channels=1,
        noise_dim=100,
        objective="non-saturating",
        batch_size=64,
        epochs=1000,
        learning_rate=2e-4,
        betas=(0.9, 0.999),
        reuse_fakes=True,
    ),
    "conditional": RunConfig(
        preset="conditional",
        architecture="small-conv",
        image_size=28,
        channels=1,
        noise_dim=64,
        objective="non-saturating",
        batch_size=128,
        epochs=30,
        learning_rate=1e-3,
        betas=(0.0, 0.99),
        conditional=True,
        samples_from="ema",
        ema_decay=0.9995,
        r1_weight=0.1,
    ),
}

# what each does, its quirks included; on every card and in the app
NOTES: dict[str, str] = {
    "vanilla": "The basic GAN: fully connected layers. Its BatchNorm has eps 0.8, a well-known "
    "slip that flattens small activations. G moves first, and D judges the same fakes.",
    "deep-mlp": "A deep fully connected pair with dropout in D. Big and slow: D gets far ahead "
    "early on, and the generator's gradient fades. Watch D(G(z)) at the start.",
    "conv": "A convolutional GAN: G draws with transposed convolutions, D looks with 5x5 filters. "
    "Noise is uniform, BatchNorm comes after ReLU.",
    "dcgan-lsgan": "DCGAN with least-squares loss, 64x64 in colour, made for faces. D's opinion "
    "is a plain number here that may leave 0..1. On a small machine, be patient.",
    "simple": "The smallest GAN: fully connected layers and nothing else. Quick, rough, and apt "
    "to collapse to a few digits. Its listing feeds reals in 0..1 to a Tanh generator, so D can "
    "tell fakes by their negative pixels; here that is an option (--real-range), off by default.",
    "conditional": "G and D are told the label, so you can ask for a 7. Convolutions, an R1 "
    "penalty that keeps D smooth, and an averaged generator. The shipped model is one of these.",
}
