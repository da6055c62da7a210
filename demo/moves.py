"""The moves of a training that a visitor makes by hand. It knows no gradio."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from gan_core.events import Event, Snapshot

if TYPE_CHECKING:
    from gan_core.trainer import Trainer

Move = Literal["round", "D", "G", "epoch", "begin", "nothing"]


def _one_round(trainer: "Trainer") -> Iterator[Event]:
    return trainer.run(1)


def _one_epoch(trainer: "Trainer") -> Iterator[Event]:
    """Up to the end of the epoch that the next round belongs to."""
    begun = trainer.steps_done
    for event in trainer.run():
        yield event
        if isinstance(event, Snapshot) and event.step > begun:
            return


def _d_alone(trainer: "Trainer") -> Iterator[Event]:
    return _round_with(trainer, g_steps=0, d_steps=max(1, trainer.config.d_steps))


def _g_alone(trainer: "Trainer") -> Iterator[Event]:
    return _round_with(trainer, d_steps=0, g_steps=max(1, trainer.config.g_steps))


def _round_with(trainer: "Trainer", **steps: int) -> Iterator[Event]:
    """Over when the first event is out, so that nobody sees the config in between."""
    config = trainer.config
    trainer.change(replace(config, **steps))
    events = [*trainer.run(1)]
    trainer.change(config)
    yield from events


MOVES: dict[Move, Callable[["Trainer"], Iterator[Event]]] = {
    "round": _one_round,
    "D": _d_alone,
    "G": _g_alone,
    "epoch": _one_epoch,
    "begin": lambda trainer: trainer.run(0),  # untrained networks can be looked at, too
    "nothing": lambda trainer: iter(()),  # it is there, ready for the next
}
