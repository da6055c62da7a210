"""What a run is: one frozen dataclass, checked when made.

It knows numbers and names, no tensors: importing it costs nothing.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self, get_args, get_origin, get_type_hints

from gan_core.errors import InputError


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides a run's numbers; equal configs give equal runs (on one machine)."""

    preset: str  # the preset these values started from
    architecture: str  # key of networks.ARCHITECTURES
    image_size: int  # pixels along a side; 0 for points of the plane
    channels: int  # 1 grey, 3 colour; 2 for points
    noise_dim: int  # length of z
    objective: str  # key of objectives.OBJECTIVES
    batch_size: int  # real samples per discriminator step
    epochs: int  # passes over the data
    g_learning_rate: float
    d_learning_rate: float
    betas: tuple[float, float]  # of momentum and of squared gradients, as far as an optimiser has
    g_optimiser: Literal["adam", "rmsprop", "sgd"] = "adam"
    d_optimiser: Literal["adam", "rmsprop", "sgd"] = "adam"
    schedule: Literal["constant", "cosine"] = "constant"  # cosine: learning rates fall to 0
    noise: Literal["normal", "uniform"] = "normal"  # N(0, 1) or U(-1, 1)
    d_steps: int = 1  # discriminator steps a round, each on new reals; 0: it stands still
    g_steps: int = 1  # generator steps a round; 0: it stands still
    first_step: Literal["generator", "discriminator"] = "discriminator"  # order inside a round
    reuse_fakes: bool = False  # where one network's steps follow the other's, on the same fakes
    halve_d_loss: bool = False  # D loss is (real + fake) / 2 instead of real + fake
    real_range: Literal["-1..1", "0..1"] = "-1..1"  # "0..1": reals D can tell from a Tanh by sign
    label_smoothing: float = 0.0  # D's target for reals is 1 minus this
    instance_noise: float = 0.0  # deviation of noise on all that D sees; falls to 0 over the run
    augment: tuple[str, ...] = ()  # keys of augment.AUGMENTATIONS, on all that D sees
    packing: int = 1  # samples that D judges together
    r1_weight: float = 0.0  # of the penalty on D's gradient at reals; 0 is off, here and below
    r2_weight: float = 0.0  # of the penalty on D's gradient at fakes
    gradient_penalty_weight: float = 0.0  # of pulling D's gradient norm to 1 between the two
    weight_clip: float = 0.0  # largest absolute weight of D
    conditional: bool = False  # G and D are told the label
    label_input: Literal["projection", "concatenation"] = "projection"  # how D is told
    samples_from: Literal["raw", "ema"] = "raw"  # which generator weights are shown and saved
    ema_decay: float = 0.999  # of the averaged generator, per round
    precision: Literal["auto", "float32", "bfloat16"] = "auto"  # auto: whichever is faster here
    evaluate_every: int = 0  # rounds from one look at fresh samples to the next; 0 is never
    dataset: str = "digits"  # key of data.DATASETS
    steps: int | None = None  # stop after so many rounds instead of `epochs`
    seed: int = 0  # of weights, data order, noise and dropout

    def __post_init__(self) -> None:
        for name, annotation in get_type_hints(type(self)).items():
            _check_field(name, getattr(self, name), annotation)
        channels = (1, 3) if self.image_size else (2,)
        if self.channels not in channels:
            kind = "images" if self.image_size else "points of the plane"
            raise InputError(f"channels of {kind} must be {' or '.join(map(str, channels))}, "
                             f"not {self.channels}")  # fmt: skip
        if self.noise_dim > MOST_NOISE:
            raise InputError(f"noise_dim must be {MOST_NOISE} at most, not {self.noise_dim}")
        if self.batch_size % self.packing:
            raise InputError(f"batch_size {self.batch_size} must be a multiple of packing "
                             f"{self.packing}")  # fmt: skip
        if not (self.d_steps or self.g_steps):
            raise InputError("d_steps and g_steps cannot both be 0; one network has to learn")
        if self.conditional and self.packing > 1:
            raise InputError("packing shows D several samples as one, which have several labels; "
                             "set packing=1 or conditional=false")  # fmt: skip
        if self.augment and not self.image_size:
            raise InputError("augment changes images; points of the plane take none")

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one sample: (C, H, W), or (2,) for points."""
        sides = (self.image_size, self.image_size) if self.image_size else ()
        return (self.channels, *sides)

    @property
    def batches_a_round(self) -> int:
        """Of reals; a discriminator that stands still looks at one."""
        return max(1, self.d_steps)

    @property
    def rounds_vary(self) -> bool:
        """Whether learning rates or noise follow how much of the run's length is left."""
        return self.schedule != "constant" or self.instance_noise > 0

    def plays_as(self, other: Self) -> bool:
        """Whether both play the same rounds, if not as many."""
        as_long = replace(self, epochs=other.epochs, steps=other.steps)
        return self == other or (as_long == other and not self.rounds_vary)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The config that `dataclasses.asdict` (or its JSON) describes, else InputError."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise InputError(f"unknown config fields: {', '.join(sorted(unknown))}")
        # JSON has no tuples
        typed: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v
                                 for n, v in values.items()}  # fmt: skip
        try:
            return cls(**typed)
        except TypeError as error:
            raise InputError(f"incomplete config: {error}") from None

    def parsed(self, settings: list[str]) -> dict[str, Any]:
        """The fields that texts such as "d_steps=5" or "augment=colour,cutout" stand for."""
        annotations = get_type_hints(type(self))
        del annotations["preset"], annotations["dataset"]  # others follow from these two
        changes = {}
        for setting in settings:
            name, equals, value = setting.partition("=")
            if not equals or name not in annotations:
                raise InputError(f"'{setting}' sets nothing; write NAME=VALUE with one of the "
                                 f"names: {', '.join(annotations)}")  # fmt: skip
            changes[name] = _parse(name, value, annotations[name])
        return changes


