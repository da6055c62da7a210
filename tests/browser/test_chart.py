"""The line charts in a real browser: two on a bare page, moved by mouse, wheel, keys, fingers."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.widgets import script
from tests.browser.driving import new_page

SCRIPTS = (
    "chart_numbers.js", "chart_draw.js", "chart_readout.js", "chart_view.js", "chart.js",
)  # fmt: skip
FIGURE = """<figure id="{name}"><div data-part="readout"></div>
<canvas class="chart" aria-label="{name}"></canvas></figure>"""
HTML = f"""<!doctype html><style>
  body {{ height: 3000px }}
  figure {{ margin: 0 }}
  {script("chart.css")}
  #upper {{ --blue: rgb(0, 0, 255); --orange: rgb(255, 0, 0) }}
</style>{FIGURE.format(name="upper")}{FIGURE.format(name="lower")}"""
SETUP = """
const view = makeView();
const series = [
  { name: "up", column: 1, color: "--blue" },
  { name: "down", column: 2, color: "--orange" },
];
const upper = makeChart(document.getElementById("upper"), { series, view });
const lower = makeChart(document.getElementById("lower"), { series, view });
"""
ROWS = [[10 * i, 1 + i, 100 - i] for i in range(101)]  # rounds 0 to 1000
LEFT, RIGHT = 44, 12  # pixels about the lines
NONE = "\N{EN DASH}"  # where there is no value


@pytest.fixture
def page() -> Iterator[Page]:
    with new_page(viewport={"width": 800, "height": 700}, has_touch=True) as opened:
        opened.set_content(HTML)
        source = f"{script(*SCRIPTS)}\n{SETUP}\nreturn (code) => eval(code);"
        opened.evaluate("source => { window.inside = new Function(source)(); }", source)
        inside(opened, f"upper.show({json.dumps(ROWS)}); lower.show({json.dumps(ROWS)})")
        expect(canvas(opened, "upper")).to_have_attribute("data-n", "101")
        yield opened


def inside(page: Page, code: str) -> object:
    """What an expression gives where the script's functions are known; objects stay there."""
    return page.evaluate("code => { const a = inside(code); return a?.show ? null : a; }", code)


def canvas(page: Page, name: str) -> Locator:
    return page.locator(f"#{name} canvas")


def readout(page: Page, name: str) -> Locator:
    return page.locator(f'#{name} [data-part="readout"]')


def where(page: Page, name: str, step: float) -> tuple[float, float]:
    """The pixel of a round, halfway up."""
    box = canvas(page, name).bounding_box()
    assert box is not None
    first, last = shown(page, name)
    part = (step - first) / (last - first)
    return box["x"] + LEFT + part * (box["width"] - LEFT - RIGHT), box["y"] + box["height"] / 2


def shown(page: Page, name: str) -> tuple[int, int]:
    """The rounds in sight, after the frame that is due."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    data = canvas(page, name).evaluate("canvas => ({ ...canvas.dataset })")
    return int(data["from"]), int(data["to"])


def at(page: Page, name: str, step: int | str) -> None:
    expect(canvas(page, name)).to_have_attribute("data-at", str(step))


def wheel(page: Page, step: float, amount: int) -> None:
    page.mouse.move(*where(page, "upper", step))
    page.mouse.wheel(0, amount)
    page.wait_for_timeout(50)


def touch(page: Page, *frames: list[tuple[float, float]]) -> None:
    """Fingers down at the first frame's points, moved through the others, and up."""
    protocol = page.context.new_cdp_session(page)
    for number, points in enumerate(frames):
        protocol.send(
            "Input.dispatchTouchEvent",
            {
                "type": "touchMove" if number else "touchStart",
                "touchPoints": [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)],
            },
        )
    protocol.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def blue_columns(page: Page, *steps: int) -> list[bool]:
    """Whether anything of the blue series is drawn at these rounds."""
    return [
        canvas(page, "upper").evaluate(
            """(canvas, x) => {
              const scale = canvas.width / canvas.clientWidth;
              const left = Math.round((x - canvas.getBoundingClientRect().left) * scale);
              const column = canvas.getContext("2d").getImageData(left, 0, 1, canvas.height).data;
              for (let i = 0; i < column.length; i += 4)
                if (column[i + 3] > 60 && column[i + 2] > column[i] + 60) return true;
              return false;
            }""",
            where(page, "upper", step)[0],
        )
        for step in steps
    ]


