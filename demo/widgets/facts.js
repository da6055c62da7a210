// How far a run is, in a line of numbers.

function clock(seconds) {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

function showFacts(find, report) {
  find("facts").hidden = !report.steps; // known once the images are read
  if (!report.steps) return;
  const facts = {
    step: `${report.step.toLocaleString("en")} / ${report.steps.toLocaleString("en")}`,
    epoch: `${report.epoch} / ${report.epochs}`,
    speed: Math.round(report.images_per_s).toLocaleString("en"),
    left: clock(report.seconds_left),
    seed: report.seed,
    device: report.device,
  };
  for (const [name, value] of Object.entries(facts)) find(`fact-${name}`).textContent = value;
  find("progress").value = report.step / report.steps;
}
