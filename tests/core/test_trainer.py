"""The stepper: determinism, pausing, averaging, penalties, divergence."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from gan_core.config import RunConfig
from gan_core.data import ImageSet
from gan_core.errors import InputError
from gan_core.events import Event, Finished, Snapshot, StepDone
from gan_core.presets import PRESETS
from gan_core.trainer import Trainer

SIMPLE = replace(PRESETS["simple"], steps=10, batch_size=32)


@pytest.fixture
def few(digits: ImageSet) -> ImageSet:
    """100 digits: epochs of 3 steps."""
    return ImageSet(digits.images[:100], digits.labels[:100], digits.class_names)


def trainer(images: ImageSet, config: RunConfig = SIMPLE) -> Trainer:
    return Trainer(config, images, device="cpu")


def fitted(images: ImageSet, config: RunConfig) -> ImageSet:
    """The same images in the config's size and channels."""
    size = (config.image_size, config.image_size)
    pixels = interpolate(images.images.float(), size).byte().expand(-1, config.channels, -1, -1)
    return ImageSet(pixels, images.labels, images.class_names)


def take(events: Iterator[Event], count: int) -> list[Event]:
    return [next(events) for _ in range(count)]


@pytest.mark.parametrize("preset", PRESETS)
def test_the_same_seed_gives_bit_identical_events(preset: str, few: ImageSet) -> None:
    config = replace(PRESETS[preset], steps=3, batch_size=16)
    few = fitted(few, config)
    assert list(trainer(few, config).run()) == list(trainer(few, config).run())


def test_another_seed_gives_other_events(few: ImageSet) -> None:
    assert trainer(few).step() != trainer(few, replace(SIMPLE, seed=1)).step()


def test_run_equals_as_many_steps(few: ImageSet) -> None:
    stepped, ran = trainer(few), trainer(few)
    by_step = [stepped.step() for _ in range(7)]
    by_run = [event for event in ran.run(7) if isinstance(event, StepDone)]
    assert by_run == by_step
    assert stepped.snapshot() == ran.snapshot()


@pytest.mark.parametrize("pause_after", range(1, 13))
def test_pausing_anywhere_changes_no_event_and_loses_none(pause_after: int, few: ImageSet) -> None:
    through = list(trainer(few).run())
    paused = trainer(few)
    assert take(paused.run(), pause_after) + list(paused.run()) == through


def test_a_run_tells_of_its_start_each_epoch_and_its_end(few: ImageSet) -> None:
    events = list(trainer(few).run())
    shown = [(event.step, event.epoch) for event in events if isinstance(event, Snapshot)]
    assert shown == [(0, 0), (3, 1), (6, 2), (9, 3), (10, 4)]
    assert events[-1] == Finished(step=10, epoch=4)


def test_trainings_in_turns_do_not_disturb_each_other(few: ImageSet) -> None:
    config = replace(PRESETS["deep-mlp"], batch_size=16)  # the one with dropout
    alone = [trainer(few, config).step() for _ in range(1)]
    one, other = trainer(few, config), trainer(few, replace(config, seed=5))
    other.step()
    torch.rand(3)  # nor does torch's global generator matter
    assert [one.step()] == alone


def test_an_epoch_holds_each_image_once_in_another_order_each_time(few: ImageSet) -> None:
    batches = trainer(few)._batches
    epochs = [torch.cat([batches.next().samples for _ in range(3)]) for _ in range(2)]
    assert not torch.equal(*epochs)
    for epoch in epochs:
        pixels = epoch.add(1).mul(127.5).round().byte()
        assert len(pixels.flatten(1).unique(dim=0)) == 96
    assert len(few.images.flatten(1).unique(dim=0)) == 100


def test_reals_keep_zero_to_one_where_the_listing_feeds_them_so(few: ImageSet) -> None:
    real = trainer(few, replace(SIMPLE, real_range="0..1"))._batches.next().samples
    assert real.min() == 0 and real.max() <= 1
    assert trainer(few)._batches.next().samples.min() == -1


def test_snapshots_show_the_same_noise_again(few: ImageSet) -> None:
    watched = trainer(few)
    assert watched.snapshot() == watched.snapshot()
    before = watched.snapshot().samples
    watched.step()
    assert not np.array_equal(watched.snapshot().samples, before)


def test_a_conditional_snapshot_has_a_column_a_class(few: ImageSet) -> None:
    snapshot = trainer(few, replace(PRESETS["conditional"], batch_size=16)).snapshot()
    assert (snapshot.columns, len(snapshot.samples)) == (10, 80)


def test_the_averages_weights_and_batchnorm_statistics_follow_their_formula(few: ImageSet) -> None:
    config = replace(PRESETS["conditional"], batch_size=16)
    watched = trainer(few, config)
    average = deepcopy(watched.generator_ema.state_dict())
    statistics = {name for name in average if "running" in name}
    first = {name: average[name].clone() for name in statistics}
    for step in range(1, 9):
        watched.step()
        if step % 4 == 0:
            decay = min(config.ema_decay, (1 + step) / (10 + step)) ** 4
            for name, now in watched.generator.state_dict().items():
                if now.is_floating_point():
                    average[name].mul_(decay).add_(now * (1 - decay))
    got = watched.generator_ema.state_dict()
    assert statistics and not any(torch.equal(got[name], first[name]) for name in statistics)
    for name, expected in average.items():
        if expected.is_floating_point():
            torch.testing.assert_close(got[name], expected)


def test_the_generators_step_leaves_no_gradient_on_d(few: ImageSet) -> None:
    watched = trainer(few)
    watched._rounds._train_generator(watched.config, 0.0, watched._batches.next(), None, True)
    assert all(parameter.grad is None for parameter in watched.discriminator.parameters())
    assert all(parameter.requires_grad for parameter in watched.discriminator.parameters())


def test_a_batch_is_never_larger_than_the_data(few: ImageSet) -> None:
    watched = trainer(few, replace(SIMPLE, batch_size=1000))
    assert watched.batch_size == 100
    assert [watched.step().epoch for _ in range(2)] == [1, 2]


def test_it_learns_where_the_ink_lies_within_a_few_epochs(digits: ImageSet) -> None:
    """A generator that learned nothing stays grey; one that learns darkens the empty corners."""
    watched = trainer(digits, PRESETS["vanilla"])
    before = watched.snapshot().samples.astype(float)
    for _ in range(400):
        watched.step()
    after = watched.snapshot().samples.astype(float)
    target = digits.images.float().mean(dim=0)[0].numpy()

    def distance(images: np.ndarray) -> float:
        return float(np.abs(images.mean(axis=0)[..., 0] - target).mean())

    assert distance(after) < distance(before) / 2


def test_too_few_images_labels_missing_or_a_missing_device_are_refused(few: ImageSet) -> None:
    with pytest.raises(InputError, match="at least 2 images"):
        trainer(ImageSet(few.images[:1], few.labels[:1]))
    with pytest.raises(InputError, match="needs labelled images"):
        trainer(ImageSet(few.images, few.labels), PRESETS["conditional"])
    with pytest.raises(InputError, match="choose one of: auto, cpu, cuda"):
        Trainer(SIMPLE, few, device="tpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_auto_takes_cuda_where_present(few: ImageSet) -> None:
    watched = Trainer(SIMPLE, few, device="auto")
    assert watched.device.type == "cuda"
    assert np.isfinite(watched.step().d_loss)
