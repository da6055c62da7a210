// z to the clipboard, and from it.

const COPIED_MS = 1500;

// The numbers that a text holds, or null unless there are `count` that fit 32 bits.
function numbersIn(text, count) {
  let told = null;
  try {
    told = JSON.parse(text);
  } catch {} // no JSON
  const fits = (number) => typeof number === "number" && Number.isFinite(Math.fround(number));
  return Array.isArray(told) && told.length === count && told.every(fits) ? told : null;
}

// `z()` is what to copy, `take(z)` hears of what was pasted.
function exchange(find, words, z, take) {
  const [copy, field, error] = ["copy", "paste", "paste-error"].map(find);

  function accept(text) {
    const found = text.trim() ? numbersIn(text, z().length) : undefined;
    error.hidden = found !== null;
    error.textContent = words.not_a_z.replace("{count}", z().length);
    if (!found) return;
    field.value = "";
    take(found);
  }

  field.addEventListener("change", () => accept(field.value));
  field.addEventListener("paste", (event) => {
    event.preventDefault();
    field.value = event.clipboardData.getData("text");
    accept(field.value);
  });
  copy.addEventListener("click", async () => {
    const text = JSON.stringify(z());
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      field.value = text; // a browser that gives no access: to be copied by hand
      field.select();
      return;
    }
    copy.textContent = words.copied;
    setTimeout(() => (copy.textContent = words.copy), COPIED_MS);
  });
}
