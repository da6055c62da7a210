"""The commands that measure: `evaluate`, `modes`, `judge` and `speed`."""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gan_core.presets import PRESETS, SYSTEMS
from gan_core.presets import preset as chosen_preset

if TYPE_CHECKING:
    from gan_core.modes import Coverage
    from gan_core.report import Report

measuring = typer.Typer()


@measuring.command()
def evaluate(
    model: Annotated[str, typer.Argument(help="Shipped name, run folder or .safetensors file.")],
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the data it was trained on lies, as for train.")
    ] = None,
    count: Annotated[int, typer.Option("-n", "--count", help="Samples to judge.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Of the samples.")] = 1,
    students: Annotated[
        bool, typer.Option("--gan-train/--no-gan-train", help="Train two classifiers, in minutes.")
    ] = True,
    inception_weights: Annotated[
        Path | None,
        typer.Option(help="For colour: torch-fidelity's file, else it is downloaded."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge a model's samples: each figure beside that of real images."""
    from rich.console import Console

    from gan_core.evaluation import evaluate
    from gan_core.pretrained import open_model

    opened = open_model(model)
    with Console(stderr=True).status("") as status:
        report = evaluate(
            opened, data_dir, count, seed, students, inception_weights, tell=status.update
        )
    if as_json:
        print(json.dumps(report.facts()))
    else:
        _print_report(report)


@measuring.command()
def modes(
    benchmark: Annotated[str, typer.Argument(help="ring, grid or stacked-mnist.")],
    preset: Annotated[str, typer.Option(help=f"One of: {', '.join(PRESETS)}.")] = "r3gan",
    seeds: Annotated[int, typer.Option(help="Trainings, from seed 0.", min=1)] = 10,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE, as for train.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder with MNIST/.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON line for each.")] = False,
) -> None:
    """Train a preset with several seeds and count the modes that it draws."""
    from gan_core.mode_benchmark import run, sentence, summary

    config = chosen_preset(preset, benchmark)
    config = replace(config, **config.parsed(settings or []))

    def show(seed: int, cover: "Coverage", seconds: float) -> None:
        facts = {"preset": preset, "seed": seed, "seconds": round(seconds, 1), **asdict(cover)}
        print(json.dumps(facts) if as_json else f"seed {seed}, {seconds:.0f} s: {sentence(cover)}",
              flush=True)  # fmt: skip

    covers = run(benchmark, config, seeds, device, data_dir, show)
    if not as_json:
        print(summary(covers))


@measuring.command()
def judge(
    name: Annotated[str, typer.Argument(help="mnist or fashion-mnist.")],
    out: Annotated[Path, typer.Option(help="Folder for the weights and the card.")],
    data_dir: Annotated[Path | None, typer.Option(help="As for train.")] = None,
) -> None:
    """Train the classifier that judges samples of a data set."""
    from gan_core.judge_training import train_judge

    train_judge(name, data_dir, out)


@measuring.command()
def speed(
    preset: Annotated[
        str | None, typer.Option(help=f"One of: {', '.join(SYSTEMS)}; all if not given.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder with MNIST/.")] = None,
    faces: Annotated[
        Path | None, typer.Option(help="Folder of images for dcgan-lsgan; left out if not given.")
    ] = None,
    seconds: Annotated[float, typer.Option(help="Length of each turn.", min=0.01)] = 4.0,
    turns: Annotated[int, typer.Option(help="Turns of each, after one to warm up.", min=1)] = 5,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE, such as precision=float32, of the engine."),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """Images a second against a textbook loop that trains the same, in turns."""
    from gan_core.speed import compare_system, sentence

    chosen = [preset] if preset else [s for s in SYSTEMS if faces or s != "dcgan-lsgan"]
    for name in chosen:
        folder = faces if name == "dcgan-lsgan" else data_dir
        compared = compare_system(name, folder, settings or [], device, seconds, turns)
        print(json.dumps(compared.facts()) if as_json else sentence(compared), flush=True)


def _print_report(report: "Report") -> None:
    from rich.console import Console
    from rich.table import Table

    from gan_core.report import FIGURES

    table = Table("", "fakes", "reals", "samples / reals", "what it says", box=None)
    for name, words in FIGURES.items():
        if figure := report.figures.get(name):
            spread = f" ± {figure.spread:.2g}" if figure.spread is not None else ""
            value, floor = (f"{number:.4g}" for number in (figure.value, figure.floor))
            sizes = f"{figure.samples:,} / {figure.reals:,}"
            table.add_row(name.replace("_", " "), value + spread, floor, sizes, words)
    console = Console()
    console.print(f"{report.model}, beside {report.dataset}", highlight=False)
    console.print(table)
    if report.classes:
        told = ", ".join(f"{name}: {count:,}" for name, count in report.classes.items())
        console.print(f"classes: {told}", highlight=False)
    for name, reason in report.left_out.items():
        print(f"without {name.replace('_', ' ')}: {reason}", file=sys.stderr)
