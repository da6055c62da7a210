"""What the visitor keeps of a run: files to take away, a link, and a run loaded back."""

from collections.abc import Callable

import gradio as gr

from demo.sessions import Sessions
from demo.tabs import PRIVATE, told_in_the_page
from demo.tabs.choices import Choices
from demo.tabs.link import query
from demo.text import en as text
from gan_core.errors import InputError

ON_SHOW = (text.ON_SHOW, 0)
# the page's own address, to which the query belongs
LINK = """(query) => {
  const link = `${location.origin}${location.pathname}?${query}`;
  navigator.clipboard?.writeText(link).catch(() => {});
  return link;
}"""


def fetch(button: str) -> str:
    """Script that presses a hidden DownloadButton, by its elem_id, once it has its file."""
    return f"() => document.querySelector('a#{button}, #{button} a, #{button}')?.click()"


class TakeAway:
    """Buttons that make a file of a run, or a link to its settings; and one that loads a run."""

    def __init__(self) -> None:
        """Build them inside the current Blocks."""
        with gr.Accordion(text.TAKE_AWAY, open=False, elem_id="take-away"):
            self._run = gr.Dropdown(
                [ON_SHOW], value=ON_SHOW[1], label=text.TAKEN_RUN, info=text.TAKEN_RUN_INFO
            )
            with gr.Row():
                self._kinds = {
                    kind: gr.Button(name, size="sm", min_width=110)
                    for kind, name in text.TAKEN.items()
                }
            self._taken = gr.DownloadButton(visible="hidden", elem_id="taken")
            with gr.Row():
                self._linked = gr.Button(text.COPY_LINK, size="sm", min_width=160)
                self.loaded = gr.UploadButton(
                    text.LOAD_RUN, size="sm", min_width=160, file_types=[".zip"]
                )
            gr.Markdown(text.LOAD_RUN_INFO, elem_classes="preset-note")
            self._link = gr.Textbox(
                label=text.LINK,
                info=text.LINK_INFO,
                visible=False,
                buttons=["copy"],
                elem_id="link",
            )
        self._query = gr.Textbox(visible=False)

    def wire(self, sessions: Sessions, token: gr.State, monitor: gr.HTML, choices: Choices) -> None:
        """All but `loaded`, which starts something."""

        def list_runs(token: str, chosen: int) -> dict:
            session = sessions.find(token)
            runs = session.runs() if session else []
            names = [ON_SHOW, *((player.name, player.number) for player in runs)]
            there = chosen in dict(names).values()
            return gr.update(choices=names, value=chosen if there else ON_SHOW[1])

        def taking(kind: str) -> Callable[[str, int], str]:
            @told_in_the_page()
            def take(token: str, run: int) -> str:
                session = sessions.get(token)
                if session.player is None:
                    raise InputError("there is no run yet; start one")
                return str(session.run(run or session.player.number).take_away(kind))

            return take

        @told_in_the_page()
        def link(system: str, dataset: str, epochs: float, seed: float, settings: str) -> str:
            return query(system, dataset, epochs, seed, settings.split())

        monitor.phase(list_runs, [token, self._run], self._run, **PRIVATE)
        for kind, button in self._kinds.items():
            button.click(
                taking(kind), [token, self._run], self._taken, api_name=f"take_{kind}"
            ).success(None, None, None, js=fetch("taken"))
        self._linked.click(choices.read, choices.all, choices.found, **PRIVATE).success(
            link, choices.read_as, self._query, api_name="link", show_progress="hidden"
        ).success(None, self._query, self._link, js=LINK).success(
            lambda: gr.update(visible=True), None, self._link, **PRIVATE
        )
