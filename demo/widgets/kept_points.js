// Saved points over a reload: this browser tab's own, else those that the last tab with any left.

const KEPT = "ganscope points"; // their name in the browser
const STORES = ["sessionStorage", "localStorage"]; // of this tab, of all
const MOST_KEPT = 2_000_000; // letters; a request may carry no more either

const isText = (told, most) => typeof told === "string" && told.length > 0 && told.length <= most;
const isClass = (told) => told === null || (Number.isInteger(told) && told >= 0);
const areNumbers = (told) => Array.isArray(told) && told.length > 0 && told.every(Number.isFinite);

// A stored entry as a point, or null where it is none: anybody may have written it.
function asPoint(stored, letters) {
  const { name, model, weights, z, label, other, share, groups } = stored ?? {};
  const texts = [name, model, weights].every((one) => isText(one, letters));
  const numbers = areNumbers(z) && isClass(label) && isClass(other) && Number.isFinite(share);
  if (!texts || !numbers || !Array.isArray(groups)) return null;
  return { name, model, weights, z, label, other, share, groups };
}

function storedIn(store, { most, letters }) {
  try {
    const stored = JSON.parse(window[store].getItem(KEPT));
    return Array.isArray(stored) ? stored.map((one) => asPoint(one, letters)).filter(Boolean).slice(0, most) : null;
  } catch {
    return null; // no JSON, or a browser that keeps nothing
  }
}

// most: of points, letters: of a name
function keptPoints(bounds) {
  return STORES.map((store) => storedIn(store, bounds)).find(Boolean) ?? [];
}

// False where the browser has no room for all of them; it keeps what it kept before.
function keepPoints(points) {
  const text = JSON.stringify(points);
  if (text.length > MOST_KEPT) return false;
  try {
    for (const store of STORES) window[store].setItem(KEPT, text);
  } catch {
    return false;
  }
  return true;
}
