"""Canvas widgets: each a gr.HTML with its script beside it."""

from pathlib import Path


def script(*names: str) -> str:
    """The scripts of this folder, one after the other, as one js_on_load."""
    return "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in names)


def fact(name: str, title: str) -> str:
    """A number that facts.js writes, under its title."""
    return f'<div><dt>{title}</dt><dd data-part="fact-{name}"></dd></div>'