def test_the_whole_run_is_shown_and_its_newest_values_are_told(page: Page) -> None:
    expect(canvas(page, "upper")).to_have_attribute("data-last", "1000")
    assert shown(page, "upper") == (0, 1000)
    expect(readout(page, "upper")).to_have_text("step 1,000 up 101.000 down 0.000")


def test_the_values_under_the_pointer_are_those_of_the_nearest_row(page: Page) -> None:
    page.mouse.move(*where(page, "upper", 254))
    at(page, "upper", 250)
    expect(readout(page, "upper")).to_have_text("step 250 up 26.000 down 75.000")
    at(page, "lower", 250)  # the crosshair is shared
    page.mouse.move(*where(page, "upper", 256))
    at(page, "upper", 260)
    height = readout(page, "upper").evaluate("element => element.clientHeight")
    page.mouse.move(5, 690)
    at(page, "upper", "")
    expect(readout(page, "upper")).to_contain_text("step 1,000")
    assert readout(page, "upper").evaluate("element => element.clientHeight") == height


def test_the_wheel_zooms_about_the_pointer_in_all_charts(page: Page) -> None:
    wheel(page, 250, -300)  # to half
    assert shown(page, "upper") == (125, 625)
    assert shown(page, "lower") == (125, 625)
    at(page, "upper", 250)
    assert page.evaluate("scrollY") == 0


def test_the_wheel_scrolls_the_page_where_there_is_nothing_to_zoom_out(page: Page) -> None:
    wheel(page, 250, 300)
    page.wait_for_function("scrollY > 0")
    assert shown(page, "upper") == (0, 1000)


def test_a_zoomed_chart_stays_where_it_is_while_the_run_goes_on(page: Page) -> None:
    wheel(page, 250, -300)
    inside(page, f"upper.show({json.dumps([*ROWS, [2000, 1, 1]])})")
    expect(canvas(page, "upper")).to_have_attribute("data-n", "102")
    assert shown(page, "upper") == (125, 625)
    page.mouse.dblclick(*where(page, "upper", 250))
    assert shown(page, "upper") == (0, 2000)
    assert shown(page, "lower") == (0, 2000)  # one axis for both


def test_dragging_pans_a_zoomed_chart_up_to_its_ends(page: Page) -> None:
    wheel(page, 250, -300)
    start, end = where(page, "upper", 250), where(page, "upper", 350)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    assert shown(page, "upper") == (25, 525)
    page.mouse.down()
    page.mouse.move(790, end[1], steps=4)
    page.mouse.up()
    assert shown(page, "upper") == (0, 500)


