// How a shipped model learned: samples to scrub through, and the score its epoch was chosen by.

const FRAME_MS = 700;
const [CURVE_WIDTH, CURVE_HEIGHT, CURVE_MARGIN] = [320, 90, 6];

// epochs: of the frames; ask(place) -> {src} or {error}
function evolutionOf(name, epochs, words, ask) {
  const frames = [];
  const alt = fill(words.evolution_name, { name });
  const picture = newElement("img", { className: "pixels", alt, hidden: true }); // until there is a frame
  const caption = newElement("span");
  const slider = newElement("input", { type: "range", min: 0, max: epochs.length - 1, value: epochs.length - 1 });
  const play = newElement("button", { type: "button", textContent: words.play });
  const message = newElement("p", { className: "message", role: "alert", hidden: true });
  slider.ariaLabel = alt;
  play.ariaLabel = fill(words.play_name, { name });
  let timer = 0;

  const show = newestOnly(picture, async () => {
    const place = Number(slider.value);
    const told = fill(words.evolution, { epoch: grouped(epochs[place]) });
    caption.textContent = told;
    slider.setAttribute("aria-valuetext", told);
    frames[place] ??= await ask(place);
    const error = frames[place] ? frames[place].error : words.lost;
    message.hidden = !error;
    message.textContent = error ?? "";
    if (error) return void delete frames[place];
    picture.hidden = false;
    picture.src = frames[place].src;
    picture.alt = fill(words.frame, { name, epoch: grouped(epochs[place]) });
  });

  function halt() {
    clearInterval(timer);
    timer = 0;
    play.textContent = words.play;
  }

  function next() {
    if (!slider.isConnected || Number(slider.value) === epochs.length - 1) return halt();
    if (document.hidden || !slider.offsetParent) return; // until it is seen again
    slider.value = Number(slider.value) + 1;
    show();
  }

  play.addEventListener("click", () => {
    if (timer) return halt();
    if (Number(slider.value) === epochs.length - 1) slider.value = 0;
    show();
    play.textContent = words.pause;
    timer = setInterval(next, FRAME_MS);
  });
  slider.addEventListener("input", () => {
    halt();
    show();
  });
  queueMicrotask(show); // once it is part of the page
  const row = newElement("div", { className: "row" }, play, slider, caption);
  const note = newElement("p", { className: "note", textContent: words.evolution_info });
  return newElement("div", { className: "evolution" }, picture, row, note, message);
}

// history: [epoch, score], of which less is better; drawn on a logarithmic scale
// chosen: the place in it of the epoch that the model is
function historyOf(score, history, chosen, words) {
  const scores = history.map(([, value]) => Math.log(Math.max(value, 1e-6)));
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  const last = history[history.length - 1][0] || 1;
  const x = (epoch) => CURVE_MARGIN + (epoch / last) * (CURVE_WIDTH - 2 * CURVE_MARGIN);
  const y = (value) =>
    CURVE_MARGIN + ((most - value) / (most - least || 1)) * (CURVE_HEIGHT - 2 * CURVE_MARGIN);
  const points = history.map(([epoch], place) => `${x(epoch)},${y(scores[place])}`).join(" ");
  const told = fill(words.history, { score, epoch: grouped(history[chosen][0]) });
  const figure = newElement("figure", { className: "history" });
  figure.innerHTML = `<svg viewBox="0 0 ${CURVE_WIDTH} ${CURVE_HEIGHT}" role="img">
    <polyline points="${points}"/><circle cx="${x(history[chosen][0])}" cy="${y(scores[chosen])}" r="4"/></svg>`;
  figure.firstChild.setAttribute("aria-label", told);
  const [first, reached] = [history[0][1], history[chosen][1]].map((value) => Number(value.toPrecision(4)));
  const range = fill(words.history_range, { first: grouped(first), chosen: grouped(reached) });
  figure.append(newElement("figcaption", { textContent: `${told} (${range})` }));
  return figure;
}
