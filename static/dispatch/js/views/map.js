// @ts-check
/**
 * The live map. `mountMap(element, store)` draws the city, the calls and the units, and follows the store; the console's pane and
 * the window of `/map/` are the same code. No tile server: the base is our own GeoJSON from `/api/map/`.
 */
import * as L from "leaflet";

import { t } from "../i18n.js";
import { arrange, covered } from "./map_arrange.js";
import { drawBase, SITES_FROM_ZOOM } from "./map_base.js";
import { Marks } from "./map_marks.js";
import { callSpots, etaLines, unitSpots } from "./map_model.js";
import { followControl, layerControl, placeControl } from "./map_tools.js";
import { Track } from "./map_track.js";

/** @typedef {import("./map_model.js").Spot} Spot */
/** @typedef {import("./map_model.js").EtaLine} EtaLine */
/** @typedef {import("../apply.js").Board} Board */
/**
 * @typedef {object} MapOptions
 * @property {() => number} [now] the server's time, ms
 * @property {(kind: "call" | "unit", id: string) => void} [onSelect] a marker was pressed
 * @property {(lat: number, lon: number) => void} [onPlace] a place was pointed at
 * @property {boolean} [rings] free units are rings without a name, as in the console's small pane
 * @property {(path: string) => Promise<any>} [get] JSON of a path
 */
/** @typedef {{ state: Board, subscribe: (listener: (state: Board) => void) => () => void }} FollowedStore */
/** @typedef {{ select: (callId: string | null) => void, track: (units: import("./map_model.js").UnitTrack[] | null, zone: string) => string, resize: () => void, fit: () => void, remove: () => void }} MountedMap */

// Markers are placed by left and top: transforms make a layer or a paint chunk of each, a third of the work of a busy console.
Object.assign(L.Browser, { any3d: false });

const DRAW_EVERY_MS = 250;
const AGES_EVERY_MS = 10_000;
// Where the view stands until the city's own outline is there.
const ANYWHERE = { lat: 41.76, lon: -72.68, zoom: 12 };

