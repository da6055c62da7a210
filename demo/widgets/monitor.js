// The view of a training: polls for increments, draws curves and sample grids.

const POLL_MS = 220;
const find = (name) => element.querySelector(`[data-part="${name}"]`);
const words = props.words;
const LOSSES = [{ column: 1, color: "--blue" }, { column: 2, color: "--orange" }];
const OPINIONS = [{ column: 3, color: "--blue" }, { column: 4, color: "--orange" }];

let run = -1;
let curves = newSeries(); // rows of [step, value, value, ...]
let pictures = newSeries(); // rows of {number, epoch, step, image}
let phase = "";
let advice = "[]"; // the findings shown, as JSON
let following = true; // the slider stays at the newest grid until someone moves it back
let busy = false;

function clock(seconds) {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

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

const stepOf = (row) => row[0];
const numberOf = (picture) => picture.number;
const newest = (series, number) => (series.rows.length ? number(series.rows.at(-1)) : -1);

function startOver(newRun) {
  run = newRun;
  curves = newSeries();
  pictures = newSeries();
  following = true;
  showPicture();
}

function say(report) {
  const counted = report.phase === "reading" && report.to_read;
  const line = (counted ? words.reading_files : words[report.phase])
    .replace("{place}", report.place)
    .replace("{read}", report.read?.toLocaleString("en"))
    .replace("{to_read}", report.to_read?.toLocaleString("en"));
  find("phase").textContent = line;
  find("phase").dataset.phase = report.phase;
  find("message").textContent = report.message ?? "";
  find("message").hidden = !report.message;
  advise(report.findings ?? []);
  find("facts").hidden = !report.steps;
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

// What a diagnosis found, the worst first; drawn anew only when it changed, to be read out once.
function advise(findings) {
  const told = JSON.stringify(findings);
  if (told === advice) return;
  advice = told;
  find("findings").replaceChildren(...findings.map(({ alarm, title, evidence, meaning, remedy }) => {
    const item = document.createElement("li");
    item.dataset.alarm = alarm;
    for (const [tag, text] of [["strong", title], ["small", evidence], ["span", meaning], ["em", remedy]]) {
      const part = document.createElement(tag);
      part.textContent = text;
      item.append(part);
    }
    return item;
  }));
}

function drawCharts() {
  drawCurves(find("losses"), curves.rows, LOSSES);
  drawCurves(find("opinions"), curves.rows, OPINIONS, 0.5);
  const last = curves.rows.at(-1);
  ["d_loss", "g_loss", "d_real", "d_fake"].forEach((name, i) => {
    // null is what is left of a number that diverged
    find(`value-${name}`).textContent = last ? (last[i + 1]?.toFixed(3) ?? "–") : "";
  });
}

function showPicture() {
  const slider = find("past");
  slider.max = Math.max(0, pictures.rows.length - 1);
  if (following) slider.value = slider.max;
  slider.disabled = pictures.rows.length < 2;
  const picture = pictures.rows[Number(slider.value)];
  const canvas = find("samples");
  canvas.hidden = !picture;
  find("no-samples").hidden = Boolean(picture);
  find("shown").textContent = picture ? `${words.epoch} ${picture.epoch} · ${words.step} ${picture.step}` : "";
  slider.setAttribute("aria-valuetext", find("shown").textContent);
  if (!picture) return;
  canvas.width = picture.image.naturalWidth;
  canvas.height = picture.image.naturalHeight;
  canvas.getContext("2d").drawImage(picture.image, 0, 0);
  canvas.dataset.n = String(pictures.rows.length);
  canvas.dataset.epoch = String(picture.epoch);
}

async function decode({ number, epoch, step, src }) {
  const image = new Image();
  image.src = src;
  await image.decode();
  return { number, epoch, step, image };
}

async function apply(report) {
  if (report.run !== run) startOver(report.run);
  if (report.curves?.rows.length) {
    extend(curves, report.curves, stepOf);
    drawCharts();
  }
  if (report.snapshots?.rows.length) {
    const rows = await Promise.all(report.snapshots.rows.map(decode));
    extend(pictures, { ...report.snapshots, rows }, numberOf);
    showPicture();
  }
  say(report);
  if (report.phase !== phase) {
    phase = report.phase;
    trigger("phase"); // Python sets which buttons can be pressed
  }
}

async function poll() {
  if (!element.isConnected) {
    clearInterval(timer); // the tab was left; coming back loads this script anew
    return;
  }
  if (busy || document.hidden || !props.value) return;
  busy = true;
  try {
    const report = await server.poll({
      token: props.value,
      run,
      rows: [curves.stride, newest(curves, stepOf)],
      pictures: [pictures.stride, newest(pictures, numberOf)],
    });
    if (report?.error) say({ phase: "failed", message: report.error });
    else if (report) await apply(report);
    else find("phase").textContent = words.lost;
  } finally {
    busy = false;
  }
}

find("past").addEventListener("input", (event) => {
  following = Number(event.target.value) === pictures.rows.length - 1;
  showPicture();
});
new ResizeObserver(drawCharts).observe(find("losses"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawCharts);
say({ phase: "idle" });
showPicture();
const timer = setInterval(poll, POLL_MS);
poll();
