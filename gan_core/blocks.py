"""Rounds played many at a time and told one at a time, so that a GPU need not wait for Python.

A round of a small GAN is a hundred kernels of microseconds. Recorded as one CUDA graph, it starts
with one call, and its numbers come to the host once a block. Whoever looks at the networks within
a block finds them as they were after the round told last: the block is taken back and played again
up to there. So is a block with a number that is not finite, round by round, to end before it.
"""

import warnings
from collections import deque
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from gan_core.config import RunConfig
from gan_core.learner import Numbers
from gan_core.rounds import Rounds


class Repeats(Protocol):
    """A round that can be played again and again without looking at its numbers."""

    def play(self, places: Tensor) -> Tensor:
        """One round with these images, (batches a round, batch); all its numbers, (N,)."""
        ...


class Repeated:
    """Played by Python, as everywhere but on a GPU."""

    def __init__(self, rounds: Rounds, config: RunConfig) -> None:
        self._rounds = rounds
        self._config = config

    def play(self, places: Tensor) -> Tensor:
        self._rounds.batches.look_at(places)
        return self._rounds.move_unchecked(self._config)


class Recorded:
    """A CUDA graph."""

    def __init__(self, rounds: Rounds, config: RunConfig) -> None:
        size, device = rounds.batches.size, rounds.chance.device
        self._places = torch.zeros(config.batches_a_round, size, dtype=torch.int64, device=device)
        rounds.batches.look_at(self._places)
        before = rounds.copies()
        stream = torch.cuda.Stream(device)
        stream.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(stream):  # libraries and optimisers make themselves ready
            for _ in range(3):
                rounds.batches.look_at(self._places)
                rounds.move_unchecked(config)
        torch.cuda.current_stream(device).wait_stream(stream)
        rounds.put_back(before)
        rounds.batches.look_at(self._places)
        self._graph = torch.cuda.CUDAGraph()
        self._graph.register_generator_state(rounds.chance.random)
        with torch.cuda.graph(self._graph):
            self._told = rounds.move_unchecked(config)

    def play(self, places: Tensor) -> Tensor:
        self._places.copy_(places)
        self._graph.replay()
        return self._told


def recorded(rounds: Rounds, config: RunConfig) -> Repeats:
    """A graph; where a round holds what CUDA can't record, Python goes on playing it."""
    before = rounds.copies()
    try:
        return Recorded(rounds, config)
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        warnings.warn(f"training without a CUDA graph, more slowly: {reason}", stacklevel=2)
        rounds.put_back(before)
        rounds.batches.look_at(torch.empty(0))
        return Repeated(rounds, config)


class Blocks:
    """Plays `rounds` in blocks of up to `length`; with length 1, as they are asked for."""

    def __init__(
        self,
        rounds: Rounds,
        length: int,
        repeats: Callable[[Rounds, RunConfig], Repeats] = recorded,
    ) -> None:
        self._rounds = rounds
        self._length = length
        self._repeats = repeats
        self._config: RunConfig | None = None  # that of the block and of what repeats it
        self._repeated: Repeats | None = None
        self._told: deque[tuple[Numbers, Numbers]] = deque()  # of rounds played and not yet told
        self._played = 0  # rounds of the block
        self._start: list[Tensor] = []  # what a block began with
        self._one_by_one_until = 0  # a round that can't be played unchecked lies before

    @property
    def done(self) -> int:
        """Rounds told."""
        return self._rounds.done - len(self._told)

    @property
    def seen(self) -> int:
        """Batches of the rounds told."""
        return self._rounds.batches.seen - len(self._told) * self._batches_a_round

    def play(self, config: RunConfig, behind: float, most: int) -> tuple[Numbers, Numbers]:
        """The next round's numbers of D and of G; see Rounds.play.

        most: how many rounds from here on an epoch, and the run, have left.
        """
        if config != self._config:
            self.settle()
            self._config, self._repeated = config, None
        if not self._told:
            self._play_block(config, min(most, self._length))
        if not self._told:
            d_told, g_told = self._rounds.play(config, behind)
            return d_told.numbers(), g_told.numbers()
        return self._told.popleft()

    def settle(self) -> None:
        """Bring the networks to the round told last."""
        if not self._told:
            return
        assert self._config
        told = self._played - len(self._told)
        self._take_back()
        for _ in range(told):
            self._rounds.play(self._config, behind=0)

    def forget(self) -> None:
        """The networks are about to be replaced."""
        self._told.clear()
        self._one_by_one_until = 0

    def _play_block(self, config: RunConfig, count: int) -> None:
        """Play so many rounds; none where each differs from the last or one of them can't be."""
        if count < 2 or config.rounds_vary or self._rounds.done < self._one_by_one_until:
            return
        self._repeated = self._repeated or self._repeats(self._rounds, config)
        self._start, self._played = self._rounds.copies(), count
        each = config.batches_a_round
        places = self._rounds.batches.take(count * each).split(each)
        table = []
        for place in places:
            table.append(self._repeated.play(place).clone())
            self._rounds.end(config)
        numbers = torch.stack(table)
        self._told.extend(self._rounds.tell(row) for row in numbers.tolist())  # the one wait
        if not numbers.isfinite().all():
            self._one_by_one_until = self._rounds.done
            self._take_back()

    def _take_back(self) -> None:
        self._told.clear()
        self._rounds.put_back(self._start)
        self._rounds.done -= self._played
        self._rounds.batches.seen -= self._played * self._batches_a_round

    @property
    def _batches_a_round(self) -> int:
        return self._config.batches_a_round if self._config else 0
