"""What D is shown, and what it is told apart from the objective."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from gan_core.batches import Batch
from gan_core.chance import Chance
from gan_core.data import ImageSet
from gan_core.game import Game
from gan_core.modules import Discriminator
from gan_core.presets import PRESETS
from gan_core.trainer import Trainer

CPU = torch.device("cpu")
BATCH = Batch(torch.zeros(8, 1, 2, 2), torch.zeros(8, dtype=torch.int64))
ONES = torch.ones(8, 1, 2, 2)


@pytest.fixture
def shown() -> list[Tensor]:
    """All that D was shown in the game below; real and fake may come at once."""
    return []


def game(shown: list[Tensor], inputs: int = 4) -> Game:
    critic = Discriminator(nn.Sequential(nn.Flatten()), nn.Linear(inputs, 1))
    critic.register_forward_pre_hook(lambda module, given: shown.append(given[0].detach()))
    return Game(lambda _: critic, Chance(0, CPU))


def test_with_packing_all_that_is_judged_together_lies_at_one_place_between(
    shown: list[Tensor],
) -> None:
    config = replace(PRESETS["wgan-gp"], packing=2, batch_size=8)
    game(shown, inputs=8).discriminator_terms(config, BATCH, ONES, 0.0)
    real, fake, between = torch.cat(shown).flatten(1).split(4)  # (4, 8) each
    assert torch.equal(real, torch.zeros(4, 8)) and torch.equal(fake, torch.ones(4, 8))
    torch.testing.assert_close(between, between[:, :1].expand(4, 8))
    assert len(between[:, 0].unique()) == 4


@pytest.mark.parametrize(("behind", "deviation"), [(0.0, 0.5), (0.5, 0.25), (1.0, 0.0)])
def test_instance_noise_falls_to_nothing_over_the_run(
    behind: float, deviation: float, shown: list[Tensor]
) -> None:
    config = replace(PRESETS["simple"], instance_noise=0.5)
    many = Batch(torch.zeros(4000, 1, 2, 2), torch.zeros(4000, dtype=torch.int64))
    fakes = torch.ones(4000, 1, 2, 2)
    game(shown).discriminator_terms(config, many, fakes, behind)
    for samples, mean in zip(torch.cat(shown).split(4000), (0.0, 1.0)):
        assert samples.mean().item() == pytest.approx(mean, abs=0.02)
        assert samples.std().item() == pytest.approx(deviation, abs=0.02)


def test_without_anything_set_d_sees_samples_as_they_are(shown: list[Tensor]) -> None:
    played = game(shown)
    config = replace(PRESETS["simple"], precision="float32")
    played.discriminator_terms(config, BATCH, ONES, 0.0)
    played.generator_terms(config, BATCH, ONES, 0.0)
    assert [samples.mean().item() for samples in torch.cat(shown).split(8)] == [0, 1, 1]


def test_penalties_keep_their_digits_under_bfloat16(digits: ImageSet) -> None:
    config = replace(PRESETS["r3gan"], precision="bfloat16", batch_size=8)
    trainer = Trainer(config, digits, "cpu")
    fakes = trainer._rounds._make_fakes(config, torch.zeros(8, dtype=torch.int64), False)
    assert fakes.dtype == torch.float32
    batch = trainer._batches.next()
    terms, _ = trainer._rounds._game.discriminator_terms(config, batch, fakes, 0.0)
    assert {term.dtype for term in terms.values()} == {torch.float32}
