// The crosshair, and the values under it in words.

// dots: [[x, y, radius, color], ...]
function drawCrosshair(context, { area }, x, dots, { text, paper }) {
  context.lineWidth = 1;
  context.strokeStyle = text;
  context.globalAlpha = 0.6;
  strokeLine(context, [x, area.top], [x, area.bottom]);
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.strokeStyle = paper; // a rim, to tell the dot from its line
  for (const [dotX, dotY, radius, color] of dots) {
    context.fillStyle = color;
    context.beginPath();
    context.arc(dotX, dotY, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

// A line for the run, one for each run behind it, one for what was changed.
function makeReadout(element) {
  element.setAttribute("aria-live", "off"); // the canvas tells its own value
  let shape = ""; // what the parts were built for
  let parts = []; // the nodes that hold the texts

  function add(parent, tag, className, text = "") {
    const node = document.createElement(tag);
    node.className = className;
    node.textContent = text;
    parent.append(node, " "); // for those who copy or listen
    return node;
  }

  function build(series, lines, marked) {
    element.replaceChildren();
    element.style.setProperty("--columns", series.length + 1);
    parts = [];
    const table = add(element, "div", series.length > 2 ? "many" : "few");
    lines.forEach(({ dash: ofRun }, number) => {
      const line = add(table, "div", number ? "line behind" : "line");
      parts.push(add(line, "div", "name"));
      for (const { name, color, dash: ofSeries } of series) {
        const dash = ofRun ?? ofSeries;
        const cell = add(line, "div", "value");
        const key = add(cell, "i", dash ? "key dashed" : "key");
        key.style.setProperty("--key", `var(${color})`);
        if (dash) key.style.setProperty("--dash", `${dash[0]}px`);
        if (dash) key.style.setProperty("--period", `${dash[0] + dash[1]}px`);
        if (!number) add(cell, "div", "series", name);
        parts.push(add(cell, "b", ""));
      }
    });
    if (marked) parts.push(add(element, "div", "mark"));
  }

  // lines: [{name, dash, values}], the run in front first; mark: what was changed, null where
  // nothing ever was. Returns all as one text.
  return (series, lines, mark) => {
    const marked = mark !== null;
    const needed = JSON.stringify([series, lines.map((line) => line.dash), marked]);
    if (needed !== shape) build(series, lines, marked);
    shape = needed;
    const texts = lines.flatMap(({ name, values }) => [name, ...values]);
    if (marked) texts.push(mark);
    parts.forEach((part, i) => {
      if (part.textContent !== texts[i]) part.textContent = texts[i];
    });
    return element.textContent.replace(/\s+/g, " ").trim();
  };
}
