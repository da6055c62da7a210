"""A round of training: D and G take their steps, in the order and number that a config says."""

from typing import Any

import torch
from torch import Tensor

from gan_core.averaging import Average
from gan_core.batches import Batch, Batches
from gan_core.chance import Chance
from gan_core.config import RunConfig
from gan_core.distributed import ALONE, World
from gan_core.errors import InputError, NotFinite
from gan_core.game import Game
from gan_core.learner import Learner, Numbers, Told
from gan_core.modules import Discriminator, Dropout, Generator
from gan_core.optimisers import SCHEDULES

State = dict[str, Tensor]
NOTHING = Told((), torch.empty(0))


class Rounds:
    """Both networks with all that their next round depends on."""

    def __init__(
        self,
        config: RunConfig,
        generator: Generator,
        discriminator: Discriminator,
        batches: Batches,
        chance: Chance,
        world: World = ALONE,
    ) -> None:
        self.generator = generator
        self.discriminator = discriminator
        self._average = Average(generator)
        self.generator_ema = self._average.network
        self.batches = batches
        self.done = 0
        self._buffers = [*generator.buffers(), *discriminator.buffers()]
        self.chance = chance
        for module in discriminator.modules():
            if isinstance(module, Dropout):
                module.chance = chance

        self._g_learner = Learner("G", generator, config.g_optimiser, config.betas, world)
        self._d_learner = Learner("D", discriminator, config.d_optimiser, config.betas, world)
        self._game = Game(self._d_learner.at, chance)

    def play(self, config: RunConfig, behind: float) -> tuple[Told, Told]:
        """One round; what D and what G told of their last step. behind: the share of the run done.

        Raises NotFinite in place of a step that would spoil the weights; the batches of the broken
        round come again, and what BatchNorm remembers is as before it.
        """
        seen = self.batches.seen
        before = [buffer.clone() for buffer in self._buffers]
        try:
            told = self._move(config, behind, check=True)
        except NotFinite:
            self.batches.seen = seen
            for buffer, value in zip(self._buffers, before):
                buffer.copy_(value)
            raise
        self.end(config)
        return told

    def move_unchecked(self, config: RunConfig) -> Tensor:
        """D's and G's part of a round that waits for nothing; all numbers told, (N,).

        For a round that is recorded: of a config under which each is as the last.
        """
        d_told, g_told = self._move(config, behind=0, check=False)
        self._names = d_told.names, g_told.names
        return torch.cat([d_told.values, g_told.values])

    def tell(self, numbers: list[float]) -> tuple[Numbers, Numbers]:
        """What D and what G told, of numbers that `move_unchecked` returned."""
        d_names, g_names = self._names
        return dict(zip(d_names, numbers)), dict(zip(g_names, numbers[len(d_names) :]))

    def end(self, config: RunConfig) -> None:
        """Count the round and take it into the average."""
        self.done += 1
        self._average.update(self._g_learner.weights, config.ema_decay, self.done)

    def copies(self) -> list[Tensor]:
        """Of all tensors that a round changes, the random state first."""
        return [self.chance.state(), *(tensor.clone() for tensor in self._tensors())]

    @torch.no_grad()
    def put_back(self, copies: list[Tensor]) -> None:
        """Undo what was done since `copies`; each tensor stays where it is in memory."""
        chance, *rest = copies
        self.chance.restore(chance)
        tensors = self._tensors()
        for tensor in tensors[len(rest) :]:  # memories of an optimiser that had none yet
            tensor.zero_()
        for tensor, copy in zip(tensors, rest):
            tensor.copy_(copy)
        for learner in (self._g_learner, self._d_learner):
            learner.was_changed()

    def _tensors(self) -> list[Tensor]:
        g, d = self._g_learner, self._d_learner
        kept = [*self._average.tensors(), *g.tensors(), *d.tensors()]
        return [*kept, *g.memories(), *d.memories()]

    def _move(self, config: RunConfig, behind: float, check: bool) -> tuple[Told, Told]:
        if not self.generator.training:
            self.generator.train()
        batch = self.batches.next()
        if config.first_step == "generator":
            fakes, g_told = self._train_generator(config, behind, batch, None, check)
            _, _, d_told = self._train_discriminator(config, behind, batch, fakes, check)
        else:
            batch, fakes, d_told = self._train_discriminator(config, behind, batch, None, check)
            _, g_told = self._train_generator(config, behind, batch, fakes, check)
        return d_told, g_told

    def accuracy(self, config: RunConfig, real: Batch, fake: Batch) -> tuple[float, float]:
        """D's on as many reals and fakes as they are now."""
        self._d_learner.was_changed()  # a recorded round does not say so
        return self._game.accuracy(config, real, fake)

    def check_weights(self) -> None:
        """Raise NotFinite for a weight that is none, which a loss need not show."""
        for learner in (self._g_learner, self._d_learner):
            learner.check_weights()

    def state(self) -> tuple[State, dict[str, Any]]:
        """Tensors by name, and numbers; the tensors are the live ones."""
        tensors = {"chance": self.chance.state()}
        for part, state in {
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "generator_ema": self.generator_ema.state_dict(),
            "g_optimiser": self._g_learner.state(),
            "d_optimiser": self._d_learner.state(),
        }.items():
            tensors |= {f"{part}.{name}": tensor for name, tensor in state.items()}
        epochs = self.batches.seen // self.batches.per_epoch
        return tensors, {"step": self.done, "batches": self.batches.seen, "epochs": epochs}

    def restore(self, tensors: State, numbers: dict[str, Any]) -> None:
        """Go on from what `state` returned; InputError where it is that of other networks."""
        parts: dict[str, State] = {}
        for key, tensor in tensors.items():
            part, _, name = key.partition(".")
            parts.setdefault(part, {})[name] = tensor
        try:
            self.generator.load_state_dict(parts["generator"])
            self.discriminator.load_state_dict(parts["discriminator"])
            self.generator_ema.load_state_dict(parts["generator_ema"])
            self._g_learner.restore(parts.get("g_optimiser", {}))
            self._d_learner.restore(parts.get("d_optimiser", {}))
            self.chance.restore(tensors["chance"])
            self.done, self.batches.seen = int(numbers["step"]), int(numbers["batches"])
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise InputError(f"this state is not of these networks ({reason})") from None

    def _make_fakes(self, config: RunConfig, labels: Tensor, keep_graph: bool) -> Tensor:
        """G(z) for fresh z, with the graph only where G is to learn from it."""
        shape = (len(labels), config.noise_dim)
        uniform = config.noise == "uniform"
        z = self.chance.uniform(-1, 1, *shape) if uniform else self.chance.normal(*shape)
        with torch.set_grad_enabled(keep_graph), self._game.autocast(config):
            fakes = self._g_learner.at(config.precision)(z, labels)
        return fakes.float()  # a penalty at bfloat16 fakes would keep three digits

    def _train_discriminator(
        self, config: RunConfig, behind: float, batch: Batch, fakes: Tensor | None, check: bool
    ) -> tuple[Batch, Tensor | None, Told]:
        """D's steps, the first on `fakes` if given, each further one on a batch of its own.

        Returns the last batch, its fakes if G is to go on from them, and what the last step told.
        """
        for_generator = config.reuse_fakes and config.first_step == "discriminator"
        rate, told = _learning_rate(config.d_learning_rate, config, behind), NOTHING
        for index in range(config.batches_a_round):
            if index:
                batch, fakes = self.batches.next(), None
            if fakes is None:
                fakes = self._make_fakes(config, batch.labels, for_generator)
            terms, opinions = self._game.discriminator_terms(config, batch, fakes.detach(), behind)
            if config.d_steps:
                told = self._d_learner.learn(rate, terms, opinions, check)
            else:
                told = self._d_learner.look(terms, opinions)
            if config.weight_clip:
                self._d_learner.clip(config.weight_clip)
        return batch, fakes if for_generator else None, told

    def _train_generator(
        self, config: RunConfig, behind: float, batch: Batch, fakes: Tensor | None, check: bool
    ) -> tuple[Tensor | None, Told]:
        """G's steps; D stands still, and no gradient of its weights is computed."""
        rate, told = _learning_rate(config.g_learning_rate, config, behind), NOTHING
        self._d_learner.at(config.precision)
        with self._d_learner.held_still():
            for index in range(max(1, config.g_steps)):
                if index or fakes is None:
                    fakes = self._make_fakes(config, batch.labels, keep_graph=True)
                terms = self._game.generator_terms(config, batch, fakes, behind)
                if config.g_steps:
                    told = self._g_learner.learn(rate, terms, {}, check)
                else:
                    told = self._g_learner.look(terms, {})
        return fakes if config.reuse_fakes else None, told


def _learning_rate(base: float, config: RunConfig, behind: float) -> float:
    return base * SCHEDULES[config.schedule](behind)
