"""What goes on inside a generator at a point, and what the image resembles."""

import gradio as gr

from demo.charts import png_url
from demo.point import read_point
from demo.sessions import Sessions
from demo.text.inside import INSIDE
from demo.widgets import script
from demo.widgets.answers import answered

HTML = f"""
<div class="monitor inside">
  <p class="message" data-part="inside-message" role="alert" hidden></p>
  <h3>{INSIDE["nearest"]}</h3>
  <p class="note">{INSIDE["nearest_info"]}</p>
  <p data-part="inside-reason" role="status">{INSIDE["looking"]}</p>
  <div class="nearest" data-part="inside-nearest"></div>
  <h3>{INSIDE["maps"]}</h3>
  <p class="note">{INSIDE["introduction"]}</p>
  <div class="layers" data-part="inside-maps"></div>
</div>
"""


def inside_widget(sessions: Sessions) -> gr.HTML:
    """Its value is the point of the sliders; it looks at it only while it can be seen.

    (A function, because gradio writes a .pyi file beside the source of every class on gr.HTML.)
    """

    @answered
    def maps(wish: dict) -> dict:
        """A picture of each layer, in order."""
        from gan_core.inside import feature_maps  # imports torch

        point = read_point(sessions, wish)
        labels = None if point.labels is None else point.labels[0]
        return {
            "layers": [
                {
                    "name": layer.name,
                    "shape": " x ".join(map(str, layer.shape)),
                    "src": png_url(layer.picture),
                }
                for layer in feature_maps(point.model, point.drawn_z[0], labels)
            ]
        }

    @answered
    def resembled(wish: dict) -> dict:
        """The nearest training images, nearest first."""
        from demo.neighbours import neighbours  # imports torch

        point = read_point(sessions, wish)
        session = sessions.get(str(wish["token"]))
        found = neighbours(session, str(wish["model"]), point)
        return {
            "generated": png_url(point.draw()),
            "images": [
                {
                    "src": png_url(one.image),
                    "distance": f"{one.distance:.3f}",
                    "label": one.label,
                }
                for one in found
            ],
        }

    return gr.HTML(
        None,
        html_template=HTML,
        js_on_load=script("newest.js", "elements.js", "inside.js"),
        apply_default_css=False,
        elem_id="inside",
        server_functions=[maps, resembled],
        words=INSIDE,
    )
