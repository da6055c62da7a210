// How each thing in a chart is drawn, given where everything lies: the plot.

const FLAG = 16; // pixels, the number on top of a mark

// As many pixels as the screen has there. True if the canvas was emptied for that.
function fit(canvas, size) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [size.width * ratio, size.height * ratio].map(Math.round);
  const fits = canvas.width === width && canvas.height === height;
  if (!fits) Object.assign(canvas, { width, height });
  canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
  return !fits;
}

function paletteOf(style) {
  const color = (name) => style.getPropertyValue(name);
  return {
    ink: color("--body-text-color-subdued"),
    text: color("--body-text-color"),
    rule: color("--border-color-primary"),
    paper: color("--background-fill-primary"),
  };
}

function strokeLine(context, ...points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}

function drawGrid(context, { area, x, y, from, to, low, high, log }, { ink, rule }) {
  context.lineWidth = 1;
  context.fillStyle = ink;
  context.strokeStyle = rule;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of log ? logTicks(low, high, 4) : niceTicks(low, high, 4)) {
    strokeLine(context, [area.left, y(tick)], [area.right, y(tick)]);
    context.fillText(shortNumber(tick), area.left - 6, y(tick));
  }
  context.textBaseline = "top";
  context.textAlign = "center";
  const room = Math.max(2, Math.floor((area.right - area.left) / 60));
  for (const tick of niceTicks(from, to, room).filter(Number.isInteger)) {
    const middle = Math.min(x(tick), area.right - 14);
    context.fillText(tick.toLocaleString("en"), middle, area.bottom + 8);
  }
}

function drawLevel(context, { area, y }, level, { ink }) {
  context.strokeStyle = ink;
  context.setLineDash([6, 4]);
  strokeLine(context, [area.left, y(level)], [area.right, y(level)]);
  context.setLineDash([]);
}

// Over the lines, with a rim to be read there.
function nameLevel(context, { area, y }, level, name, { ink, paper }) {
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.lineWidth = 4;
  context.strokeStyle = paper;
  context.fillStyle = ink;
  context.strokeText(name, area.right, y(level) - 3);
  context.fillText(name, area.right, y(level) - 3);
}

// A line through rows as one path; a value that can't be drawn breaks it. Of the rows in one column
// of pixels only the lowest and the highest count: no more can be seen.
function drawLine(context, plot, rows, [start, end], valueOf) {
  let column = NaN;
  let [lowX, lowY, highX, highY] = [0, 0, 0, 0];
  let points = 0; // since the last gap
  function lineTo(x, y) {
    if (points++) context.lineTo(x, y);
    else context.moveTo(x, y);
  }
  function endColumn() {
    if (Number.isNaN(column)) return;
    if (lowX < highX) lineTo(lowX, lowY);
    lineTo(highX, highY);
    if (lowX > highX) lineTo(lowX, lowY);
    column = NaN;
  }
  function endStretch() {
    endColumn();
    if (points === 1) context.arc(lowX, lowY, 1, 0, 2 * Math.PI); // a value alone between gaps
    points = 0;
  }
  context.beginPath();
  for (let i = start; i < end; i++) {
    const [x, y] = [plot.x(rows[i][0]), plot.y(valueOf(i))];
    if (Number.isNaN(y)) {
      endStretch();
    } else if (Math.floor(x) !== column) {
      endColumn();
      column = Math.floor(x);
      lowX = highX = x;
      lowY = highY = y;
    } else if (y > lowY) {
      [lowX, lowY] = [x, y];
    } else if (y < highY) {
      [highX, highY] = [x, y];
    }
  }
  endStretch();
  context.stroke();
}

// Raw values. Where they crowd, a line would be a shape of thousands of edges, slow to fill:
// an upright bar for each column of pixels, reaching to the one before, looks the same.
function drawRaw(context, plot, rows, [start, end], valueOf, thickness) {
  if (end - start < plot.area.right - plot.area.left) {
    context.lineWidth = thickness;
    drawLine(context, plot, rows, [start, end], valueOf);
    return;
  }
  const pixel = 1 / (window.devicePixelRatio || 1);
  let [before, column] = [null, null]; // {at, top, bottom}
  function endColumn() {
    if (column === null) return;
    const { at, top, bottom } = column;
    const from = before ? before.at + 1 : at;
    const high = (before ? Math.min(top, before.bottom) : top) - thickness / 2;
    const low = (before ? Math.max(bottom, before.top) : bottom) + thickness / 2;
    context.fillRect(from * pixel, high, (at + 1 - from) * pixel, low - high);
    before = column;
    column = null;
  }
  for (let i = start; i < end; i++) {
    const y = plot.y(valueOf(i));
    if (Number.isNaN(y)) {
      endColumn();
      before = null;
      continue;
    }
    const at = Math.floor(plot.x(rows[i][0]) / pixel);
    if (at !== column?.at) {
      endColumn();
      column = { at, top: y, bottom: y };
    } else if (y < column.top) column.top = y;
    else if (y > column.bottom) column.bottom = y;
  }
  endColumn();
}

// value +- error, where there are both.
function drawBand(context, plot, rows, [start, end], { column, error }) {
  let edge = []; // [x, top, bottom]
  function close() {
    const lower = edge.map(([x, , bottom]) => [x, bottom]).reverse();
    [...edge, ...lower].forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
    edge = [];
  }
  context.beginPath();
  for (let i = start; i < end; i++) {
    const [value, half] = [rows[i][column], rows[i][error]];
    if (Number.isNaN(plot.y(value)) || !Number.isFinite(half)) {
      close();
      continue;
    }
    const bottom = plot.y(value - half);
    // on a logarithmic scale it may reach down to nothing
    const low = Number.isNaN(bottom) ? plot.area.bottom : bottom;
    edge.push([plot.x(rows[i][0]), plot.y(value + half), low]);
  }
  close();
  context.fill();
  context.stroke(); // an error alone between gaps is an upright line
}

// Where settings were changed: upright lines with numbers on top; 1–3 where they are crowded.
function drawMarks(context, { area, x, from, to }, marks, { ink, paper }) {
  const flags = [];
  context.lineWidth = 1;
  context.strokeStyle = ink;
  marks.forEach(({ step }, i) => {
    if (step < from || step > to) return;
    const [at, flag] = [x(step), flags.at(-1)];
    context.setLineDash([2, 3]);
    strokeLine(context, [at, area.top], [at, area.bottom]);
    context.setLineDash([]);
    if (flag && at - flag.right < FLAG + 2) Object.assign(flag, { right: at, last: i + 1 });
    else flags.push({ left: at, right: at, first: i + 1, last: i + 1 });
  });
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { left, right, first, last } of flags) {
    const label = first === last ? `${first}` : `${first}–${last}`;
    const width = Math.max(FLAG, context.measureText(label).width + 6);
    const middle = Math.max(area.left, Math.min((left + right) / 2, area.right - width / 2 + 10));
    context.fillStyle = ink;
    context.beginPath();
    context.roundRect(middle - width / 2, area.top - FLAG, width, FLAG, 3);
    context.fill();
    context.fillStyle = paper;
    context.fillText(label, middle, area.top - FLAG / 2 + 0.5);
  }
}
