"""What may help against each fault, as changes of the settings that keep a config's rules."""

from collections.abc import Callable, Iterator

from gan_core.config import RunConfig

Changes = dict[str, object]  # new values of RunConfig's fields; none of them in config.FIXED
WITH_BATCHNORM = {"dcgan"}  # architectures whose D takes no penalty, see game.check_rules
WITH_TARGETS = {"minimax", "non-saturating", "least-squares"}  # objectives; for label smoothing


def remedy(fault: str, config: RunConfig) -> tuple[str, Changes]:
    """The name and changes of the first remedy against `fault` that this config has room for."""
    for name in REMEDIES[fault]:
        for changes in CURES[name](config):
            return name, changes
    raise KeyError(fault)  # the last remedy of each fault is for all configs


def _non_saturating(config: RunConfig) -> Iterator[Changes]:
    if config.objective == "minimax":
        yield {"objective": "non-saturating"}


def _one_step(config: RunConfig) -> Iterator[Changes]:
    if config.d_steps > 1 and config.objective != "wasserstein":
        yield {"d_steps": 1}


def _equal_rates(config: RunConfig) -> Iterator[Changes]:
    if config.d_learning_rate > 1.5 * config.g_learning_rate:
        yield {"d_learning_rate": config.g_learning_rate}


def _one_step_of_g(config: RunConfig) -> Iterator[Changes]:
    if config.g_steps > 1:
        yield {"g_steps": 1}


def _faster_d(config: RunConfig) -> Iterator[Changes]:
    if config.g_learning_rate > 3 * config.d_learning_rate:
        yield {"d_learning_rate": config.g_learning_rate / 2}


def _slower_d(config: RunConfig) -> Iterator[Changes]:
    yield {"d_learning_rate": config.d_learning_rate / 4}


def _slower_g(config: RunConfig) -> Iterator[Changes]:
    yield {"g_learning_rate": config.g_learning_rate / 4}


def _slower_both(config: RunConfig) -> Iterator[Changes]:
    for slower_g, slower_d in zip(_slower_g(config), _slower_d(config)):
        yield slower_g | slower_d


def _a_tenth(config: RunConfig) -> Iterator[Changes]:
    yield {
        "g_learning_rate": config.g_learning_rate / 10,
        "d_learning_rate": config.d_learning_rate / 10,
    }


def _r1(config: RunConfig) -> Iterator[Changes]:
    """Mescheder, Geiger & Nowozin 2018, "Which Training Methods for GANs do actually Converge?"."""
    if config.architecture not in WITH_BATCHNORM and config.r1_weight < 1:
        yield {"r1_weight": 10 * config.r1_weight or 1.0}


def _gradient_penalty(config: RunConfig) -> Iterator[Changes]:
    """Gulrajani et al. 2017, "Improved Training of Wasserstein GANs"."""
    clipped = config.objective == "wasserstein" and not config.gradient_penalty_weight
    if clipped and config.architecture not in WITH_BATCHNORM:
        yield {"gradient_penalty_weight": 10.0, "weight_clip": 0.0}


def _relativistic_pairs(config: RunConfig) -> Iterator[Changes]:
    """Huang et al. 2024, "The GAN is dead; long live the GAN! A Modern Baseline GAN"."""
    if config.objective != "relativistic" and config.architecture not in WITH_BATCHNORM:
        changes: Changes = {"objective": "relativistic", "r1_weight": 1.0, "r2_weight": 1.0}
        yield changes | {"label_smoothing": 0.0} if config.label_smoothing else changes


def _noise(config: RunConfig) -> Iterator[Changes]:
    if config.instance_noise < 0.1:
        yield {"instance_noise": 0.1}


def _smooth_labels(config: RunConfig) -> Iterator[Changes]:
    if config.objective in WITH_TARGETS and not config.label_smoothing:
        yield {"label_smoothing": 0.1}


def _augment(config: RunConfig) -> Iterator[Changes]:
    """Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GAN Training"."""
    if config.image_size and not config.augment:
        yield {"augment": ("translation", "cutout")}


def _no_setting(config: RunConfig) -> Iterator[Changes]:
    yield {}


CURES: dict[str, Callable[[RunConfig], Iterator[Changes]]] = {  # of no changes where out of place
    "non-saturating loss": _non_saturating,
    "one step of D": _one_step,
    "equal rates": _equal_rates,
    "one step of G": _one_step_of_g,
    "faster D": _faster_d,
    "slower D": _slower_d,
    "slower G": _slower_g,
    "slower both": _slower_both,
    "a tenth": _a_tenth,
    "R1": _r1,
    "gradient penalty": _gradient_penalty,
    "relativistic pairs": _relativistic_pairs,
    "noise": _noise,
    "smooth labels": _smooth_labels,
    "augment": _augment,
    "start again": _no_setting,
    "more data": _no_setting,
    "wait": _no_setting,
    "stop": _no_setting,
}
REMEDIES: dict[str, tuple[str, ...]] = {  # by finding, the best first
    "divergence": ("a tenth",),
    "vanishing-gradient": ("non-saturating loss", "start again"),
    "mode-collapse": ("one step of G", "faster D", "relativistic pairs", "slower G"),
    "discriminator-saturated": (
        "R1",
        "one step of D",
        "equal rates",
        "smooth labels",
        "noise",
        "slower D",
    ),
    "oscillation": ("gradient penalty", "slower both"),
    "memorisation": ("augment", "more data"),
    "still-improving": ("wait",),
    "converged": ("stop",),
}
