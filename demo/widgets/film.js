// Plays the walk on a canvas, from sheets that are already here.

const CALM_SPEED = 3; // images a second for those who asked their system for less motion

function makeFilm(find, words) {
  const [canvas, slider, button] = ["film", "frame", "play"].map((name) => find(`walk-${name}`));
  let walk = null; // {sheets, size, legs, steps, closed}
  let frames = []; // [column, row] of each in its sheet: where two legs meet, one image
  let forward = true;
  let timer = 0;

  const last = () => frames.length - 1;

  function show(place) {
    slider.value = place;
    const [column, row] = frames[slider.value];
    const gap = walk.sheets.length > 1 ? GAP : 0;
    canvas.width = walk.sheets.length * (walk.size.width + gap) - gap;
    canvas.height = walk.size.height;
    walk.sheets.forEach((sheet, number) =>
      drawFrom(sheet, walk.size, column, row, canvas, number * (walk.size.width + gap)),
    );
    const told = words.frame_of.replace("{frame}", Number(slider.value) + 1);
    slider.setAttribute("aria-valuetext", told.replace("{frames}", frames.length));
    canvas.dataset.n = String(Number(canvas.dataset.n ?? 0) + 1);
  }

  function halt() {
    clearTimeout(timer);
    timer = 0;
    button.textContent = words.play;
  }

  function next() {
    const [place, again] = [Number(slider.value), find("walk-again").value];
    if (again !== "to_and_fro") forward = true;
    if (place === (forward ? last() : 0)) {
      if (again === "once") return null;
      // a closed walk ends where it began, and that is shown once
      if (again === "loop") return walk.closed ? 1 : 0;
      forward = !forward;
    }
    return place + (forward ? 1 : -1);
  }

  function advance() {
    if (!canvas.isConnected) return halt();
    if (document.hidden || !canvas.offsetParent) return wait(); // until it is seen again
    const place = next();
    if (place === null) return halt();
    show(place);
    wait();
  }

  function wait() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const wanted = find("walk-speed").valueAsNumber || CALM_SPEED;
    const speed = Math.max(1, calm ? Math.min(CALM_SPEED, wanted) : wanted);
    timer = setTimeout(advance, 1000 / speed);
  }

  function play() {
    button.textContent = words.halt;
    if (Number(slider.value) === last()) show(0);
    forward = true;
    wait();
  }

  button.addEventListener("click", () => (timer ? halt() : play()));
  slider.addEventListener("input", () => {
    halt();
    show(slider.value);
  });

  return {
    load(drawn) {
      walk = drawn;
      const images = Array.from({ length: walk.legs * walk.steps }, (_, place) => place);
      frames = images
        .filter((place) => place === 0 || place % walk.steps)
        .map((place) => [place % walk.steps, Math.floor(place / walk.steps)]);
      slider.max = last();
      show(Math.min(Number(slider.value), last()));
    },
    // an image of a strip was pointed at
    go(leg, column) {
      halt();
      const place = frames.findIndex(([c, r]) => r === leg && c === column);
      show(place < 0 ? leg * (walk.steps - 1) : place);
    },
    halt,
  };
}
