"""The command line: `python -m gan_core train | sample | interpolate | film | export | ...`."""

import os
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from gan_core.errors import InputError
from gan_core.make_command import making
from gan_core.measuring import measuring
from gan_core.output import check_suffix, make_folder, write
from gan_core.presets import PRESETS
from gan_core.presets import preset as chosen_preset
from gan_core.script_command import scripting
from gan_core.toys import POINT_SETS
from gan_core.zoo_command import zoo

app = typer.Typer(
    help="Train GANs and sample from them.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(making)
app.add_typer(measuring)
app.add_typer(scripting)
app.add_typer(zoo)


@app.command()
def train(
    preset: Annotated[
        str | None, typer.Option(help=f"One of: {', '.join(PRESETS)}; modern if not given.")
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            help="digits (if not given), mnist, fashion-mnist; folder: your images in --data-dir; "
            f"or points of the plane: {', '.join(POINT_SETS)}."
        ),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            help="Folder with MNIST/ or FashionMNIST/; your images' folder or zip; or, "
            "for drawn, a file of x,y lines."
        ),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(help="Passes over the data; the preset's own if not given.")
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Length in steps instead of epochs.")] = None,
    seed: Annotated[
        int | None, typer.Option(help="The same seed gives the same run; 0 if not given.")
    ] = None,
    device: Annotated[
        str, typer.Option(help="auto, cpu or cuda; auto takes CUDA where present.")
    ] = "auto",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="NAME=VALUE, any field of the config, such as d_steps=5; may be repeated."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Run folder; runs/PRESET-DATASET-... if not given.")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(help="Run folder to go on with, to its length or a new --epochs or --steps."),
    ] = None,
    keep_every: Annotated[
        int, typer.Option(help="Keep the networks of every so many epochs, in kept/.", min=0)
    ] = 0,
) -> None:
    """Train a preset; Ctrl-C stops, saves and exits, --resume goes on."""
    from gan_core.training_run import resume_run, train_to_folder

    if epochs is not None and steps is not None:
        raise InputError("give --epochs or --steps, not both")
    told = [*(settings or [])]
    if epochs is not None:
        told += [f"epochs={epochs}", "steps=none"]
    if steps is not None:
        told += [f"steps={steps}"]
    if resume is not None:
        for name, value in {"preset": preset, "dataset": dataset, "seed": seed, "out": out}.items():
            if value is not None:
                raise InputError(f"--resume goes on with the run's own {name}; leave out --{name}")
        resume_run(resume, told, data_dir, device, keep_every)
        return
    config = chosen_preset(preset or "modern", dataset or "digits")
    if seed is not None:
        told += [f"seed={seed}"]
    config = replace(config, **config.parsed(told))
    train_to_folder(config, data_dir, device, out, keep_every)


@app.command()
def sample(
    model: Annotated[str, typer.Argument(help="Shipped name, run folder or .safetensors file.")],
    out: Annotated[Path, typer.Option(help="x.npz with images and labels, or x.png.")],
    count: Annotated[int, typer.Option("-n", "--count", help="How many images.")] = 64,
    seed: Annotated[int, typer.Option(help="The same seed gives the same images.")] = 0,
    label: Annotated[
        str | None, typer.Option(help="Only this class, where the model takes labels.")
    ] = None,
) -> None:
    """Sample images from a model."""
    import numpy as np

    from gan_core.images import picture, png
    from gan_core.pretrained import open_model

    check_suffix(out, ".npz", ".png")
    opened = open_model(model)
    number = None if label is None else opened.label_number(label)
    images, labels = opened.sample(count, seed, number)
    if out.suffix == ".npz":
        packed = BytesIO()
        np.savez_compressed(packed, images=images, labels=labels)
        write(out, packed.getvalue())
    else:
        write(out, png(picture(images, columns=max(1, round(count**0.5)))))
    print(f"{count} samples of {opened.card.name} in {out}")


@app.command()
def interpolate(
    model: Annotated[str, typer.Argument(help="Shipped name, run folder or .safetensors file.")],
    out: Annotated[Path, typer.Option(help="x.gif, or x.png with a row for each leg.")],
    seeds: Annotated[str, typer.Option(help="Two or more, such as 1,2,3.")] = "1,2,3",
    steps: Annotated[int, typer.Option(help="Images from one seed to the next.")] = 16,
    method: Annotated[str, typer.Option(help="slerp or lerp.")] = "slerp",
    label: Annotated[
        str | None, typer.Option(help="The class to stay in, where the model takes labels.")
    ] = None,
) -> None:
    """Walk through latent space from seed to seed."""
    from gan_core.images import gif, grid, png
    from gan_core.latent import parse_seeds
    from gan_core.pretrained import open_model

    check_suffix(out, ".gif", ".png")
    opened = open_model(model)
    number = None if label is None else opened.label_number(label)
    images = opened.walk(parse_seeds(seeds), steps, method, number)
    write(out, gif(images) if out.suffix == ".gif" else png(grid(images, columns=steps)))
    print(f"{len(images)} images of {opened.card.name} in {out}")


@app.command()
def film(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    out: Annotated[Path, typer.Option(help="x.mp4 or x.gif.")],
    frames_per_second: Annotated[
        int, typer.Option("--fps", help="Snapshots shown a second.", min=1, max=50)
    ] = 8,
    captions: Annotated[bool, typer.Option(help="Write the epoch below each snapshot.")] = True,
) -> None:
    """Make a film of a run's samples from epoch to epoch."""
    from gan_core.evolution import evolution_gif, fitting_scale, mp4, read_samples

    check_suffix(out, ".mp4", ".gif")
    frames, epochs = read_samples(run)
    words = [f"epoch {epoch}" for epoch in epochs] if captions else []
    how = (fitting_scale(frames), words)
    if out.suffix == ".mp4":
        write(out, mp4(frames, frames_per_second, *how))
    else:
        write(out, evolution_gif(frames, 1 / frames_per_second, *how))
    print(f"{len(frames)} snapshots of {run} in {out}")


@app.command()
def export(
    model: Annotated[str, typer.Argument(help="Shipped name, run folder or .safetensors file.")],
    out: Annotated[Path, typer.Option(help="x.onnx.")],
) -> None:
    """Write a generator as ONNX, compared with PyTorch first; needs the extra `onnx`."""
    from gan_core.export import export_onnx
    from gan_core.pretrained import open_model

    check_suffix(out, ".onnx")
    opened = open_model(model)
    make_folder(out)
    difference = export_onnx(opened, out)
    print(f"{opened.card.name} in {out}; at most {difference:.1g} off PyTorch's outputs")


def main() -> None:
    """Run the command line; what the user can mend ends in one line and a non-zero status."""
    try:
        sys.exit(app(sys.argv[1:] or ["--help"], standalone_mode=False))
    except InputError as error:
        status, message = 1, str(error)
    except OSError as error:  # a full disk, a path too long, a folder one may not read
        status, message = 1, f"{error.filename or 'disk'}: {error.strerror or error}"
    except typer.BadParameter as error:
        status, message = 2, error.format_message()  # names the option
    except typer.TyperException as error:
        status, message = 2, str(error)
    if os.environ.get("LOCAL_RANK", "0") == "0":  # on each machine, one process speaks
        print(f"error: {message}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
