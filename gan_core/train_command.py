"""A config as people type it."""

from dataclasses import fields

from gan_core.config import RunConfig, as_text
from gan_core.presets import preset


def train_command(config: RunConfig) -> str:
    """The command line that trains this config again."""
    base = preset(config.preset, config.dataset)
    length = f"--steps {config.steps}" if config.steps else f"--epochs {config.epochs}"
    where = {"folder": " --data-dir FOLDER", "drawn": " --data-dir POINTS.csv"}
    told = {"dataset", "epochs", "steps", "seed"}
    changes = [
        f" --set {field.name}={as_text(getattr(config, field.name))}"
        for field in fields(config)
        if field.name not in told and getattr(config, field.name) != getattr(base, field.name)
    ]
    return (
        f"python -m gan_core train --preset {config.preset} --dataset {config.dataset}"
        f"{where.get(config.dataset, '')} {length} --seed {config.seed}{''.join(changes)}"
    )
