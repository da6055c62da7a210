// A point of latent space, its image, and what moves it. The point is the state; every control is a
// view of it.

const LIVE_MS = 1000; // how often the image follows a generator that is still training
const MAX_SEED = 2 ** 32 - 1;
const SETTLED_MS = 250; // without a change
const find = (name) => element.querySelector(`[data-part="${name}"]`);
const { words } = props;

let point = null; // as in demo/point.py
let own = null; // {of, z}: the noise of a model's seed
let told = null; // what `about` told of the model
let live = false; // it still learns
let published = ""; // the point as others know it
let directions = {}; // by model and kind
let refused = false; // the last request for pixels
let timer = 0;
let kind = "noise";
let linked = pointOf(location.hash); // what the page was opened with

const steps = makeHistory();
const names = makeNames();
const isSeen = () => element.offsetParent !== null; // not behind another tab
const ofSeed = () => `${point.model} ${point.seed}`;
const z = () => point.z ?? (own?.of === ofSeed() ? own.z : null);
const settings = makeSettings(find, words, change);
const sliders = makeSliders(find, words, {
  moved: (z) => change({ z }),
  nameOf: (slider) => names.get(point.model, slider),
  renamed: (slider, name) => names.set(point.model, slider, name),
});

function complain(line) {
  find("message").textContent = line ?? "";
  find("message").hidden = !line;
}

async function ask(name, wish) {
  const answer = await server[name](wish);
  if (answer && !answer.error) return answer;
  complain(answer?.error ?? words.lost);
  return null;
}

const request = newestOnly(element, async () => {
  const asked = point;
  const answer = await ask("generate", asked);
  if (answer && refused) complain("");
  refused = !answer;
  if (refused) return;
  live = answer.live;
  if (!asked.z) own = { of: `${asked.model} ${asked.seed}`, z: answer.z };
  drawImage(find("image"), answer);
  if (point.model === asked.model && !asked.z) show();
});

function show() {
  settings.show({ ...point, kind });
  if (document.activeElement !== find("seed")) find("seed").value = point.seed;
  find("undo").disabled = !steps.canUndo();
  find("redo").disabled = !steps.canRedo();
  sliders.lock(!z()); // those of another point are about to come
  if (!z()) return;
  const found = kind === "noise" ? null : directions[keyOfDirections()];
  if (kind === "noise" || found) {
    const reach = Number(find("reach").value);
    sliders.show({ z: z(), kind, directions: found, noise: told.noise, reach });
  } else askDirections();
}

const keyOfDirections = () => [point.model, point.weights, kind].join("\n");

const askDirections = newestOnly(element, async () => {
  const key = keyOfDirections();
  if (kind === "noise" || key in directions) return;
  const answer = await ask("directions", { ...point, kind });
  if (!answer) return;
  directions[key] = answer;
  show();
});

function change(part) {
  steps.before(point);
  go({ ...point, ...part });
}

// A change that is whole at once.
function step(part) {
  steps.close();
  change(part);
  steps.close();
}

function go(next) {
  point = next;
  complain("");
  find("controls").inert = !told;
  if (!told) return learnAbout(); // and comes back here
  show();
  request();
  clearTimeout(timer);
  timer = setTimeout(settle, SETTLED_MS);
}

function settle() {
  if (!element.isConnected) return;
  published = JSON.stringify(point);
  props.value = point;
  trigger("moved");
  keepAddress();
  judge();
}

// The page's address is that of the point while the tab is on show.
function keepAddress() {
  const hash = isSeen() ? hashOf(point) : "";
  if (location.hash !== hash) history.replaceState(null, "", location.pathname + location.search + hash);
}

const judge = newestOnly(element, async () => {
  const asked = point;
  const answer = await ask("judge", asked);
  if (answer && asked === point) showOpinion(find, answer);
});

// A point from elsewhere.
function adopt() {
  const next = props.value;
  if (!next?.model || JSON.stringify(next) === published) return;
  const other = next.model !== point?.model;
  const link = linked?.model === next.model && hashOf(next) !== location.hash ? linked : {};
  linked = null;
  steps.close();
  if (!other) steps.before(point);
  else steps.clear();
  steps.close();
  published = JSON.stringify(next);
  if (other) told = null;
  go({ ...UNTOLD, ...next, ...link });
}

const learnAbout = newestOnly(element, async () => {
  const { model } = point;
  const answer = await ask("about", point);
  if (!answer || point.model !== model) return;
  told = answer;
  settings.offer(told);
  if (!point.z || point.z.length === told.noise_dim) return go(point);
  go({ ...point, z: null });
  complain(words.bad_link);
});

const undo = () => told && go({ ...steps.undo(point), token: point.token });
const redo = () => told && go({ ...steps.redo(point), token: point.token });

function takeSeed() {
  const seed = Number(find("seed").value || NaN);
  if (Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED) change({ seed, z: null });
  else complain(words.not_a_seed);
}

find("seed").addEventListener("input", takeSeed);
find("dice").addEventListener("click", () => step({ seed: Math.floor(Math.random() * 1e6), z: null }));
find("reset").addEventListener("click", () => step({ z: null }));
find("undo").addEventListener("click", undo);
find("redo").addEventListener("click", redo);
listenForUndo(element, undo, redo);
for (const end of ["change", "pointerup"]) element.addEventListener(end, () => steps.close());
find("kinds").addEventListener("change", ({ target }) => {
  if (target.type === "radio") kind = target.value; // the other is how far they reach
  if (live) directions = {}; // it has learned since
  show();
});
exchange(find, words, z, (z) => step({ z }));
watch("value", adopt);
adopt();
const ticking = setInterval(() => {
  if (!element.isConnected) return clearInterval(ticking);
  if (published) keepAddress();
  if (live && !document.hidden && isSeen()) [request(), judge()];
}, LIVE_MS);
