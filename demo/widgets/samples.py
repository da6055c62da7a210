"""The sample grids of a training: a slider over its past, and what can be done with each grid."""

from demo.text.en import MONITOR

WAYS = ("shown", "batch", "running", "ema")


def _button(name: str, title: str = "") -> str:
    return (
        f'<button type="button" data-part="{name}" title="{title}" disabled>'
        f"{MONITOR[name.replace('-', '_')]}</button>"
    )


def _way(name: str) -> str:
    checked = "checked" if name == "shown" else ""
    return (
        f'<label><input type="radio" name="way" value="{name}" {checked}>'
        f" {MONITOR[f'way_{name}']}</label>"
    )


def _opened(name: str) -> str:
    return (
        f'<figure><img class="pixels" data-part="opened-{name}" alt="">'
        f"<figcaption>{MONITOR[f'opened_{name}']}</figcaption></figure>"
    )


SAMPLES_HTML = f"""
<figure class="samples">
  <figcaption>{MONITOR["samples"]} <span data-part="shown"></span></figcaption>
  <div class="timeline">
    {_button("play")}
    <input type="range" data-part="past" min="0" max="0" value="0" step="1"
      aria-label="{MONITOR["past_epochs"]}">
  </div>
  <div class="grids" data-part="grids">
    <canvas class="pixels" data-part="samples" role="img" aria-label="{MONITOR["samples"]}"
      hidden></canvas>
  </div>
  <p class="empty" data-part="no-samples">{MONITOR["no_samples"]}</p>
  <div class="tools">
    {_button("fork", MONITOR["fork_info"])}{_button("explore", MONITOR["explore_info"])}
    {_button("pin")}{_button("first-epochs", MONITOR["first_epochs_info"])}
    <span class="note" data-part="fork-note"></span>
  </div>
  <ul class="pins" data-part="pins" aria-label="{MONITOR["pins"]}" hidden></ul>
  <p class="note">{MONITOR["same_noise"]}</p>
  <div class="tools">
    <fieldset data-part="ways" aria-describedby="ways-info" disabled>
      <legend>{MONITOR["ways"]}</legend>{"".join(map(_way, WAYS))}
    </fieldset>
    <span class="note" id="ways-info">{MONITOR["ways_info"]}</span>
    <span class="note" data-part="ways-note" role="status"></span>
  </div>
  <p class="note" data-part="open-note">{MONITOR["open_note"]}</p>
  <div class="opened" data-part="opened" role="status" hidden>
    {"".join(map(_opened, ("sample", "wanted", "nearest")))}
    <p data-part="opened-text"></p>
  </div>
  <div class="classes" data-part="look" hidden>
    <b>{MONITOR["classes"]}</b> <span data-part="looked"></span>
    <div class="bars" data-part="classes"></div>
  </div>
</figure>
"""
