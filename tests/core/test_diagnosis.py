"""Findings: exact ones on made-up events, and the right ones on real runs made to fail."""

import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from string import Formatter
from typing import Any

import pytest
import torch

from gan_core.config import FIXED, RunConfig
from gan_core.data import ImageSet
from gan_core.diagnosis import ALARMS, GOOD_NEWS, RULES, Finding, diagnose
from gan_core.events import Diverged, Evaluated, Event, Finished, Snapshot, StepDone
from gan_core.finding_texts import FINDINGS
from gan_core.finding_texts import REMEDIES as REMEDY_WORDS
from gan_core.game import check_rules
from gan_core.modules import has_batchnorm
from gan_core.networks import ARCHITECTURES, build_discriminator
from gan_core.objectives import OBJECTIVES
from gan_core.presets import PRESETS, preset
from gan_core.remedies import CURES, REMEDIES, WITH_BATCHNORM, WITH_TARGETS, remedy
from gan_core.signals import PAIRED
from gan_core.trainer import Trainer

MODERN, SIMPLE = preset("modern", "digits"), preset("simple", "digits")
MINIMAX = replace(SIMPLE, objective="minimax")
DIGITS = tuple("0123456789")


def rounds(
    count: int,
    start: int = 1,
    stride: int = 1,
    *,
    d_real: float = 0.55,
    d_fake: float = 0.45,
    d_loss: float = 1.3,
    g_loss: float = 0.8,
    g_gradient: float = 1.0,
) -> list[Event]:
    return [
        StepDone(step, 1, d_loss, g_loss, d_real, d_fake, 1.0, g_gradient, {}, 100.0)
        for step in range(start, start + count * stride, stride)
    ]


