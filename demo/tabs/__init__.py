"""One tab a file, or one part of a tab: its components and their wiring."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import gradio as gr

from demo.background import Background
from gan_core.errors import InputError

# the page shows errors of queued events only
QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden"}
PRIVATE: dict[str, Any] = {**QUICK, "api_visibility": "private"}


def pressable(work: Background | None) -> tuple[bool, bool, bool, bool]:
    """Whether start, pause, resume and stop can be pressed while this is at work."""
    running = work is not None and not work.ended
    paused = work is not None and work.paused
    return not running, running and not paused, running and paused, running


@contextmanager
def told_in_the_page() -> Iterator[None]:
    """What the visitor can mend appears in the page as one line; also a decorator."""
    try:
        yield
    except InputError as error:  # gradio renders the message as HTML, and it may quote the visitor
        raise gr.Error(escape(str(error), quote=False), print_exception=False) from None
