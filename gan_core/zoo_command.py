"""The commands of the zoo: `ship` a run's best epoch, list the shipped `models`, draw a `sheet`."""

from pathlib import Path
from typing import Annotated

import typer

from gan_core.errors import InputError
from gan_core.output import check_suffix, write

zoo = typer.Typer()


@zoo.command()
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
    data: Annotated[str, typer.Option(help="What it was trained on, for the card.")] = "",
    licence: Annotated[str, typer.Option(help="Of that data, if it is your own.")] = "",
    notes: Annotated[str, typer.Option(help="What to know of its faults, for the card.")] = "",
    truncation: Annotated[
        float, typer.Option(help="What it is to be shown at: psi, above 0 and 1 at most.")
    ] = 1.0,
    count: Annotated[int, typer.Option("-n", "--count", help="Samples to judge.")] = 10_000,
) -> None:
    """Choose a run's best kept epoch by a figure, judge it, and write it with its card."""
    from rich.console import Console

    from gan_core.shipping import ship

    words = {"data": data, "licence": licence, "notes": notes}
    told = {name: text for name, text in words.items() if text}
    with Console(stderr=True).status("") as status:
        card = ship(
            run, out, data_dir, precision, discriminator, average, truncation, told, count,
            status.update,
        )  # fmt: skip
    print(f"epoch {card.epoch} of {run}, chosen by {card.chosen_by.replace('_', ' ')}, in {out}")


@zoo.command()
def models() -> None:
    """List the shipped models."""
    from gan_core.checkpoint import read_card
    from gan_core.pretrained import shipped_models

    damaged = []
    for name, path in shipped_models().items():
        try:
            card = read_card(path)
        except InputError as error:
            damaged.append(str(error))
            continue
        config = card.config
        drawn = f"{config.image_size} pixels" if config.image_size else "points"
        print(
            f"{name}: {config.preset} on {config.dataset}, {drawn}, "
            f"{card.epoch} epochs, {path.stat().st_size / 1e6:.1f} MB"
        )
    _complain(damaged)


@zoo.command()
def sheet(out: Annotated[Path, typer.Option(help="x.png.")]) -> None:
    """Draw samples of every shipped model on one picture."""
    from gan_core.checkpoint import load_model
    from gan_core.companions import load_average
    from gan_core.contact_sheet import contact_sheet
    from gan_core.images import png
    from gan_core.pretrained import shipped_models

    check_suffix(out, ".png")
    drawn, damaged = {}, []
    for name, path in shipped_models().items():
        try:
            drawn[name] = load_model(path)
            average = load_average(path, drawn[name].card)
            if average:
                drawn[f"{name}, its weights averaged"] = average
        except InputError as error:
            damaged.append(str(error))
    if drawn:
        write(out, png(contact_sheet(drawn)))
        print(f"samples of the shipped models in {out}")
    _complain(damaged)


def _complain(damaged: list[str]) -> None:
    """After the others were served."""
    if damaged:
        raise InputError("; ".join(damaged))
