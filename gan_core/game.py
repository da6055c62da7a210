"""The two sides of a round: what D is shown, and the named terms that D and G minimise."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import torch
from torch import Tensor

from gan_core.augment import AUGMENTATIONS
from gan_core.batches import Batch
from gan_core.chance import Chance
from gan_core.config import RunConfig
from gan_core.errors import InputError, choose
from gan_core.modules import Discriminator, has_batchnorm
from gan_core.objectives import OBJECTIVES, Terms
from gan_core.penalties import gradient_penalty, zero_centred


def check_rules(config: RunConfig, discriminator: Discriminator) -> None:
    """InputError, with the reason, where the config's choices do not go together."""
    objective = choose("objective", config.objective, OBJECTIVES)
    for name in config.augment:
        choose("augmentation", name, AUGMENTATIONS)
    penalised = config.r1_weight or config.r2_weight or config.gradient_penalty_weight
    if penalised and has_batchnorm(discriminator):
        raise InputError(
            f"the discriminator of '{config.architecture}' has BatchNorm, which mixes the samples "
            "of a batch, so that no gradient belongs to one of them: set the penalty weights to 0 "
            "or take an architecture without it, such as small-conv"
        )
    if config.label_smoothing and not objective.has_targets:
        raise InputError(
            f"label_smoothing lowers D's target for reals, and '{config.objective}' has none: set "
            "it to 0 or take minimax, non-saturating or least-squares"
        )
    if objective.needs_bound and not (penalised or config.weight_clip):
        raise InputError(
            f"'{config.objective}' needs a bound on D's slope, for its loss falls without end: "
            "set weight_clip or gradient_penalty_weight"
        )


class Game:
    """Shows samples to D by a config's rules."""

    def __init__(self, discriminator: Callable[[str], Discriminator], chance: Chance) -> None:
        """discriminator: D as it is when called, to compute in the precision of that name."""
        self._discriminator = discriminator
        self._mixes_samples = has_batchnorm(discriminator("float32"))
        self._chance = chance

    def autocast(self, config: RunConfig) -> AbstractContextManager:
        enabled = config.precision == "bfloat16"
        return torch.autocast(
            self._chance.device.type, torch.bfloat16, enabled=enabled, cache_enabled=False
        )

    def discriminator_terms(
        self, config: RunConfig, batch: Batch, fakes: Tensor, behind: float
    ) -> tuple[Terms, Terms]:
        """All that D minimises, penalties with their weights, and its mean opinions; each ().

        fakes are of the batch's shape and labels; behind: the share of the run that is done.
        """
        real, labels = batch

        def judge(samples: Tensor) -> Tensor:
            return self._judge(config, samples, labels, behind)

        def judge_both() -> tuple[Tensor, Tensor]:
            if self._mixes_samples or config.r1_weight or config.r2_weight:
                return judge(real), judge(fakes)
            with self._chance.parts(2):
                both = self._judge(config, torch.cat([real, fakes]), labels.repeat(2), behind)
            real_logits, fake_logits = both.chunk(2)
            return real_logits, fake_logits

        objective = OBJECTIVES[config.objective]
        real.requires_grad_(config.r1_weight > 0)
        fakes.requires_grad_(config.r2_weight > 0)
        real_logits, fake_logits = judge_both()
        terms = objective.discriminator(real_logits, fake_logits, config.label_smoothing)
        if config.halve_d_loss:
            terms = {name: term / 2 for name, term in terms.items()}
        if config.r1_weight:
            terms["r1"] = config.r1_weight * zero_centred(real_logits, real)
        if config.r2_weight:
            terms["r2"] = config.r2_weight * zero_centred(fake_logits, fakes)
        if config.gradient_penalty_weight:
            # one place between reals and fakes for all that D judges together
            share = self._chance.uniform(0, 1, len(real_logits))
            share = share.repeat_interleave(config.packing)
            size = gradient_penalty(judge, real, fakes, share)
            terms["gradient_penalty"] = config.gradient_penalty_weight * size
        on_real, on_fake = objective.opinions(real_logits.detach(), fake_logits.detach())
        return terms, {"d_real": on_real.mean(), "d_fake": on_fake.mean()}

    def generator_terms(
        self, config: RunConfig, batch: Batch, fakes: Tensor, behind: float
    ) -> Terms:
        """G's loss, (); as above, but only an objective that compares looks at the reals."""
        real, labels = batch
        objective = OBJECTIVES[config.objective]
        fake_logits = real_logits = self._judge(config, fakes, labels, behind)
        if objective.compares:
            with torch.no_grad():
                real_logits = self._judge(config, real, labels, behind)
        return {"g_loss": objective.generator(real_logits, fake_logits)}

    @torch.no_grad()
    def accuracy(self, config: RunConfig, real: Batch, fake: Batch) -> tuple[float, float]:
        """Shares of as many reals and fakes, shown as they are, that D takes for what they are."""
        plain = replace(config, augment=(), instance_noise=0.0)
        discriminator = self._discriminator(config.precision).eval()
        logits = [self._judge(plain, *batch, behind=0) for batch in (real, fake)]
        discriminator.train()
        on_real, on_fake = OBJECTIVES[config.objective].opinions(*logits)
        return (on_real > 0.5).float().mean().item(), (on_fake < 0.5).float().mean().item()

    def _judge(self, config: RunConfig, samples: Tensor, labels: Tensor, behind: float) -> Tensor:
        """Logits float32: (B,), or (B / packing,)."""
        if config.instance_noise:  # Sønderby et al. 2017, "Amortised MAP Inference"
            deviation = config.instance_noise * max(0.0, 1 - behind)
            samples = samples + deviation * self._chance.normal(*samples.shape)
        for name in config.augment:
            samples = AUGMENTATIONS[name](samples, self._chance)
        if config.packing > 1:  # Lin et al. 2018, "PacGAN": as further channels of one sample
            shape = samples.shape
            samples = samples.reshape(-1, config.packing * shape[1], *shape[2:])
        with self.autocast(config):
            return self._discriminator(config.precision)(samples, labels).float()
