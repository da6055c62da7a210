// The charts of a run, and the tools that all of them obey.

const TERM_COLORS = ["--blue", "--orange", "--orange", "--green", "--purple", "--green"];

function makePanels(find, words, columns) {
  const view = makeView();
  const column = (name) => 1 + columns.indexOf(name); // of a row, which begins with its round
  const line = (name, color) => ({ name: words[name], column: column(name), color });
  const told = { step: words.step, level: words.equilibrium };
  const chart = (name, options) =>
    makeChart(find(name).closest("figure"), { view, words: told, ...options });
  const both = (first, second) => [line(first, "--blue"), line(second, "--orange")];
  const terms = columns.slice(columns.indexOf("d_real_loss"));
  const ofCurves = [
    chart("losses", { series: both("d_loss", "g_loss") }),
    chart("opinions", { series: both("d_real", "d_fake"), level: 0.5 }),
    chart("gradients", { series: both("d_gradient", "g_gradient") }),
    chart("terms", { series: terms.map((name, i) => line(name, TERM_COLORS[i])) }),
  ];
  const quality = chart("quality", {
    series: [{ name: words.distance, column: 1, color: "--blue" }],
    bands: [{ column: 1, error: 2 }],
  });
  const all = [...ofCurves, quality];

  const smoothing = find("smoothing");
  smoothing.value = view.smoothing;
  smoothing.addEventListener("input", () => view.set({ smoothing: Number(smoothing.value) }));
  find("log").addEventListener("change", ({ target }) => view.set({ log: target.checked }));
  find("whole").addEventListener("click", view.reset);
  view.onChange(() => (find("whole").disabled = !view.range));

  return {
    curves: (rows) => ofCurves.forEach((one) => one.show(rows)),
    looks: (rows) => quality.show(rows),
    overlay(runs) {
      const drawn = (rows) => runs.map(({ name, dash, ...run }) => ({ name, dash, rows: run[rows] }));
      ofCurves.forEach((one) => one.overlay(drawn("curves")));
      quality.overlay(drawn("looks"));
    },
    mark: (marks) => all.forEach((one) => one.mark(marks)),
    redraw: () => all.forEach((one) => one.redraw()),
    startOver: view.reset,
  };
}
