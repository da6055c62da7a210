"""The page's address: a link may be put into that of a page that is open already."""

import gradio as gr

from demo.widgets import script


def address_widget() -> gr.HTML:
    """Its value is the hash of the address; it fires `linked` once another was put there.

    (A function, because gradio writes a .pyi file beside the source of every class on gr.HTML.)
    """
    return gr.HTML(
        "",
        html_template="<span></span>",  # the usual one would show the address as HTML
        js_on_load=script("address.js"),
        apply_default_css=False,
        visible="hidden",
        elem_id="address",
    )
