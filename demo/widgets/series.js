// What a page has of a run's curves, looks or pictures, which grow by increments.

function newSeries() {
  return { stride: 0, rows: [] };
}

// Take in what is new. The newest row may be off the stride: the next one takes its place.
function extend(series, { stride, fresh, rows }, number) {
  if (fresh) series.rows = [];
  else if (rows.length && series.rows.length && number(series.rows.at(-1)) % stride) series.rows.pop();
  series.stride = stride;
  series.rows.push(...rows);
}

// To ask for what came since.
function haveOf(series, number) {
  return [series.stride, series.rows.length ? number(series.rows.at(-1)) : -1];
}
