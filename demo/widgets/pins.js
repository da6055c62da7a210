// Pictures of moments that are kept in sight, in the order of the run.

const TELLING_EPOCHS = [0, 1, 3, 10, 30, 100, 300]; // the first of them change the most

function makePins(find, words, timeline) {
  const strip = find("pins");
  const pinned = (number) => [...strip.children].find((pin) => Number(pin.dataset.number) === number);

  function newButton(className, label, ...content) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className, ariaLabel: label });
    button.append(...content);
    return button;
  }

  function add(picture) {
    if (pinned(picture.number)) return;
    const moment = momentOf(picture, words);
    const pin = document.createElement("li");
    pin.dataset.number = picture.number;
    const image = picture.image.cloneNode();
    Object.assign(image, { className: "pixels", alt: "" });
    const open = newButton("open", words.show_pin.replace("{moment}", moment), image, moment);
    const remove = newButton("remove", words.remove_pin.replace("{moment}", moment), "×");
    open.addEventListener("click", () => timeline.open(picture));
    remove.addEventListener("click", () => {
      const neighbour = pin.nextElementSibling ?? pin.previousElementSibling;
      (neighbour?.querySelector(".remove") ?? find("pin")).focus();
      pin.remove();
      mark();
    });
    pin.append(open, remove);
    const next = [...strip.children].find((other) => Number(other.dataset.number) > picture.number);
    strip.insertBefore(pin, next ?? null);
    mark();
  }

  // Which of them is the big one.
  function mark() {
    const shown = timeline.picture();
    strip.hidden = !strip.children.length;
    find("pin").disabled = find("first-epochs").disabled = !shown;
    for (const pin of strip.children) pin.ariaCurrent = String(Number(pin.dataset.number) === shown?.number);
  }

  find("pin").addEventListener("click", () => add(timeline.picture()));
  find("first-epochs").addEventListener("click", () => {
    const rows = timeline.rows();
    const told = TELLING_EPOCHS.map((epoch) => rows.findLast((picture) => picture.epoch === epoch));
    [...told, rows.at(-1)].filter(Boolean).forEach(add);
  });

  return {
    mark,
    startOver() {
      strip.replaceChildren();
      mark();
    },
  };
}
