"""One generated image and a slider for each number of its z."""

from base64 import b64encode

import gradio as gr
import numpy as np

from demo.models import check_z, find_model, is_live
from demo.session import MAX_SEED, Sessions, whole_number
from demo.text.en import LATENT
from demo.widgets import script
from gan_core.errors import InputError

HTML = f"""
<div class="latent">
  <canvas class="pixels" data-part="image" width="28" height="28" role="img"
    aria-label="{LATENT["image"]}"></canvas>
  <div>
    <p class="message" data-part="message" role="alert" hidden></p>
    <div class="pager">
      <span data-part="numbers"></span>
      <button type="button" data-part="previous">{LATENT["previous"]}</button>
      <button type="button" data-part="next">{LATENT["next"]}</button>
      <button type="button" data-part="reset">{LATENT["reset"]}</button>
    </div>
    <div class="sliders" data-part="sliders"></div>
  </div>
</div>
"""


def latent_widget(sessions: Sessions) -> gr.HTML:
    """Its value is {token, model, seed, label, bound}; it asks for pixels by itself.

    A function, because gradio writes a .pyi file beside the source of every class on gr.HTML.
    """

    def generate(wish: dict) -> dict:
        try:
            token, name = str(wish["token"]), str(wish["model"])
            model = find_model(sessions, token, name)
            if wish.get("z") is None:
                z = model.noise(whole_number("seed", wish.get("seed"), 0, MAX_SEED))
            else:
                z = check_z(wish["z"], model)
            label = whole_number("label", wish.get("label") or 0, 0, max(len(model.labels) - 1, 0))
            image = model.generate(z, np.array([label]))[0]  # (H, W, C)
        except InputError as error:
            return {"error": str(error)}
        except (KeyError, TypeError, AttributeError):
            return {"error": "generate needs token, model, and z or a seed"}
        height, width, channels = image.shape
        return {
            "width": width,
            "height": height,
            "channels": channels,
            "pixels": b64encode(image.tobytes()).decode(),
            "live": is_live(sessions, token, name),
            "z": [round(float(number), 4) for number in z[0]],
        }

    return gr.HTML(
        html_template=HTML,
        js_on_load=script("latent.js"),
        apply_default_css=False,
        elem_id="latent",
        server_functions=[generate],
        words=LATENT,
    )
