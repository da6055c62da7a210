// What a diagnosis found: the worst in one line, all of it, each with its remedy, in a panel.

function makeFindings(find, words, apply) {
  const [list, panel] = [find("findings"), find("findings-all")];
  const popup = makePopup(panel, find("more"));
  const write = changesOnly((name, text) => (find(name).textContent = text));
  const offer = changesOnly((name, changes) => find(name).replaceChildren(...offered(changes)));
  const renew = changesOnly((name, findings) => {
    const focused = list.contains(document.activeElement);
    list.replaceChildren(...findings.map(item));
    if (focused) panel.focus();
  });

  function remedyButton(changes) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.apply;
    button.addEventListener("click", async () => {
      button.disabled = true;
      button.disabled = await apply(changes);
    });
    return button;
  }

  const offered = (changes) => (Object.keys(changes).length ? [remedyButton(changes)] : []);

  function item({ alarm, title, evidence, meaning, remedy, changes }) {
    const entry = document.createElement("li");
    entry.dataset.alarm = alarm;
    for (const [tag, text] of [["strong", title], ["small", evidence], ["span", meaning], ["em", remedy]]) {
      const part = document.createElement(tag);
      part.textContent = text;
      entry.append(part);
    }
    entry.append(...offered(changes));
    return entry;
  }

  return (findings, running, looked) => {
    const now = running ? findings : findings.map((finding) => ({ ...finding, changes: {} }));
    const [worst] = now;
    write("finding-title", worst?.title ?? (looked ? words.no_alarm : ""));
    write("finding-evidence", worst ? ` – ${worst.evidence}` : "");
    offer("finding-remedy", worst?.changes ?? {});
    renew("findings", now);
    find("finding").dataset.alarm = worst?.alarm ?? "";
    find("more").hidden = !worst;
    if (!worst) popup.close();
  };
}

// Only what is new is drawn, to be read out once and to leave the focus where it is.
function changesOnly(draw) {
  const drawn = {}; // name -> what, as JSON
  return (name, value) => {
    const told = JSON.stringify(value);
    if (drawn[name] === told) return;
    drawn[name] = told;
    draw(name, value);
  };
}
