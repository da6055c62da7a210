"""Which of a run's kept epochs is the best: each is judged by one figure, none by eye.

By other reals than those that its card's figures are taken by, which the choice would flatter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan_core.checkpoint import load_state
from gan_core.config import RunConfig
from gan_core.data import load
from gan_core.errors import InputError
from gan_core.evaluation import pictures, read_reals
from gan_core.judge import JUDGES, open_judge
from gan_core.metrics import frechet_distance
from gan_core.mode_benchmark import BENCHMARKS
from gan_core.model import Card, Model
from gan_core.networks import build_generator
from gan_core.patches import sliced_wasserstein
from gan_core.run_folder import KEPT

MOST_LOOKED_AT = 1000  # images whose patches are compared
SEED = 2  # of the samples judged; those of the card's figures are others

Score = Callable[[Model], float]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class KeptEpoch:
    """The networks as they were after an epoch; see `RunFolder.keep`."""

    card: Card
    networks: dict[str, dict[str, Tensor]]  # "generator", "generator_ema", "discriminator"

    def model(self, weights: str) -> Model:
        """weights: "raw" or "ema"."""
        generator = build_generator(self.card.config, len(self.card.class_names))
        generator.load_state_dict(self.networks[GENERATORS[weights]])
        return Model(generator, self.card)


GENERATORS = {"raw": "generator", "ema": "generator_ema"}  # of a config's `samples_from`


def kept_epochs(run: Path) -> list[Path]:
    """Files for `read_kept`, in order; InputError where a run kept none."""
    found = sorted((run / KEPT).glob("epoch-*.safetensors"), key=lambda p: (len(p.name), p.name))
    if not found:
        raise InputError(f"{run} kept no networks to choose from; train with --keep-every 1")
    return found


def read_kept(path: Path) -> KeptEpoch:
    """What `RunFolder.keep` wrote; InputError where the file holds no such thing."""
    tensors, facts = load_state(path)
    networks: dict[str, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        part, _, name = key.partition(".")
        networks.setdefault(part, {})[name] = tensor
    if "card" not in facts or not {*GENERATORS.values(), "discriminator"} <= {*networks}:
        raise InputError(f"{path} holds no networks of an epoch; delete it, or train again with "
                         "--keep-every")  # fmt: skip
    return KeptEpoch(Card.from_json(facts["card"]), networks)


def best_epoch(
    run: Path, data_dir: Path | None, count: int, tell: Tell
) -> tuple[Path, str, list[dict[str, float]]]:
    """The kept file whose model scores lowest, the score's name, and that of each epoch."""
    paths = kept_epochs(run)
    first = read_kept(paths[0])
    name, score = _scoring(first.card.config, data_dir, count)
    history, best = [], (float("inf"), paths[0])
    for number, path in enumerate(paths, start=1):
        tell(f"{name.replace('_', ' ')} of kept epoch {number} of {len(paths)}")
        kept = read_kept(path)
        value = score(kept.model(kept.card.config.samples_from))
        history.append({"epoch": kept.card.epoch, name: round(value, 4)})
        best = min(best, (value, path))
    return best[1], name, history


def _scoring(config: RunConfig, data_dir: Path | None, count: int) -> tuple[str, Score]:
    """A figure of which less is better, by its name in a report, and who measures it."""
    name = config.dataset
    if name in BENCHMARKS:
        data, benchmark = load(name, config.image_size, config.channels, data_dir), BENCHMARKS[name]

        def shortfall(model: Model) -> float:
            """What of the samples is bad, and how uneven the good ones are."""
            samples, _ = model.sample(benchmark.samples, SEED)
            cover = benchmark.cover(samples, data)
            return 1 - cover.high_quality + cover.divergence

        return "coverage_shortfall", shortfall
    if not config.image_size:
        raise InputError(f"nobody knows the modes of '{name}'; ship models of ring, grid or images")
    reals = read_reals(name, config.image_size, config.channels, data_dir, count).others
    if name in JUDGES:
        judge = open_judge(JUDGES[name])
        seen = torch.from_numpy(judge.look(pictures(reals))[0])

        def distance(model: Model) -> float:
            fakes, _ = model.sample(len(reals), SEED)
            return frechet_distance(seen, torch.from_numpy(judge.look(fakes)[0]))

        return "frechet_distance", distance
    some: np.ndarray = pictures(reals)[:MOST_LOOKED_AT]

    def patches(model: Model) -> float:
        return sliced_wasserstein(some, model.sample(len(some), SEED)[0])

    return "sliced_wasserstein", patches
