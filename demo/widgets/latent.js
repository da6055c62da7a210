// One image and the sliders of its latent point. One request at a time, the newest wins.

const PAGE = 10; // sliders shown at once
const LIVE_MS = 1000; // how often the image follows a generator that is still training
const find = (name) => element.querySelector(`[data-part="${name}"]`);
const words = props.words;

let view = {}; // {token, model, seed, label, bound}
let z = null; // every noise number, as edited; null asks for the seed's own
let live = false; // the model still learns
let page = 0;
let wanted = false;
let busy = false;

function buildSliders() {
  const first = page * PAGE;
  const count = z?.length ?? 0;
  const last = Math.min(first + PAGE, count);
  find("numbers").textContent = words.numbers
    .replace("{first}", first + 1).replace("{last}", last).replace("{count}", count);
  find("previous").disabled = page === 0;
  find("next").disabled = last >= count;
  find("sliders").replaceChildren(
    ...Array.from({ length: Math.max(0, last - first) }, (_, i) => {
      const index = first + i;
      const row = document.createElement("label");
      const [name, slider, value] = ["span", "input", "output"].map((t) => document.createElement(t));
      name.textContent = `z${index + 1}`;
      Object.assign(slider, { type: "range", min: -view.bound, max: view.bound, step: 0.01 });
      slider.value = z[index];
      slider.dataset.index = index;
      value.textContent = z[index].toFixed(2);
      row.append(name, slider, value);
      return row;
    }),
  );
}

function draw({ width, height, channels, pixels }) {
  const canvas = find("image");
  const bytes = Uint8Array.from(atob(pixels), (c) => c.charCodeAt(0));
  const picture = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) picture.data[4 * i + c] = bytes[i * channels + (c % channels)];
    picture.data[4 * i + 3] = 255;
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").putImageData(picture, 0, 0);
  canvas.dataset.n = String(Number(canvas.dataset.n ?? 0) + 1);
}

function complain(line) {
  find("message").textContent = line ?? "";
  find("message").hidden = !line;
}

async function request() {
  wanted = true;
  if (busy) return;
  busy = true;
  try {
    while (wanted && element.isConnected) {
      wanted = false;
      const [asked, sent] = [view, z];
      const answer = await server.generate({ ...asked, z: sent });
      if (asked !== view || (sent && !z)) continue; // another point was chosen meanwhile
      if (!answer || answer.error) {
        complain(answer?.error ?? words.lost);
        continue;
      }
      complain("");
      live = answer.live;
      if (!z) {
        z = answer.z;
        buildSliders();
      }
      draw(answer);
    }
  } finally {
    busy = false;
  }
}

function follow() {
  const next = props.value;
  if (!next?.model) return;
  const moved = next.model !== view.model || next.seed !== view.seed;
  if (next.model !== view.model) page = 0;
  view = next;
  if (moved) z = null; // the server answers with the seed's own
  request();
}

function turn(pages) {
  page += pages;
  buildSliders();
}

find("sliders").addEventListener("input", ({ target }) => {
  if (!z) return; // the sliders are about to be those of another point
  z[target.dataset.index] = Number(target.value);
  target.nextElementSibling.textContent = Number(target.value).toFixed(2);
  request();
});
find("previous").addEventListener("click", () => turn(-1));
find("next").addEventListener("click", () => turn(1));
find("reset").addEventListener("click", () => {
  z = null;
  request();
});
watch("value", follow);
follow();
const timer = setInterval(() => {
  if (!element.isConnected) clearInterval(timer);
  else if (live && !document.hidden && !busy) request();
}, LIVE_MS);
