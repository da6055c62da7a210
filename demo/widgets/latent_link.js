// A point as the hash of the page's address, and back; the address follows it, and it the address.

const UNTOLD = { label: null, other: null, share: 0, psi: 1, weights: "shown", z: null }; // by a link

function packed(z) {
  // 16 bits a number, as shares of the largest, which goes before them
  const largest = Math.max(...z.map(Math.abs)) || 1;
  const bytes = new DataView(new ArrayBuffer(4 + 2 * z.length));
  bytes.setFloat32(0, largest, true);
  z.forEach((number, i) => bytes.setInt16(4 + 2 * i, Math.round((number / largest) * 32767), true));
  const letters = String.fromCharCode(...new Uint8Array(bytes.buffer));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function unpacked(text) {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new DataView(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)).buffer);
  const largest = bytes.getFloat32(0, true);
  const count = (bytes.byteLength - 4) / 2;
  return Array.from({ length: count }, (_, i) => (bytes.getInt16(4 + 2 * i, true) / 32767) * largest);
}

function hashOf(point) {
  const told = new URLSearchParams({ model: point.model, seed: point.seed });
  for (const [name, usual] of Object.entries(UNTOLD)) {
    if (point[name] !== usual) told.set(name, name === "z" ? packed(point.z) : point[name]);
  }
  return `#${told}`;
}

// null where the hash tells of no model; a z that can't be read is empty
function pointOf(hash) {
  const told = Object.fromEntries(new URLSearchParams(hash.slice(1)));
  if (!told.model) return null;
  const { model, seed = 1, weights = UNTOLD.weights } = told;
  const point = { ...UNTOLD, model, weights, seed: Number(seed) };
  for (const name of ["label", "other", "share", "psi"]) {
    if (name in told) point[name] = Number(told[name]);
  }
  try {
    if (told.z) point.z = unpacked(told.z);
  } catch {
    point.z = [];
  }
  return point;
}

// `follow(point)` hears of a link that is put into the address of the open page, and tells whether it
// went there; one that it didn't follow waits for its model, as that of a page just opened does.
function makeAddress(element, follow) {
  let linked = pointOf(location.hash);

  function listen({ newURL }) {
    if (!element.isConnected) return removeEventListener("hashchange", listen);
    linked = pointOf(new URL(newURL).hash); // that of now may be the point's again
    if (linked && follow(linked)) linked = null;
  }
  addEventListener("hashchange", listen);

  return {
    // The address is that of the point while the tab is on show.
    keep(point) {
      const hash = element.offsetParent ? hashOf(point) : "";
      if (location.hash !== hash) history.replaceState(null, "", location.pathname + location.search + hash);
    },
    // What a link tells of the point of a model, once.
    linkTo(point) {
      const link = linked?.model === point.model && hashOf(point) !== location.hash ? linked : {};
      linked = null;
      return link;
    },
  };
}
