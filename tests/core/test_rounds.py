"""What a round does, and what may change between rounds."""

from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from torch import nn

from gan_core.config import FIXED, RunConfig
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.events import Diverged, Snapshot, StepDone
from gan_core.learner import Learner
from gan_core.presets import PRESETS
from gan_core.trainer import Trainer

SIMPLE = replace(PRESETS["simple"], precision="float32", batch_size=16)


@pytest.fixture
def few(digits: ImageSet) -> ImageSet:
    """96 digits: epochs of 6 batches."""
    return ImageSet(digits.images[:96], digits.labels[:96], digits.class_names)


@pytest.fixture
def moves(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the networks that took a step, in order."""
    taken: list[str] = []
    learn = Learner.learn

    def watched(self: Learner, *arguments: object) -> dict[str, float]:
        taken.append(self.name)
        return learn(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Learner, "learn", watched)
    return taken


@pytest.mark.parametrize(
    ("change", "order"),
    [
        ({"d_steps": 3}, "DDDG"),
        ({"g_steps": 2}, "DGG"),
        ({"d_steps": 2, "g_steps": 2, "first_step": "generator"}, "GGDD"),
        ({"d_steps": 2, "reuse_fakes": False}, "DDG"),
        ({"d_steps": 0}, "G"),
        ({"g_steps": 0}, "D"),
        ({"g_steps": 0, "first_step": "generator"}, "D"),
    ],
)
def test_a_round_has_the_steps_and_the_order_asked_for(
    change: dict, order: str, few: ImageSet, moves: list[str]
) -> None:
    Trainer(replace(SIMPLE, **change), few, "cpu").step()
    assert "".join(moves) == order


@pytest.mark.parametrize("name", ["simple", "r3gan"])  # D without penalties, and with two
@pytest.mark.parametrize(("still", "other"), [("generator", "discriminator"),
                                              ("discriminator", "generator")])  # fmt: skip
def test_one_side_learns_alone_while_the_other_stands_still_and_tells_the_same_loss(
    name: str, still: str, other: str, few: ImageSet
) -> None:
    config = replace(PRESETS[name], precision="float32", batch_size=8)
    both = Trainer(config, few, "cpu")
    alone = Trainer(replace(config, **{f"{still[0]}_steps": 0}), few, "cpu")
    first = {key: weight.clone() for key, weight in getattr(alone, still).state_dict().items()}
    expected, done = both.step(), alone.step()
    for key, weight in getattr(alone, still).named_parameters():
        torch.testing.assert_close(weight, first[key], rtol=0, atol=0)
    assert getattr(done, f"{still[0]}_gradient") == 0 < getattr(done, f"{other[0]}_gradient")
    assert done.d_loss == expected.d_loss  # D goes first
    if still == "generator":
        assert done.g_loss == expected.g_loss
        for ours, theirs in zip(alone.discriminator.parameters(), both.discriminator.parameters()):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
    alone.change(config)
    assert min(alone.step().d_gradient, alone.step().g_gradient) > 0


def test_rounds_without_steps_of_d_use_up_the_epoch_all_the_same(few: ImageSet) -> None:
    watched = Trainer(replace(SIMPLE, d_steps=0, epochs=2), few, "cpu")
    assert watched.total_steps == 12
    steps = [event for event in watched.run() if isinstance(event, StepDone)]
    assert [step.epoch for step in steps] == [1] * 6 + [2] * 6
    assert steps[-1].images_per_s > 0


def test_each_step_of_d_sees_new_images(few: ImageSet) -> None:
    watched = Trainer(replace(SIMPLE, d_steps=4, epochs=2), few, "cpu")
    events = list(watched.run())
    steps = [event for event in events if isinstance(event, StepDone)]
    assert [step.epoch for step in steps] == [1, 2, 2]  # 12 batches of an epoch of 6
    shown = [(event.step, event.epoch) for event in events if isinstance(event, Snapshot)]
    assert shown == [(0, 0), (2, 1), (3, 2)]


@pytest.mark.parametrize(("before", "after"), [(1, 3), (4, 1)])
def test_every_epoch_is_shown_once_though_its_rounds_change(
    before: int, after: int, few: ImageSet
) -> None:
    watched = Trainer(replace(SIMPLE, d_steps=before, epochs=4), few, "cpu")
    events = [*watched.run(2)]
    watched.change(replace(SIMPLE, d_steps=after, epochs=4))
    events += [*watched.run()]
    shown = [event.epoch for event in events if isinstance(event, Snapshot)]
    assert shown == [0, 1, 2, 3, 4]


def test_learning_rates_are_separate(few: ImageSet) -> None:
    for still, other in (("generator", "discriminator"), ("discriminator", "generator")):
        rates = {f"{still[0]}_learning_rate": 1e-30, f"{other[0]}_learning_rate": 1e-3}
        watched = Trainer(replace(SIMPLE, **rates), few, "cpu")
        before = {n: getattr(watched, n).state_dict() for n in (still, other)}
        before = {n: {k: w.clone() for k, w in s.items()} for n, s in before.items()}
        watched.step()
        moved = {
            name: max(
                (weight - getattr(watched, name).state_dict()[key]).abs().max().item()
                for key, weight in before[name].items()
            )
            for name in (still, other)
        }
        assert moved[still] < 1e-20 and moved[other] > 1e-4


@pytest.mark.parametrize("kind", ["adam", "rmsprop", "sgd"])
def test_each_optimiser_takes_pytorchs_first_step(kind: str, few: ImageSet) -> None:
    config = replace(SIMPLE, d_optimiser=kind, d_learning_rate=1e-3)
    watched = Trainer(config, few, "cpu")
    layer = watched.discriminator.features[1]
    assert isinstance(layer, nn.Linear)
    weight = layer.weight
    before = weight.detach().clone()
    watched.step()
    flat = watched._rounds._d_learner._flat
    gradient = next(g for w, g in zip(flat.weights, flat._gradients) if w is weight)
    own = before.clone().requires_grad_()
    own.grad = gradient
    made = {
        "adam": lambda: torch.optim.Adam([own], 1e-3, config.betas),
        "rmsprop": lambda: torch.optim.RMSprop([own], 1e-3, config.betas[1]),
        "sgd": lambda: torch.optim.SGD([own], 1e-3, config.betas[0]),
    }[kind]()
    made.step()
    torch.testing.assert_close(weight, own, atol=1e-7, rtol=1e-5)


def rates_of(watched: Trainer, rounds: int) -> list[float]:
    """G's learning rate after each of the next rounds."""
    rates = []
    for _ in range(rounds):
        watched.step()
        rates.append(watched._rounds._g_learner._optimiser.param_groups[0]["lr"])
    return rates


def test_a_cosine_schedule_falls_from_the_full_rate_to_nothing(few: ImageSet) -> None:
    config = replace(SIMPLE, schedule="cosine", steps=4, g_learning_rate=1.0)
    quarter = 2**-0.5
    expected = [1.0, (1 + quarter) / 2, 0.5, (1 - quarter) / 2]
    assert rates_of(Trainer(config, few, "cpu"), 4) == pytest.approx(expected)


@pytest.mark.parametrize(
    "change",
    [{"g_learning_rate": 1e-2}, {"d_learning_rate": 1e-2}, {"objective": "hinge"}, {"d_steps": 3},
     {"g_steps": 2}, {"label_smoothing": 0.2}, {"instance_noise": 0.5}, {"r1_weight": 1.0},
     {"augment": ("cutout",)}, {"weight_clip": 0.01}]
)  # fmt: skip
def test_what_changes_between_rounds_shows_at_the_next_and_resets_nothing(
    change: dict, few: ImageSet
) -> None:
    changed, plain = (Trainer(SIMPLE, few, "cpu") for _ in range(2))
    for watched in (changed, plain):
        watched.step()
    changed.change(replace(SIMPLE, **change))
    after = [watched.step() for watched in (changed, plain)]
    assert after[0].step == after[1].step == 2
    state = {k: v for k, v in changed.state()[0].items() if k.startswith("discriminator.")}
    assert any(not torch.equal(v, plain.state()[0][k]) for k, v in state.items()) or any(
        not torch.equal(a, b)
        for a, b in zip(changed.generator.parameters(), plain.generator.parameters())
    )
    optimiser_steps = {float(v) for k, v in changed.state()[0].items() if k.endswith(".step")}
    assert min(optimiser_steps) >= 2  # what the optimisers remember is still there


@pytest.mark.parametrize("name", sorted(FIXED))
def test_what_cannot_change_is_refused_by_name(name: str, few: ImageSet) -> None:
    other = {str: "other", int: 2, bool: True, tuple: (0.1, 0.2)}
    special = {"noise": "uniform", "g_optimiser": "sgd", "d_optimiser": "sgd",
               "real_range": "0..1", "label_input": "concatenation", "image_size": 32,
               "channels": 3, "batch_size": 32}  # fmt: skip
    value = special.get(name, other[type(getattr(SIMPLE, name))])
    watched = Trainer(SIMPLE, few, "cpu")
    with pytest.raises(InputError, match=f"{name} cannot change"):
        watched.change(replace(SIMPLE, **{name: value}))
    assert watched.config == SIMPLE


def test_a_change_that_does_not_go_together_is_refused_and_the_run_goes_on(few: ImageSet) -> None:
    watched = Trainer(SIMPLE, few, "cpu")
    with pytest.raises(InputError, match="needs a bound"):
        watched.change(replace(SIMPLE, objective="wasserstein"))
    assert watched.step().step == 1


def spoil(config: RunConfig, few: ImageSet) -> tuple[Trainer, Diverged]:
    watched = Trainer(config, few, "cpu")
    *_, last = watched.run()
    assert isinstance(last, Diverged)
    return watched, last


@pytest.mark.parametrize("preset", ["simple", "vanilla", "modern"])
def test_divergence_names_step_and_term_and_leaves_everything_finite(
    preset: str, few: ImageSet
) -> None:
    """`vanilla` and `modern` have a BatchNorm whose statistics overflow first."""
    hot = replace(PRESETS[preset], batch_size=16, g_learning_rate=4e9, d_learning_rate=4e9)
    watched, event = spoil(hot, few)
    assert event.step == watched.steps_done + 1
    named = ["d_real_loss", "d_fake_loss", "g_loss", "r1", "d_real", "d_fake"]
    kinds = (f"{kind} of {name}" for kind in ("gradient", "BatchNorm") for name in "DG")
    assert event.term in {*named, *kinds}
    for name, tensor in watched.state()[0].items():
        assert tensor.isfinite().all(), name


def test_after_divergence_an_earlier_state_goes_on_with_smaller_learning_rates(
    few: ImageSet,
) -> None:
    watched = Trainer(replace(SIMPLE, g_learning_rate=4e9, d_learning_rate=4e9), few, "cpu")
    tensors, facts = deepcopy(watched.state())
    assert isinstance(list(watched.run(10))[-1], Diverged)
    watched.restore(tensors, facts)
    watched.change(SIMPLE)
    assert list(watched.run(10)) == list(Trainer(SIMPLE, few, "cpu").run(10))


def test_a_weight_that_is_no_number_is_found_though_no_loss_shows_it(few: ImageSet) -> None:
    watched = Trainer(replace(SIMPLE, epochs=1), few, "cpu")
    events = watched.run()
    assert isinstance(next(events), Snapshot)
    last_layer = watched.generator.layers[-3]
    assert isinstance(last_layer, nn.Linear)
    with torch.no_grad():
        last_layer.bias[0] = float("inf")  # Tanh makes it 1
    *_, last = events
    assert last == Diverged(6, 2, "layers.6.bias of G")  # at the end of the epoch of 6 rounds
