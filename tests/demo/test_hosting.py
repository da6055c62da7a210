"""The repository as a hosted Space: its files agree, and `python app.py` serves."""

import os
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def front_matter() -> dict[str, str]:
    _, head, _ = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    pairs = [line.split(":", 1) for line in head.splitlines() if not line.startswith(" ")]
    return {key: value.strip().strip('"') for key, value in pairs}


def test_requirements_are_those_of_the_project() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert lines == PROJECT["dependencies"]


def test_the_front_matter_names_what_is_there() -> None:
    head = front_matter()
    assert head["sdk"] == "gradio"
    assert (ROOT / head["app_file"]).is_file()
    gradio = next(line for line in PROJECT["dependencies"] if line.startswith("gradio"))
    assert head["sdk_version"] in SpecifierSet(gradio.removeprefix("gradio"))
    assert head["python_version"] in SpecifierSet(PROJECT["requires-python"])
    assert len(head["short_description"]) <= 60


def test_app_py_serves_the_way_a_space_starts_it() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port)}
    server = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{port}/") as page:
                    assert "ganscope" in page.read().decode()
                break
            except URLError:
                assert server.poll() is None and time.monotonic() < deadline
                time.sleep(0.2)
    finally:
        server.terminate()
        server.communicate(timeout=20)
