// A point of latent space, its image, and what moves it. The point is the state; every control is a
// view of it.

const LIVE_MS = 1000; // how often the image follows a generator that is still training
const MAX_SEED = 2 ** 32 - 1;
const SETTLED_MS = 250; // without a change
const find = (name) => element.querySelector(`[data-part="${name}"]`);
const { words } = props;

let point = null; // as in demo/point.py
let coming = null; // a point of another model, until it is known what there is to set of that
let own = null; // {of, z}: the noise of a model's seed
let told = null; // what `about` told of the model
let live = false; // it still learns
let published = ""; // the point as others know it
let directions = {}; // by model and kind
let refusal = ""; // of the last request for pixels, in words
let timer = 0;
let kind = "noise";

const address = makeAddress(element, follow);
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
  if (answer && refusal === find("message").textContent) complain(""); // others have their reasons
  refusal = answer ? "" : find("message").textContent;
  if (refusal) return;
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

function change(part, to = go) {
  steps.before(point);
  to({ ...point, ...part });
}

// A change that is whole at once.
function step(part, to = go) {
  steps.close();
  change(part, to);
  steps.close();
}

function go(next) {
  point = next;
  complain("");
  show();
  request();
  clearTimeout(timer);
  timer = setTimeout(settle, SETTLED_MS);
}

function settle() {
  if (!element.isConnected || coming) return;
  published = JSON.stringify(point);
  props.value = point;
  trigger("moved");
  address.keep(point);
  judge();
}

const judge = newestOnly(element, async () => {
  const asked = point;
  const answer = await server.judge(asked);
  if (asked !== point) return;
  showOpinion(find, answer?.error || !answer ? { reason: answer?.error ?? words.lost } : answer);
});

// A point from elsewhere.
function adopt() {
  const next = props.value;
  if (!next?.model || JSON.stringify(next) === published) return;
  published = JSON.stringify(next);
  arrive({ ...UNTOLD, ...next, ...address.linkTo(next) });
}

// A link that was put into the address of the open page; false where another model is to come first.
function follow(link) {
  if (link.model !== point?.model) return false;
  arrive({ token: point.token, ...link });
  return true;
}

function arrive(next) {
  coming = next.model === point?.model ? null : next;
  find("controls").inert = Boolean(coming);
  if (coming) return learnAbout();
  step(next, land);
}

const learnAbout = newestOnly(element, async () => {
  const asked = coming;
  if (!asked) return; // it is the last model again
  const answer = await ask("about", asked);
  if (coming !== asked) return;
  coming = null;
  if (!answer) return stay();
  told = answer;
  settings.offer(told);
  steps.clear();
  find("controls").inert = false;
  land(asked);
});

// The z of a link may be one of no model.
function land(next) {
  const fits = !next.z || next.z.length === told.noise_dim;
  go(fits ? next : { ...next, z: null });
  if (!fits) complain(words.bad_link);
}

// Nothing can be told of the model that was chosen: the view is as before, beside the reason.
function stay() {
  if (!point) return;
  find("controls").inert = false;
  settle();
  trigger("stayed");
}

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
  if (point) address.keep(point);
  if (live && !document.hidden && isSeen()) [request(), judge()];
}, LIVE_MS);
