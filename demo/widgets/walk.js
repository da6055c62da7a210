// Keyframes and the way past them. Nothing here is drawn by itself: the server is asked for sheets.

const find = (name) => element.querySelector(`[data-part="${name}"]`);
const words = props.words;

const row = makeKeyframes(find, words, put);
const film = makeFilm(find, words);
let shown = ""; // the keyframes in the row
let asked = ""; // the wish that was sent last

function wish() {
  const path = find("walk-path").value;
  return {
    keyframes: pointsOf(props.value),
    methods: path === "both" ? ["slerp", "lerp"] : [path],
    easing: find("walk-easing").value,
    steps: find("walk-steps").valueAsNumber,
    closed: find("walk-closed").checked,
  };
}

function complain(line) {
  find("walk-message").textContent = line ?? "";
  find("walk-message").hidden = !line;
}

const request = newestOnly(element, async () => {
  if (!props.value.now?.model) return; // the sliders will say what model
  const sent = wish();
  if (JSON.stringify(sent) === asked) return;
  asked = JSON.stringify(sent);
  const answer = await server.draw(sent);
  if (asked !== JSON.stringify(wish())) return request(); // something changed meanwhile
  if (!answer || answer.error) {
    asked = ""; // the next change asks again, also if it is back to this
    complain(answer?.error ?? words.lost);
    return;
  }
  await show(answer, sent);
});

async function show(answer, { steps, closed, methods }) {
  const size = { width: answer.width, height: answer.height };
  if (answer.keyframes) row.draw(await sheetOf(answer.keyframes), size, answer.labels);
  const sheets = await Promise.all(answer.strips.map(sheetOf));
  find("walk-walked").hidden = !sheets.length;
  complain(answer.labels.length < 2 ? words.few : "");
  if (!sheets.length) return film.halt();
  const walk = { sheets, size, legs: answer.legs, steps, closed };
  film.load(walk);
  drawStrips(find("walk-strips"), walk, methods, words, film.go);
  find("walk-strips").dataset.n = String(Number(find("walk-strips").dataset.n ?? 0) + 1);
}

function put(keyframes) {
  props.value = { ...props.value, keyframes };
  keepKeyframes(keyframes);
  follow();
}

function follow() {
  const { now, keyframes } = props.value;
  find("walk-add").disabled = !now?.model;
  if (JSON.stringify(keyframes) !== shown) row.show(keyframes);
  shown = JSON.stringify(keyframes);
  request();
}

function addSeeds(event) {
  event.preventDefault();
  const parts = find("walk-seeds").value.split(",").map((part) => part.trim());
  const wrong = parts.find((part) => !/^\d{1,10}$/.test(part));
  if (wrong !== undefined) return complain(words.not_seeds.replace("{text}", `“${wrong}”`));
  put([...props.value.keyframes, ...parts.map((part) => ({ seed: Number(part) }))]);
}

function addPoint() {
  const { now, keyframes } = props.value;
  put([...keyframes, pick(OWN, now)]);
}

find("walk-adding").addEventListener("submit", addSeeds);
find("walk-add").addEventListener("click", addPoint);
find("walk-clear").addEventListener("click", () => put([]));
find("walk-way").addEventListener("change", request);
for (const button of element.querySelectorAll("[data-kind]"))
  button.addEventListener("click", () =>
    trigger("take", {
      ...wish(),
      kind: button.dataset.kind,
      speed: find("walk-speed").valueAsNumber,
      to_and_fro: find("walk-again").value === "to_and_fro",
      scale: find("walk-scale").valueAsNumber,
    }),
  );
watch("value", follow);
const kept = keptKeyframes();
if (kept) put(kept);
else follow();
