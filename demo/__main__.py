"""`python -m demo`: flags, then the app in the browser. A hosted app.py starts the same main()."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

# read when gradio is imported: no telemetry, and a lost page is noticed in seconds
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_HEARTBEAT_INTERVAL", "3")

STYLE = Path(__file__).with_name("style.css")


def launch(
    host: Annotated[str | None, typer.Option(help="Address to serve; this machine only.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; the first free from 7860 on.")] = None,
    max_trainings: Annotated[int, typer.Option(min=1, help="At once; others wait in line.")] = 2,
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder with MNIST/, FashionMNIST/ or your own images.")
    ] = None,
) -> None:
    """Train GANs in the browser and explore what they learned."""
    if data_dir is not None and not data_dir.is_dir():
        sys.exit(f"error: there is no folder {data_dir}; give --data-dir an existing one")

    from gradio.themes import Soft

    from demo.app import build

    app = build(max_trainings, data_dir).queue(max_size=64, default_concurrency_limit=8)
    try:
        app.launch(
            server_name=host,
            server_port=port,
            ssr_mode=False,
            run_history=False,
            enable_monitoring=False,
            state_session_capacity=300,
            max_file_size="20mb",
            app_kwargs={"max_body_size": 2_000_000},
            strict_cors=True,
            theme=Soft(
                primary_hue="blue",
                neutral_hue="slate",
                font=["system-ui", "sans-serif"],
                font_mono=["ui-monospace", "monospace"],
            ),
            css_paths=STYLE,
            footer_links=[],
        )
    except OSError as error:  # gradio's way to say that a port is taken
        sys.exit(f"error: {error}")


def main() -> None:
    command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    command.command()(launch)
    command()


if __name__ == "__main__":
    main()
