// A sheet to paint on, pixel for pixel what a model draws, and a mask over it that hides parts.

const MOST_UNDONE = 30;
const HIDDEN = [213, 94, 0, 190]; // RGBA of the mask

function makeSheet(paper, mask, brush, chosen) {
  let size = { width: 28, height: 28, channels: 1 };
  let past = []; // [paper, mask] before each stroke
  const kept = new Map(); // size -> {images, past} of a sheet of that size that was painted on
  let at = null; // where the brush is, in pixels
  let painting = false;
  const pen = (canvas) => canvas.getContext("2d", { willReadFrequently: true });
  const copy = (canvas) => pen(canvas).getImageData(0, 0, size.width, size.height);

  function remember() {
    past = [...past, [copy(paper), copy(mask)]].slice(-MOST_UNDONE);
  }

  function undo() {
    const before = past.pop();
    if (before) restore(before);
  }

  function restore(images) {
    [paper, mask].forEach((canvas, i) => pen(canvas).putImageData(images[i], 0, 0));
  }

  function blank() {
    pen(paper).fillStyle = "black";
    pen(paper).fillRect(0, 0, size.width, size.height);
    pen(mask).clearRect(0, 0, size.width, size.height);
  }

  // What was painted stays for when its size is wanted again; a sheet of another size begins with
  // what is on this one.
  function resize(next) {
    const [from, to] = [size, next].map((one) => [one.width, one.height, one.channels].join(" "));
    if (from === to) return;
    if (past.length) kept.set(from, { images: [copy(paper), copy(mask)], past });
    const [picture, hidden] = [paper, mask].map(apart);
    lay(next);
    const own = kept.get(to);
    kept.delete(to);
    past = own?.past ?? [];
    if (own) return restore(own.images);
    fit(picture, picture.width, picture.height);
    pen(mask).drawImage(hidden, 0, 0, size.width, size.height);
    sharpen();
  }

  function lay(next) {
    size = next;
    painting = false;
    for (const canvas of [paper, mask]) Object.assign(canvas, { width: size.width, height: size.height });
    at = { x: size.width / 2, y: size.height / 2 };
    blank();
  }

  // Of its own, for what gets another size is emptied.
  function apart(canvas) {
    const { width, height } = canvas;
    const made = Object.assign(document.createElement("canvas"), { width, height });
    pen(made).drawImage(canvas, 0, 0);
    return made;
  }

  // A line of the brush's width between two places; a mask has no half tones.
  function stroke(from, to) {
    const { tool, width } = chosen();
    const onMask = tool === "hide" || tool === "show";
    const context = pen(onMask ? mask : paper);
    context.globalCompositeOperation = tool === "show" ? "destination-out" : "source-over";
    context.strokeStyle = onMask ? `rgb(${HIDDEN.slice(0, 3).join(" ")})` : tool === "draw" ? "white" : "black";
    Object.assign(context, { lineWidth: width, lineCap: "round", lineJoin: "round" });
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x + 0.01, to.y); // a point is a line, too
    context.stroke();
    context.globalCompositeOperation = "source-over";
    if (onMask) sharpen();
  }

  function sharpen() {
    const image = copy(mask);
    for (let i = 0; i < image.data.length; i += 4) {
      image.data.set(image.data[i + 3] > 90 ? HIDDEN : [0, 0, 0, 0], i);
    }
    pen(mask).putImageData(image, 0, 0);
  }

  const placeOf = ({ offsetX, offsetY }) => ({
    x: (offsetX * size.width) / paper.clientWidth,
    y: (offsetY * size.height) / paper.clientHeight,
  });

  function showBrush() {
    const scale = paper.clientWidth / size.width;
    Object.assign(brush.style, {
      width: `${chosen().width * scale}px`, left: `${at.x * scale}px`, top: `${at.y * scale}px`,
    });
    brush.hidden = false;
  }

  paper.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    paper.focus();
    paper.setPointerCapture(event.pointerId);
    remember();
    painting = true;
    at = placeOf(event);
    stroke(at, at);
  });
  paper.addEventListener("pointermove", (event) => {
    if (!event.isPrimary) return;
    const next = placeOf(event);
    if (painting) stroke(at, next);
    at = next;
    showBrush();
  });
  for (const over of ["pointerup", "pointercancel"]) paper.addEventListener(over, () => (painting = false));
  paper.addEventListener("pointerleave", () => (brush.hidden = true));
  paper.addEventListener("blur", () => (brush.hidden = true));
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  paper.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    const limit = (value, most) => Math.min(Math.max(value, 0), most);
    if (move) at = { x: limit(at.x + move[0], size.width), y: limit(at.y + move[1], size.height) };
    else {
      remember();
      stroke(at, at);
    }
    showBrush();
  });

  // As large as fits, about the middle, as own images are cut for training.
  function fit(source, width, height) {
    const side = Math.min(width, height);
    Object.assign(pen(paper), { imageSmoothingQuality: "high", fillStyle: "black" });
    pen(paper).fillRect(0, 0, size.width, size.height); // behind what is transparent
    pen(paper).drawImage(
      source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, size.width, size.height);
    if (size.channels === 1) change(([r, g, b]) => Array(3).fill(0.299 * r + 0.587 * g + 0.114 * b));
  }

  function change(colour) {
    const image = copy(paper);
    for (let i = 0; i < image.data.length; i += 4) image.data.set(colour(image.data.slice(i, i + 3)), i);
    pen(paper).putImageData(image, 0, 0);
  }

  lay(size);
  return {
    resize,
    undo,
    bring(source, width, height) {
      remember();
      fit(source, width, height);
    },
    clear() {
      remember();
      blank();
    },
    invert() {
      remember();
      change((rgb) => rgb.map((value) => 255 - value));
    },
    // bytes (H, W, C) of the picture
    pixels() {
      const { data } = copy(paper);
      const bytes = new Uint8Array(size.width * size.height * size.channels);
      for (let i = 0; i < bytes.length; i++) {
        bytes[i] = data[4 * Math.floor(i / size.channels) + (i % size.channels)];
      }
      return bytes;
    },
    put(bytes) {
      remember();
      const image = copy(paper);
      for (let i = 0; i < size.width * size.height; i++) {
        for (let c = 0; c < 3; c++) image.data[4 * i + c] = bytes[size.channels * i + (c % size.channels)];
      }
      pen(paper).putImageData(image, 0, 0);
    },
    // a byte for each pixel, 0 where it is visible
    hidden: () => copy(mask).data.filter((_, i) => i % 4 === 3),
  };
}
