// The saved points as cards: a picture, a name to change, and what each is used for.

const GROUPS = ["a", "b", "c"];

// put(points): the points as they should be now; go(point): the sliders should be there
function makeSavedPoints(find, words, put, go) {
  const list = find("saved");
  const pictures = new Map(); // by what is drawn: {src, message}
  let points = [];

  const keyOf = ({ model, weights, z, label, other, share }) =>
    JSON.stringify([model, weights, z, label, other, share]);
  const placeOf = (card) => [...list.children].indexOf(card);

  function change(card, part) {
    const place = placeOf(card);
    put(points.map((one, at) => (at === place ? { ...one, ...part } : one)));
    return list.children[place];
  }

  function toggle(card, { groups = [] }, group) {
    const next = groups.includes(group) ? groups.filter((one) => one !== group) : [...groups, group];
    change(card, { groups: next }).querySelector(`[data-group="${group}"]`).focus();
  }

  function remove(card) {
    const place = placeOf(card);
    put(points.filter((_, at) => at !== place));
    const next = list.children[Math.min(place, list.children.length - 1)];
    (next?.querySelector(".remove") ?? find("saved-name")).focus();
  }

  function rename(card, { name }, field) {
    const next = field.value.trim();
    if (next) change(card, { name: next });
    else field.value = name;
  }

  function newButton(className, ariaLabel, press, ...content) {
    const button = newElement("button", { type: "button", className, ariaLabel, title: ariaLabel }, ...content);
    button.addEventListener("click", press);
    return button;
  }

  function groupButton(card, point, group) {
    const label = fill(words.put, { name: point.name, group: words[group] });
    const button = newButton("group", label, () => toggle(card, point, group), words[group]);
    button.ariaPressed = String(point.groups?.includes(group) ?? false);
    button.dataset.group = group;
    return button;
  }

  function newCard(point) {
    const { name } = point;
    const card = newElement("li", { told: JSON.stringify(point), key: keyOf(point), point });
    const image = newElement("img", { className: "pixels", alt: name, hidden: true });
    const open = newButton("open", fill(words.go, { name }), () => go(point), image);
    const field = newElement("input", { type: "text", value: name, maxLength: words.letters, ariaLabel: words.rename });
    field.addEventListener("change", () => rename(card, point, field));
    const removing = newButton("remove", fill(words.remove, { name }), () => remove(card), "×");
    const uses = GROUPS.map((group) => groupButton(card, point, group));
    card.append(open, newElement("small", {}), field, newElement("div", { className: "use" }, ...uses, removing));
    paint(card);
    return card;
  }

  function paint(card) {
    const { src, message } = pictures.get(card.key) ?? {};
    const image = card.querySelector("img");
    image.hidden = !src;
    if (src) image.src = src;
    card.querySelector("small").textContent = message ? fill(words.gone, { message }) : "";
    card.querySelector(".open").disabled = Boolean(message); // the sliders can't be there either
  }

  function count() {
    list.dataset.n = String(list.querySelectorAll("img:not([hidden])").length);
  }

  return {
    show(now) {
      points = now;
      const old = new Map([...list.children].map((card) => [card.told, card]));
      const cards = points.map((point) => {
        const told = JSON.stringify(point);
        const card = old.get(told) ?? newCard(point);
        old.delete(told);
        return card;
      });
      list.replaceChildren(...cards);
      find("saved-none").hidden = points.length > 0;
      find("saved-take").disabled = !points.length;
      count();
    },
    // Those that couldn't be drawn are missing again.
    retry() {
      for (const [key, { message }] of pictures) if (message) pictures.delete(key);
    },
    missing: () => [...list.children].filter(({ key }) => !pictures.has(key)).map(({ point }) => point),
    drawn(some, answers) {
      const fresh = new Map(some.map((point, place) => [keyOf(point), answers[place]]));
      for (const [key, answer] of fresh) pictures.set(key, answer);
      for (const card of list.children) if (fresh.has(card.key)) paint(card);
      count();
    },
  };
}
