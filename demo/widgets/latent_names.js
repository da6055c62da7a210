// Names that a visitor gives to sliders, kept in this browser for each model.

function makeNames() {
  const place = (model) => `ganscope names of ${model}`;
  const read = (model) => {
    try {
      return JSON.parse(localStorage.getItem(place(model))) ?? {};
    } catch {
      return {}; // a browser that keeps nothing
    }
  };
  return {
    get: (model, slider) => read(model)[slider],
    set(model, slider, name) {
      const names = { ...read(model), [slider]: name || undefined };
      try {
        localStorage.setItem(place(model), JSON.stringify(names));
      } catch {} // it lasts until the page is turned
    },
  };
}

// A text field in the place of a name; `done` gets what was typed, or undefined after Escape
function editName(shown, label, done) {
  const field = document.createElement("input");
  Object.assign(field, { type: "text", value: shown.textContent, maxLength: 40, ariaLabel: label });
  let over = false;
  const finish = (name) => {
    if (over) return;
    over = true;
    field.replaceWith(shown);
    done(name);
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") finish(field.value.trim());
    if (event.key === "Escape") finish(undefined);
  });
  field.addEventListener("blur", () => finish(field.value.trim()));
  shown.replaceWith(field);
  field.focus();
  field.select();
}
