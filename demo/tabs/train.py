"""The Train tab: choose a system, start it, watch it, pause, resume, stop."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from demo.session import Session, Sessions
from demo.tabs import told_in_the_page
from demo.text import en as text
from demo.widgets.monitor import KEEP_TOKEN, monitor_widget
from gan_core.errors import InputError
from gan_core.notes import NOTES
from gan_core.presets import PRESETS
from gan_core.toys import TOYS

APP_DATASETS = ("digits", "mnist", "fashion-mnist", *TOYS)


def train_tab(sessions: Sessions, token: gr.State, has_folder: bool) -> gr.HTML:
    """Build the tab inside the current Blocks; returns the monitor, which wants the token."""
    datasets = [*APP_DATASETS, *(["folder"] if has_folder else [])]
    first = next(iter(PRESETS))
    with gr.Row(elem_classes="train"):
        with gr.Column(scale=1, min_width=260, elem_classes="controls"):
            preset = gr.Dropdown(
                list(PRESETS), value=first, label=text.PRESET, info=text.PRESET_INFO
            )
            note = gr.Markdown(NOTES[first], elem_classes="preset-note")
            dataset = gr.Dropdown(
                datasets, value=datasets[0], label=text.DATASET, info=text.DATASET_INFO
            )
            with gr.Row():
                epochs = gr.Number(
                    PRESETS[first].epochs, label=text.EPOCHS, info=text.EPOCHS_INFO, precision=0,
                    min_width=110,
                )  # fmt: skip
                seed = gr.Number(
                    0, label=text.SEED, info=text.SEED_INFO, precision=0, min_width=110
                )
            start = gr.Button(text.START, variant="primary")
            with gr.Row():
                pause = gr.Button(text.PAUSE, interactive=False, min_width=70)
                resume = gr.Button(text.RESUME, interactive=False, min_width=70)
                stop = gr.Button(text.STOP, variant="stop", interactive=False, min_width=70)
        with gr.Column(scale=4, min_width=320):
            monitor = monitor_widget(sessions)

    buttons = [start, pause, resume, stop]

    @told_in_the_page()
    def begin(token: str, preset: str, dataset: str, epochs: float, seed: float) -> list:
        token = sessions.open(token)
        sessions.get(token).start(preset, dataset, epochs, seed)
        return [token, token, *_button_states(sessions.get(token))]

    def command(name: str) -> Callable[[str], list[dict]]:
        @told_in_the_page()
        def give(token: str) -> list[dict]:
            session = sessions.get(token)
            if session.player is None:
                raise InputError("no training is under way; start one first")
            getattr(session.player, name)()
            return _button_states(session)

        return give

    @told_in_the_page()
    def refresh(token: str) -> list[dict]:
        return _button_states(sessions.get(token))

    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden"}
    start.click(
        begin,
        [token, preset, dataset, epochs, seed],
        [token, monitor, *buttons],
        api_name="start",
        show_progress="hidden",  # queued: the page shows errors of queued events only
    ).then(None, monitor, None, js=KEEP_TOKEN)
    for name, button in (("pause", pause), ("resume", resume), ("stop", stop)):
        button.click(command(name), token, buttons, api_name=name, **quick)
    monitor.phase(
        refresh,
        token,
        buttons,
        api_visibility="private",
        **quick,
    )
    preset.change(
        lambda name: (PRESETS[name].epochs, NOTES[name]),
        preset,
        [epochs, note],
        api_visibility="private",
        **quick,
    )
    return monitor


def _button_states(session: Session) -> list[dict]:
    """Which of start, pause, resume, stop can be pressed now."""
    player = session.player
    running = player is not None and not player.ended
    paused = player is not None and player.paused
    pressable = (not running, running and not paused, running and paused, running)
    return [gr.update(interactive=yes) for yes in pressable]
