// The shipped models as cards. Each is asked for by itself: one that is damaged harms no other.

const words = props.words;
const cards = element.querySelector('[data-part="cards"]');

function factsOf(told) {
  const trained = fill(words.trained_for, { epochs: grouped(told.epochs), steps: grouped(told.steps) });
  const facts = { data: told.data, licence: told.licence, trained, hardware: told.hardware };
  const items = Object.entries(facts).map(([name, fact]) =>
    newElement("div", {}, newElement("dt", { textContent: words[name] }), newElement("dd", { textContent: fact })),
  );
  return newElement("dl", { className: "facts" }, ...items);
}

function scoresOf(told) {
  const headings = ["score", "model", "real", "rests_on"].map((name) =>
    newElement("th", { scope: "col", textContent: words[name] }),
  );
  const rows = told.scores.map(({ name, meaning, value, floor, samples, reals }) => {
    const counts = `${grouped(samples)} / ${grouped(reals)}`;
    const cells = [value, floor, counts].map((textContent) => newElement("td", { textContent }));
    const heading = newElement("th", { scope: "row", textContent: name, title: meaning });
    return newElement("tr", {}, heading, ...cells);
  });
  const head = newElement("thead", {}, newElement("tr", {}, ...headings));
  const caption = newElement("caption", { textContent: words.scores });
  return newElement("table", {}, caption, head, newElement("tbody", {}, ...rows));
}

function commandOf(label, line) {
  return newElement("div", {}, newElement("dt", { textContent: label }), newElement("code", { textContent: line }));
}

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
  const about = newElement("div", { className: "about" }, factsOf(told), newElement("p", { textContent: told.notes }));
  about.append(commandOf(words.command, told.command));
  if (told.scores.length) about.append(scoresOf(told));
  if (told.history.length > 1) about.append(historyOf(told.chosen_by, told.history, words));
  if (told.measured_by) about.append(commandOf(words.measured_by, told.measured_by));
  card.append(shown, about);
}

async function addCard(name) {
  const card = newElement("article", {}, newElement("h3", { textContent: name }));
  const line = newElement("p", { className: "message", textContent: words.drawing });
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
