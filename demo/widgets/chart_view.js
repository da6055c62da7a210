// What several charts show together, a range of rounds and a crosshair, and the hand that moves it.

const FINEST = 1000; // how far one can zoom in: to this part of all rounds

function makeView() {
  const listeners = [];
  const extents = new Map(); // chart -> [first, last] of its rounds
  const tell = (changed) => listeners.forEach((listener) => listener(changed));
  const view = {
    range: null, // [from, to] when zoomed; null shows all rounds and follows the newest
    at: null, // the round under the crosshair
    smoothing: DEFAULT_SMOOTHING,
    log: false,
    onChange(listener) {
      listeners.push(listener);
    },
    set(changes) {
      const changed = Object.keys(changes).filter((name) => view[name] !== changes[name]);
      Object.assign(view, changes);
      changed.forEach(tell);
    },
    reset() {
      view.set({ range: null });
    },
    // One chart's rounds; the others leave room for them.
    hold(chart, extent) {
      const before = String(view.full());
      if (extent) extents.set(chart, extent);
      else extents.delete(chart);
      if (String(view.full()) !== before && !view.range) tell("range");
    },
    full() {
      const ends = [...extents.values()];
      const first = Math.min(...ends.map((end) => end[0]));
      const last = Math.max(...ends.map((end) => end[1]));
      return ends.length ? [first, Math.max(last, first + 1)] : [0, 100];
    },
    shown() {
      return view.range ?? view.full();
    },
    // The round `about` stays where it is on the screen.
    zoom(about, factor) {
      const [[from, to], [first, last]] = [view.shown(), view.full()];
      const span = Math.max((to - from) * factor, (last - first) / FINEST);
      if (span >= last - first) view.reset();
      else view.show(about - ((about - from) / (to - from)) * span, span);
    },
    pan(rounds) {
      if (view.range) view.show(view.range[0] + rounds, view.range[1] - view.range[0]);
    },
    show(from, span) {
      const [first, last] = view.full();
      const start = Math.max(first, Math.min(from, last - span));
      view.set({ range: [start, start + span] });
    },
    // Put the crosshair somewhere, in sight.
    point(step) {
      const [from, to] = view.shown();
      view.pan(Math.min(0, step - from) + Math.max(0, step - to));
      view.set({ at: step });
    },
  };
  return view;
}

// `stepAt` tells the round at a pixel.
function followPointer(canvas, view, stepAt) {
  const held = new Map(); // pointer -> where it was last, in pixels
  function point(x) {
    const [from, to] = view.shown();
    view.set({ at: Math.max(from, Math.min(stepAt(x), to)) });
  }

  canvas.addEventListener("wheel", (event) => {
    const before = view.range;
    const { deltaX, deltaY, offsetX } = event;
    const lines = event.deltaMode ? 30 : 1; // some browsers count lines, not pixels
    if (Math.abs(deltaX) > Math.abs(deltaY)) view.pan(stepAt(deltaX * lines) - stepAt(0));
    else view.zoom(stepAt(offsetX), 2 ** ((deltaY * lines) / 300));
    if (view.range !== before) event.preventDefault(); // else the page scrolls
    point(offsetX);
  }, { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    held.set(event.pointerId, event.offsetX);
    canvas.setPointerCapture(event.pointerId);
    if (held.size === 1) point(event.offsetX);
  });
  canvas.addEventListener("pointermove", ({ pointerId, offsetX }) => {
    const before = held.get(pointerId);
    const other = [...held].find(([id]) => id !== pointerId)?.[1];
    if (before === undefined || (other === undefined && !view.range)) point(offsetX);
    else if (other === undefined) view.pan(stepAt(before) - stepAt(offsetX));
    else view.zoom(stepAt(other), apart(before, other) / apart(offsetX, other));
    if (before !== undefined) held.set(pointerId, offsetX);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, ({ pointerId }) => held.delete(pointerId));
  }
  canvas.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType !== "touch") view.set({ at: null }); // a finger leaves its values to be read
  });
  canvas.addEventListener("blur", () => view.set({ at: null }));
  canvas.addEventListener("dblclick", view.reset);
}

// Two fingers closer than this would zoom by leaps.
function apart(one, other) {
  return Math.max(24, Math.abs(one - other));
}

// `steps` lists the rounds that have values.
function followKeys(canvas, view, steps) {
  function walk(hops) {
    const all = steps();
    if (!all.length) return;
    const [from, to] = view.shown();
    const seen = all.filter((step) => step >= from && step <= to);
    const start = all.findLastIndex((step) => step <= (view.at ?? to));
    const stride = Math.max(1, Math.round(seen.length / 100)); // a hundred presses cross the chart
    view.point(all[Math.max(0, Math.min(start + hops * stride, all.length - 1))]);
  }
  function zoom(factor) {
    const [from, to] = view.shown();
    view.zoom(view.at ?? (from + to) / 2, factor);
  }
  const keys = {
    "+": () => zoom(1 / 2),
    "=": () => zoom(1 / 2), // + without shift
    "-": () => zoom(2),
    0: view.reset,
    ArrowLeft: () => walk(-1),
    ArrowRight: () => walk(1),
    Home: () => walk(-Infinity),
    End: () => walk(Infinity),
    Escape: () => view.set({ at: null }),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault(); // Home and End would scroll the page
    keys[event.key]();
  });
}
