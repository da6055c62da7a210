// Pictures of a run's rounds, drawn when somebody asks for them: each takes the server a while.

const find = (name) => element.querySelector(`[data-part="rounds-${name}"]`);
const words = props.words;

function complain(line) {
  find("message").textContent = line;
  find("message").hidden = !line;
}

function newFigure({ step, src }) {
  const [figure, image, caption] = ["figure", "img", "figcaption"].map((t) => document.createElement(t));
  caption.textContent = words.round.replace("{step}", step.toLocaleString("en"));
  Object.assign(image, { src, className: "pixels", alt: words.image.replace("{round}", caption.textContent) });
  figure.append(caption, image);
  return figure;
}

async function draw() {
  const { now, keyframes } = props.value;
  if (!now?.model) return;
  const alone = element.querySelector("[name=rounds-points]:checked").value === "now";
  find("draw").disabled = true;
  find("drawn").ariaBusy = "true";
  complain(words.drawing);
  const answer = await server.rounds({
    keyframes: pointsOf({ now, keyframes: alone ? [pick(OWN, now)] : keyframes }),
  });
  find("draw").disabled = false;
  find("drawn").ariaBusy = "false";
  complain(!answer ? words.lost : (answer.error ?? ""));
  find("drawn").replaceChildren(...(answer?.rounds ?? []).map(newFigure));
}

find("draw").addEventListener("click", draw);
