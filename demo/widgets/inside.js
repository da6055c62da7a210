// Feature maps and the nearest training images of the point, asked for only while they can be seen.

const find = (name) => element.querySelector(`[data-part="${name}"]`);
const words = props.words;
const shown = {}; // by what is asked: the point it was asked of
let visible = false;

const count = (part) => (part.dataset.n = String(Number(part.dataset.n ?? 0) + 1));

function complain(line) {
  find("inside-message").textContent = line ?? "";
  find("inside-message").hidden = !line;
}

function newFigure(src, alt, ...captions) {
  const image = newElement("img", { src, alt, className: "pixels" });
  const spans = captions.map((textContent) => newElement("span", { textContent }));
  return newElement("figure", {}, image, newElement("figcaption", {}, ...spans));
}

function showMaps({ layers, error }) {
  complain(error);
  if (error) return;
  const figures = layers.map(({ name, shape, src }, at) => {
    const place = at + 1;
    return newFigure(src, fill(words.layer_image, { place }), fill(words.layer, { place, name }), shape);
  });
  find("inside-maps").replaceChildren(...figures);
  count(find("inside-maps"));
}

function showNearest({ generated, images = [], error }) {
  find("inside-reason").textContent = error ?? "";
  find("inside-reason").hidden = !error;
  const figures = images.map((one) =>
    newFigure(one.src, one.label, fill(one.label ? words.labelled : words.distance, one)),
  );
  if (generated) figures.unshift(newFigure(generated, words.generated, words.generated));
  find("inside-nearest").replaceChildren(...figures);
  count(find("inside-nearest"));
}

// One after the other, and of the newest point: the sliders come first.
const look = newestOnly(element, async () => {
  for (const [name, show] of [["resembled", showNearest], ["maps", showMaps]]) {
    const point = props.value;
    if (!visible || !point?.model || shown[name] === JSON.stringify(point)) continue;
    const answer = await server[name](point);
    shown[name] = answer ? JSON.stringify(point) : "";
    show(answer ?? { error: words.lost });
  }
});

const sight = new IntersectionObserver(([{ isIntersecting }]) => {
  visible = isIntersecting;
  look();
});
sight.observe(element);
watch("value", look);
