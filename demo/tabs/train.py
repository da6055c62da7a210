"""The Train tab: choose a system, start it, watch it, step it, change it, stop it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from demo.choices import MAX_EPOCHS, whole_number
from demo.moves import Move
from demo.session import Session
from demo.sessions import Sessions
from demo.tabs import PRIVATE, QUICK, pressable, told_in_the_page
from demo.tabs.choices import Choices
from demo.tabs.knobs import settings
from demo.tabs.takeaway import TakeAway
from demo.text import en as text
from demo.text import knobs as knob_text
from demo.widgets.monitor import KEEP_TOKEN, monitor_widget
from gan_core.config import FIXED


def train_tab(app: gr.Blocks, sessions: Sessions, token: gr.State) -> gr.HTML:
    """Build the tab inside the current Blocks; returns the monitor, which wants the token."""
    with gr.Row(elem_classes="train"):
        with gr.Column(min_width=260, elem_classes="controls"):
            choices = Choices()
            start = gr.Button(
                text.START, variant="primary", interactive=False, elem_id="start"
            )  # until the page has its session
            with gr.Row():
                pause = gr.Button(text.PAUSE, interactive=False, min_width=70, elem_id="pause")
                resume = gr.Button(text.RESUME, interactive=False, min_width=70, elem_id="resume")
            with gr.Row():
                stop = gr.Button(text.STOP, variant="stop", interactive=False, min_width=70)
                reset = gr.Button(text.RESET, interactive=False, min_width=70, elem_id="reset")
            with gr.Row():
                moves: dict[Move, gr.Button] = {
                    move: gr.Button(
                        name, size="sm", interactive=False, min_width=70, elem_id=f"move-{move}"
                    )
                    for move, name in text.MOVES.items()
                }
            gr.Markdown(text.KEYS, elem_classes="preset-note")
            pace = gr.Dropdown(text.PACES, value=0.0, label=text.PACE, info=text.PACE_INFO)
        with gr.Column(min_width=320, elem_classes="watched"):
            monitor = monitor_widget(sessions)
            take_away = TakeAway()
        with gr.Column(min_width=260, elem_classes="settings"):
            gr.Markdown(knob_text.CHANGE_INFO, elem_classes="preset-note")
            change = gr.Button(knob_text.CHANGE, size="sm", interactive=False, elem_id="change")
            choices.add_settings()
    buttons = [start, pause, resume, stop, reset, change, *moves.values()]

    def beginning(act: Callable[..., object]) -> Callable[..., list]:
        """Do this to the session, a new one if need be, with what is chosen."""

        @told_in_the_page()
        def begin(
            token: str, system: str, dataset: str, epochs: float, seed: float, settings: str
        ) -> list:
            token = sessions.open(token)
            session = sessions.get(token)
            act(session, system, dataset, epochs, seed, settings.split())
            return [token, token, *_button_states(session)]

        return begin

    def command(name: str) -> Callable[[str], list[dict]]:
        @told_in_the_page()
        def give(token: str) -> list[dict]:
            getattr(sessions.get(token).running(), name)()
            return _button_states(sessions.get(token))

        return give

    @told_in_the_page()
    def load(token: str, path: str) -> list:
        token = sessions.open(token)
        session = sessions.get(token)
        session.load(Path(path))
        return [token, token, *_button_states(session)]

    @told_in_the_page()
    def set_pace(token: str, seconds: float) -> None:
        sessions.get(token).pace(seconds)

    @told_in_the_page()
    def change_running(token: str, epochs: float, *values: object) -> None:
        player = sessions.get(token).running()
        wanted = settings(player.config, list(values))
        later = [one for one in wanted if one.partition("=")[0] in FIXED]
        length = whole_number("epochs", epochs, 1, MAX_EPOCHS)
        player.change([f"epochs={length}", *(one for one in wanted if one not in later)])
        if later:
            gr.Info(text.LATER.format(settings=", ".join(later)))

    @told_in_the_page()
    def refresh(token: str) -> list[dict]:
        return _button_states(sessions.get(token))

    @told_in_the_page()
    def show_run(token: str) -> list:
        player = sessions.get(token).player
        return choices.showing(player.config) if player else [gr.skip()] * len(choices.every)

    shown = [token, monitor, *buttons]
    acts = [("start", start, Session.start), ("reset", reset, Session.reset)]
    acts += [(f"move_{move}", button, _moving(move)) for move, button in moves.items()]
    for name, button, act in acts:
        button.click(choices.read, choices.all, choices.found, **PRIVATE).success(
            beginning(act), [token, *choices.read_as], shown, api_name=name, show_progress="hidden"
        ).then(None, monitor, None, js=KEEP_TOKEN)
    for name, button in (("pause", pause), ("resume", resume), ("stop", stop)):
        button.click(command(name), token, buttons, api_name=name, **QUICK)
    take_away.loaded.upload(load, [token, take_away.loaded], shown, api_name="load").success(
        show_run, token, choices.every, **PRIVATE
    ).then(None, monitor, None, js=KEEP_TOKEN)
    pace.input(set_pace, [token, pace], None, api_name="pace", **QUICK)
    change.click(change_running, [token, choices.epochs, *choices.knobs], None,
                 show_progress="hidden", api_visibility="private")  # fmt: skip
    monitor.phase(refresh, token, buttons, **PRIVATE)
    monitor.settings(show_run, token, choices.every, **PRIVATE)
    choices.wire(app, sessions, token)
    take_away.wire(sessions, token, monitor, choices)
    return monitor


def _moving(move: Move) -> Callable[..., object]:
    """Make it in the run under way, or in a new one of these choices."""

    def make(session: Session, *choices: Any) -> None:  # noqa: ANN401 - as `Session.start` takes
        if session.player and not session.player.ended:
            session.player.move(move)
        else:
            session.start(*choices, first_move=move)

    return make


def _button_states(session: Session) -> list[dict]:
    """Which of start, pause, resume, stop, reset, change and the moves can be pressed now."""
    *first, running = pressable(session.player)
    begun = session.player is not None
    states = [*first, running, begun, running, *(True for _ in text.MOVES)]
    return [gr.update(interactive=yes) for yes in states]
