// A map of images that asks for those in sight that it lacks. Places are in units of its view.

const MOST_KEPT = 2048; // tiles
const find = (name) => element.querySelector(`[data-part="plane-${name}"]`);
const words = props.words;

const canvas = find("tiles");
const view = newView(canvas);
const kept = new Map(); // "u v" -> {sheet, size, column}, the one used last at its end
let through = ""; // the wish without places, that the kept tiles answer
let chosen = null; // the place that was taken to the sliders
let due = 0; // the frame in which it is drawn

// What goes with every wish, or null where there is no plane.
function about() {
  const { now, keyframes } = props.value;
  if (!now?.model || keyframes.length < 3) return null;
  const points = pointsOf({ now, keyframes: keyframes.slice(0, 3) });
  return { keyframes: points, now: { ...pick(OF_ALL, now), seed: 0 } };
}

function complain(line) {
  find("message").textContent = line ?? "";
  find("message").hidden = !line;
}

function frame([x, y], colour, inset) {
  const brush = canvas.getContext("2d");
  brush.strokeStyle = getComputedStyle(canvas).getPropertyValue(colour);
  brush.lineWidth = 3;
  brush.strokeRect(x - TILE / 2 + inset, y - TILE / 2 + inset, TILE - 2 * inset, TILE - 2 * inset);
}

// A keyframe: the frame of its tile, which lies between those of the map, and its number outside.
function mark([x, y], text) {
  frame([x, y], "--blue", 1);
  const brush = canvas.getContext("2d");
  [x, y] = [x - TILE / 2, y - TILE / 2];
  brush.beginPath();
  brush.arc(x, y, 10, 0, 2 * Math.PI);
  brush.fillStyle = "black";
  brush.fill();
  brush.stroke();
  brush.fillStyle = "white";
  brush.font = "bold 13px system-ui, sans-serif";
  [brush.textAlign, brush.textBaseline] = ["center", "middle"];
  brush.fillText(text, x, y);
}

function drawTile(brush, place) {
  const key = place.join(" ");
  const tile = kept.get(key);
  if (!tile) return 0;
  kept.delete(key); // and to the end
  kept.set(key, tile);
  const [x, y] = view.toScreen(place).map((middle) => Math.round(middle - TILE / 2));
  const { width, height } = tile.size;
  const left = tile.column * (width + GAP);
  brush.drawImage(tile.sheet, left, 0, width, height, x, y, TILE - 1, TILE - 1);
  return 1;
}

function draw() {
  due = 0;
  const [ratio, width, height] = [devicePixelRatio, canvas.clientWidth, canvas.clientHeight];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const brush = canvas.getContext("2d");
  brush.scale(ratio, ratio);
  brush.imageSmoothingEnabled = false;
  if (!view.ready() || !width) return;
  const drawn = view.inSight().map((place) => drawTile(brush, place));
  view.marks().forEach((place, number) => mark(view.toScreen(place), String(number + 1)));
  if (chosen) frame(view.toScreen(chosen), "--orange", 1);
  if (document.activeElement === canvas && canvas.matches(":focus-visible"))
    frame(view.toScreen(view.at([width / 2, height / 2])), "--blue", 1);
  const [u, v] = view.latent(view.middle()).map((one) => one.toFixed(1));
  const where = words.where.replace("{u}", u).replace("{v}", v);
  find("where").textContent = where.replace("{pitch}", view.pitch().toFixed(2));
  canvas.dataset.n = String(drawn.reduce((sum, one) => sum + one, 0));
  canvas.dataset.lacks = String(drawn.length - canvas.dataset.n);
}

function drawSoon() {
  due ||= requestAnimationFrame(draw);
}

const request = newestOnly(element, async () => {
  const wish = about();
  if (!wish || !canvas.clientWidth) return;
  if (JSON.stringify(wish) !== through) {
    const corners = await ask({ ...wish, places: [] });
    if (!corners) return;
    through = JSON.stringify(wish);
    chosen = null;
    kept.clear();
  }
  const places = view.inSight().filter((place) => !kept.has(place.join(" "))).slice(0, props.most);
  drawSoon();
  if (!places.length) return;
  const answer = await ask({ ...wish, places: places.map(view.latent) });
  if (!answer) return;
  if (JSON.stringify(about()) !== through) return request(); // it is another plane by now
  const sheet = await sheetOf(answer.sheet);
  const size = { width: answer.width, height: answer.height };
  places.forEach((place, column) => kept.set(place.join(" "), { sheet, size, column }));
  for (const key of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(key);
  }
  drawSoon();
  request(); // for what is still lacking
});

async function ask(wish) {
  const answer = await server.tiles(wish);
  const wrong = !answer || answer.error;
  complain(wrong ? (answer?.error ?? words.lost) : "");
  if (wrong || !canvas.clientWidth) return null; // hidden meanwhile, it asks again when it is seen
  view.through(answer.corners);
  return answer;
}

function moved() {
  drawSoon();
  request();
}

function choose(place) {
  chosen = place;
  drawSoon();
  takeChosen();
}

const takeChosen = newestOnly(element, async () => {
  const [wish, place] = [about(), chosen];
  if (!wish || !place) return;
  const answer = await server.choose({ ...wish, place: view.latent(place) });
  if (place !== chosen) return; // another was clicked meanwhile, or it is another plane
  if (!answer || answer.error) return complain(answer?.error ?? words.lost);
  props.value = { ...props.value, chosen: { ...props.value.now, z: answer.z } };
  trigger("chosen");
});

function follow() {
  const some = about() !== null;
  complain(some || !props.value.now ? "" : words.few);
  canvas.hidden = !some;
  moved();
}

listenToPlane(canvas, view, moved, choose);
for (const [name, act] of Object.entries({
  nearer: () => view.zoom(-1),
  further: () => view.zoom(1),
  whole: () => view.whole(),
}))
  find(name).addEventListener("click", () => {
    if (!view.ready()) return;
    act();
    moved();
  });
canvas.addEventListener("focus", drawSoon);
canvas.addEventListener("blur", drawSoon);
new ResizeObserver(moved).observe(canvas);
watch("value", follow);
follow();
