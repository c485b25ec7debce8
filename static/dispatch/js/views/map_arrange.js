// @ts-check
/**
 * How marks share the room of a map: many in one place are one mark with their number while the whole city is seen, and marks that
 * would cover each other stand above one another. Pure: pixels come in with the spots.
 */

/** @typedef {import("./map_model.js").Spot} Spot */
/** @typedef {{ x: number, y: number }} Pixel in the plane of one zoom, so that panning changes nothing */
/** @typedef {{ spot: Spot, dy: number }} Shown a mark, moved down by `dy` pixels */
/** @typedef {{ at: Pixel, words: string, isSite: boolean }} Label the name of a part of the city or, as `isSite`, of a building */
/**
 * @typedef {object} Cluster
 * @property {string} key `cluster:3,7`
 * @property {number} lat
 * @property {number} lon
 * @property {Spot[]} members
 * @property {number} calls
 * @property {number} units
 * @property {string} look class names: the graver tone and priority among its calls
 */

const CLUSTERS_BELOW_ZOOM = 12.5;
/** More marks than this are crowds one step nearer already. */
const MANY = 150;
const CROWDED_BELOW_ZOOM = 13.5;
const CELL_PX = 72;
const CROWD = 4;
const STEP_PX = 24;
const HEIGHT_PX = 20;
/** Where to look for room: on the place itself, then ever further, the own way first. */
const STEPS = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6];
const LETTER_PX = 7.5;
const FRAME_PX = 18;
const RING_PX = 16;
const NAME_PX = { letter: 6.3, widest: 120, line: 13 };
/** A building's name stands on its place, that of a part of the city below the point that stands for it. */
const SITE_UP_PX = 7;

const isCall = (/** @type {Spot} */ spot) => spot.key.startsWith("call:");

/**
 * @param {Spot[]} spots @param {(spot: Spot) => Pixel} at
 * @param {{ zoom: number, selected: string, rings: boolean }} how `rings`: free units are small rings without a name
 * @returns {{ shown: Shown[], clusters: Cluster[] }}
 */
export function arrange(spots, at, { zoom, selected, rings }) {
  const pixels = new Map(spots.map((spot) => [spot, at(spot)]));
  const far = spots.length > MANY ? CROWDED_BELOW_ZOOM : CLUSTERS_BELOW_ZOOM;
  const { alone, clusters } = zoom < far ? clustered(spots, pixels, selected) : { alone: spots, clusters: [] };
  return { shown: spread(alone, pixels, rings), clusters };
}

/**
 * The names that marks lie on. What is left of such a name reads as nothing, and is unreadable where it shines through.
 * @param {Label[]} labels @param {{ shown: Shown[], clusters: Cluster[] }} marks @param {(place: { lat: number, lon: number }) => Pixel} at
 * @param {boolean} rings @returns {boolean[]} for each label whether it is covered
 */
export function covered(labels, { shown, clusters }, at, rings) {
  const boxes = [...shown.map(({ spot, dy }) => boxOf(spot, at(spot), dy, rings)), ...clusters.map((one) => around(at(one), STEP_PX, STEP_PX - 8))];
  return labels.map((label) => {
    const name = nameBox(label);
    return boxes.some((box) => box.left < name.right && box.right > name.left && box.top < name.bottom && box.bottom > name.top);
  });
}

/** @param {Pixel} middle @param {number} half @param {number} high half of the height */
const around = ({ x, y }, half, high) => ({ left: x - half, right: x + half, top: y - high, bottom: y + high });

/** @param {Spot} spot @param {Pixel} pixel @param {number} dy @param {boolean} rings */
function boxOf(spot, pixel, dy, rings) {
  const half = halfWidth(spot, rings);
  if (half === RING_PX / 2) return around({ x: pixel.x, y: pixel.y + dy }, half, half);
  return around({ x: pixel.x, y: pixel.y + dy + (isCall(spot) ? -STEP_PX / 2 : STEP_PX / 2) }, half, STEP_PX / 2);
}

/** @param {Label} label */
function nameBox({ at: { x, y }, words, isSite }) {
  const width = words.length * NAME_PX.letter;
  const half = Math.min(width, NAME_PX.widest) / 2;
  const top = y - (isSite ? SITE_UP_PX : 0);
  return { left: x - half, right: x + half, top, bottom: top + Math.ceil(width / NAME_PX.widest) * NAME_PX.line };
}

