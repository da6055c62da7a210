// A line chart on a canvas that can be zoomed and read off.

const NEAR = 8; // pixels from the crosshair within which a mark is meant
const FADED = 0.55; // how strong the lines of the runs behind are

// series: [{name, column, color}], with a dash if the lines are to differ in that too;
// level: a value to compare with, words.level its name; bands: [{column, error}];
// view: from makeView, shared or not
function makeChart(figure, { series, level, bands = [], view, words = { step: "step" } }) {
  const canvas = figure.querySelector("canvas.chart");
  const picture = document.createElement("canvas"); // all but the crosshair, which moves more often
  const [context, below] = [canvas, picture].map((one) => one.getContext("2d"));
  const tell = makeReadout(figure.querySelector('[data-part="readout"]'));
  const columns = series.map(({ column }) => column);
  const newRun = (rows, about) => ({ rows, smooth: makeSmoother(columns), ...about });
  let front = newRun([]);
  let behind = [];
  let marks = [];
  let size = { width: 0, height: 0 };
  let shown = []; // what show was given last
  let plot;
  let stale = true; // whether the picture is
  let inSight = false; // drawing takes time from the training beside it
  let frame = 0;

  const runs = () => [front, ...behind];
  const request = () => (frame ||= requestAnimationFrame(draw));
  function redraw() {
    stale = true;
    request();
  }

  function plotNow() {
    const bounds = boundsOf(valuesIn(runs(), series, bands, view.shown()), level, view.log);
    return makePlot(size, marks.length ? FLAG + 4 : 8, view.shown(), bounds, view.log);
  }

  // The round with values next to a step: of the run in front, as far as that goes.
  function nearest(step) {
    const holder = runs().find((run) => rowAt(run, step));
    if (holder) return rowAt(holder, step)[0];
    const ends = runs().flatMap(({ rows }) => (rows.length ? [nearestRow(rows, step)[0]] : []));
    return ends.sort((a, b) => Math.abs(a - step) - Math.abs(b - step))[0];
  }

  function drawRun(run, style) {
    const within = rowsWithin(run.rows, [plot.from, plot.to]);
    const weight = weightOfNewest(view.smoothing);
    const means = run.smooth(run.rows, weight);
    series.forEach(({ column, color, dash }, number) => {
      const raw = (i) => run.rows[i][column];
      const smooth = (i) => (Number.isFinite(raw(i)) ? means[number][i] : NaN);
      const band = bands.find((b) => b.column === column);
      below.strokeStyle = below.fillStyle = style.getPropertyValue(color);
      below.lineWidth = 1;
      if (band) {
        below.globalAlpha = 0.2;
        drawBand(below, plot, run.rows, within, band);
      } else if (run === front && weight < 1) {
        below.globalAlpha = 0.3;
        drawRaw(below, plot, run.rows, within, raw, 1);
      }
      below.globalAlpha = run === front ? 1 : FADED;
      below.lineWidth = run === front ? 2 : 1.5;
      below.setLineDash(run.dash ?? dash ?? []);
      if (band) drawLine(below, plot, run.rows, within, raw); // an error is that of a raw value
      else if (weight === 1 && run === front) drawRaw(below, plot, run.rows, within, raw, 2);
      else drawLine(below, plot, run.rows, within, smooth);
      below.setLineDash([]);
    });
    below.globalAlpha = 1;
  }

  function dotsAt(step, style) {
    return [...behind, front].flatMap((run) => {
      const row = rowAt(run, step);
      if (!row) return [];
      const size = run === front ? 5 : 3.5;
      return series.map(({ column, color }) =>
        [plot.x(row[0]), plot.y(row[column]), size, style.getPropertyValue(color)]);
    }).filter(([, y]) => !Number.isNaN(y));
  }

  // All under the crosshair, or else the newest; a series without a value in any run is left out.
  function read(at) {
    const step = at ?? front.rows.at(-1)?.[0];
    const has = ({ rows }, column) => rows.some((row) => Number.isFinite(row[column]));
    const known = series.filter(({ column }) => runs().some((run) => has(run, column)));
    const told = known.length ? known : series;
    const lines = runs().map((run, number) => {
      const row = rowAt(run, step) ?? [];
      const values = told.map(({ column }) => {
        const error = row[bands.find((b) => b.column === column)?.error];
        return exactNumber(row[column]) + (Number.isFinite(error) ? ` ± ${exactNumber(error)}` : "");
      });
      const name = number ? run.name : `${words.step} ${step?.toLocaleString("en") ?? "–"}`;
      return { name, dash: run.dash, values };
    });
    return tell(told, lines, marks.length ? markAt(view.at ?? step) : null);
  }

  // What was changed there, or else what was changed last before.
  function markAt(step) {
    const numbered = marks.map((mark, i) => ({ ...mark, text: `${i + 1}: ${mark.text}` }));
    const meant = numbered.filter((mark) => Math.abs(plot.x(mark.step) - plot.x(step)) <= NEAR);
    const told = meant.length ? meant : numbered.filter((mark) => mark.step <= step).slice(-1);
    return told.map((mark) => mark.text).join("; ");
  }

  function describe(at, told) {
    Object.assign(canvas.dataset, {
      n: front.rows.length, last: front.rows.at(-1)?.[0] ?? "",
      from: Math.round(plot.from), to: Math.round(plot.to), at: at ?? "",
    });
    canvas.classList.toggle("zoomed", Boolean(view.range));
    const [first, last] = view.full();
    canvas.ariaValueMin = first;
    canvas.ariaValueMax = last;
    canvas.ariaValueNow = at ?? last;
    // while someone listens only the keys change what is said, not the training
    if (at !== undefined || document.activeElement !== canvas) canvas.ariaValueText = told;
  }

  function drawPicture(style, palette) {
    plot = plotNow();
    const { area } = plot;
    below.clearRect(0, 0, size.width, size.height);
    below.font = `12px ${style.fontFamily}`;
    below.lineJoin = below.lineCap = "round";
    drawGrid(below, plot, palette);
    below.save();
    below.beginPath();
    below.rect(area.left, area.top, area.right - area.left, area.bottom - area.top);
    below.clip();
    if (level !== undefined) drawLevel(below, plot, level, palette);
    for (const run of [...behind, front]) drawRun(run, style);
    below.restore();
    if (words.level) nameLevel(below, plot, level, words.level, palette);
    drawMarks(below, plot, marks, palette);
  }

  function draw() {
    frame = 0;
    if (!size.width || !inSight) return;
    const style = getComputedStyle(canvas);
    const palette = paletteOf(style);
    fit(canvas, size);
    if (fit(picture, size) || stale) drawPicture(style, palette);
    stale = false;
    const at = view.at === null ? undefined : nearest(view.at);
    context.clearRect(0, 0, size.width, size.height);
    context.drawImage(picture, 0, 0, size.width, size.height);
    if (at !== undefined) drawCrosshair(context, plot, plot.x(at), dotsAt(at, style), palette);
    describe(at, read(at));
  }

  function hold() {
    const ends = runs().flatMap(({ rows }) => (rows.length ? [rows[0][0], rows.at(-1)[0]] : []));
    view.hold(canvas, ends.length ? [Math.min(...ends), Math.max(...ends)] : null);
    redraw();
  }

  canvas.tabIndex = 0;
  canvas.setAttribute("role", "slider"); // over rounds: keys move it, and its value is read out
  followPointer(canvas, view, (x) => stepAtPixel(size, view.shown(), x));
  followKeys(canvas, view, () => stepsOf(runs()));
  view.onChange((changed) => (changed === "at" ? request() : redraw()));
  new ResizeObserver(([{ contentRect }]) => {
    size = contentRect;
    redraw();
  }).observe(canvas);
  new IntersectionObserver((entries) => {
    inSight = entries.at(-1).isIntersecting;
    request();
  }).observe(canvas);

  return {
    show(rows) {
      const given = [rows, rows.length, rows.at(-1)];
      if (given.every((value, i) => value === shown[i])) return;
      shown = given;
      front.rows = rows;
      hold();
    },
    mark(changes) {
      if (JSON.stringify(changes) === JSON.stringify(marks)) return;
      marks = changes;
      redraw();
    },
    overlay(others) {
      behind = others.map(({ name, rows, dash = [6, 4] }) => newRun(rows, { name, dash }));
      hold();
    },
    redraw,
  };
}
