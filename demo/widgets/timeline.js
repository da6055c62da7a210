// The slider over a run's pictures, which it also plays as a film.

const PICTURES_A_SECOND = 6;
const CALM_PICTURES_A_SECOND = 2; // for those who asked their system for less motion

// onShow: another picture may be on show; onMove: because somebody wanted another
function makeTimeline(find, words, { onShow, onMove }) {
  const [slider, button] = [find("past"), find("play")];
  const numberOf = (picture) => picture.number;
  let pictures = newSeries(); // rows of {number, epoch, step, columns, count, image}
  let following = true; // it stays at the newest picture until someone moves it back
  let film = 0; // the timer that plays

  const last = () => pictures.rows.length - 1;
  const picture = () => pictures.rows[Number(slider.value)];

  function show() {
    slider.max = Math.max(0, last());
    if (following) slider.value = slider.max;
    slider.disabled = button.disabled = last() < 1;
    const shown = picture();
    find("no-samples").hidden = Boolean(shown);
    find("shown").textContent = shown ? momentOf(shown, words) : "";
    slider.setAttribute("aria-valuetext", find("shown").textContent);
    onShow();
    find("samples").dataset.n = String(pictures.rows.length);
  }

  function goTo(place) {
    slider.value = place;
    following = Number(slider.value) === last();
    onMove();
    show();
  }

  // Of a long run some pictures are dropped later: the one before stands for them.
  const placeOf = (number) => Math.max(0, pictures.rows.findLastIndex((one) => one.number <= number));

  function halt() {
    clearInterval(film);
    film = 0;
    button.textContent = words.play;
  }

  function play() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    film = setInterval(advance, 1000 / (calm ? CALM_PICTURES_A_SECOND : PICTURES_A_SECOND));
    button.textContent = words.halt;
    if (following) goTo(0);
  }

  function advance() {
    goTo(Number(slider.value) + 1);
    if (following) halt();
  }

  button.addEventListener("click", () => (film ? halt() : play()));
  slider.addEventListener("input", () => {
    halt();
    goTo(slider.value);
  });

  return {
    picture,
    rows: () => pictures.rows,
    have: () => haveOf(pictures, numberOf),
    following: () => following,
    show,
    take(snapshots) {
      const number = picture()?.number;
      extend(pictures, snapshots, numberOf);
      slider.max = Math.max(0, last()); // it can't be moved further
      if (!following) slider.value = placeOf(number);
      show();
    },
    open({ number }) {
      halt();
      goTo(placeOf(number));
    },
    startOver() {
      halt();
      pictures = newSeries();
      following = true;
      show();
    },
  };
}
