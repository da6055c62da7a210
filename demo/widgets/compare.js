// Earlier runs and branches: curves behind the one on show and pictures beside it when they are ticked.

const DASHES = [[6, 4], [2, 3], [12, 4], [1, 5]];

function makeCompare(box, ask, panels, beside) {
  let listed = "[]"; // as JSON
  const drawn = new Map(); // run -> its curves and looks

  async function toggle({ target }) {
    const run = Number(target.value);
    if (target.checked) {
      const answer = await ask(run);
      if (!answer || answer.error) target.checked = false;
      if (target.checked) drawn.set(run, answer); // it may have been unticked meanwhile
    } else drawn.delete(run);
    draw();
  }

  function draw() {
    const runs = [...drawn.entries()].map(([run, { name, curves, looks }]) => ({
      name, curves: curves.rows, looks: looks.rows, dash: DASHES[run % DASHES.length],
    }));
    panels.overlay(runs);
    beside.show([...drawn].map(([run, { name }]) => ({ run, name })));
  }

  return (earlier) => {
    const told = JSON.stringify(earlier);
    if (told === listed) return;
    listed = told;
    box.hidden = !earlier.length;
    for (const run of drawn.keys()) if (!earlier.some((one) => one.run === run)) drawn.delete(run);
    const legend = box.querySelector("legend");
    box.replaceChildren(legend, ...earlier.map(({ run, name }) => {
      const label = document.createElement("label");
      const tick = document.createElement("input");
      Object.assign(tick, { type: "checkbox", value: run, checked: drawn.has(run) });
      tick.addEventListener("change", toggle);
      label.append(tick, name);
      return label;
    }));
    draw();
  };
}
