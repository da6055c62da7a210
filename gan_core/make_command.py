"""The command `make`: a data set made by a model."""

from pathlib import Path
from typing import Annotated

import typer

making = typer.Typer()


@making.command()
def make(
    model: Annotated[str, typer.Argument(help="Shipped name, run folder or .safetensors file.")],
    count: Annotated[int, typer.Option("-n", "--count", help="How many images.")],
    out: Annotated[Path, typer.Option(help="x.npz; for idx a new folder; for folder x.zip.")],
    seed: Annotated[int, typer.Option(help="The same seed makes the same files.")] = 0,
    truncation: Annotated[
        float, typer.Option(help="Below 1: more typical images, less varied.")
    ] = 1.0,
    labels: Annotated[
        str, typer.Option(help="How many of each class, such as 0:500,1:500; or even.")
    ] = "even",
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="npz; idx: what torchvision loads as MNIST, the last seventh for testing; "
            "folder: a .zip with a folder of PNG files for each class.",
        ),
    ] = "npz",
) -> None:
    """Make a data set: images, their labels, and a card that says how they came."""
    from rich.console import Console

    from gan_core.made_data import MadeData, make_data, parse_labels
    from gan_core.pretrained import open_model

    plan = MadeData(count, seed, truncation, parse_labels(labels), form)
    opened = open_model(model)
    with Console(stderr=True).status("") as status:
        make_data(opened, plan, out, lambda done, of: status.update(f"{done:,} of {of:,}"))
    print(f"{count:,} samples of {opened.card.name} in {out}")
