"""The loss curves as a figure to keep."""

import math
from collections.abc import Iterable
from io import BytesIO
from threading import Lock
from typing import Literal

from matplotlib import rc_context
from matplotlib.figure import Figure

from gan_core.events import StepDone

PENALTY_COLOURS = ("#009E73", "#CC79A7", "#E69F00")  # with the losses' two, safe for all eyes
_styling = Lock()  # a style holds for the whole process


def loss_figure(
    steps: Iterable[StepDone], title: str, kind: Literal["png", "svg"] = "png"
) -> bytes:
    """Both losses and the penalties over D's opinions, against the step; always the same bytes."""
    shown = list(steps)
    x = [done.step for done in shown]
    figure = Figure(figsize=(8, 6), dpi=120, layout="constrained")
    losses, opinions = figure.subplots(2, 1, sharex=True)
    losses.plot(x, [done.d_loss for done in shown], label="D loss", color="#0072B2", linewidth=1)
    losses.plot(x, [done.g_loss for done in shown], label="G loss", color="#D55E00", linewidth=1)
    losses.set(ylabel="loss")
    losses.set_title(title, loc="right", fontsize="medium")
    named = dict.fromkeys(name for done in shown for name in done.terms)
    penalties = [name for name in named if not name.endswith("_loss")]  # losses are drawn whole
    for name, colour in zip(penalties, PENALTY_COLOURS):
        values = [done.terms.get(name, math.nan) for done in shown]
        losses.plot(x, values, label=name.replace("_", " "), color=colour, linewidth=1)
    opinions.plot(x, [done.d_real for done in shown], label="D(x)", color="#0072B2", linewidth=1)
    opinions.plot(x, [done.d_fake for done in shown], label="D(G(z))", color="#D55E00", linewidth=1)
    opinions.axhline(0.5, label="equilibrium", color="grey", linestyle="--", linewidth=1)
    opinions.set(xlabel="step", ylabel="mean opinion of D")
    for axes in (losses, opinions):
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False)
        axes.grid(alpha=0.3)
    file = BytesIO()
    if kind == "png":
        figure.savefig(file, format="png")
    else:
        # letters stay letters, and names inside the file are the same each time
        with _styling, rc_context({"svg.fonttype": "none", "svg.hashsalt": "ganscope"}):
            figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()
