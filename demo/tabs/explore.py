"""The Explore tab: pick a model and a seed, move the latent sliders, walk between seeds."""

from typing import Any

import gradio as gr

from demo.charts import png_url
from demo.models import find_model, model_names
from demo.session import MAX_SEED, Sessions, whole_number
from demo.tabs import told_in_the_page
from demo.text import en as text
from demo.widgets.latent import latent_widget
from gan_core.errors import InputError
from gan_core.latent import METHODS, parse_seeds
from gan_core.pretrained import shipped_models

SIGMAS = 3.0  # how far a slider reaches in normal noise
MAX_WALK = 512  # images in one walk

WALK_HTML = """
{{#each value}}
<div class="leg">{{#each this}}<img src="{{src}}" alt="{{alt}}">{{/each}}</div>
{{/each}}
"""


def explore_tab(tab: gr.Tab, sessions: Sessions, token: gr.State) -> None:
    """Build the tab inside the current Blocks."""
    shipped = list(shipped_models())
    gr.Markdown(text.EXPLORE_INTRODUCTION)
    with gr.Row():
        model = gr.Dropdown(
            shipped, value=shipped[0], label=text.MODEL, info=text.MODEL_INFO, scale=2,
            min_width=220,
        )  # fmt: skip
        seed = gr.Number(
            1, label=text.EXPLORE_SEED, info=text.EXPLORE_SEED_INFO, precision=0, min_width=140
        )
        dice = gr.Button(text.DICE, min_width=140, elem_classes="dice")
    label = gr.Radio([], label=text.LABEL, info=text.LABEL_INFO, visible=False)
    latent = latent_widget(sessions)
    gr.Markdown(text.WALK_HEADING)
    with gr.Row():
        seeds = gr.Textbox(
            "1, 2, 3", label=text.WALK_SEEDS, info=text.WALK_SEEDS_INFO, min_width=160
        )
        steps = gr.Slider(2, 32, value=12, step=1, label=text.WALK_STEPS, min_width=160)
        method = gr.Radio(
            list(METHODS), value="slerp", label=text.WALK_METHOD, info=text.WALK_METHOD_INFO,
            min_width=160,
        )  # fmt: skip
    strip = gr.HTML(
        value=[], html_template=WALK_HTML, js_on_load=None, apply_default_css=False, elem_id="walk"
    )

    def choices(token: str, chosen: str) -> dict:
        names = model_names(sessions, token)
        return gr.update(choices=names, value=chosen if chosen in names else names[0])

    @told_in_the_page()
    def labels(token: str, chosen: str, kept: int | None) -> dict:
        names = find_model(sessions, token, chosen).labels
        choices = [(name, number) for number, name in enumerate(names)]
        value = min(kept or 0, len(names) - 1) if names else None
        return gr.update(choices=choices, value=value, visible=bool(names))

    @told_in_the_page()
    def point(token: str, chosen: str, seed: float, label: int | None) -> dict:
        opened = find_model(sessions, token, chosen)
        return {
            "token": token,
            "model": chosen,
            "seed": whole_number("seed", seed, 0, MAX_SEED),
            "label": label,
            "bound": 1.0 if opened.card.config.noise == "uniform" else SIGMAS,
        }

    @told_in_the_page()
    def draw_walk(
        token: str, chosen: str, seeds: str, steps: float, method: str, label: int | None
    ) -> list[list[dict]]:
        numbers = [whole_number("each seed", n, 0, MAX_SEED) for n in parse_seeds(seeds)]
        if (len(numbers) - 1) * steps > MAX_WALK:
            raise InputError(f"a walk may have {MAX_WALK} images; give fewer seeds or steps")
        opened = find_model(sessions, token, chosen)
        images = opened.walk(numbers, int(steps), method, label)
        frames = [
            {"src": png_url(image), "alt": text.WALK_FRAME.format(number=number + 1)}
            for number, image in enumerate(images)
        ]
        return [frames[start : start + int(steps)] for start in range(0, len(frames), int(steps))]

    # queued: the page shows errors of queued events only
    quick: dict[str, Any] = {"show_progress": "hidden"}
    newest: dict[str, Any] = {**quick, "trigger_mode": "always_last"}
    at = [token, model, seed, label]
    walking = [token, model, seeds, steps, method, label]
    tab.select(choices, [token, model], model, api_visibility="private", **quick)
    gr.on(
        [tab.select, model.change],
        labels, [token, model, label], label, api_visibility="private", **newest,
    ).then(point, at, latent, api_visibility="private", **quick).then(
        draw_walk, walking, strip, api_visibility="private", **quick
    )  # fmt: skip
    gr.on([seed.input, label.input], point, at, latent, api_visibility="private", **newest)
    gr.on(
        [seeds.submit, seeds.blur, steps.input, method.input, label.input],
        draw_walk, walking, strip, api_name="walk", **newest,
    )  # fmt: skip
    dice.click(
        None, None, seed, js="() => Math.floor(Math.random() * 1e6)", api_visibility="private"
    ).then(point, at, latent, api_visibility="private", **quick)
