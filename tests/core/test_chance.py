"""Draws for several batches at once, and coins."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from gan_core.chance import Chance
from gan_core.distributed import ALONE, World

CPU = torch.device("cpu")
Draw = Callable[[Chance, int], Tensor]
DRAWS: dict[str, Draw] = {
    "normal": lambda chance, rows: chance.normal(rows, 3),
    "uniform": lambda chance, rows: chance.uniform(-1, 1, rows, 3),
    "coins": lambda chance, rows: chance.coins(0.5, rows, 3),
}


@pytest.mark.parametrize("processes", [2, 3])
@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_of_each_part_processes_draw_their_rows_of_what_one_would_draw(
    draw: Draw, processes: int
) -> None:
    """D is shown reals and fakes as one batch, of which each process has a share of both."""
    batch, parts = 6, 2

    def drawn(world: World) -> list[Tensor]:
        chance = Chance(7, CPU, world)
        with chance.parts(parts):
            rows = draw(chance, parts * batch // world.size)
        return [*rows.chunk(parts), draw(chance, batch // world.size)]  # one batch again, after

    shares = [drawn(World(processes, rank)) for rank in range(processes)]
    for whole, *own in zip(drawn(ALONE), *shares, strict=True):
        assert whole.shape == (batch, 3)
        assert torch.equal(torch.cat(own), whole)


def test_parts_end_with_their_block_though_it_is_broken_off() -> None:
    chance, plain = Chance(7, CPU, World(2, rank=1)), Chance(7, CPU, World(2, rank=1))
    with pytest.raises(KeyboardInterrupt), chance.parts(2):
        raise KeyboardInterrupt
    assert torch.equal(chance.normal(4, 3), plain.normal(4, 3))


@pytest.mark.parametrize("probability", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_coins_are_one_as_often_as_asked_for(probability: float) -> None:
    coins = Chance(7, CPU).coins(probability, 200, 500)
    assert coins.dtype == torch.float32
    assert ((coins == 0) | (coins == 1)).all()
    deviation = (probability * (1 - probability) / coins.numel()) ** 0.5
    assert abs(coins.mean().item() - probability) <= 4 * deviation
    assert coins.mean(dim=1).std().item() == pytest.approx(deviation * 200**0.5, rel=0.2)
