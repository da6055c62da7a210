// The view of a training: polls for what is new and hands it to those who draw it.

const find = (name) => element.querySelector(`[data-part="${name}"]`);
const words = props.words;
let reopened = true; // a page that finds a run shows its settings; one that began it has them
let token = ""; // of the session on show
let run = -1;
let curves = newSeries(); // rows of [step, value, value, ...]
let looks = newSeries(); // rows of [step, value, ..., number]
let phase = "";
let kept = new Set(); // rounds to which one can go back
let running = false;
let ofImages = true; // and not points of the plane
let complaint = ""; // why the last click did nothing

// True if it was done; else the reason stays on the page until something is.
async function done(asked, event) {
  const answer = await asked;
  complaint = answer ? (answer.error ?? "") : words.lost;
  tell(complaint);
  if (!complaint) trigger(event);
  return !complaint;
}

function tell(message) {
  find("message").textContent = message;
  find("message").hidden = !message;
}

const ask = (name, wish) => server[name]({ token: props.value, run, ...wish });
const remedy = (changes) => done(ask("remedy", { changes }), "settings"); // the knobs show what is so now
const fork = () => done(ask("fork", { step: keptPicture().step }), "settings");
const explore = () =>
  done(ask("keep_to_explore", { step: isLive() ? null : keptPicture().step }), "explore");

const isLive = () => running && timeline.following();

// The picture on show, if the run can be taken up there.
function keptPicture() {
  const picture = timeline.picture();
  return picture && kept.has(picture.step) ? picture : null;
}

// What can be done with the picture on show.
function offer() {
  const [picture, there] = [timeline.picture(), keptPicture()];
  drawn.show(picture, Boolean(there));
  beside.follow(picture?.step ?? null);
  pins.mark();
  find("fork").disabled = !there;
  find("fork-note").textContent = there || !picture ? "" : words.not_kept
    .replace("{rounds}", [...kept].slice(-5).join(", "));
  find("explore").disabled = !picture || !ofImages || !(there || isLive());
  find("explore").title = ofImages ? words.explore_info : words.explore_points;
}

const showFindings = makeFindings(find, words, remedy);
const panels = makePanels(find, words, props.columns);
const opened = makeOpened(find, words, (step, place) => ask("open_sample", { step, place }));
const drawn = makeDrawn(find, words, (step, weights, statistics) =>
  ask("redraw", { step, weights, statistics }));
const beside = makeBeside(find("grids"), words, (other, step) => ask("picture", { run: other, step }));
const compare = makeCompare(find("compare"), (other) => ask("earlier", { run: other }), panels, beside);
const timeline = makeTimeline(find, words, { onShow: offer, onMove: opened.close });
const pins = makePins(find, words, timeline);
const stage = makeStage(find("stage"), words.stage);
const stepOf = (row) => row[0];
const lookNumberOf = (row) => row.at(-1);

function startOver(newRun) {
  run = newRun;
  curves = newSeries();
  looks = newSeries();
  complaint = "";
  panels.startOver();
  panels.curves([]);
  panels.looks([]);
  find("look").hidden = true;
  opened.close();
  pins.startOver();
  beside.startOver();
  timeline.startOver();
  if (run && reopened) trigger("settings");
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
  running = !["idle", "stopped", "finished", "failed"].includes(report.phase);
  showFindings(report.findings ?? [], running, Boolean(report.look));
  stage.show(report);
  panels.mark(report.marks ?? []);
  compare(report.earlier ?? []);
  kept = new Set(report.kept);
  ofImages = report.image_size !== 0;
  showFacts(find, report);
  offer();
}

function showLook(look) {
  find("look").hidden = !Object.keys(look.classes).length;
  find("looked").textContent = words.looked
    .replace("{samples}", look.samples).replace("{step}", look.step.toLocaleString("en"));
  drawBars(find("classes"), look, words);
}

async function apply(report) {
  if (report.run !== run) startOver(report.run);
  reopened = false;
  if (report.curves?.rows.length) {
    extend(curves, report.curves, stepOf);
    panels.curves(curves.rows);
  }
  if (report.looks?.rows.length) {
    extend(looks, report.looks, lookNumberOf);
    panels.looks(looks.rows);
    showLook(report.look);
  }
  const fresh = await Promise.all(report.snapshots?.rows.map(decode) ?? []);
  say(report);
  if (fresh.length) timeline.take({ ...report.snapshots, rows: fresh });
  if (report.phase !== phase) {
    phase = report.phase;
    trigger("phase"); // Python sets which buttons can be pressed
  }
}

find("fork").addEventListener("click", fork);
find("explore").addEventListener("click", explore);
find("samples").addEventListener("click", (event) => {
  const picture = keptPicture();
  const place = picture ? placeAt(find("samples"), picture, event) : -1;
  if (place >= 0) opened.open(picture.step, place);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", panels.redraw);
listenToKeys(element);
say({ phase: "idle" });
timeline.show();
pollServer(element, {
  wanted: () => props.value,
  ask() {
    if (token !== props.value) [token, run] = [props.value, -1]; // another session counts anew
    return server.poll({
      token: props.value,
      run,
      curves: haveOf(curves, stepOf),
      looks: haveOf(looks, lookNumberOf),
      snapshots: timeline.have(),
    });
  },
  take: (report) => (report.error ? say({ phase: "failed", message: report.error }) : apply(report)),
  lost: () => (find("phase").textContent = words.lost),
});
