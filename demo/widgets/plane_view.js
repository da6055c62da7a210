// Where one looks at a plane: its middle, how far off, and what tiles are in sight.

const TILE = 56; // CSS pixels of an image
const BETWEEN = 6; // tiles from the first point to the second, at level 0
// each level halves or doubles the pitch, so that tiles of another are of use
const NEAREST = -6;
const FURTHEST = 3; // or from where all three points are seen, if that is further

function newView(canvas) {
  let corners = null; // [[u, v], ...] of the three points, in latent units
  let [u, v, level] = [0, 0, 0]; // the middle in units of the pitch at level 0, and v is upwards

  const size = () => [canvas.clientWidth, canvas.clientHeight];
  const unit = () => corners[1][0] / BETWEEN;
  const pitch = () => 2 ** level;
  const toScreen = ([a, b]) => {
    const [width, height] = size();
    return [width / 2 + ((a - u) / pitch()) * TILE, height / 2 - ((b - v) / pitch()) * TILE];
  };
  const toPlane = ([x, y]) => {
    const [width, height] = size();
    return [u + ((x - width / 2) / TILE) * pitch(), v - ((y - height / 2) / TILE) * pitch()];
  };
  const marks = () => corners.map(([a, b]) => [a / unit(), b / unit()]);
  const along = () => [0, 1].map((axis) => marks().map((place) => place[axis]));
  // the level from which all three are seen
  function enough() {
    const needed = along().map(
      (all, axis) => ((Math.max(...all) - Math.min(...all) + 1) * TILE) / size()[axis],
    );
    return Math.max(0, Math.ceil(Math.log2(Math.max(...needed))));
  }

  const self = {
    toScreen,
    marks,
    ready: () => corners !== null,
    middle: () => [u, v],
    // a tile's place in latent units
    latent: ([a, b]) => [a * unit(), b * unit()],
    pitch: () => pitch() * unit(),
    // the tile that holds a point of the screen
    at: (point) => toPlane(point).map((one) => Math.round(one / pitch()) * pitch()),
    move(x, y) {
      [u, v] = [u - (x / TILE) * pitch(), v + (y / TILE) * pitch()];
    },
    // so that what is under the point of the screen stays there
    zoom(levels, point = size().map((side) => side / 2)) {
      const before = toPlane(point);
      level = Math.max(NEAREST, Math.min(Math.max(FURTHEST, enough(), level), level + levels));
      const after = toPlane(point);
      [u, v] = [u + before[0] - after[0], v + before[1] - after[1]];
    },
    // all three points
    whole() {
      level = enough();
      [u, v] = along().map((all) => (Math.max(...all) + Math.min(...all)) / 2);
    },
    through(points) {
      const first = corners === null;
      corners = points;
      if (first) self.whole();
    },
    // places of the tiles in sight, those in the middle first
    inSight() {
      const [width, height] = size();
      const [left, bottom] = toPlane([-TILE / 2, height + TILE / 2]);
      const [right, top] = toPlane([width + TILE / 2, -TILE / 2]);
      const step = pitch();
      const places = [];
      for (let i = Math.ceil(left / step); i <= right / step; i++)
        for (let j = Math.ceil(bottom / step); j <= top / step; j++) places.push([i * step, j * step]);
      const far = ([a, b]) => (a - u) ** 2 + (b - v) ** 2;
      return places.sort((one, other) => far(one) - far(other));
    },
  };
  return self;
}
