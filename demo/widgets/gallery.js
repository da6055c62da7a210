// The shipped models as cards. Each is asked for by itself: one that is damaged harms no other.

const words = props.words;
const cards = element.querySelector('[data-part="cards"]');

// [[name, what is told of it]]
function listOf(className, items) {
  const rows = items.map(([name, ...told]) =>
    newElement("div", {}, newElement("dt", { textContent: name }), newElement("dd", {}, ...told)),
  );
  return newElement("dl", { className }, ...rows);
}

function factsOf(told) {
  const trained = fill(words.trained_for, { epochs: grouped(told.epochs), steps: grouped(told.steps) });
  const psi = told.truncation < 1 ? { truncation: fill(words.shown_at, told) } : {};
  const facts = { ...psi, data: told.data, licence: told.licence, trained, hardware: told.hardware };
  return listOf("facts", Object.entries(facts).map(([name, fact]) => [words[name], fact]));
}

function scoresOf(told) {
  const headings = ["score", "model", "real", "rests_on"].map((name) =>
    newElement("th", { scope: "col", textContent: words[name] }),
  );
  const rows = told.scores.map(({ name, value, floor, samples, reals }) => {
    const counts = `${grouped(samples)} / ${grouped(reals)}`;
    const cells = [value, floor, counts].map((textContent) => newElement("td", { textContent }));
    const heading = newElement("th", { scope: "row", textContent: name });
    return newElement("tr", {}, heading, ...cells);
  });
  const head = newElement("thead", {}, newElement("tr", {}, ...headings));
  const caption = newElement("caption", { textContent: words.scores });
  return newElement("table", {}, caption, head, newElement("tbody", {}, ...rows));
}

function meaningsOf(told) {
  const meanings = told.scores.map(({ name, meaning }) => [name, meaning]);
  return newElement("details", {}, newElement("summary", { textContent: words.meanings }), listOf("", meanings));
}

const commandOf = (label, line) => listOf("", [[label, newElement("code", { textContent: line })]]);

// one sheet, or that of the learned weights beside that of their average
function sheetsOf(name, told) {
  const sheet = (src, alt) => newElement("img", { src, className: "pixels", alt: fill(alt, { name }) });
  if (!told.average) return sheet(told.sheet, words.sheet);
  const captioned = (src, alt, textContent) =>
    newElement("figure", {}, sheet(src, alt), newElement("figcaption", { textContent }));
  const sheets = [
    captioned(told.sheet, words.sheet, words.learned),
    captioned(told.average, words.average_sheet, words.average),
  ];
  return newElement("div", { className: "both" }, ...sheets);
}

function fillCard(card, name, told) {
  const shown = newElement("div", { className: "shown" }, sheetsOf(name, told));
  if (told.average_error) {
    const textContent = fill(words.average_lost, { message: told.average_error });
    shown.append(newElement("p", { className: "message", role: "status", textContent }));
  }
  if (told.explorable) {
    const explore = newElement("button", { type: "button", textContent: words.explore });
    explore.ariaLabel = fill(words.explore_name, { name });
    explore.addEventListener("click", () => {
      props.value = name;
      trigger("chosen");
    });
    shown.append(explore);
  }
  const ask = (place) => server.open_epoch({ name, place });
  if (told.evolution.length) shown.append(evolutionOf(name, told.evolution, words, ask));
  const about = newElement("div", { className: "about" }, factsOf(told));
  if (told.notes) about.append(listOf("", [[words.notes, told.notes]]));
  about.append(commandOf(words.command, told.command));
  if (told.scores.length) about.append(scoresOf(told), meaningsOf(told));
  const chosen = told.history.findIndex(([epoch]) => epoch === told.epochs);
  if (chosen >= 0 && told.history.length > 1) about.append(historyOf(told.chosen_by, told.history, chosen, words));
  if (told.measured_by) about.append(commandOf(words.measured_by, told.measured_by));
  card.append(shown, about);
}

async function addCard(name) {
  const card = newElement("article", {}, newElement("h3", { textContent: name }));
  const line = newElement("p", { className: "message", role: "status", textContent: words.drawing });
  card.append(line);
  cards.append(card);
  const told = await server.open_card({ name });
  const message = told ? told.error : words.lost;
  if (message) {
    line.textContent = fill(words.broken, { name, message });
    return;
  }
  line.remove();
  fillCard(card, name, told);
}

async function draw() {
  const told = await server.models({});
  for (const name of told?.names ?? []) await addCard(name);
  cards.dataset.n = String(cards.children.length);
}

const sight = new IntersectionObserver(([{ isIntersecting }]) => {
  if (!isIntersecting) return;
  sight.disconnect();
  draw();
});
sight.observe(element);