/** @param {string} path */
async function getJson(path) {
  const response = await fetch(path, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/**
 * @param {HTMLElement} element with a height of its own
 * @param {FollowedStore} store
 * @param {MapOptions} [options]
 * @returns {MountedMap}
 */
export function mountMap(element, store, options = {}) {
  return new LiveMap(element, store, options);
}

class LiveMap {
  /** @param {HTMLElement} element @param {FollowedStore} store @param {MapOptions} options */
  constructor(element, store, options) {
    this.store = store;
    this.options = options;
    this.reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const moves = { zoomAnimation: !this.reduced, fadeAnimation: !this.reduced, markerZoomAnimation: !this.reduced };
    const map = L.map(element, { attributionControl: false, ...moves });
    this.map = map.setView([ANYWHERE.lat, ANYWHERE.lon], ANYWHERE.zoom);
    this.base = drawBase(map, options.get ?? getJson, () => this.drawSoon());
    const [calls, units, ways] = [L.layerGroup().addTo(map), L.layerGroup().addTo(map), L.layerGroup().addTo(map)];
    const placing = options.onPlace ? placeControl(map, options.onPlace) : () => false;
    this.marks = new Marks(map, { calls, units }, (kind, id) => !placing() && options.onSelect?.(kind, id));
    this.lines = new Lines(ways);
    this.tracks = new Track(map);
    this.around = L.circle([0, 0], { radius: 1, interactive: false, className: "uncertainty" });
    this.selected = "";
    /** @type {ReturnType<typeof setTimeout> | null} */
    this.timer = null;
    this.follows = followControl(map, () => this.look());
    layerControl(map, { [t("Calls")]: calls, [t("Units")]: units, [t("Lines to the call")]: ways, ...this.base.layers });
    this.unsubscribe = store.subscribe(() => this.drawSoon());
    this.ages = setInterval(() => this.drawSoon(), AGES_EVERY_MS);
    this.sized = new ResizeObserver(() => this.resize());
    this.sized.observe(element);
    map.on("zoomend overlayadd", () => this.draw());
    this.draw();
  }

  get now() {
    return this.options.now?.() ?? Date.now();
  }

  drawSoon() {
    this.timer ??= setTimeout(() => this.draw(), DRAW_EVERY_MS);
  }

  draw() {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const { map, selected, now } = this;
    const board = this.store.state;
    const at = (/** @type {{ lat: number, lon: number }} */ spot) => map.project([spot.lat, spot.lon]);
    const spots = [...callSpots(board, now), ...unitSpots(board, now)];
    const rings = this.options.rings ?? false;
    const arranged = arrange(spots, at, { zoom: map.getZoom(), selected, rings });
    this.marks.show(arranged, selected);
    this.hideCovered(arranged, at, rings);
    this.lines.show(etaLines(board, now));
    showAround(map, this.around, board.calls.get(selected.replace("call:", "")));
  }

  /** @param {ReturnType<typeof arrange>} arranged @param {(place: { lat: number, lon: number }) => { x: number, y: number }} at @param {boolean} rings */
  hideCovered(arranged, at, rings) {
    const isFar = this.map.getZoom() < SITES_FROM_ZOOM;
    const labels = this.base.names.map(({ marker, words, isSite }) => {
      const { lat, lng: lon } = marker.getLatLng();
      return { at: at({ lat, lon }), words: isSite && isFar ? words.slice(0, 1) : words, isSite };
    });
    const hidden = covered(labels, arranged, at, rings);
    this.base.names.forEach(({ marker }, index) => marker.getElement()?.classList.toggle("covered", hidden[index]));
  }

  /** Move to the open call where it is not seen. */
  look() {
    const at = this.marks.at(this.selected);
    if (at && this.follows() && !this.map.getBounds().pad(-0.1).contains(at)) this.map.panTo(at, { animate: !this.reduced });
  }

  /** @param {string | null} callId */
  select(callId) {
    this.selected = callId === null ? "" : `call:${callId}`;
    this.draw();
    this.look();
  }

  /** Draw where units were, or no more. @param {import("./map_model.js").UnitTrack[] | null} units @param {string} zone @returns {string} what is shown, in words */
  track(units, zone) {
    if (units !== null) return this.tracks.show(units, zone);
    this.tracks.clear();
    return "";
  }

  resize() {
    this.map.invalidateSize({ animate: false });
  }

  fit() {
    this.base.fit();
  }

  remove() {
    this.unsubscribe();
    clearInterval(this.ages);
    this.sized.disconnect();
    if (this.timer !== null) clearTimeout(this.timer);
    this.base.remove();
    this.map.remove();
  }
}

/** How far off the selected call may be. @param {any} map @param {any} around @param {import("../apply.js").CallRow | undefined} call */
function showAround(map, around, call) {
  const { lat, lon, uncertainty_m: metres } = call?.location ?? {};
  if (typeof lat !== "number" || typeof lon !== "number" || !metres) around.remove();
  else around.setLatLng([lat, lon]).setRadius(metres).addTo(map);
}

class Lines {
  /** @param {any} group */
  constructor(group) {
    this.group = group;
    /** @type {Map<string, { line: any, look: string, drawn: string }>} */
    this.placed = new Map();
  }

  /** @param {EtaLine[]} wanted */
  show(wanted) {
    const looks = new Map(wanted.map((one) => [one.key, one.look]));
    for (const [key, { line, look }] of this.placed) {
      if (looks.get(key) === look) continue;
      this.group.removeLayer(line);
      this.placed.delete(key);
    }
    for (const { key, from, to, look } of wanted) {
      const drawn = [...from, ...to].join();
      const known = this.placed.get(key) ?? { line: L.polyline([from, to], { className: look, interactive: false }).addTo(this.group), look, drawn };
      if (known.drawn !== drawn) known.line.setLatLngs([from, to]);
      this.placed.set(key, { ...known, drawn });
    }
  }
}
