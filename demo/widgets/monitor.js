// The view of a training: polls for what is new and hands it to those who draw it.

const POLL_MS = 400; // each redraws the charts, which takes time from a training beside them
const find = (name) => element.querySelector(`[data-part="${name}"]`);
const words = props.words;
let run = -1;
let curves = newSeries(); // rows of [step, value, value, ...]
let looks = newSeries(); // rows of [step, value, ..., number]
let pictures = newSeries(); // rows of {number, epoch, step, image}
let phase = "";
let kept = new Map(); // epochs to which one can go back -> the round each ended at
let following = true; // the slider stays at the newest grid until someone moves it back
let complaint = ""; // why the last click did nothing
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

// True if it was done; else the reason stays on the page until something is.
async function done(asked) {
  const answer = await asked;
  complaint = answer ? (answer.error ?? "") : words.lost;
  tell(complaint);
  if (!complaint) trigger("settings"); // the knobs show what is so now
  return !complaint;
}

function tell(message) {
  find("message").textContent = message;
  find("message").hidden = !message;
}

const remedy = (changes) => done(server.remedy({ token: props.value, changes }));
const fork = () => done(server.fork({ token: props.value, run, epoch: keptPicture().epoch }));

// The picture on show, if the run can be taken up there: only ends of epochs are kept.
function keptPicture() {
  const picture = pictures.rows[Number(find("past").value)];
  return picture && kept.get(picture.epoch) === picture.step ? picture : null;
}

function offerFork() {
  const there = keptPicture();
  find("fork").disabled = !there;
  find("fork-note").textContent = there || !pictures.rows.length ? "" : words.not_kept
    .replace("{epochs}", [...kept.keys()].slice(-5).join(", "));
}

const showFindings = makeFindings(find("findings"), words, remedy);
const panels = makePanels(find, words, props.columns);
const opened = makeOpened(find, words, (epoch, place) =>
  server.open_sample({ token: props.value, run, epoch, place }));
const compare = makeCompare(
  find("compare"), (other) => server.earlier({ token: props.value, run: other }), panels);
const stage = makeStage(find("stage"), words.stage);
const stepOf = (row) => row[0];
const lookNumberOf = (row) => row.at(-1);
const numberOf = (picture) => picture.number;
const newest = (series, number) => (series.rows.length ? number(series.rows.at(-1)) : -1);

function startOver(newRun) {
  run = newRun;
  curves = newSeries();
  looks = newSeries();
  pictures = newSeries();
  following = true;
  complaint = "";
  panels.startOver();
  panels.curves([]);
  panels.looks([]);
  find("look").hidden = true;
  opened.close();
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
  tell(report.message || complaint);
  const running = !["idle", "stopped", "finished", "failed"].includes(report.phase);
  showFindings(report.findings ?? [], running);
  stage.show(report);
  panels.mark(report.marks ?? []);
  compare(report.earlier ?? []);
  kept = new Map(report.kept);
  offerFork();
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

function showLook(look) {
  find("look").hidden = !Object.keys(look.classes).length;
  find("looked").textContent = words.looked
    .replace("{samples}", look.samples).replace("{step}", look.step.toLocaleString("en"));
  drawBars(find("classes"), look, words);
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

async function decode({ src, ...picture }) {
  const image = new Image();
  image.src = src;
  await image.decode();
  return { ...picture, image };
}

async function apply(report) {
  if (report.run !== run) startOver(report.run);
  if (report.curves?.rows.length) {
    extend(curves, report.curves, stepOf);
    panels.curves(curves.rows);
  }
  if (report.looks?.rows.length) {
    extend(looks, report.looks, lookNumberOf);
    panels.looks(looks.rows);
    showLook(report.look);
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
      curves: [curves.stride, newest(curves, stepOf)],
      looks: [looks.stride, newest(looks, lookNumberOf)],
      snapshots: [pictures.stride, newest(pictures, numberOf)],
    });
    if (report?.error) say({ phase: "failed", message: report.error });
    else if (report) await apply(report);
    else find("phase").textContent = words.lost;
  } finally {
    busy = false;
  }
}

find("fork").addEventListener("click", fork);
find("samples").addEventListener("click", (event) => {
  const picture = keptPicture();
  const place = picture ? placeAt(find("samples"), picture, event) : -1;
  if (place >= 0) opened.open(picture.epoch, place);
});
find("past").addEventListener("input", (event) => {
  following = Number(event.target.value) === pictures.rows.length - 1;
  showPicture();
  offerFork();
  opened.close();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", panels.redraw);
listenToKeys(element);
say({ phase: "idle" });
showPicture();
const timer = setInterval(poll, POLL_MS);
poll();
