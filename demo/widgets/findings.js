// What a diagnosis found, the worst first, each with its remedy at a click.

function makeFindings(list, words, apply) {
  let shown = "[]"; // as JSON: drawn anew only when something changed, to be read out once

  function item({ alarm, title, evidence, meaning, remedy, changes }) {
    const entry = document.createElement("li");
    entry.dataset.alarm = alarm;
    for (const [tag, text] of [["strong", title], ["small", evidence], ["span", meaning], ["em", remedy]]) {
      const part = document.createElement(tag);
      part.textContent = text;
      entry.append(part);
    }
    if (Object.keys(changes).length) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words.apply;
      button.addEventListener("click", async () => {
        button.disabled = true;
        button.disabled = await apply(changes);
      });
      entry.append(button);
    }
    return entry;
  }

  return (findings, running) => {
    const told = JSON.stringify([findings, running]);
    if (told === shown) return;
    shown = told;
    const offered = running ? findings : findings.map((finding) => ({ ...finding, changes: {} }));
    list.replaceChildren(...offered.map(item));
  };
}
