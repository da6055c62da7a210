// The sliders: numbers of z themselves, or how far z lies along directions.

const PAGE = 10; // shown at once
const UNIFORM_SIGMA = 1 / Math.sqrt(3); // of noise between -1 and 1

const along = (z, vector) => vector.reduce((sum, part, i) => sum + part * z[i], 0);

// `moved(z)` hears of each new z; `renamed(slider, name)` and `nameOf(slider)` keep names.
function makeSliders(find, words, { moved, nameOf, renamed }) {
  let shown = null; // {z, kind, directions, noise, reach}
  let page = 0;
  let rows = [];

  const count = () => (shown.kind === "noise" ? shown.z.length : shown.directions.vectors.length);
  const value = (i) => (shown.kind === "noise" ? shown.z[i] : along(shown.z, shown.directions.vectors[i]));

  function bound() {
    const sigma = shown.noise === "uniform" ? UNIFORM_SIGMA : 1;
    const furthest = shown.noise === "uniform" && shown.kind === "noise" ? 1 : Infinity;
    return Math.min(shown.reach * sigma, furthest);
  }

  function move(i, wanted) {
    const way = wanted - value(i);
    const z = [...shown.z];
    if (shown.kind === "noise") z[i] = wanted;
    else shown.directions.vectors[i].forEach((part, k) => (z[k] += way * part));
    shown = { ...shown, z };
    refresh(i);
    moved(z);
  }

  function makeRow(i) {
    const [row, named, name, pencil, share, slider, number] =
      ["div", "div", "span", "button", "small", "input", "output"].map((tag) => document.createElement(tag));
    const key = `${shown.kind} ${i + 1}`;
    const usual = shown.kind === "noise" ? `z${i + 1}` : `${i + 1}`;
    const call = () => {
      name.textContent = nameOf(key) ?? usual;
      slider.ariaLabel = name.textContent;
      pencil.ariaLabel = pencil.title = words.rename.replace("{name}", name.textContent);
    };
    const edit = () =>
      editName(name, words.name, (typed) => {
        if (typed !== undefined) renamed(key, typed === usual ? "" : typed);
        call();
      });
    Object.assign(pencil, { type: "button", textContent: "✎" });
    pencil.addEventListener("click", edit);
    name.addEventListener("dblclick", edit);
    [named.className, name.className] = ["named", "name"];
    named.append(name, pencil);
    if (shown.kind !== "noise") share.textContent = `${(100 * shown.directions.share[i]).toFixed(1)} %`;
    Object.assign(slider, { type: "range", min: -bound(), max: bound(), step: 0.01 });
    slider.addEventListener("input", () => move(i, Number(slider.value)));
    call();
    row.append(named, share, slider, number);
    return { row, slider, number, i };
  }

  // What stands at the sliders, except at the one being moved.
  function refresh(moving = -1) {
    for (const { slider, number, i } of rows) {
      if (i !== moving) slider.value = value(i);
      number.textContent = value(i).toFixed(2);
    }
  }

  function build() {
    page = Math.min(page, Math.ceil(count() / PAGE) - 1);
    const first = page * PAGE;
    const last = Math.min(first + PAGE, count());
    const line = shown.kind === "noise" ? words.numbers : words.directions;
    find("numbers").textContent = line
      .replace("{first}", first + 1).replace("{last}", last).replace("{count}", count());
    find("kind-info").textContent = words[`kind_${shown.kind}_info`];
    find("previous").disabled = page === 0;
    find("next").disabled = last >= count();
    rows = Array.from({ length: last - first }, (_, k) => makeRow(first + k));
    find("sliders").replaceChildren(...rows.map(({ row }) => row));
    refresh();
  }

  function turn(pages) {
    page += pages;
    build();
  }
  find("previous").addEventListener("click", () => turn(-1));
  find("next").addEventListener("click", () => turn(1));

  return {
    // Builds them anew only where something else than z has changed.
    show(next) {
      const same = shown && ["kind", "directions", "noise", "reach"].every((name) => shown[name] === next[name]);
      const as_many = shown?.z.length === next.z.length;
      if (shown?.kind !== next.kind) page = 0;
      shown = next;
      if (same && as_many) refresh();
      else build();
    },
    lock(locked) {
      find("sliders").inert = locked;
    },
  };
}
