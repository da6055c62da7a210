"""Composes the tabs into one page."""

import atexit
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api
from gradio.themes import Soft

from demo.session import Sessions
from demo.slots import MAX_TRAININGS
from demo.tabs import told_in_the_page
from demo.tabs.explore import explore_tab
from demo.tabs.train import train_tab
from demo.text import en as text
from demo.widgets.monitor import KEEP_TOKEN, LAST_TOKEN

HERE = Path(__file__).parent
HEARTBEAT_SECONDS = 5  # the page says that it is still there, whichever tab it shows
# Between looks for queued clicks, what gradio itself takes on Windows. Its millisecond elsewhere
# wakes the interpreter so often that a training is 2 % slower, and 17 % with one core for all.
QUEUE_SECONDS = 0.05

LAUNCH: dict[str, Any] = {  # what every server of the app is launched with
    "ssr_mode": False,
    "run_history": False,
    "enable_monitoring": False,
    "state_session_capacity": 300,
    "max_file_size": "1kb",  # the app takes no files
    "app_kwargs": {"max_body_size": 2_000_000},
    "strict_cors": True,
    "theme": Soft(
        primary_hue="blue",
        neutral_hue="slate",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    ),
    "css_paths": [HERE / "style.css", HERE / "widgets/chart.css"],
    "footer_links": [],
}


def build(max_trainings: int = MAX_TRAININGS, data_dir: Path | None = None) -> gr.Blocks:
    """The whole app; `launch()` is the caller's."""
    sessions = Sessions(max_trainings, data_dir)
    atexit.register(sessions.close)
    with gr.Blocks(title=text.TITLE, delete_cache=(300, 900)) as app:
        token = gr.State("")
        gr.Markdown(text.INTRODUCTION, elem_classes="introduction")
        with gr.Tabs():
            with gr.Tab(text.TRAIN_TAB, id="train"):
                monitor = train_tab(sessions, token, has_folder=data_dir is not None)
            with gr.Tab(text.EXPLORE_TAB, id="explore") as tab:
                explore_tab(tab, sessions, token)

        quiet: dict[str, Any] = {
            "queue": False,
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        stored = gr.Textbox(visible=False)  # the token of this browser tab, over a reload

        @told_in_the_page()
        def restore(last: str) -> list[str]:
            return [sessions.open(last)] * 2

        app.load(None, None, stored, js=LAST_TOKEN).then(
            restore, stored, [token, monitor], **quiet
        ).then(None, monitor, None, js=KEEP_TOKEN)
        gr.Timer(HEARTBEAT_SECONDS).tick(sessions.touch, token, None, **quiet)

        @told_in_the_page()
        def progress(token: str) -> dict:
            """What the monitor of this token's session shows, without curves and pictures."""
            player = sessions.get(token).player
            return player.facts() if player else {"phase": "idle"}

        api(progress, api_name="progress")
    app.queue(max_size=64, default_concurrency_limit=8)
    app._queue.sleep_when_free = QUEUE_SECONDS
    return app
