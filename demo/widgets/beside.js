// Pictures of other runs beside the big one, as near to its round as there are any.

// ask(run, step) gives a picture; one at a time, for the newest round
function makeBeside(box, words, ask) {
  const known = new Map(); // "run step", as asked and as answered -> picture
  const keyOf = (run, step) => `${run} ${step}`;
  let runs = []; // {run, name}
  let step = null; // of the big picture
  let busy = false;

  async function fetchPicture(run, asked) {
    const answer = await ask(run, asked);
    if (!answer || answer.error) return false;
    const key = keyOf(run, answer.step);
    known.set(key, known.get(key) ?? (await decode(answer)));
    known.set(keyOf(run, asked), known.get(key));
    return true;
  }

  async function catchUp() {
    draw();
    if (busy) return;
    busy = true;
    const failed = new Set();
    const isMissing = (key) => !known.has(key) && !failed.has(key);
    const missing = () => step !== null && runs.find(({ run }) => isMissing(keyOf(run, step)));
    try {
      for (let next; (next = missing()); draw()) {
        const key = keyOf(next.run, step);
        if (!(await fetchPicture(next.run, step))) failed.add(key); // until the slider moves again
      }
    } finally {
      busy = false;
    }
  }

  // Until its answer is there, a run shows its last one.
  function draw() {
    for (const { run, name } of runs) {
      const picture = known.get(keyOf(run, step));
      const figure = box.querySelector(`[data-run="${run}"]`);
      if (!picture || figure.dataset.step === String(picture.step)) continue;
      const moment = `${name}: ${momentOf(picture, words)}`;
      paint(figure.querySelector("canvas"), picture.image);
      figure.querySelector("canvas").ariaLabel = moment;
      figure.querySelector("figcaption").textContent = moment;
      figure.dataset.step = picture.step;
    }
  }

  function newFigure({ run, name }) {
    const figure = document.createElement("figure");
    const [canvas, caption] = ["canvas", "figcaption"].map((tag) => document.createElement(tag));
    figure.dataset.run = run;
    canvas.className = "pixels";
    canvas.setAttribute("role", "img");
    caption.textContent = name;
    figure.append(canvas, caption);
    return figure;
  }

  return {
    show(chosen) {
      runs = chosen;
      for (const old of box.querySelectorAll("[data-run]")) old.remove();
      box.append(...runs.map(newFigure));
      catchUp();
    },
    follow(round) {
      if (round === step) return;
      step = round;
      catchUp();
    },
    startOver: () => known.clear(), // the numbers of runs begin anew with a new session
  };
}
