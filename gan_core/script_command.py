"""The command `script`: a run as a PyTorch script, of a preset or of a run folder."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from gan_core.errors import InputError
from gan_core.output import check_suffix, write
from gan_core.presets import preset as chosen_preset

scripting = typer.Typer()


@scripting.command()
def script(
    run: Annotated[
        Path | None, typer.Argument(help="Run folder; else the options say which run.")
    ] = None,
    preset: Annotated[str | None, typer.Option(help="As for train.")] = None,
    dataset: Annotated[str | None, typer.Option(help="As for train.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE, as for train.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the script finds its data.")] = None,
    out: Annotated[Path | None, typer.Option(help="x.py; printed if not given.")] = None,
) -> None:
    """Write a run as a plain PyTorch script that repeats it."""
    from gan_core.script import script, script_of_run

    if run and (preset or dataset or settings):
        raise InputError("a run folder says what its run was; leave out --preset, --dataset, --set")
    if out:
        check_suffix(out, ".py")
    if run:
        text = script_of_run(run, data_dir)
    else:
        config = chosen_preset(preset or "modern", dataset or "digits")
        text = script(replace(config, **config.parsed(settings or [])), data_dir=data_dir)
    if not out:
        print(text, end="")
        return
    write(out, text.encode())
    print(f"{out}; start it with python {out}")
