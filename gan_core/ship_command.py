"""The command `ship`: a run's best epoch as a model to hand on."""

from pathlib import Path
from typing import Annotated

import typer

shipping = typer.Typer()


@shipping.command()
def ship(
    run: Annotated[Path, typer.Argument(help="Run folder, trained with --keep-every.")],
    out: Annotated[Path, typer.Option(help="NAME.safetensors; its card and film come beside it.")],
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the data it was trained on lies, as for train.")
    ] = None,
    precision: Annotated[
        str, typer.Option(help="Of the weights in the file: int8, bfloat16 or float32.")
    ] = "bfloat16",
    discriminator: Annotated[bool, typer.Option(help="Write the discriminator too.")] = True,
    average: Annotated[
        bool, typer.Option("--average", help="Write averaged weights beside the learned ones.")
    ] = False,
    count: Annotated[int, typer.Option("-n", "--count", help="Samples to judge.")] = 10_000,
) -> None:
    """Choose a run's best kept epoch by a figure, judge it, and write it with its card."""
    from rich.console import Console

    from gan_core.shipping import ship

    with Console(stderr=True).status("") as status:
        card = ship(
            run, out, data_dir, precision, discriminator, average, count, tell=status.update
        )
    print(f"epoch {card.epoch} of {run}, chosen by {card.chosen_by.replace('_', ' ')}, in {out}")
