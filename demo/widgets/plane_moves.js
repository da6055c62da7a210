// Pointers, the wheel and keys on the canvas of a plane.

const STILL = 5; // pixels that a pointer may move between down and up in a click
const A_LEVEL = Math.SQRT2; // how far two fingers spread for half a zoom; a level doubles
const A_NOTCH = 100; // what a wheel says when it turns by one
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const ZOOMS = { "+": -1, "=": -1, "-": 1 };

// onMove: another part is in sight; onChoose: is given the tile of a click
function listenToPlane(canvas, view, onMove, onChoose) {
  const down = new Map(); // pointer -> where it is
  let travelled = 0;
  let spread = 0; // of two fingers, when the level changed last
  let turned = 0; // of the wheel, since then

  const apart = () => {
    const [one, other] = [...down.values()];
    return Math.hypot(one[0] - other[0], one[1] - other[1]);
  };

  function pinch() {
    const levels = Math.round(Math.log(spread / apart()) / Math.log(A_LEVEL) / 2);
    if (!levels) return;
    const [one, other] = [...down.values()];
    view.zoom(levels, [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]);
    spread = apart();
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    down.set(event.pointerId, [event.offsetX, event.offsetY]);
    travelled = down.size > 1 ? Infinity : 0;
    if (down.size === 2) spread = apart();
  });
  canvas.addEventListener("pointermove", (event) => {
    const from = down.get(event.pointerId);
    if (!from || !view.ready()) return;
    const to = [event.offsetX, event.offsetY];
    down.set(event.pointerId, to);
    const [x, y] = [to[0] - from[0], to[1] - from[1]];
    travelled += Math.hypot(x, y);
    if (down.size === 2) pinch();
    if (travelled > STILL) view.move(x / down.size, y / down.size);
    onMove();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (down.size === 1 && travelled <= STILL && view.ready())
      onChoose(view.at([event.offsetX, event.offsetY]));
    down.delete(event.pointerId);
  });
  canvas.addEventListener("pointercancel", (event) => down.delete(event.pointerId));

  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      turned += event.deltaY;
      const levels = Math.trunc(turned / A_NOTCH);
      if (!levels || !view.ready()) return;
      turned -= levels * A_NOTCH;
      view.zoom(levels, [event.offsetX, event.offsetY]);
      onMove();
    },
    { passive: false },
  );

  canvas.addEventListener("keydown", (event) => {
    if (!view.ready() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (ARROWS[event.key]) view.move(...ARROWS[event.key].map((tiles) => tiles * TILE));
    else if (ZOOMS[event.key]) view.zoom(ZOOMS[event.key]);
    else if (event.key === "Enter") onChoose(view.at([canvas.clientWidth / 2, canvas.clientHeight / 2]));
    else return;
    event.preventDefault();
    onMove();
  });
}
