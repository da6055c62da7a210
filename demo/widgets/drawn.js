// How the big picture is drawn: as the run showed it, or by its generator once more in another way.

const AS_SHOWN = "shown";
const WAYS = { batch: ["raw", "batch"], running: ["raw", "running"], ema: ["ema", "running"] };

function makeDrawn(find, words, ask) {
  const [canvas, choices] = [find("samples"), find("ways")];
  let picture; // on show
  let kept = false; // its generator is, so that it can draw once more
  let drawn = ""; // the wish that the canvas fulfils
  let busy = false;
  let runsSeen = 0;

  const chosen = () => choices.querySelector(":checked").value;
  const way = () => (kept ? chosen() : AS_SHOWN);
  const wish = () => `${way()} ${picture?.number}`;

  function finish(image, name, fulfilled, note) {
    paint(canvas, image);
    canvas.dataset.drawn = name;
    drawn = fulfilled;
    find("ways-note").textContent = note;
  }

  function draw() {
    canvas.hidden = !picture;
    if (!picture || wish() === drawn) return;
    const note = chosen() === AS_SHOWN ? "" : words.way_not_kept;
    if (way() === AS_SHOWN) finish(picture.image, AS_SHOWN, wish(), note);
    else if (!busy) drawAgain();
  }

  async function drawAgain() {
    const [asked, fulfilled, run, name] = [picture, wish(), runsSeen, way()];
    busy = true;
    canvas.ariaBusy = "true";
    try {
      const answer = (await ask(asked.step, ...WAYS[name])) ?? { error: words.lost };
      // an answer that is late by a picture is shown, too: a film would show nothing else
      if (run !== runsSeen || name !== way()) return;
      if (answer.error) finish(asked.image, AS_SHOWN, fulfilled, answer.error);
      else finish((await decode(answer)).image, name, fulfilled, answer.note);
    } finally {
      busy = false;
      canvas.ariaBusy = "false";
      draw();
    }
  }

  choices.addEventListener("change", draw);

  return {
    show(shown, isKept) {
      if (!shown) {
        drawn = ""; // another run counts its pictures anew
        runsSeen++;
      }
      [picture, kept] = [shown, isKept];
      choices.disabled = !kept;
      draw();
    },
  };
}
