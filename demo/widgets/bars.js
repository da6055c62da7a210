// How many samples of the newest look fell into each class; those that are missing stand out.

function drawBars(box, { classes, missing }, words) {
  const most = Math.max(1, ...Object.values(classes));
  box.replaceChildren(...Object.entries(classes).map(([name, count]) => {
    const bar = document.createElement("div");
    bar.style.setProperty("--share", count / most);
    bar.dataset.missing = missing.includes(name);
    bar.title = words.of_class.replace("{count}", count).replace("{name}", name);
    for (const [tag, text] of [["span", name], ["i", ""], ["b", String(count)]]) {
      const part = document.createElement(tag);
      part.textContent = text;
      bar.append(part);
    }
    return bar;
  }));
}
