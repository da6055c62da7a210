// Keyframes, as the widgets of one walk share them: {seed}, or a point with its own z and label.

const OF_ALL = ["token", "model", "weights", "psi", "label", "other", "share"]; // also of a seed
const OWN = ["seed", "z", "psi", "label", "other", "share"]; // of a point that was added

const pick = (names, from) => Object.fromEntries(names.map((name) => [name, from[name]]));

// Whole points for the server, by the model and the other choices of the one on show.
function pointsOf({ now, keyframes }) {
  const unlabelled = now.label === null ? { label: null, other: null } : {};
  return keyframes.map((one) => ({ ...pick(OF_ALL, now), ...one, ...unlabelled }));
}