MOST_NOISE = 65_536
# decided by the networks, the data or the optimisers' state; anything else may change mid-run
FIXED = frozenset({
    "preset", "architecture", "image_size", "channels", "noise_dim", "noise", "batch_size",
    "betas", "g_optimiser", "d_optimiser", "real_range", "packing", "conditional", "label_input",
    "dataset", "seed",
})  # fmt: skip
_MAY_BE_ZERO = {"seed", "image_size", "instance_noise", "r1_weight", "r2_weight",
                "gradient_penalty_weight", "weight_clip", "evaluate_every", "d_steps",
                "g_steps"}  # fmt: skip
_BELOW_ONE = {"betas", "ema_decay", "label_smoothing"}
_LARGEST = 2**32 - 1  # of any number in a config; the largest seed every generator takes
_ONE_OR_MORE_NAMES = tuple[str, ...]
_TWO_NUMBERS = tuple[float, float]


def as_text(value: object) -> str:
    """A field's value as `RunConfig.parsed` reads it."""
    if isinstance(value, tuple | list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool | None) else str(value)


def _parse(name: str, text: str, annotation: object) -> object:
    """A value from the command line; what it may be, `_check_field` says."""
    try:
        if annotation == _ONE_OR_MORE_NAMES:
            return tuple(part for part in text.split(",") if part)
        if annotation == _TWO_NUMBERS:
            return tuple(float(part) for part in text.split(","))
        if annotation == (int | None):
            return None if text == "none" else int(text)
        if annotation is bool:
            return {"true": True, "false": False}[text]
        return annotation(text) if annotation in (int, float) else text  # type: ignore[operator]
    except (KeyError, ValueError):
        raise InputError(f"{name} cannot be '{text}'") from None


def _check_field(name: str, value: object, annotation: object) -> None:
    """One-line InputError for a choice that doesn't exist or a number no run could use."""
    if get_origin(annotation) is Literal:
        if value not in get_args(annotation):
            raise InputError(f"{name} must be one of {', '.join(get_args(annotation))}")
    elif annotation in (str, bool):
        if type(value) is not annotation:
            raise InputError(f"{name} must be a {annotation.__name__}, not {value!r}")
    elif annotation == _ONE_OR_MORE_NAMES:
        if not isinstance(value, tuple) or not all(isinstance(part, str) for part in value):
            raise InputError(f"{name} must be names, not {value!r}")
    elif annotation == _TWO_NUMBERS:
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
