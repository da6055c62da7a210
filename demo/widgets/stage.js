// The parts of a round, lit one after the other: in slow motion, and for a round made by hand.

const SLOW_SECONDS = 1; // a round that takes less has no time for its parts
const BY_HAND_SECONDS = 4;
const FAKES = ["z", "z-g", "g", "g-fake", "fake", "fake-d", "d", "d-verdict", "verdict"];
const D_PARTS = [
  ["reals", ["real", "real-d", "d", "d-verdict", "verdict"]],
  ["fakes", FAKES],
  ["d_learns", ["verdict", "back-d", "d"]],
];
const G_PARTS = [
  ["judged", FAKES],
  ["g_learns", ["verdict", "back-d", "d", "back-g", "g"]],
];

function makeStage(figure, words) {
  const caption = figure.querySelector('[data-part="stage-caption"]');
  let step = 0;
  let timers = [];

  function light([name, lit], numbers) {
    for (const part of figure.querySelectorAll("[data-stage]")) {
      part.classList.toggle("lit", lit.includes(part.dataset.stage));
    }
    figure.dataset.shown = name;
    caption.textContent = words[name].replace(/\{(\w+)\}/g, (_, key) => shortNumber(numbers[key]));
  }

  // last: a StepDone and what it was of; a network that stood still has no part in it
  function show({ phase, last, batch_size, first_step, seconds_a_round }) {
    const byHand = phase === "paused" && last && !seconds_a_round;
    const seconds = byHand ? BY_HAND_SECONDS : seconds_a_round;
    figure.hidden = !last || seconds < SLOW_SECONDS;
    if (figure.hidden || last.step === step) return;
    step = last.step;
    timers.forEach(clearTimeout);
    const sides = [last.d_gradient > 0 ? D_PARTS : [], last.g_gradient > 0 ? G_PARTS : []];
    const parts = (first_step === "generator" ? sides.reverse() : sides).flat();
    const numbers = { ...last, batch_size };
    timers = parts.map((part, i) =>
      setTimeout(light, (1000 * seconds * i) / parts.length, part, numbers));
  }

  return { show };
}
