// The view of a race: polls for what is new and hands it to those who draw it.

const POLL_MS = 400; // as often as the monitor does
const find = (name) => element.querySelector(`[data-part="${name}"]`);
const words = props.words;
const emptyChart = find("chart").cloneNode(true);
const lanes = makeLanes(find, words);
const showBoard = makeScoreboard(find, words);
const numberOf = (row) => row.at(-1);
let race = -1;
let scores = newSeries(); // rows of [round, score, error, score, error, ..., number]
let chart = null;
let phase = "";
let busy = false;

function tell(message) {
  find("message").textContent = message;
  find("message").hidden = !message;
}

// A line for each lane, in a new canvas: there are as many lanes as this race has.
function newChart(objectives) {
  find("chart").replaceWith(emptyChart.cloneNode(true));
  const view = makeView();
  view.set({ smoothing: 0 });
  const series = objectives.map((name, lane) =>
    ({ name, column: 1 + 2 * lane, ...LANE_STYLES[lane] }));
  const bands = series.map(({ column }) => ({ column, error: column + 1 }));
  return makeChart(find("chart"), { series, bands, view, words: { step: words.step } });
}

function startOver(report) {
  race = report.race;
  scores = newSeries();
  lanes.startOver(report.lanes ?? []);
  chart = newChart((report.lanes ?? []).map(({ objective }) => objective));
  find("results").hidden = !race;
  if (race) trigger("settings"); // the controls show those of the race on show, also after a reload
}

function say(report) {
  const counted = report.phase === "reading" && report.to_read;
  find("phase").textContent = (counted ? words.reading_files : words[report.phase])
    .replace("{place}", report.place)
    .replace("{read}", report.read?.toLocaleString("en"))
    .replace("{to_read}", report.to_read?.toLocaleString("en"));
  find("phase").dataset.phase = report.phase;
  tell(report.message ?? "");
  showFacts(find, report);
  if (!report.board) return;
  const { preset, dataset } = report;
  find("fact-system").textContent = words.on.replace("{system}", preset).replace("{data}", dataset);
  const apart = report.own_noise.join(", ");
  find("own-noise").textContent = words.own_noise.replace("{lanes}", apart);
  find("own-noise").hidden = !apart;
  lanes.say(report.board, report.lanes);
  showBoard(report);
  showMeasure(report);
}

// What the places go by, which the first looks tell.
function showMeasure({ measure, scored }) {
  const title = words[`chart_${measure}`] ?? words.chart;
  find("chart-title").textContent = title;
  find("scores").ariaLabel = title;
  find("chart").hidden = !measure;
  find("score-name").textContent = words[measure] ?? words.score;
  find("board-note").textContent = scored && !measure ? words.no_score : words.board_note;
}

async function apply(report) {
  if (report.race !== race) startOver(report);
  if (report.scores?.rows.length) {
    extend(scores, report.scores, numberOf);
    chart.show(scores.rows);
  }
  if (report.snapshots) await lanes.take(report.snapshots);
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
  const seen = !document.hidden && element.offsetParent; // and not behind another tab of the app
  if (busy || !seen || !props.value) return;
  busy = true;
  try {
    const report = await server.poll({
      token: props.value,
      race,
      scores: haveOf(scores, numberOf),
      snapshots: lanes.have(),
    });
    if (report?.error) say({ phase: "failed", message: report.error });
    else if (report) await apply(report);
    else find("phase").textContent = words.lost;
  } finally {
    busy = false;
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart?.redraw());
say({ phase: "idle" });
const timer = setInterval(poll, POLL_MS);
poll();
