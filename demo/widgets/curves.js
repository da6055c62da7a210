// Line charts on a canvas: faint raw values, a bold smoothed line, an optional level to compare with.

const SMOOTHING = 0.04; // weight of the newest value, at one row a pixel or so

function niceTicks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const ticks = [];
  for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-6; t += step) ticks.push(t);
  return ticks;
}

function shortNumber(x) {
  if (Math.abs(x) >= 1000) return +(x / 1000).toPrecision(3) + "k";
  return String(+x.toPrecision(3));
}

// Bounds that leave out the most extreme half percent, so that one spike doesn't flatten the rest.
function bounds(rows, series, level) {
  const values = rows.flatMap((row) => series.map((s) => row[s.column])).filter(Number.isFinite);
  values.sort((a, b) => a - b);
  const cut = Math.floor(values.length / 200);
  let [low, high] = [values[cut] ?? 0, values[values.length - 1 - cut] ?? 1];
  low = Math.min(low, 0);
  if (level !== undefined) high = Math.max(high, 2 * level);
  const margin = (high - low || 1) * 0.06;
  return [low - (low < 0 ? margin : 0), high + margin];
}

// rows: [step, value, value, ...]; series: [{column, color}]
function drawCurves(canvas, rows, series, level) {
  const style = getComputedStyle(canvas);
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width) return; // in a tab that isn't shown
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.font = `12px ${style.fontFamily}`;
  const ink = style.getPropertyValue("--body-text-color-subdued");
  const rule = style.getPropertyValue("--border-color-primary");
  const area = { left: 44, right: width - 12, top: 8, bottom: height - 24 };
  const [low, high] = bounds(rows, series, level);
  const first = rows.length ? rows[0][0] : 0;
  const last = rows.length ? rows[rows.length - 1][0] : 100;
  const x = (step) => area.left + ((step - first) / (last - first || 1)) * (area.right - area.left);
  const y = (v) => area.bottom - ((v - low) / (high - low)) * (area.bottom - area.top);

  context.lineWidth = 1;
  context.textBaseline = "middle";
  for (const tick of niceTicks(low, high, 4)) {
    context.strokeStyle = rule;
    context.beginPath();
    context.moveTo(area.left, y(tick));
    context.lineTo(area.right, y(tick));
    context.stroke();
    context.fillStyle = ink;
    context.textAlign = "right";
    context.fillText(shortNumber(tick), area.left - 6, y(tick));
  }
  context.textBaseline = "top";
  context.textAlign = "center";
  for (const tick of niceTicks(first, last, Math.max(2, Math.floor(width / 70)))) {
    context.fillText(shortNumber(tick), Math.min(x(tick), area.right - 12), area.bottom + 8);
  }
  if (level !== undefined) {
    context.strokeStyle = ink;
    context.setLineDash([6, 4]);
    context.beginPath();
    context.moveTo(area.left, y(level));
    context.lineTo(area.right, y(level));
    context.stroke();
    context.setLineDash([]);
  }

  context.save();
  context.beginPath();
  context.rect(area.left, area.top, area.right - area.left, area.bottom - area.top);
  context.clip();
  for (const { column, color } of series) {
    const points = rows.filter((row) => Number.isFinite(row[column]));
    context.strokeStyle = style.getPropertyValue(color);
    context.lineJoin = "round";
    for (const [alpha, thickness, weight] of [[0.3, 1, 1], [1, 2, SMOOTHING]]) {
      context.globalAlpha = alpha;
      context.lineWidth = thickness;
      context.beginPath();
      let smooth = points.length ? points[0][column] : 0;
      points.forEach((row, i) => {
        // a plain mean while there are few rows, so that the line starts where the data do
        smooth += (row[column] - smooth) * Math.max(weight, 1 / (i + 1));
        context.lineTo(x(row[0]), y(smooth));
      });
      context.stroke();
    }
  }
  context.restore();
  canvas.dataset.n = String(rows.length);
  canvas.dataset.last = String(last);
}