def test_keys_zoom_and_move_the_crosshair(page: Page) -> None:
    canvas(page, "upper").focus()
    page.keyboard.press("Home")
    at(page, "upper", 0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    at(page, "upper", 20)
    page.keyboard.press("ArrowLeft")
    at(page, "lower", 10)
    assert canvas(page, "upper").get_attribute("aria-valuetext") == ("step 10 up 2.000 down 99.000")
    page.keyboard.press("+")
    assert shown(page, "upper") == (5, 505)  # round 10 stays where it was
    page.keyboard.press("End")
    at(page, "upper", 1000)
    assert shown(page, "upper") == (500, 1000)  # comes in sight
    page.keyboard.press("-")
    assert shown(page, "upper") == (0, 1000)
    page.keyboard.press("+")
    page.keyboard.press("0")
    assert shown(page, "upper") == (0, 1000)
    page.keyboard.press("Tab")
    at(page, "lower", "")


def test_two_fingers_zoom_and_one_pans(page: Page) -> None:
    (x, y), (other, _) = where(page, "upper", 400), where(page, "upper", 600)
    half = (other - x) / 2
    touch(page, *[[(x, y), (other + i * half, y)] for i in range(3)])
    assert shown(page, "upper") == (200, 700)  # half of it, about the finger at rest
    (x, y), (other, _) = where(page, "upper", 400), where(page, "upper", 500)
    # the first few pixels tell the browser that this is no scrolling
    touch(page, [(x, y)], [(x + (other - x) / 2, y)], [(other, y)])
    first, last = shown(page, "upper")
    assert last - first == 500
    assert first == pytest.approx(100, abs=25)


def test_a_finger_still_scrolls_the_page(page: Page) -> None:
    x, y = where(page, "upper", 500)
    touch(page, *[[(x, y - 20 * i)] for i in range(6)])
    page.wait_for_function("scrollY > 0")
    assert shown(page, "upper") == (0, 1000)


def test_a_tap_leaves_its_values_to_be_read(page: Page) -> None:
    page.touchscreen.tap(*where(page, "upper", 500))
    at(page, "upper", 500)
    page.wait_for_timeout(100)
    expect(readout(page, "upper")).to_contain_text("step 500 ")


def test_a_gap_is_a_gap(page: Page) -> None:
    rows = [[step, None if 400 <= step <= 600 else 50, None] for step, *_ in ROWS]
    inside(page, f"upper.show({json.dumps(rows)})")
    assert blue_columns(page, 200, 450, 500, 550, 800) == [True, False, False, False, True]
    page.mouse.move(*where(page, "upper", 500))
    expect(readout(page, "upper")).to_have_text(f"step 500 up {NONE}")  # down has no value at all


def test_a_gap_is_a_gap_among_thousands_of_rows(page: Page) -> None:
    rows = [[i, None if 1600 <= i <= 2400 else 50 + i % 2, None] for i in range(4001)]
    inside(page, f"upper.show({json.dumps(rows)}); lower.show([])")
    expect(canvas(page, "upper")).to_have_attribute("data-n", "4001")
    assert blue_columns(page, 800, 1700, 2000, 2300, 3200) == [True, False, False, False, True]


def test_a_value_alone_between_gaps_is_seen(page: Page) -> None:
    rows = [[step, 50 if step == 500 else None, None] for step, *_ in ROWS]
    inside(page, f"upper.show({json.dumps(rows)})")
    assert blue_columns(page, 400, 500, 600) == [False, True, False]


def test_a_log_scale_leaves_out_what_is_not_positive(page: Page) -> None:
    rows = [[step, -1 if step > 500 else 10 ** (step / 100), None] for step, *_ in ROWS]
    inside(page, f"view.set({{ log: true, smoothing: 0 }}); upper.show({json.dumps(rows)})")
    assert blue_columns(page, 100, 400, 600, 900) == [True, True, False, False]
    ticks = inside(page, "logTicks(-0.3, 5.3, 4)")
    assert ticks == [1, 10, 100, 1000, 10_000, 100_000]
    assert inside(page, "logTicks(-5, 5.3, 4)") == [1e-4, 1e-2, 1, 100, 10_000]
    assert inside(page, "logTicks(-0.5, 0.8, 4)") == [0.5, 1, 2, 5]


def test_marks_tell_what_was_changed(page: Page) -> None:
    inside(page, 'upper.mark([{ step: 300, text: "slower" }, { step: 600, text: "faster" }])')
    expect(readout(page, "upper")).to_contain_text("2: faster")  # the last before the newest
    page.mouse.move(*where(page, "upper", 300))
    expect(readout(page, "upper")).to_contain_text("1: slower")
    page.mouse.move(*where(page, "upper", 500))
    expect(readout(page, "upper")).to_contain_text("1: slower")
    page.mouse.move(*where(page, "upper", 100))
    expect(readout(page, "upper")).to_have_text("step 100 up 11.000 down 90.000")
    inside(page, "upper.mark([])")
    expect(readout(page, "upper").locator(".mark")).to_have_count(0)


def test_runs_behind_are_named_and_told_at_the_same_round(page: Page) -> None:
    earlier = [[step, 7, 8] for step in range(0, 2001, 5)]
    inside(page, f'upper.overlay([{{ name: "run <1>", rows: {json.dumps(earlier)} }}])')
    expect(readout(page, "upper")).to_have_text(
        "step 1,000 up 101.000 down 0.000 run <1> 7.000 8.000"
    )
    assert shown(page, "lower") == (0, 2000)  # room for the longer one
    page.mouse.move(*where(page, "upper", 1500))
    at(page, "upper", 1500)
    expect(readout(page, "upper")).to_have_text(
        f"step 1,500 up {NONE} down {NONE} run <1> 7.000 8.000"
    )
    inside(page, "upper.overlay([])")
    assert shown(page, "lower") == (0, 1000)


def test_an_error_is_told_with_its_value(page: Page) -> None:
    inside(
        page,
        """window.third = makeChart(document.getElementById("upper"), {
          series: [{ name: "distance", column: 1, color: "--blue" }],
          bands: [{ column: 1, error: 2 }], view: makeView(), words: { step: "round" } });
        third.show([[0, 9, 2], [10, 5, 1], [20, null, null]]); null""",
    )
    expect(readout(page, "upper")).to_have_text(f"round 20 distance {NONE}")
    page.mouse.move(*where(page, "upper", 10))
    expect(readout(page, "upper")).to_have_text("round 10 distance 5.000 ± 1.000")


def test_smoothing_in_increments_equals_smoothing_from_scratch(page: Page) -> None:
    assert inside(
        page,
        """(() => {
          const row = (i) => [i, i % 7 === 3 ? null : Math.sin(i) * i];
          const step = makeSmoother([1]);
          const rows = [];
          const scratch = (weight) => JSON.stringify(makeSmoother([1])([...rows], weight));
          const same = (weight) => JSON.stringify(step(rows, weight)) === scratch(weight);
          const told = [];
          for (let i = 0; i < 60; i++) {
            if (i % 5 === 4) rows.pop(); // a newer row takes the place of the newest
            rows.push(row(i), row(i + 0.5));
            told.push(same(0.04));
          }
          told.push(same(0.3)); // smoothed otherwise
          rows.splice(0, 30);
          told.push(same(0.3)); // other rows
          rows.length = 5;
          told.push(same(0.3)); // fewer
          return told.every(Boolean);
        })()""",
    )


def test_rows_seen_before_are_not_smoothed_again(page: Page) -> None:
    reads = inside(
        page,
        """(() => {
          let reads = 0;
          const row = (i) => Object.defineProperty([i, 0], 1, { get: () => (reads++, i) });
          const rows = Array.from({ length: 1000 }, (_, i) => row(i));
          const smooth = makeSmoother([1]);
          smooth(rows, 0.04);
          rows.pop();
          rows.push(row(1000), row(1001));
          reads = 0;
          smooth(rows, 0.04);
          return reads;
        })()""",
    )
    assert reads == 2


def test_a_newer_row_takes_the_place_of_the_newest(page: Page) -> None:
    inside(
        page, "window.rows = [[0, 1, 1], [10, 2, 2], [15, 3, 3]]; lower.show([]); upper.show(rows)"
    )
    expect(readout(page, "upper")).to_have_text("step 15 up 3.000 down 3.000")
    inside(page, "rows.pop(); rows.push([20, 4, 5]); upper.show(rows)")
    expect(readout(page, "upper")).to_have_text("step 20 up 4.000 down 5.000")
    expect(canvas(page, "upper")).to_have_attribute("data-n", "3")
    assert shown(page, "upper") == (0, 20)


def test_a_chart_that_is_not_shown_is_drawn_when_it_comes_in_sight(page: Page) -> None:
    page.evaluate("document.getElementById('upper').style.display = 'none'")
    shown(page, "upper")
    inside(page, f"upper.show({json.dumps(ROWS[:50])})")
    page.wait_for_timeout(100)
    assert canvas(page, "upper").get_attribute("data-n") == "101"
    page.evaluate("document.getElementById('upper').style.display = ''")
    expect(canvas(page, "upper")).to_have_attribute("data-n", "50")


def test_a_number_that_diverged_does_not_hide_the_others(page: Page) -> None:
    inside(page, "upper.show([[0, 1, 1], [10, 1e300, null], [20, 1, 1], [30, 1, NaN]])")
    assert blue_columns(page, 1) == [True]


def test_nothing_is_drawn_anew_for_nothing(page: Page) -> None:
    page.evaluate(
        """() => {
          window.drawn = { curves: 0, crosshairs: 0 };
          const { stroke, drawImage } = CanvasRenderingContext2D.prototype;
          Object.assign(CanvasRenderingContext2D.prototype, {
            drawImage(...given) { drawn.crosshairs++; drawImage.apply(this, given); },
            stroke(...given) { if (this.lineWidth === 2 && !this.canvas.isConnected) drawn.curves++;
              stroke.apply(this, given); },
          });
        }"""
    )
    again = "upper.show(rows); upper.mark([]); view.set({ log: false, at: null })"
    inside(page, f"window.rows = {json.dumps(ROWS[:90])}; lower.show(rows); {again}; {again}")
    shown(page, "upper")
    assert page.evaluate("drawn") == {"curves": 4, "crosshairs": 2}  # two charts of two series
    inside(page, f"{again}; lower.show(rows)")
    shown(page, "upper")
    assert page.evaluate("drawn.crosshairs") == 2
    inside(page, "view.set({ at: 300 })")
    shown(page, "upper")
    assert page.evaluate("drawn") == {"curves": 4, "crosshairs": 4}
