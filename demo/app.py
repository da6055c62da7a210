"""Composes the tabs into one page."""

import atexit
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from demo.session import Sessions
from demo.tabs import told_in_the_page
from demo.tabs.explore import explore_tab
from demo.tabs.train import train_tab
from demo.text import en as text

HEARTBEAT_SECONDS = 5  # the page says that it is still there, whichever tab it shows
KEEP_TOKEN = "(token) => { sessionStorage.setItem('ganscope', token); return token; }"
LAST_TOKEN = "() => sessionStorage.getItem('ganscope') ?? ''"


def build(max_trainings: int, data_dir: Path | None = None) -> gr.Blocks:
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

        def restore(last: str) -> list[str]:
            return [sessions.open(last)] * 3

        app.load(None, None, stored, js=LAST_TOKEN).then(
            restore, stored, [token, monitor, stored], **quiet
        ).then(None, stored, stored, js=KEEP_TOKEN)
        gr.Timer(HEARTBEAT_SECONDS).tick(sessions.touch, token, None, **quiet)

        @told_in_the_page()
        def progress(token: str) -> dict:
            """What the monitor of this token's session shows, without curves and pictures."""
            report = sessions.get(token).report(-1, 0, 0, 0)
            return {
                key: value for key, value in report.items() if key not in ("curves", "snapshots")
            }

        api(progress, api_name="progress")
    return app
