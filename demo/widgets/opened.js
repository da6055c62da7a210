// A sample that was clicked: what D thinks of it, and which training image is nearest.

// Which sample of a grid a click on its canvas meant; -1 between them.
function placeAt(canvas, { columns, count }, { offsetX, offsetY }) {
  const cell = (canvas.width + GAP) / columns;
  const [x, y] = [offsetX * canvas.width / canvas.clientWidth, offsetY * canvas.height / canvas.clientHeight];
  const place = Math.floor(y / cell) * columns + Math.floor(x / cell);
  return Math.max(x % cell, y % cell) < cell - GAP && place < count ? place : -1;
}

function makeOpened(find, words, ask) {
  let asked = 0;

  async function open(step, place) {
    const number = ++asked;
    find("open-note").textContent = words.opening;
    const answer = await ask(step, place);
    if (number !== asked) return; // another was clicked meanwhile
    find("open-note").textContent = answer?.error ?? words.open_note;
    find("opened").hidden = !answer || Boolean(answer.error);
    if (find("opened").hidden) return;
    for (const name of ["sample", "wanted", "nearest"]) find(`opened-${name}`).src = answer[name];
    find("opened-text").textContent = words.opened_text
      .replace("{opinion}", shortNumber(answer.opinion))
      .replace("{logit}", shortNumber(answer.logit))
      .replace("{distance}", shortNumber(answer.distance))
      .replace("{label}", answer.label ? words.opened_label.replace("{label}", answer.label) : "");
    find("opened").dataset.place = place;
  }

  function close() {
    asked++;
    find("opened").hidden = true;
    find("open-note").textContent = words.open_note;
  }

  return { open, close };
}
