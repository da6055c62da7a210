"""Starting the app: the page first, and what takes long to import after it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"torch", "torchvision", "matplotlib", "sklearn", "scipy", "safetensors"}

ANSWERS = """
import resource, sys, time
from urllib.request import urlopen
from demo.app import LAUNCH, build

_, url, _ = build().launch(
    prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", **LAUNCH
)
assert urlopen(url).status == 200
print(*sys.modules)
before = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
time.sleep(1)
print(resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before)
"""

CLICKED_AT_ONCE = """
from threading import Thread
from demo.__main__ import get_ready
from demo.models import find_model
from demo.sessions import Sessions

sessions = Sessions()
token = sessions.open()
Thread(target=get_ready).start()
player = sessions.get(token).start("simple", "digits", 1, 0)
print(player.phase)
print(find_model(sessions, token, "mnist-conditional").card.name)
assert player.wait(60)
print(player.phase, player.message)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own, in which nothing is imported yet."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )


@pytest.fixture(scope="module")
def answered() -> tuple[set[str], int]:
    """What is imported once the page has answered, and how often the idle app wakes in a second."""
    modules, wakes = run("-c", ANSWERS).stdout.splitlines()
    return set(modules.split()), int(wakes)


def test_the_page_answers_before_anything_heavy_is_imported(
    answered: tuple[set[str], int],
) -> None:
    imported, _ = answered
    assert "gradio" in imported
    assert not imported & HEAVY


def test_an_idle_app_leaves_the_processor_to_trainings(answered: tuple[set[str], int]) -> None:
    _, wakes = answered
    assert wakes < 300  # gradio's queue alone would wake nearly a thousand times


def test_help_needs_neither_the_app_nor_the_engine() -> None:
    told = run("-X", "importtime", "-m", "demo", "--help")
    assert "--max-trainings" in told.stdout
    imported = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & (HEAVY | {"gradio", "numpy"})


def test_a_click_while_the_engine_is_imported_waits_for_it() -> None:
    first, model, last = run("-c", CLICKED_AT_ONCE).stdout.splitlines()
    assert first in ("waiting", "reading")
    assert model == "mnist-conditional"
    assert last.strip() == "finished"
