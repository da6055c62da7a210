"""The Race tab: one system by several objectives, side by side."""

from collections.abc import Callable

import gradio as gr

from demo.session import Session
from demo.sessions import Sessions
from demo.tabs import PRIVATE, QUICK, pressable, told_in_the_page
from demo.tabs.choices import DATASETS, OWN
from demo.text import en
from demo.text import race as text
from demo.text.knobs import CHOICES
from demo.widgets.monitor import KEEP_TOKEN
from demo.widgets.race import race_widget
from gan_core.errors import InputError
from gan_core.presets import PRESETS

FIRST = ("non-saturating", "least-squares", "hinge")
FIRST_EPOCHS = 5


def race_tab(sessions: Sessions, token: gr.State, monitor: gr.HTML) -> gr.HTML:
    """Build the tab inside the current Blocks; returns the widget, which wants the token.

    The monitor wants it too, where a race begins a session.
    """
    gr.Markdown(text.INTRODUCTION)
    with gr.Row(elem_classes="train"):
        with gr.Column(min_width=260, elem_classes="controls"):
            system = gr.Dropdown(list(PRESETS), label=en.PRESET, info=text.SYSTEM_INFO)
            # of the visitor's own images nobody knows what makes them good
            dataset = gr.Dropdown(
                [name for name in DATASETS if name != OWN],
                label=en.DATASET, info=text.DATASET_INFO,
            )  # fmt: skip
            objectives = gr.CheckboxGroup(
                list(CHOICES["objective"]), value=list(FIRST),
                label=text.OBJECTIVES, info=text.OBJECTIVES_INFO,
            )  # fmt: skip
            with gr.Row():
                epochs = gr.Number(
                    FIRST_EPOCHS, label=en.EPOCHS, info=en.EPOCHS_INFO, precision=0, min_width=110
                )
                seed = gr.Number(0, label=en.SEED, info=en.SEED_INFO, precision=0, min_width=110)
            start = gr.Button(text.START, variant="primary")
            with gr.Row():
                pause = gr.Button(en.PAUSE, interactive=False, min_width=70)
                resume = gr.Button(en.RESUME, interactive=False, min_width=70)
                stop = gr.Button(en.STOP, variant="stop", interactive=False, min_width=70)
        with gr.Column(min_width=320, elem_classes="watched"):
            widget = race_widget(sessions)
    choices = [system, dataset, objectives, epochs, seed]
    buttons = [start, pause, resume, stop]

    @told_in_the_page()
    def begin(
        token: str, system: str, dataset: str, objectives: list[str], epochs: float, seed: float
    ) -> list:
        token = sessions.open(token)
        session = sessions.get(token)
        session.start_race(system, dataset, objectives, epochs, seed)
        return [token, token, token, *_button_states(session)]

    def command(name: str) -> Callable[[str], list[dict]]:
        @told_in_the_page()
        def give(token: str) -> list[dict]:
            session = sessions.get(token)
            if session.race is None or session.race.ended:
                raise InputError("no race is under way; start one first")
            getattr(session.race, name)()
            return _button_states(session)

        return give

    @told_in_the_page()
    def refresh(token: str) -> list[dict]:
        return _button_states(sessions.get(token))

    @told_in_the_page()
    def show_race(token: str) -> list:
        race = sessions.get(token).race
        if race is None:
            return [gr.skip()] * len(choices)
        config, raced = race.configs[0], [config.objective for config in race.configs]
        return [config.preset, config.dataset, raced, config.epochs, config.seed]

    start.click(
        begin,
        [token, *choices],
        [token, monitor, widget, *buttons],
        api_name="start_race",
        show_progress="hidden",
    ).then(None, monitor, None, js=KEEP_TOKEN)
    for name, button in (("pause", pause), ("resume", resume), ("stop", stop)):
        button.click(command(name), token, buttons, api_name=f"{name}_race", **QUICK)
    widget.phase(refresh, token, buttons, **PRIVATE)
    widget.settings(show_race, token, choices, **PRIVATE)
    return widget


def _button_states(session: Session) -> list[dict]:
    """Which of start, pause, resume and stop can be pressed now."""
    return [gr.update(interactive=yes) for yes in pressable(session.race)]
