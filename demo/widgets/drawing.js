// A picture that was drawn or brought, and the search for what a model makes of it.

const LOOK_MS = 150;
const find = (name) => element.querySelector(`[data-part="drawing-${name}"]`);
const words = props.words;
const now = () => props.value?.now;
const sheet = makeSheet(find("paper"), find("mask"), find("brush"), () => ({
  tool: element.querySelector("[name=drawing-tool]:checked").value,
  width: Number(find("width").value),
}));
let model = ""; // for which the sheet has its size
let found = null; // the best of the last search
let asked = null; // the point of the sliders when the search began
let repairing = false;
let searching = false;

function tell(line) {
  find("message").textContent = line ?? "";
  find("message").hidden = !line;
}

// The answer, or null once it was told why there is none.
async function ask(name, wish) {
  const answer = (await server[name](wish)) ?? { error: words.lost };
  tell(answer.error);
  return answer.error ? null : answer;
}

// What wants a model, and a sheet of its size.
function allow(can) {
  for (const name of ["find", "repair", "example", "upload", "take"]) find(name).disabled = !can;
}

async function follow() {
  if (!now()?.model || now().model === model) return;
  const chosen = (model = now().model);
  allow(false);
  const size = await ask("paper", { now: now() });
  if (chosen !== model) return; // another was chosen meanwhile
  allow(size);
  if (size) sheet.resize(size);
}

const toText = (bytes) => btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

async function begin(hides) {
  const [pixels, hidden] = [sheet.pixels(), sheet.hidden()];
  if (hides && !hidden.some(Boolean)) return tell(words.nothing_hidden);
  if (!hides && pixels.every((byte) => byte === pixels[0])) return tell(words.empty);
  repairing = hides;
  asked = now();
  const wish = { now: asked, pixels: toText(pixels), hidden: hides ? toText(hidden) : null };
  if (await ask("begin", wish)) await watchSearch();
}

async function watchSearch() {
  if (searching) return;
  searching = true;
  offer();
  try {
    for (let phase = ""; !["stopped", "finished", "failed"].includes(phase) && element.isConnected; ) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const answer = await ask("look", { token: now().token });
      if (!answer) return;
      phase = answer.phase;
      show(answer);
    }
  } finally {
    searching = false;
    offer();
  }
}

function show({ phase, message, found: best }) {
  const told = phase === "finished" && repairing ? "repaired" : phase;
  find("state").textContent = (words[told] ?? "").replace("{message}", message);
  find("progress").value = best?.share ?? 0;
  find("found").hidden = !best;
  found = best;
  if (best) find("found").src = best.src;
}

function offer() {
  find("stop").disabled = !searching;
  find("move").disabled = !found;
}

async function bringFile() {
  const [file] = find("file").files;
  find("file").value = ""; // the same file can be brought again
  if (!file) return;
  try {
    const image = await createImageBitmap(file);
    sheet.bring(image, image.width, image.height);
    tell("");
  } catch {
    tell(words.unreadable);
  }
}

const ACTIONS = {
  undo: sheet.undo,
  clear: sheet.clear,
  invert: sheet.invert,
  upload: () => find("file").click(),
  take() {
    const image = document.querySelector("#latent canvas");
    sheet.bring(image, image.width, image.height);
  },
  async example() {
    const answer = await ask("example", { now: now() });
    if (answer) sheet.put(toBytes(answer.pixels));
  },
  find: () => begin(false),
  repair: () => begin(true),
  stop: () => ask("halt", { token: now().token }),
  move() {
    const { z, label } = found;
    props.value = { ...props.value, chosen: { ...asked, z, label, other: null, share: 0, psi: 1 } };
    trigger("chosen");
  },
};
for (const [name, act] of Object.entries(ACTIONS)) find(name).addEventListener("click", act);
find("file").addEventListener("change", bringFile);
find("width").value = 2.5;
watch("value", follow);
allow(false);
offer();
follow();