def look(
    step: int,
    distance: float | None = None,
    error: float = 1.0,
    diversity: float = 0.95,
    without: str = "",
    nearest: float | None = 1.5,
) -> Evaluated:
    kept = [name for name in DIGITS if name not in without]
    return Evaluated(
        step=step,
        epoch=1,
        samples=240,
        d_accuracy_real=0.7,
        d_accuracy_fake=0.6,
        diversity=diversity,
        classes={name: 240 // len(kept) if name in kept else 0 for name in DIGITS},
        distance=distance,
        distance_error=None if distance is None else error,
        distance_floor=None if distance is None else 9.0,
        nearest=nearest,
    )


def names(config: RunConfig, events: Sequence[Event]) -> list[str]:
    return [finding.name for finding in diagnose(config, events)]


def only(config: RunConfig, events: Sequence[Event]) -> Finding:
    [finding] = diagnose(config, events)
    return finding


# --- made-up events


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_nothing_is_found_in_no_few_or_even_rounds(objective: str) -> None:
    config = replace(SIMPLE, objective=objective)
    for events in ([], rounds(3), rounds(500), [*rounds(500), Finished(500, 2)]):
        assert diagnose(config, events) == []


def test_a_perfect_discriminator_is_told_once_the_first_rounds_are_over() -> None:
    perfect: dict[str, Any] = {"d_real": 0.99, "d_fake": 0.01, "d_loss": 0.02, "g_loss": 4.6}
    assert names(SIMPLE, rounds(149, **perfect)) == []
    found = only(SIMPLE, [*rounds(100), *rounds(100, 101, **perfect)])
    assert (found.name, found.since, found.alarm) == ("discriminator-saturated", 101, True)
    assert found.evidence == "D(x) is 0.990, D(G(z)) 0.010, medians over rounds 101 to 200"
    assert found.changes == {"r1_weight": 1.0}
    assert "an R1 weight of 1." in found.remedy


def test_a_perfect_critic_is_no_fault() -> None:
    perfect: dict[str, Any] = {"d_real": 1.0, "d_fake": 0.0, "d_loss": -20.0, "g_loss": -8.0}
    assert names(preset("wgan-gp", "digits"), rounds(400, **perfect)) == []


def test_raw_opinions_beyond_their_range_count_as_sure() -> None:
    sure: dict[str, Any] = {"d_real": 2.5, "d_fake": -1.5, "d_loss": 0.0, "g_loss": 4.0}
    assert names(preset("hinge", "digits"), rounds(300, **sure)) == ["discriminator-saturated"]


def test_smoothed_labels_lower_what_counts_as_sure() -> None:
    sure: dict[str, Any] = {"d_real": 0.9, "d_fake": 0.01}
    assert names(SIMPLE, rounds(300, **sure)) == []
    smoothed = replace(SIMPLE, label_smoothing=0.1)
    assert names(smoothed, rounds(300, **sure)) == ["discriminator-saturated"]


def test_thinned_events_tell_the_same_rounds() -> None:
    perfect: dict[str, Any] = {"d_real": 0.99, "d_fake": 0.01}
    found = only(SIMPLE, [*rounds(100, 8, 8), *rounds(100, 808, 8, **perfect)])
    assert (found.name, found.since) == ("discriminator-saturated", 808)


def test_a_vanished_gradient_is_told_early_and_by_objective() -> None:
    dead: dict[str, Any] = {"d_real": 1.0, "d_fake": 0.0, "g_gradient": 0.002}
    events = [*rounds(10, g_gradient=0.9), *rounds(30, 11, **dead)]
    found = only(MINIMAX, events)
    assert (found.name, found.since) == ("vanishing-gradient", 11)
    assert found.evidence == "G's gradient is 0.002, once 0.9, and D(G(z)) is 0 (rounds 11 to 40)"
    assert found.changes == {"objective": "non-saturating"}
    assert names(SIMPLE, events) == []  # faded, but not gone
    dead["g_gradient"] = 1e-8
    assert only(SIMPLE, [*rounds(10), *rounds(30, 11, **dead)]).changes == {}


def test_a_small_gradient_between_equals_is_no_fault() -> None:
    assert names(MINIMAX, [*rounds(20), *rounds(200, 21, g_gradient=1e-4)]) == []


def test_missing_classes_are_named_when_five_looks_agree() -> None:
    looks = [look(step, without="37") for step in range(100, 600, 100)]
    assert names(MODERN, [*rounds(500), *looks[1:]]) == []
    found = only(MODERN, [*rounds(500), *looks])
    assert (found.name, found.since) == ("mode-collapse", 100)
    assert found.evidence == (
        "diversity is 0.95 of the data's, missing 3, 7 (2 of 10 classes); 240 samples a look, "
        "rounds 100 to 500"
    )
    wandering = [look(step, without=str(step // 100)) for step in range(100, 600, 100)]
    assert names(MODERN, [*rounds(500), *wandering]) == []


def test_classes_that_come_back_one_by_one_are_no_collapse() -> None:
    returning = [look(100 * index, without="1234567"[: 8 - index // 2]) for index in range(1, 11)]
    assert names(MODERN, [*rounds(1000), *returning]) == []


def test_samples_all_alike_are_a_collapse_without_any_classes() -> None:
    looks = [replace(look(step, diversity=0.05), classes={}) for step in (50, 150, 250, 350)]
    assert names(MODERN, [*rounds(250), *looks[:3]]) == []  # too early
    found = only(MODERN, [*rounds(350), *looks])
    assert (found.name, found.since) == ("mode-collapse", 50)
    assert found.evidence.startswith("diversity is 0.05 of the data's; 240 samples")


def swinging(count: int, low: float, high: float, period: int = 40) -> list[Event]:
    middle, reach = (low + high) / 2, (high - low) / 2
    events: list[Event] = []
    for step in range(1, count + 1):
        gap = middle + reach * math.sin(2 * math.pi * step / period)
        events += rounds(1, step, d_real=0.5 + gap / 2, d_fake=0.5 - gap / 2)
    return events


def test_swings_that_fool_the_discriminator_are_an_oscillation() -> None:
    found = only(SIMPLE, swinging(300, low=-0.4, high=0.8))
    assert (found.name, found.changes) == (
        "oscillation",
        {"g_learning_rate": 5e-5, "d_learning_rate": 5e-5},
    )
    assert re.match(r"D\(x\) - D\(G\(z\)\) changed sides 1\d times between -0.\d+ and 0.\d+",
                    found.evidence)  # fmt: skip
    assert names(SIMPLE, swinging(300, low=0.1, high=0.9)) == []
    assert names(SIMPLE, swinging(300, low=-0.2, high=0.2)) == []


def test_one_turn_is_no_oscillation_and_an_old_one_is_forgotten() -> None:
    assert names(SIMPLE, [*swinging(60, -0.4, 0.8), *rounds(140, 61)]) == []
    assert names(SIMPLE, [*swinging(300, -0.4, 0.8), *rounds(200, 301)]) == []


def test_a_number_that_is_none_hides_all_else() -> None:
    events = [*rounds(200, d_real=1, d_fake=0), Diverged(201, 3, "gradient of G")]
    found = only(SIMPLE, events)
    assert (found.name, found.since) == ("divergence", 201)
    assert found.evidence == "'gradient of G' is no finite number any more"
    assert found.changes == {"g_learning_rate": 2e-5, "d_learning_rate": 2e-5}
    assert names(SIMPLE, [*events, *rounds(100, 201)]) == []  # it went on


def test_losses_that_explode_are_a_divergence_from_where_they_do() -> None:
    huge = rounds(20, 101, g_loss=5e4)
    found = only(SIMPLE, [*rounds(100), *huge])
    assert (found.name, found.since) == ("divergence", 101)
    assert found.evidence == "a loss of 5e+04 over rounds 101 to 120"
    assert names(SIMPLE, [*rounds(100), *huge[:4], *rounds(96, 105)]) == []  # a hiccup
    critic = preset("wgan-gp", "digits")  # whose g_loss has no zero of its own
    assert names(critic, [*rounds(100), *huge]) == []
    assert names(critic, [*rounds(100), *rounds(20, 101, d_loss=-5e4)]) == ["divergence"]


def test_samples_nearer_to_the_data_than_it_is_to_itself_are_copies() -> None:
    looks = [look(100, nearest=1.2), *(look(step, nearest=0.3) for step in (200, 300, 400))]
    assert names(MODERN, [*rounds(300), *looks[:3]]) == []
    found = only(MODERN, [*rounds(400), *looks])
    assert (found.name, found.since) == ("memorisation", 200)
    assert found.changes == {"augment": ("translation", "cutout")}
    unknown = [look(step, nearest=None) for step in (200, 300, 400)]
    assert names(MODERN, [*rounds(400), *unknown]) == []


def falling(distances: Sequence[float], error: float = 1.0) -> list[Event]:
    looks = [look(100 * i, distance, error) for i, distance in enumerate(distances, 1)]
    return [*rounds(100 * len(looks)), *looks]


def test_a_distance_that_falls_beyond_its_error_is_still_improving() -> None:
    found = only(MODERN, falling([100, 90, 80, 70, 60]))
    assert (found.name, found.alarm, found.since) == ("still-improving", False, 100)
    assert found.evidence == (
        "Frechet distance from 102 to 61, -40% with an error of 2% (5 looks, rounds 100 to 500, "
        "real samples are at 9)"
    )
    assert names(MODERN, falling([100, 90, 80, 70])) == []  # too few looks
    assert names(MODERN, falling([100, 90, 80, 70, 60], error=30)) == []  # too vague


def test_what_still_improves_is_left_in_peace() -> None:
    events = [*swinging(500, -0.4, 0.8), *falling([100, 90, 80, 70, 60])[500:]]
    assert names(SIMPLE, events) == ["still-improving"]
    sure = [*rounds(500, d_real=0.99, d_fake=0.01), *falling([100, 90, 80, 70, 60])[500:]]
    assert names(SIMPLE, sure) == ["still-improving"]


def test_a_flat_distance_is_converged_after_eight_looks_and_a_while() -> None:
    flat = [40.0, 41, 39, 40, 40.5, 39.5, 40, 41]
    found = only(MODERN, falling(flat))
    assert (found.name, found.alarm, found.changes) == ("converged", False, {})
    assert names(MODERN, falling(flat[:7])) == []
    scattered = [40.0, 55, 30, 50, 32, 48, 38, 44]  # it may have fallen a lot, or not
    assert names(MODERN, falling(scattered)) == []
    hasty = [replace(event, step=event.step // 4) for event in falling(flat)]
    assert names(MODERN, hasty) == []


def test_a_longer_run_is_judged_by_its_newer_half() -> None:
    events = falling([400 / (index + 1) for index in range(10)] + [40.0, 41, 39, 40, 40.5] * 4)
    found = only(MODERN, events)
    assert (found.name, found.since) == ("converged", 1600)


def test_an_alarm_silences_good_news() -> None:
    flat = [look(100 * i, 40.0, without="3") for i in range(1, 9)]
    assert names(MODERN, [*rounds(800), *flat]) == ["mode-collapse"]


def test_findings_come_the_worst_first() -> None:
    alike = [look(step, diversity=0.0, nearest=0.1) for step in (200, 300, 400)]
    dead = rounds(400, d_real=1, d_fake=0, g_gradient=1e-9)
    found = names(MINIMAX, [*rounds(10), *dead[10:], *alike])
    assert found == ["vanishing-gradient", "mode-collapse", "memorisation"]
    assert sorted(found, key=list(RULES).index) == found


def test_it_takes_less_than_ten_milliseconds() -> None:
    events = [*rounds(4000, 8, 8), *(look(200 * i, 40.0) for i in range(1, 161))]
    started = time.process_time()
    for _ in range(10):
        diagnose(MODERN, events)
    assert (time.process_time() - started) / 10 < 0.01


# --- words and remedies


@pytest.mark.parametrize("name", RULES)
def test_each_finding_has_its_words_in_two_sentences(name: str) -> None:
    assert FINDINGS[name].title and name in REMEDIES
    assert len(re.findall(r"\.(?:\s|$)", FINDINGS[name].meaning)) == 2
    assert set(FINDINGS) == set(REMEDIES) == set(RULES)
    assert {*ALARMS} | GOOD_NEWS == set(RULES)


def configs() -> list[RunConfig]:
    """Every preset, on images and on points, by every objective that its rules allow."""
    plain = [preset(name, dataset) for name in PRESETS for dataset in ("digits", "ring")]
    played = [replace(config, objective=name) for config in plain for name in OBJECTIVES]
    bound = {"weight_clip": 0.01, "label_smoothing": 0.0}
    return [replace(config, **bound if config.objective in PAIRED else {}) for config in played]


@pytest.mark.parametrize("name", RULES)
def test_remedies_keep_the_rules_change_something_and_nothing_fixed(name: str) -> None:
    for config in configs():
        with torch.device("meta"):
            discriminator = build_discriminator(config, 10)
        for _ in range(4):  # and once it is applied there is another, or the last
            cure, changes = remedy(name, config)
            words = REMEDY_WORDS[cure].format(**changes)
            assert words.endswith(".") and "{" not in words
            assert not set(changes) & FIXED
            changed = replace(config, **changes)
            assert not changes or changed != config
            check_rules(changed, discriminator)
            config = changed


def test_every_remedy_has_words_and_a_use() -> None:
    used = {cure for cures in REMEDIES.values() for cure in cures}
    assert used == set(CURES) == set(REMEDY_WORDS)
    fields = {part for text in REMEDY_WORDS.values() for _, part, _, _ in Formatter().parse(text)}
    assert {field for field in fields if field} <= set(asdict(MODERN))


def test_what_remedies_take_for_granted_is_so() -> None:
    with_targets = {name for name, objective in OBJECTIVES.items() if objective.has_targets}
    assert with_targets == WITH_TARGETS
    assert {name for name, objective in OBJECTIVES.items() if objective.needs_bound} == PAIRED
    with torch.device("meta"):
        for name, architecture in ARCHITECTURES.items():
            side = architecture.sides[0]
            shape = {"image_size": side, "channels": 1 if side else 2}
            d = build_discriminator(replace(SIMPLE, architecture=name, **shape), 10)
            assert has_batchnorm(d) == (name in WITH_BATCHNORM)


# --- real runs

Run = tuple[Trainer, list[Event]]
SMALL = replace(SIMPLE, batch_size=16)


def play(trainer: Trainer, count: int) -> list[Event]:
    return [event for event in trainer.run(count) if not isinstance(event, Snapshot)]


def begin(config: RunConfig, images: ImageSet, count: int) -> Run:
    trainer = Trainer(replace(config, precision="float32"), images, device="cpu")
    return trainer, play(trainer, count)


def apply(run: Run, name: str, count: int) -> list[Event]:
    """What comes of it, once the remedy of that finding is applied."""
    trainer, events = run
    found = {finding.name: finding for finding in diagnose(trainer.config, events)}[name]
    assert found.changes
    trainer.change(replace(trainer.config, **found.changes))
    return play(trainer, count)


def mean(events: Sequence[Event], value: Callable[[StepDone], float]) -> float:
    values = [value(event) for event in events if isinstance(event, StepDone)]
    return sum(values) / len(values)


def last_look(events: Sequence[Event]) -> Evaluated:
    return [event for event in events if isinstance(event, Evaluated)][-1]


def alarms(config: RunConfig, events: Sequence[Event]) -> set[str]:
    """All alarms as they would have been seen, ten rounds apart."""
    seen = (diagnose(config, events[:end]) for end in range(10, len(events) + 10, 10))
    return {finding.name for findings in seen for finding in findings if finding.alarm}


@pytest.fixture(scope="module")
def modern(digits: ImageSet) -> Run:
    return begin(replace(MODERN, batch_size=8, evaluate_every=20), digits, 240)


def test_a_healthy_run_raises_no_alarm_and_improves(modern: Run) -> None:
    trainer, events = modern
    assert alarms(trainer.config, events) == set()
    assert names(trainer.config, events) == ["still-improving"]


def test_a_run_that_has_stopped_learning_is_converged(modern: Run) -> None:
    trainer, events = modern
    still = replace(trainer.config, g_learning_rate=1e-7, d_learning_rate=1e-7, ema_decay=0.5)
    trainer.change(replace(still, evaluate_every=40))
    events = [*events, *play(trainer, 320)]
    assert names(trainer.config, events)[-1:] == ["converged"]


HEALTHY = [("hinge", 60, 300), ("conditional", 24, 300), ("r3gan", 24, 300), ("wgan-gp", 12, 200)]


def healthy(name: str, count: int, digits: ImageSet) -> None:
    config = replace(preset(name, "digits"), batch_size=8, evaluate_every=count // 6)
    trainer, events = begin(config, digits, count)
    assert alarms(trainer.config, events) == set()


@pytest.mark.parametrize(("name", "count"), [(name, few) for name, few, _ in HEALTHY])
def test_healthy_presets_begin_without_an_alarm(name: str, count: int, digits: ImageSet) -> None:
    healthy(name, count, digits)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [(name, many) for name, _, many in HEALTHY])
def test_healthy_presets_stay_without_an_alarm(name: str, count: int, digits: ImageSet) -> None:
    healthy(name, count, digits)


def test_a_discriminator_with_three_times_the_steps_saturates_and_the_remedy_holds_it(
    digits: ImageSet,
) -> None:
    stronger = {"d_steps": 3, "d_learning_rate": 1e-3, "batch_size": 8, "evaluate_every": 0}
    trainer, events = run = begin(replace(SIMPLE, **stronger), digits, 160)
    assert names(trainer.config, events) == ["discriminator-saturated"]
    before = mean(events[-40:], lambda done: done.d_fake)
    after = mean(apply(run, "discriminator-saturated", 40)[-20:], lambda done: done.d_fake)
    assert after > 3 * before


def test_minimax_loses_its_gradient_within_a_hundred_rounds_and_the_remedy_brings_it_back(
    digits: ImageSet,
) -> None:
    trainer, events = run = begin(
        replace(SMALL, objective="minimax", evaluate_every=0), digits, 120
    )
    found = only(trainer.config, events)
    assert found.name == "vanishing-gradient" and found.since < 100
    before = mean(events[-10:], lambda done: done.g_gradient)
    after = mean(apply(run, "vanishing-gradient", 10), lambda done: done.g_gradient)
    assert after > 100 * before


@pytest.fixture(scope="module")
def smallest(digits: ImageSet) -> Run:
    return begin(replace(SMALL, evaluate_every=25), digits, 200)


def test_the_non_saturating_loss_keeps_its_gradient_there(smallest: Run) -> None:
    trainer, events = smallest
    before = [event for event in events if isinstance(event, StepDone) and event.step <= 120]
    assert names(trainer.config, before) == []


def test_the_smallest_gan_collapses_and_the_missing_digits_are_named(smallest: Run) -> None:
    trainer, events = smallest
    found = only(trainer.config, events)
    assert found.name == "mode-collapse"
    told = re.search(r"missing ([\d, ]+) \((\d+) of 10 classes\)", found.evidence)
    assert told
    named = told[1].split(", ")
    assert len(named) == int(told[2]) >= 7
    assert set(named) <= set(last_look(events).missing)


@pytest.fixture(scope="module")
def circling(digits: ImageSet) -> Run:
    rates = {"g_learning_rate": 1e-3, "d_learning_rate": 1e-3}
    return begin(replace(SMALL, **rates, evaluate_every=0), digits, 220)


def test_momentum_and_large_steps_make_them_go_in_circles(circling: Run) -> None:
    trainer, events = circling
    assert names(trainer.config, events) == ["oscillation"]


def spread(events: Sequence[Event]) -> float:
    middle = mean(events, lambda done: done.d_loss)
    return math.sqrt(mean(events, lambda done: (done.d_loss - middle) ** 2))


@pytest.mark.slow
def test_slower_steps_calm_them(circling: Run) -> None:
    after = apply(circling, "oscillation", 250)
    assert spread(after[-100:]) < spread(circling[1][-100:]) / 2


def test_far_too_large_steps_diverge_and_the_remedy_does_not(digits: ImageSet) -> None:
    huge = {"g_optimiser": "sgd", "d_optimiser": "sgd",
            "g_learning_rate": 0.2, "d_learning_rate": 0.2}  # fmt: skip
    trainer, events = begin(replace(SIMPLE, **huge, evaluate_every=0), digits, 100)
    assert isinstance(events[-1], Diverged)
    found = only(trainer.config, events)
    assert (found.name, found.since) == ("divergence", events[-1].step)
    slower = replace(trainer.config, **found.changes)
    assert "divergence" not in alarms(slower, begin(slower, digits, 100)[1])


def test_a_critic_on_a_long_leash_explodes(digits: ImageSet) -> None:
    leash = {"objective": "wasserstein", "weight_clip": 0.1,
             "d_learning_rate": 2e-3, "g_learning_rate": 2e-3}  # fmt: skip
    trainer, events = begin(replace(SIMPLE, **leash, evaluate_every=0), digits, 60)
    assert names(trainer.config, events) == ["divergence"]


def test_a_few_digits_are_learned_by_heart(digits: ImageSet) -> None:
    few = ImageSet(digits.images[:20], digits.labels[:20], digits.class_names)
    config = replace(preset("conditional", "digits"), architecture="light-conv", batch_size=8)
    faster = {"g_learning_rate": 2e-3, "d_learning_rate": 2e-3, "samples_from": "raw"}
    trainer, events = begin(replace(config, **faster, evaluate_every=20), few, 200)
    assert names(trainer.config, events) == ["memorisation"]


@pytest.mark.slow
def test_relativistic_pairs_bring_digits_back_to_a_collapsing_gan(digits: ImageSet) -> None:
    config = replace(preset("vanilla", "digits"), evaluate_every=25)
    trainer, events = run = begin(config, digits, 300)
    assert "mode-collapse" in names(trainer.config, events)
    helped = last_look(apply(run, "mode-collapse", 500))
    left_alone = last_look(begin(config, digits, 800)[1])
    assert len(helped.missing) < len(left_alone.missing)
    assert helped.distance and left_alone.distance
    assert helped.distance < 0.7 * left_alone.distance
