"""What a run keeps on disk while its visitor is there. It imports torch."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from demo.states import States
from gan_core.checkpoint import load_state
from gan_core.config import RunConfig
from gan_core.run_folder import STATE_FILE, RunFolder, make_run_folder
from gan_core.run_zip import copy_until
from gan_core.trainer import Trainer

State = tuple[dict[str, Any], dict[str, Any]]  # for Trainer.restore


class Kept:
    """A run folder like the command line's, and states to go back to; gone with this object."""

    run: RunFolder

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="ganscope-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)
        self.states = States(self.path)
        self._saved = -1  # round of the state in the run folder

    @property
    def run_path(self) -> Path:
        return self.path / "run"

    def begin(self, config: RunConfig) -> None:
        """With a run that has done nothing yet."""
        self.run = make_run_folder(self.run_path, config, data_dir=None)

    def go_on(self, config: RunConfig, step: int) -> None:
        """With the run that lies in `run_path`, behind this round."""
        self.run = RunFolder(self.run_path, config, step)

    def until(self, state: State) -> "Kept":
        """Another one that goes on from there."""
        copy, facts = Kept(), state[1]
        copy.states = self.states.until(facts["step"], copy.path)
        copy_until(self.run_path, copy.run_path, facts["step"], facts["epochs"])
        copy.go_on(RunConfig.from_dict(facts["config"]), facts["step"])
        return copy

    def save(self, trainer: Trainer) -> None:
        """The run folder is whole as of now."""
        self.run.save(trainer)
        self._saved = trainer.steps_done

    def state(self, step: int, trainer: Trainer | None) -> State:
        """As it was at this round, or is in the trainer; InputError where neither is kept."""
        if trainer and trainer.steps_done == step:
            tensors, facts = trainer.state()
            return {name: tensor.clone() for name, tensor in tensors.items()}, facts
        if step == self._saved:
            return load_state(self.run_path / STATE_FILE)
        return self.states.load(step)
