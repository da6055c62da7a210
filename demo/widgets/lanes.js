// The lanes of a race side by side, and the slider over what they drew at the same rounds.

// Safe for the colour-blind, and told apart without colour by their dashes.
const LANE_STYLES = [
  { color: "--blue" },
  { color: "--orange", dash: [8, 4] },
  { color: "--green", dash: [2, 3] },
  { color: "--purple", dash: [14, 5] },
];

// A piece of the lane's line.
function laneKey(lane) {
  const { color, dash } = LANE_STYLES[lane];
  const key = document.createElement("i");
  key.className = dash ? "lane-key dashed" : "lane-key";
  key.style.setProperty("--key", `var(${color})`);
  if (dash) key.style.setProperty("--dash", `${dash[0]}px`);
  if (dash) key.style.setProperty("--period", `${dash[0] + dash[1]}px`);
  return key;
}

function makeLanes(find, words) {
  const [box, slider] = [find("lanes"), find("past")];
  const numberOf = (picture) => picture.number;
  const newest = ({ pictures }) => pictures.rows.at(-1)?.number ?? -1;
  let lanes = []; // {pictures, racing, canvas, told}
  let moments = []; // pictures of one lane, of those rounds that all who race have reached
  let following = true; // it stays at the newest moment until someone moves it back

  function add(parent, tag, className, text = "") {
    const node = document.createElement(tag);
    Object.assign(node, { className, textContent: text });
    parent.append(node);
    return node;
  }

  function build(objective, lane) {
    const figure = add(box, "figure", "lane");
    const caption = add(figure, "figcaption", "");
    caption.append(laneKey(lane), objective);
    const canvas = add(figure, "canvas", "pixels");
    canvas.dataset.lane = objective;
    canvas.setAttribute("role", "img");
    canvas.ariaLabel = words.samples_of.replace("{objective}", objective);
    return { pictures: newSeries(), canvas, told: add(figure, "p", "note") };
  }

  // A lane that dropped out still shows what it drew last.
  function show() {
    const longest = lanes.reduce((one, other) => (newest(other) > newest(one) ? other : one), lanes[0]);
    const common = Math.min(...lanes.filter((lane) => lane.racing).map(newest));
    moments = longest?.pictures.rows.filter(({ number }) => number <= common) ?? [];
    slider.max = Math.max(0, moments.length - 1);
    if (following) slider.value = slider.max;
    slider.disabled = moments.length < 2;
    const moment = moments[Number(slider.value)];
    find("no-samples").hidden = Boolean(moment);
    box.hidden = !moment;
    find("shown").textContent = moment ? momentOf(moment, words) : "";
    slider.setAttribute("aria-valuetext", find("shown").textContent);
    if (!moment) return;
    for (const { pictures, canvas } of lanes) {
      const drawn = pictures.rows.findLast(({ number }) => number <= moment.number);
      if (!drawn) continue;
      canvas.classList.toggle("old", drawn.number < moment.number);
      if (canvas.dataset.number === String(drawn.number)) continue;
      paint(canvas, drawn.image);
      canvas.dataset.number = drawn.number;
      canvas.dataset.step = drawn.step;
    }
  }

  slider.addEventListener("input", () => {
    following = Number(slider.value) === moments.length - 1;
    show();
  });

  return {
    have: () => lanes.map(({ pictures }) => haveOf(pictures, numberOf)),
    startOver(told) {
      box.replaceChildren();
      box.style.setProperty("--lanes", told.length);
      lanes = told.map(({ objective }, lane) => build(objective, lane));
      following = true;
    },
    async take(snapshots) {
      for (const [lane, fresh] of snapshots.entries()) {
        if (!fresh.rows.length) continue;
        const rows = await Promise.all(fresh.rows.map(decode));
        extend(lanes[lane].pictures, { ...fresh, rows }, numberOf);
      }
    },
    // board: rows of the scoreboard; told: of each lane, the last thing it told
    say(board, told) {
      for (const { lane, state, step, seconds } of board) {
        lanes[lane].racing = state !== "diverged";
        const rounds = `${words.step} ${step.toLocaleString("en")} · ${seconds.toFixed(1)} s`;
        const { last } = told[lane];
        const opinions = last && words.opinions
          .replace("{real}", last.d_real.toFixed(2)).replace("{fake}", last.d_fake.toFixed(2));
        const gone = state === "diverged" ? words.diverged : opinions;
        lanes[lane].told.textContent = [rounds, gone].filter(Boolean).join("\n");
      }
      show();
    },
  };
}