/** The selected call is never hidden in a number. @param {Spot[]} spots @param {Map<Spot, Pixel>} pixels @param {string} selected */
function clustered(spots, pixels, selected) {
  /** @type {Map<string, Spot[]>} */
  const cells = new Map();
  for (const spot of spots) {
    const { x, y } = /** @type {Pixel} */ (pixels.get(spot));
    const cell = spot.key === selected ? "selected" : `${Math.floor(x / CELL_PX)},${Math.floor(y / CELL_PX)}`;
    const there = cells.get(cell) ?? [];
    there.push(spot);
    cells.set(cell, there);
  }
  /** @type {Spot[]} */
  const alone = [];
  /** @type {Cluster[]} */
  const clusters = [];
  for (const [cell, members] of cells) {
    if (members.length < CROWD) alone.push(...members);
    else clusters.push(clusterOf(cell, members));
  }
  return { alone, clusters };
}

/** @param {string} cell @param {Spot[]} members @returns {Cluster} */
function clusterOf(cell, members) {
  const calls = members.filter(isCall);
  const mean = (/** @type {"lat" | "lon"} */ name) => members.reduce((sum, one) => sum + one[name], 0) / members.length;
  const gravest = ["tone-over", "tone-soon", "priority-1", "priority-2"].find((look) => calls.some((call) => call.look.includes(look)));
  return {
    key: `cluster:${cell}`, lat: mean("lat"), lon: mean("lon"), members, calls: calls.length, units: members.length - calls.length,
    look: `spot-cluster ${gravest ?? ""}`.trim(),
  };
}

/** @param {Spot[]} spots @param {Map<Spot, Pixel>} pixels @param {boolean} rings @returns {Shown[]} */
function spread(spots, pixels, rings) {
  /** @type {Map<number, { left: number, right: number, y: number }[]>} what stands already, by the row of pixels it is in */
  const rows = new Map();
  const ordered = [...spots].sort((a, b) => Number(isCall(b)) - Number(isCall(a)) || (a.key < b.key ? -1 : 1));
  const dys = new Map(ordered.map((spot) => [spot.key, room(/** @type {Pixel} */ (pixels.get(spot)), halfWidth(spot, rings), isCall(spot), rows)]));
  return spots.map((spot) => ({ spot, dy: dys.get(spot.key) ?? 0 }));
}

/** @param {Spot} spot @param {boolean} rings */
function halfWidth(spot, rings) {
  if (rings && spot.look.includes("status-AV")) return RING_PX / 2;
  return ((spot.label.length + (spot.age ? spot.age.length + 1 : 0) + (spot.heading === null ? 0 : 2)) * LETTER_PX + FRAME_PX) / 2;
}

/** @param {Map<number, { left: number, right: number, y: number }[]>} rows @param {{ left: number, right: number }} mine @param {number} y */
function isTaken(rows, mine, y) {
  const row = Math.floor(y / STEP_PX);
  for (let at = row - 1; at <= row + 1; at += 1) {
    for (const other of rows.get(at) ?? []) {
      if (other.left < mine.right && other.right > mine.left && Math.abs(other.y - y) < HEIGHT_PX) return true;
    }
  }
  return false;
}

/**
 * The nearest free height: calls rather go up, units down; nothing is moved further than it can be followed.
 * @param {Pixel} pixel @param {number} half @param {boolean} up @param {Map<number, { left: number, right: number, y: number }[]>} rows
 */
function room(pixel, half, up, rows) {
  const mine = { left: pixel.x - half, right: pixel.x + half };
  // A call stands on its point and a unit hangs below it.
  const home = pixel.y + (up ? -STEP_PX / 2 : STEP_PX / 2);
  for (const steps of STEPS) {
    const dy = (up ? 0 - steps : steps) * STEP_PX;
    if (isTaken(rows, mine, home + dy)) continue;
    const row = Math.floor((home + dy) / STEP_PX);
    const there = rows.get(row) ?? [];
    there.push({ ...mine, y: home + dy });
    rows.set(row, there);
    return dy + 0;
  }
  return 0;
}
