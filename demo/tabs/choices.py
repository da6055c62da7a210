"""What is to be trained: system, data, length, seed, and every setting; kept consistent."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from demo.sessions import Sessions
from demo.tabs import told_in_the_page
from demo.tabs.knobs import knobs, positions, settings
from demo.tabs.link import config_of
from demo.text import en as text
from gan_core.config import RunConfig
from gan_core.errors import InputError
from gan_core.notes import NOTES
from gan_core.presets import PRESETS, preset
from gan_core.toys import TOYS

OWN = (text.OWN_IMAGES, "folder")
DATASETS = ("digits", "mnist", "fashion-mnist", *TOYS, OWN)
COLOURFUL = " and ".join(f"`{name}`" for name, one in PRESETS.items() if one.channels == 3)
ADDRESS = "() => location.search.slice(1)"


def following(shown: str, system: str, dataset: str, values: list[object]) -> RunConfig:
    """What is chosen where the knobs have these values and `shown` says whose settings they are.

    Another system has its own settings; on other data those that were changed stay if they fit.
    """
    chosen, last = preset(system, dataset), preset(*shown.split())
    if system == last.preset:
        with suppress(InputError):  # they don't fit this data
            return replace(chosen, **chosen.parsed(settings(last, values)))
    return chosen


class Choices:
    """Controls of a run; made in two places of the page, those of every setting in the second."""

    def __init__(self) -> None:
        """Build system, data, length and seed inside the current Blocks."""
        first = next(iter(PRESETS.values()))
        self.system = gr.Dropdown(
            list(PRESETS), value=first.preset, label=text.PRESET, info=text.PRESET_INFO
        )
        self.note = gr.Markdown(NOTES[first.preset], elem_classes="preset-note")
        self.dataset = gr.Dropdown(
            list(DATASETS), value=first.dataset, label=text.DATASET, info=text.DATASET_INFO
        )
        self.images = gr.File(
            label=text.DROP, file_count="multiple", file_types=["image", ".zip"], visible=False,
            height=170, elem_id="drop",
        )  # fmt: skip
        self.dropped = gr.Markdown(visible=False, elem_classes="preset-note")
        with gr.Row():
            self.epochs = gr.Number(
                first.epochs, label=text.EPOCHS, info=text.EPOCHS_INFO, precision=0, min_width=110
            )
            self.seed = gr.Number(
                0, label=text.SEED, info=text.SEED_INFO, precision=0, min_width=110
            )
        # whose settings the knobs have; part of the page, so that it changes when they do
        self._shown = gr.Textbox(f"{first.preset} {first.dataset}", visible=False)

    def add_settings(self) -> None:
        """Build a control for every setting inside the current Blocks."""
        self.knobs = knobs(preset(*self._shown.value.split()))
        # NAME=VALUE with spaces between
        self._told = gr.Textbox("", label="settings", visible=False)

    @property
    def all(self) -> list[Component]:
        """What `read` reads."""
        return [self._shown, self.system, self.dataset, *self.knobs]

    @property
    def read_as(self) -> list[Component]:
        """System, data, length, seed, and the settings that `read` found, as one text."""
        return [self.system, self.dataset, self.epochs, self.seed, self._told]

    @property
    def found(self) -> Component:
        """Where `read`'s answer goes."""
        return self._told

    @staticmethod
    @told_in_the_page()
    def read(shown: str, system: str, dataset: str, *values: object) -> str:
        """Settings that are not as in the preset; also before the knobs have followed a choice."""
        positioned = list(values)
        if shown != f"{system} {dataset}":
            positioned = positions(following(shown, system, dataset, positioned))
        return " ".join(settings(preset(system, dataset), positioned))

    @property
    def every(self) -> list[Component]:
        """What `showing` sets."""
        return [self._shown, self.system, self.dataset, self.note, self.images, *self.knobs,
                self.seed, self.epochs]  # fmt: skip

    @staticmethod
    def showing(config: RunConfig) -> list[Any]:
        """Values for `every` that stand for this config."""
        names = [config.preset, config.dataset]
        own = gr.update(visible=config.dataset == OWN[1])
        return [" ".join(names), *names, NOTES[config.preset], own, *positions(config), config.seed,
                config.epochs]  # fmt: skip

    def wire(self, app: gr.Blocks, sessions: Sessions, token: gr.State) -> None:
        """Another system or other data, dropped images, and a link that says what to show."""

        # not the two themselves: a late answer would undo a choice made meanwhile
        shown, _, _, *rest, _, length = self.every
        followers = [shown, *rest, length]

        @told_in_the_page()
        def follow(shown: str, system: str, dataset: str, epochs: float, *values: object) -> list:
            if shown == f"{system} {dataset}":  # a link or a run on show has set all at once
                return [gr.skip()] * len(followers)
            chosen, last = following(shown, system, dataset, list(values)), preset(*shown.split())
            kept = system == last.preset and epochs != last.epochs
            names, _, _, *rest, _, length = self.showing(chosen)
            return [names, *rest, epochs if kept else length]

        @told_in_the_page()
        def take(token: str, files: list[str]) -> dict:
            count = sessions.get(token).take_images([Path(file) for file in files])
            told = text.DROPPED.format(count=count, colourful=COLOURFUL)
            return gr.update(value=told, visible=True)

        @told_in_the_page()
        def show_link(address: str) -> list:
            config = config_of(address)
            return self.showing(config) if config else [gr.skip()] * len(self.every)

        # queued, so that answers come in the order of the choices
        in_order: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # on a change, not on input, which a menu tells twice: the second answer would come to
        # what was typed after the first
        gr.on(
            [self.system.change, self.dataset.change],
            follow,
            [self._shown, self.system, self.dataset, self.epochs, *self.knobs],
            followers,
            trigger_mode="always_last",
            **in_order,
        )
        self.images.upload(take, [token, self.images], [self.dropped], api_name="take_images")
        address = gr.Textbox("", visible="hidden")  # changes only where a link asks for something
        app.load(None, None, address, js=ADDRESS)
        address.change(show_link, address, self.every, **in_order)
