"""How far a data set is; a button that stops it, and one that downloads it."""

import gradio as gr

from demo.sessions import Sessions
from demo.text.making import MAKING
from demo.widgets import script
from demo.widgets.answers import answered

STOPPING_SECONDS = 10
HTML = f"""
<div class="monitor making" data-part="making" hidden>
  <progress data-part="making-progress" max="1" value="0"
    aria-label="{MAKING["progress"]}"></progress>
  <div class="tools">
    <span data-part="making-told" role="status"></span>
    <button type="button" data-part="making-stop">{MAKING["stop"]}</button>
    <button type="button" data-part="making-take" hidden></button>
  </div>
</div>
"""


def making_widget(sessions: Sessions) -> gr.HTML:
    """Its value is {token, begun}: another `begun` says that another set is under way.

    It fires `take` when the visitor wants the file. (A function, because gradio writes a .pyi file
    beside the source of every class on gr.HTML.)
    """

    @answered
    def poll(wish: dict) -> dict:
        """How far it is; {} where there is none."""
        making = sessions.get(str(wish["token"])).making
        return making.facts() if making else {}

    @answered
    def stop(wish: dict) -> dict:
        """Answers when nothing of it is left."""
        making = sessions.get(str(wish["token"])).making
        if making:
            making.stop()
            making.wait(STOPPING_SECONDS)
        return {}

    return gr.HTML(
        {"token": "", "begun": 0},
        html_template=HTML,
        js_on_load=script("elements.js", "making.js"),
        apply_default_css=False,
        elem_id="making",
        server_functions=[poll, stop],
        words=MAKING,
    )
