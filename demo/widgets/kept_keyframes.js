// The keyframes of a walk over a reload of this browser tab.

const KEPT_WALK = "ganscope walk"; // their name in the browser

const isKeyframe = (told) => told !== null && typeof told === "object";

function keptKeyframes() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEPT_WALK));
    return Array.isArray(stored) && stored.every(isKeyframe) ? stored : null;
  } catch {
    return null; // no JSON, or a browser that keeps nothing
  }
}

function keepKeyframes(keyframes) {
  try {
    sessionStorage.setItem(KEPT_WALK, JSON.stringify(keyframes));
  } catch {
    // no room: they go with a reload
  }
}
