"""How long the app takes from its command to a page.

    python tests/benchmarks/start.py

Starts `python -m demo` several times, one after the other, and prints for each the seconds until
the address that it prints answers with 200, and until that has sent the first page's own parts:
its config, and the scripts and styles that the page names.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Annotated
from urllib.parse import urljoin
from urllib.request import urlopen

import typer

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r'(?:src|href)="(\.?/[^"]+\.(?:js|css))"')  # what the page needs to be shown


@contextmanager
def running_app(*flags: str) -> Iterator[str]:
    """`python -m demo` in a process of its own; yields its address as soon as it is printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "demo", "--host", "127.0.0.1", "--port", str(port), *flags],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},  # its address comes through a pipe
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout
    try:
        printed = next((line for line in server.stdout if "http://" in line), None)
        if printed is None:
            sys.exit("the app ended before it printed an address; its own message is above")
        yield printed[printed.index("http://") :].strip() + "/"
    finally:
        server.terminate()
        server.communicate(timeout=20)


def start_once() -> tuple[float, float]:
    """Seconds until the printed address answers, and until it has sent the first page's parts."""
    started = time.perf_counter()
    with running_app() as url:
        with urlopen(url) as answer:  # which raises unless it is 200
            page = answer.read().decode()
        answered = time.perf_counter() - started
        for name in ("config", *dict.fromkeys(NAMED.findall(page))):
            with urlopen(urljoin(url, name)) as part:
                part.read()
        return answered, time.perf_counter() - started


def main(
    times: Annotated[int, typer.Option(min=1)] = 5,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    runs = [start_once() for _ in range(times)]
    answers, pages = ([round(seconds, 2) for seconds in column] for column in zip(*runs))
    if as_json:
        print(json.dumps({"seconds_to_answer": answers, "seconds_to_first_page": pages}))
        return
    print(f"the printed address answers after {median(answers):.2f} s, median of {answers}")
    print(f"and has sent the first page after {median(pages):.2f} s, median of {pages}")


if __name__ == "__main__":
    typer.run(main)
