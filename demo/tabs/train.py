"""The Train tab: choose a system, start it, watch it, step it, change it, stop it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import gradio as gr

from demo.moves import Move
from demo.session import Session, Sessions
from demo.tabs import told_in_the_page
from demo.tabs.knobs import knobs, positions, settings
from demo.text import en as text
from demo.text import knobs as knob_text
from demo.widgets.monitor import KEEP_TOKEN, monitor_widget
from gan_core.config import FIXED
from gan_core.errors import InputError
from gan_core.notes import NOTES
from gan_core.presets import PRESETS, preset
from gan_core.toys import TOYS

APP_DATASETS = ("digits", "mnist", "fashion-mnist", *TOYS)
QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden"}
PRIVATE: dict[str, Any] = {**QUICK, "api_visibility": "private"}


def train_tab(sessions: Sessions, token: gr.State, has_folder: bool) -> gr.HTML:
    """Build the tab inside the current Blocks; returns the monitor, which wants the token."""
    datasets = [*APP_DATASETS, *(["folder"] if has_folder else [])]
    first = next(iter(PRESETS))
    with gr.Row(elem_classes="train"):
        with gr.Column(scale=1, min_width=260, elem_classes="controls"):
            system = gr.Dropdown(
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
            start = gr.Button(text.START, variant="primary", elem_id="start")
            with gr.Row():
                pause = gr.Button(text.PAUSE, interactive=False, min_width=70, elem_id="pause")
                resume = gr.Button(text.RESUME, interactive=False, min_width=70, elem_id="resume")
                stop = gr.Button(text.STOP, variant="stop", interactive=False, min_width=70)
            with gr.Row():
                moves = {
                    move: gr.Button(name, size="sm", min_width=70, elem_id=f"move-{move}")
                    for move, name in text.MOVES.items()
                }
            gr.Markdown(text.KEYS, elem_classes="preset-note")
            pace = gr.Dropdown(text.PACES, value=0.0, label=text.PACE, info=text.PACE_INFO)
            gr.Markdown(knob_text.CHANGE_INFO, elem_classes="preset-note")
            change = gr.Button(knob_text.CHANGE, size="sm", interactive=False, elem_id="change")
            controls = knobs(preset(first, datasets[0]))
        with gr.Column(scale=4, min_width=320):
            monitor = monitor_widget(sessions)
    told = gr.Textbox("", label="settings", visible=False)  # NAME=VALUE with spaces between
    shown = gr.State([first, datasets[0]])  # the preset that the controls started from
    choices = [system, dataset, epochs, seed, told]
    buttons = [start, pause, resume, stop, change]

    @told_in_the_page()
    def collect(system: str, dataset: str, *values: object) -> str:
        return " ".join(settings(preset(system, dataset), list(values)))

    def begin(move: Move | None) -> Callable[..., list]:
        @told_in_the_page()
        def start_or_move(
            token: str, system: str, dataset: str, epochs: float, seed: float, settings: str
        ) -> list:
            token = sessions.open(token)
            session = sessions.get(token)
            if move and session.player and not session.player.ended:
                session.player.move(move)
            else:
                session.start(system, dataset, epochs, seed, settings.split(), move)
            return [token, token, *_button_states(session)]

        return start_or_move

    def command(name: str) -> Callable[[str], list[dict]]:
        @told_in_the_page()
        def give(token: str) -> list[dict]:
            getattr(sessions.get(token).running(), name)()
            return _button_states(sessions.get(token))

        return give

    @told_in_the_page()
    def set_pace(token: str, seconds: float) -> None:
        sessions.get(token).pace(seconds)

    @told_in_the_page()
    def change_running(token: str, *values: object) -> None:
        player = sessions.get(token).running()
        wanted = settings(player.config, list(values))
        later = [one for one in wanted if one.partition("=")[0] in FIXED]
        player.change([one for one in wanted if one not in later])
        if later:
            gr.Info(text.LATER.format(settings=", ".join(later)))

    @told_in_the_page()
    def refresh(token: str) -> list[dict]:
        return _button_states(sessions.get(token))

    @told_in_the_page()
    def show_running(token: str) -> list:
        config = sessions.get(token).running().config
        names = [config.preset, config.dataset]
        return [names, *names, config.epochs, config.seed, NOTES[config.preset], *positions(config)]

    @told_in_the_page()
    def show_preset(shown: list, system: str, dataset: str, epochs: float, *values: object) -> list:
        """Another system has its own settings; on other data those that were changed stay so."""
        chosen, last = preset(system, dataset), preset(*shown)
        if system == shown[0]:
            with suppress(InputError):  # they don't fit this data
                chosen = replace(chosen, **chosen.parsed(settings(last, list(values))))
        length = chosen.epochs if system != shown[0] or epochs == last.epochs else epochs
        return [[system, dataset], length, NOTES[system], *positions(chosen)]

    for move, button in {None: start, **moves}.items():
        button.click(collect, [system, dataset, *controls], told, **PRIVATE).success(
            begin(move),
            [token, *choices],
            [token, monitor, *buttons],
            api_name=f"move_{move}" if move else "start",
            show_progress="hidden",  # queued: the page shows errors of queued events only
        ).then(None, monitor, None, js=KEEP_TOKEN)
    for name, button in (("pause", pause), ("resume", resume), ("stop", stop)):
        button.click(command(name), token, buttons, api_name=name, **QUICK)
    pace.input(set_pace, [token, pace], None, api_name="pace", **QUICK)
    change.click(change_running, [token, *controls], None, show_progress="hidden",
                 api_visibility="private")  # fmt: skip
    monitor.phase(refresh, token, buttons, **PRIVATE)
    monitor.settings(
        show_running, token, [shown, system, dataset, epochs, seed, note, *controls], **PRIVATE
    )
    for chosen in (system, dataset):
        chosen.input(
            show_preset,
            [shown, system, dataset, epochs, *controls],
            [shown, epochs, note, *controls],
            **PRIVATE,
        )
    return monitor


def _button_states(session: Session) -> list[dict]:
    """Which of start, pause, resume, stop and change can be pressed now."""
    player = session.player
    running = player is not None and not player.ended
    paused = player is not None and player.paused
    pressable = (not running, running and not paused, running and paused, running, running)
    return [gr.update(interactive=yes) for yes in pressable]
