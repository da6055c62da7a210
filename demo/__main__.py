"""`python -m demo`: flags, then the app in the browser. A hosted app.py starts the same main()."""

import os
import sys
from pathlib import Path
from threading import Thread
from typing import Annotated
from zipfile import is_zipfile

import typer

from demo.slots import MAX_TRAININGS
from gan_core.memory import keep_freed_memory

# read when gradio is imported: no telemetry, and a lost page is noticed in seconds
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_HEARTBEAT_INTERVAL", "3")


def launch(
    host: Annotated[str | None, typer.Option(help="Address to serve; this machine only.")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port; the first free from 7860 on.")
    ] = None,
    max_trainings: Annotated[
        int, typer.Option(min=1, help="At once; others wait in line.")
    ] = MAX_TRAININGS,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Folder with MNIST/, FashionMNIST/ or your images; or their .zip."),
    ] = None,
) -> None:
    """Train GANs in the browser and explore what they learned."""
    if data_dir is not None and not (data_dir.is_dir() or is_zipfile(data_dir)):
        sys.exit(f"error: there is no folder or .zip {data_dir}; give --data-dir an existing one")

    keep_freed_memory()  # before there are threads, of which importing NumPy starts some

    from demo.app import LAUNCH, build

    app = build(max_trainings, data_dir)
    try:
        app.launch(server_name=host, server_port=port, prevent_thread_lock=True, **LAUNCH)
    except OSError as error:  # gradio's way to say that a port is taken
        sys.exit(f"error: {error}")
    getting_ready = Thread(target=get_ready, name="get-ready")
    getting_ready.start()
    app.block_thread()
    getting_ready.join()  # imports fail once the interpreter has begun to exit


def get_ready() -> None:
    """Import the engine while the visitor looks at the page; a click meanwhile waits for it."""
    from demo.trainers import rehearse

    rehearse()


def main() -> None:
    command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    command.command()(launch)
    command()


if __name__ == "__main__":
    main()
