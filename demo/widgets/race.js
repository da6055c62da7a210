// The view of a race: polls for what is new and hands it to those who draw it.

const find = (name) => element.querySelector(`[data-part="${name}"]`);
const words = props.words;
const emptyChart = find("chart").cloneNode(true);
const lanes = makeLanes(find, words);
const showBoard = makeScoreboard(find, words);
const numberOf = (row) => row.at(-1);
let reopened = true; // a page that finds a race shows its settings; one that began it has them
let token = ""; // of the session on show
let race = -1;
let scores = newSeries(); // rows of [round, score, error, score, error, ..., number]
let chart = null;
let phase = "";

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
  if (race && reopened) trigger("settings");
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
  reopened = false;
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

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart?.redraw());
say({ phase: "idle" });
pollServer(element, {
  wanted: () => props.value,
  ask() {
    if (token !== props.value) [token, race] = [props.value, -1]; // another session counts anew
    return server.poll({
      token: props.value,
      race,
      scores: haveOf(scores, numberOf),
      snapshots: lanes.have(),
    });
  },
  take: (report) => (report.error ? say({ phase: "failed", message: report.error }) : apply(report)),
  lost: () => (find("phase").textContent = words.lost),
});
