"""The parts of a round as a picture, lit one after the other in slow motion."""

from demo.text.en import STAGE


def _box(part: str, x: int, y: int, width: int, label: str) -> str:
    return (
        f'<g data-stage="{part}"><rect x="{x}" y="{y}" width="{width}" height="44" rx="8"/>'
        f'<text x="{x + width // 2}" y="{y + 22}">{label}</text></g>'
    )


def _arrow(part: str, path: str) -> str:
    return f'<path data-stage="{part}" d="{path}" marker-end="url(#stage-head)"/>'


STAGE_HTML = f"""
<figure class="stage" data-part="stage" hidden>
  <svg viewBox="0 -30 620 164" role="img" aria-label="{STAGE["title"]}">
    <defs><marker id="stage-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"
      markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>
    {_arrow("z-g", "M92 38 H132")}
    {_arrow("g-fake", "M222 38 H262")}
    {_arrow("fake-d", "M352 38 H392")}
    {_arrow("real-d", "M352 108 C390 108 410 90 425 66")}
    {_arrow("d-verdict", "M482 38 H522")}
    {_arrow("back-d", "M566 64 C548 94 490 94 462 66")}
    {_arrow("back-g", "M420 12 C380 -32 240 -32 192 12")}
    {_box("z", 2, 16, 90, STAGE["z"])}
    {_box("g", 132, 16, 90, "G")}
    {_box("fake", 262, 16, 90, STAGE["fake"])}
    {_box("real", 262, 86, 90, STAGE["real"])}
    {_box("d", 392, 16, 90, "D")}
    {_box("verdict", 522, 16, 96, STAGE["verdict"])}
  </svg>
  <figcaption data-part="stage-caption" aria-live="polite"></figcaption>
</figure>
"""
