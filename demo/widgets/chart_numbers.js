// What a chart computes before it draws: ticks, bounds, smoothed lines, pixels.

const DEFAULT_SMOOTHING = 0.5;
const MARGIN = { left: 44, right: 12, bottom: 24 }; // pixels about the lines

// 0 leaves the values as they are; at 0.5 the newest of them counts for 4 %, at 1 for 0.16 %.
function weightOfNewest(smoothing) {
  return 0.04 ** (2 * smoothing);
}

function niceTicks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const ticks = [];
  for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-6; t += step) ticks.push(t);
  return ticks;
}

// Decades, or parts of them where fewer than two are in sight. `low` and `high` are logarithms.
function logTicks(low, high, count) {
  const every = Math.ceil((high - low) / (count + 2));
  const powers = [];
  for (let power = Math.ceil(Math.floor(low) / every) * every; power <= high; power += every) {
    powers.push(power);
  }
  for (const parts of [[1], [1, 2, 5]]) {
    const ticks = powers.flatMap((power) => parts.map((part) => part * 10 ** power));
    const seen = ticks.filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high);
    if (seen.length > 1) return seen;
  }
  return niceTicks(10 ** low, 10 ** high, count);
}

// For an axis: three digits.
function shortNumber(x) {
  const size = Math.abs(x);
  if (size >= 1e6) return +(x / 1e6).toPrecision(3) + "M";
  if (size >= 1e3) return +(x / 1e3).toPrecision(3) + "k";
  const rounded = +x.toPrecision(3);
  return size && size < 1e-3 ? rounded.toExponential() : String(rounded);
}

// For the readout: about as many digits as can be told apart, in a steady width.
function exactNumber(x) {
  if (!Number.isFinite(x)) return "–";
  const size = Math.abs(x);
  if (size >= 1e5) return x.toExponential(2);
  return size && size < 0.1 ? x.toPrecision(3) : x.toFixed(size < 1000 ? 3 : 1);
}

// The first row at or after a step: rows are in order.
function indexAt(rows, step) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle][0] < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nearestRow(rows, step) {
  const after = indexAt(rows, step);
  const [left, right] = [rows[after - 1], rows[after]];
  if (!left || !right) return left ?? right;
  return step - left[0] < right[0] - step ? left : right;
}

// The row of a run next to a round: none before its first or after its last.
function rowAt({ rows }, step) {
  const inside = rows.length && step >= rows[0][0] && step <= rows.at(-1)[0];
  return inside ? nearestRow(rows, step) : undefined;
}

// All the rounds of several runs, in order.
function stepsOf(runs) {
  const steps = new Set(runs.flatMap(({ rows }) => rows.map((row) => row[0])));
  return [...steps].sort((a, b) => a - b);
}

// [start, end) of the rows in sight, and one more on each side for the lines that leave it.
function rowsWithin(rows, [from, to]) {
  return [Math.max(0, indexAt(rows, from) - 1), Math.min(rows.length, indexAt(rows, to) + 1)];
}

// Exponentially smoothed columns. Rows it has seen before cost nothing; a gap keeps the mean.
function makeSmoother(columns) {
  const lines = columns.map(() => ({ means: [], counts: [] }));
  let known = [];
  let knownWeight;
  return (rows, weight) => {
    let same = 0;
    if (weight === knownWeight) while (same < rows.length && rows[same] === known[same]) same++;
    lines.forEach(({ means, counts }, c) => {
      means.length = counts.length = same;
      for (let i = same; i < rows.length; i++) {
        const value = rows[i][columns[c]];
        const mean = i ? means[i - 1] : 0;
        const there = Number.isFinite(value);
        counts[i] = (i ? counts[i - 1] : 0) + there;
        // a plain mean while there are few rows, so that the line starts where the data do
        means[i] = there ? mean + (value - mean) * Math.max(weight, 1 / counts[i]) : mean;
      }
    });
    known.length = same;
    for (let i = same; i < rows.length; i++) known.push(rows[i]);
    knownWeight = weight;
    return lines.map(({ means }) => means);
  };
}

// What is drawn in a range of rounds, with the errors about it; a thousand rows are enough.
function valuesIn(runs, series, bands, range) {
  const values = [];
  const push = (value) => Number.isFinite(value) && values.push(value);
  for (const { rows } of runs) {
    const [start, end] = rowsWithin(rows, range);
    // a power of two, to keep to the same rows while they grow
    const stride = Math.max(1, 2 ** Math.ceil(Math.log2((end - start) / 1000)));
    for (let i = Math.ceil(start / stride) * stride; i < end; i += stride) {
      const row = rows[i];
      for (const { column } of series) push(row[column]);
      for (const { column, error } of bands) {
        if (!Number.isFinite(row[column])) continue;
        push(row[column] - row[error]);
        push(row[column] + row[error]);
      }
    }
  }
  return values;
}

// Bounds that leave out the most extreme half percent, so that one spike doesn't flatten the rest.
// On a logarithmic scale they are logarithms.
function boundsOf(values, level, log) {
  const sorted = new Float64Array(log ? values.filter((v) => v > 0) : values).sort();
  const cut = Math.floor(sorted.length / 200);
  let [low, high] = [sorted[cut] ?? level ?? 0.1, sorted[sorted.length - 1 - cut] ?? 1];
  if (log) {
    if (level > 0) [low, high] = [Math.min(low, level), Math.max(high, level)];
    [low, high] = [Math.log10(low), Math.log10(high)];
  } else {
    low = Math.min(low, 0);
    if (level !== undefined) high = Math.max(high, 2 * level);
  }
  const margin = (high - low || 1) * 0.06;
  return [low - (log || low < 0 ? margin : 0), high + margin];
}

// From rounds and values to pixels. `low` and `high` are logarithms where `log`.
function makePlot(size, top, [from, to], [low, high], log) {
  const { left, right, bottom } = MARGIN;
  const area = { left, right: size.width - right, top, bottom: size.height - bottom };
  const across = (area.right - area.left) / (to - from);
  const up = (area.bottom - area.top) / (high - low);
  return {
    area, from, to, low, high, log,
    x: (step) => area.left + (step - from) * across,
    // NaN where there is nothing to draw; clamped, for a canvas drops lines that end too far away
    y(value) {
      if (!Number.isFinite(value) || (log && value <= 0)) return NaN;
      const y = area.bottom - ((log ? Math.log10(value) : value) - low) * up;
      return Math.max(-1e4, Math.min(y, 1e4));
    },
  };
}

// The inverse of a plot's x.
function stepAtPixel({ width }, [from, to], x) {
  return from + ((x - MARGIN.left) / (width - MARGIN.left - MARGIN.right)) * (to - from);
}
