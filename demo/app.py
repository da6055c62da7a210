"""Composes the tabs into one page."""

import atexit
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api
from gradio.themes import Soft
from starlette.middleware import Middleware

from demo.limits import MOST_UPLOADED, Limits
from demo.models import model_names
from demo.sessions import Sessions
from demo.slots import MAX_TRAININGS
from demo.tabs import PRIVATE, told_in_the_page
from demo.tabs.explore import ADDRESS, explore_tab, linked_model
from demo.tabs.race import race_tab
from demo.tabs.train import train_tab
from demo.text import en as text
from demo.text import explore as explore_text
from demo.text import race as race_text
from demo.widgets import script
from demo.widgets.address import address_widget
from demo.widgets.monitor import KEEP_TOKEN, LAST_TOKEN
from gan_core.errors import choose

HERE = Path(__file__).parent
HEARTBEAT_SECONDS = 30  # the page is still there, on whichever tab; each costs it 50 ms of work
# Between looks for queued clicks, and for how far they are: what gradio itself takes on Windows.
# Elsewhere it looks every millisecond, which makes a training 2 % slower, and 17 % with one core
# for all; and every ten, which takes 2 % of a core of a server at rest.
QUEUE_SECONDS, PROGRESS_SECONDS = 0.05, 0.1

LAUNCH: dict[str, Any] = {  # what every server of the app is launched with
    "ssr_mode": False,
    "run_history": False,
    "enable_monitoring": False,
    "state_session_capacity": 300,
    "max_file_size": MOST_UPLOADED,
    "app_kwargs": {"middleware": [Middleware(Limits)]},
    "strict_cors": True,
    "theme": Soft(
        primary_hue="blue",
        neutral_hue="slate",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    ),
    "js": script("loading.js"),
    "css_paths": [HERE / "style.css", *sorted((HERE / "widgets").glob("*.css"))],
    "footer_links": [],
}


def build(max_trainings: int = MAX_TRAININGS, data_dir: Path | None = None) -> gr.Blocks:
    """The whole app; `launch()` is the caller's."""
    sessions = Sessions(max_trainings, data_dir)
    atexit.register(sessions.close)
    with gr.Blocks(title=text.TITLE, delete_cache=(300, 900)) as app:
        token = gr.State("")
        gr.Markdown(text.INTRODUCTION, elem_classes="introduction")
        with gr.Tabs() as tabs:
            with gr.Tab(text.TRAIN_TAB, id="train"):
                monitor = train_tab(app, sessions, token)
            with gr.Tab(race_text.TAB, id="race"):
                race = race_tab(sessions, token, monitor)
            with gr.Tab(explore_text.TAB, id="explore") as tab:
                model = explore_tab(tab, sessions, token)

        stored = gr.Textbox(visible=False)  # the token of this browser tab, over a reload

        @told_in_the_page()
        def restore(last: str) -> list[str]:
            return [sessions.open(last)] * 3

        restored = app.load(None, None, stored, js=LAST_TOKEN).then(
            restore, stored, [token, monitor, race], **PRIVATE
        )
        restored.then(None, monitor, None, js=KEEP_TOKEN)
        gr.Timer(HEARTBEAT_SECONDS).tick(sessions.touch, token, None, **PRIVATE)

        @told_in_the_page()
        def explore(token: str) -> list:
            """Show the generator that was asked for last."""
            chosen = sessions.get(token).models.asked
            names = model_names(sessions, token)
            return [gr.update(selected="explore"), gr.update(choices=names, value=chosen)]

        monitor.explore(explore, token, [tabs, model], **PRIVATE)
        address = address_widget()

        @told_in_the_page()
        def follow_link(token: str, address: str) -> list:
            """Show the model that the page's address names, if any; the widget takes the rest."""
            chosen = linked_model(address)
            if chosen is None:
                return [gr.skip(), gr.skip()]
            names = model_names(sessions, token)
            choose("model", chosen, dict.fromkeys(names))
            return [gr.update(selected="explore"), gr.update(choices=names, value=chosen)]

        restored.then(None, None, address, js=ADDRESS).then(
            follow_link, [token, address], [tabs, model], api_visibility="private"
        )
        address.linked(follow_link, [token, address], [tabs, model], api_visibility="private")

        @told_in_the_page()
        def progress(token: str) -> dict:
            """What the monitor of this token's session shows, without curves and pictures."""
            player = sessions.get(token).player
            return player.facts() if player else {"phase": "idle"}

        api(progress, api_name="progress")
    app.queue(max_size=64, default_concurrency_limit=8)
    app._queue.sleep_when_free = QUEUE_SECONDS
    app._queue.progress_update_sleep_when_free = PROGRESS_SECONDS
    return app
