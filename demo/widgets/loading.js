// The loading screen of Gradio (6.31) counts its seconds frame by frame and never ends: a page at rest
// draws 60 times a second, half of what it costs beside a training. Each time it looks at the clock
// and asks for the next frame, which is taken from it here. Frames are numbered one by one.
() => {
  const nextNumber = () => {
    const number = requestAnimationFrame(() => {});
    cancelAnimationFrame(number);
    return number;
  };

  performance.now = () => {
    const began = new Error().stack.trim().split("\n").at(-1); // a frame of its own, not an effect
    if (/statustracker/i.test(began)) {
      const before = nextNumber();
      queueMicrotask(() => {
        if (nextNumber() === before + 2) cancelAnimationFrame(before + 1);
      });
    }
    return Performance.prototype.now.call(performance);
  };
  const after = (frames, then) => requestAnimationFrame(() => (frames ? after(frames - 1, then) : then()));
  after(2, () => delete performance.now);
}
