"""One generated image, and everything that moves its point of latent space."""

from base64 import b64encode

import gradio as gr

from demo.directions import directions_of
from demo.models import WEIGHTS, find_model, find_networks, is_live
from demo.point import MOST_PSI, read_opinion, read_point
from demo.sessions import Sessions
from demo.text.explore import LATENT, NO_DISCRIMINATOR, ONE_SET
from demo.widgets import script
from demo.widgets.answers import answered

KINDS = ("noise", "sefa", "principal")  # what the sliders move
REACHES = (2, 3, 5)  # of a slider, in sigmas
REACH = 3  # at first


def _button(name: str) -> str:
    return f'<button type="button" data-part="{name}">{LATENT[name]}</button>'


def _radios(group: str, names: tuple[str, ...]) -> str:
    """Named latent-group, their values the names."""
    return "".join(
        f'<label><input type="radio" name="latent-{group}" value="{name}">'
        f"{LATENT[f'{group}_{name}']}</label>"
        for name in names
    )


def _reaches() -> str:
    return "".join(
        f'<option value="{count}"{" selected" * (count == REACH)}>'
        f"{LATENT['sigmas'].format(count=count)}</option>"
        for count in REACHES
    )


HTML = f"""
<div class="latent">
  <div class="drawn">
    <canvas class="pixels" data-part="image" width="28" height="28" role="img"
      aria-label="{LATENT["image"]}"></canvas>
    <div class="opinion" data-part="opinion" title="{LATENT["opinion_info"]}">
      <span>{LATENT["opinion"]}</span><meter data-part="opinion-bar" min="0" max="1" value="0"
        aria-label="{LATENT["opinion"]}"></meter><output data-part="opinion-number"></output>
      <span data-part="opinion-reason" hidden></span>
    </div>
  </div>
  <div>
    <p class="message" data-part="message" role="alert" hidden></p>
    <div data-part="controls" inert>
    <div class="row">
      <label>{LATENT["seed"]} <input type="number" data-part="seed" min="0" step="1"></label>
      {_button("dice")}{_button("reset")}
      <span class="apart">{_button("undo")}{_button("redo")}</span>
    </div>
    <fieldset class="row" data-part="labels" hidden><legend>{LATENT["label"]}</legend></fieldset>
    <div class="row" data-part="mixing" hidden>
      <label>{LATENT["other"]} <select data-part="other"></select></label>
      <label class="wide">{LATENT["mixture"]} <input type="range" data-part="share" min="0" max="1"
        step="0.01"><output data-part="share-number"></output></label>
    </div>
    <div class="row">
      <label class="wide" title="{LATENT["psi_info"]}">{LATENT["psi"]} <input type="range"
        data-part="psi" min="0" max="{MOST_PSI}" step="0.01"><output
        data-part="psi-number"></output></label>
    </div>
    <fieldset class="row" data-part="weights"><legend>{LATENT["weights"]}</legend>
      {_radios("weights", WEIGHTS)}<span class="note" data-part="weights-reason"></span></fieldset>
    <fieldset class="row" data-part="kinds"><legend>{LATENT["kind"]}</legend>
      {_radios("kind", KINDS)}
      <label class="apart">{LATENT["reach"]}
        <select data-part="reach">{_reaches()}</select></label></fieldset>
    <p class="note" data-part="kind-info"></p>
    <div class="row pager">
      <span data-part="numbers"></span>{_button("previous")}{_button("next")}
    </div>
    <div class="sliders" data-part="sliders"></div>
    <div class="row">
      {_button("copy")}<label class="wide">{LATENT["paste"]} <input type="text" data-part="paste"
        placeholder="{LATENT["paste_hint"]}" spellcheck="false" autocomplete="off"></label>
    </div>
    <p class="message" data-part="paste-error" role="alert" hidden></p>
    </div>
  </div>
</div>
"""
SCRIPTS = (
    "newest.js", "latent_link.js", "latent_history.js", "latent_names.js", "latent_sliders.js",
    "latent_settings.js", "latent_image.js", "latent_exchange.js", "latent.js",
)  # fmt: skip


def latent_widget(sessions: Sessions) -> gr.HTML:
    """Its value is a point as in demo/point.py; it asks for pixels by itself.

    Once a change has settled it has the new point as its value and fires `moved`. (A function,
    because gradio writes a .pyi file beside the source of every class on gr.HTML.)
    """

    @answered
    def generate(wish: dict) -> dict:
        """The pixels, and the z that is the seed's own."""
        point = read_point(sessions, wish)
        image = point.draw()  # (H, W, C)
        height, width, channels = image.shape
        return {
            "width": width,
            "height": height,
            "channels": channels,
            "pixels": b64encode(image.tobytes()).decode(),
            "live": is_live(sessions, str(wish["token"]), str(wish["model"])),
            "z": [round(float(number), 4) for number in point.z[0]],
        }

    @answered
    def about(wish: dict) -> dict:
        """What there is to set of a model."""
        token, name = str(wish["token"]), str(wish["model"])
        model, networks = find_model(sessions, token, name), find_networks(sessions, token, name)
        return {
            "labels": model.labels,
            "noise": model.card.config.noise,
            "noise_dim": model.noise_dim,
            "one_set": "" if networks and networks.both_weights else ONE_SET,
        }

    @answered
    def directions(wish: dict) -> dict:
        """Those of a kind: unit vectors (N, noise_dim), and the share of variance of each."""
        found = directions_of(read_point(sessions, wish).model, str(wish["kind"]))
        return {"vectors": found.vectors.round(5).tolist(), "share": found.share.tolist()}

    @answered
    def judge(wish: dict) -> dict:
        """D's opinion of the image, or why there is none."""
        found = read_opinion(sessions, wish)
        return {"reason": NO_DISCRIMINATOR} if found is None else {"opinion": found}

    return gr.HTML(
        html_template=HTML,
        js_on_load=script(*SCRIPTS),
        apply_default_css=False,
        elem_id="latent",
        server_functions=[generate, about, directions, judge],
        words=LATENT,
    )
