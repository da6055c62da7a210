// Saved points and A - B + C of them. The points are in the value; their pictures are asked for.

const find = (name) => element.querySelector(`[data-part="${name}"]`);
const words = props.words;
const points = () => props.value?.points ?? [];
let result = null; // the point of the sum
let asked = ""; // the sum on show
let listed = ""; // the points in the list
let model = ""; // of the sliders

const saved = makeSavedPoints(find, words, put, ({ name, groups, ...point }) =>
  goTo({ ...props.value.now, seed: 0, ...point, psi: 1 }),
);
const named = (name) => points().filter((point) => point.groups?.includes(name));
const bare = ({ groups, ...point }) => point;

function complain(line) {
  find("saved-message").textContent = line ?? "";
  find("saved-message").hidden = !line;
}

function goTo(point) {
  props.value = { ...props.value, chosen: point };
  trigger("chosen");
}

function put(next) {
  props.value = { ...props.value, points: next };
  follow();
}

const drawMissing = newestOnly(element, async () => {
  const some = saved.missing().slice(0, words.at_once).map(bare);
  if (!some.length || !props.value.now) return;
  const answer = await server.draw({ token: props.value.now.token, points: some });
  if (!answer?.pictures) return complain(answer?.error ?? words.lost);
  saved.drawn(some, answer.pictures);
  drawMissing();
});

function showTerm(name, src, told) {
  const figure = find(`term-${name}`);
  figure.querySelector("img").hidden = !src;
  if (src) figure.querySelector("img").src = src;
  figure.querySelector("figcaption span").textContent = told;
}

const told = (chosen) =>
  chosen.length === 1 ? chosen[0].name : chosen.length ? fill(words.mean, { count: chosen.length }) : words.empty;

const calculate = newestOnly(element, async () => {
  const chosen = Object.fromEntries(GROUPS.map((name) => [name, named(name).map(bare)]));
  const now = props.value.now;
  const whole = now && GROUPS.every((name) => chosen[name].length);
  const wish = JSON.stringify([chosen, now?.model, now?.weights]);
  if (wish === asked) return;
  for (const name of GROUPS) find(`term-${name}`).querySelector("span").textContent = told(chosen[name]);
  const answer = whole ? await server.calculate({ now, chosen }) : {};
  asked = wish;
  result = answer?.point ?? null;
  for (const name of GROUPS) showTerm(name, answer?.[name], told(chosen[name]));
  showTerm("result", answer?.result, whole ? "" : words.few);
  find("sum-move").disabled = !result;
  find("sum").dataset.n = String(Number(find("sum").dataset.n ?? 0) + 1);
  if (whole) complain(answer ? answer.error : words.lost);
});

function follow() {
  find("saved-save").disabled = !props.value?.now; // the sliders show nothing yet
  const now = JSON.stringify(points());
  if (now !== listed) {
    saved.show(points());
    listed = now;
    if (props.value?.points && !keepPoints(points()) && points().length) complain(words.not_kept);
  }
  if (props.value.now?.model !== model) saved.retry(); // a run may have been loaded back
  model = props.value.now?.model;
  drawMissing();
  calculate();
}

async function save(event) {
  event.preventDefault();
  const field = find("saved-name");
  const typed = field.value;
  if (points().length >= words.most) return complain(fill(words.full, words));
  const name = typed.trim() || fill(words.first_name, { number: points().length + 1 });
  const answer = await server.save({ now: props.value.now, name });
  complain(answer ? answer.error : words.lost);
  if (!answer?.point) return;
  if (field.value === typed) field.value = "";
  put([...points(), { ...answer.point, groups: [] }]);
}

find("saved-adding").addEventListener("submit", save);
find("saved-take").addEventListener("click", () => trigger("take"));
find("sum-move").addEventListener("click", () => goTo({ ...result, token: props.value.now.token }));
watch("value", follow);
follow();
