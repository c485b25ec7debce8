// @ts-check
/**
 * The live map. `mountMap(element, store)` draws the city's areas and streets, the calls and the units, and follows the store; the
 * console's pane and the window of `/map/` are the same code. No tile server: the base is our own GeoJSON from `/api/map/`.
 */
import * as L from "leaflet";
import { callSpots, unitSpots } from "./map_model.js";

/** @typedef {import("./map_model.js").Spot} Spot */
/** @typedef {import("../apply.js").Board} Board */
/**
 * @typedef {object} MapOptions
 * @property {() => number} [now] the server's time, ms
 * @property {(kind: "call" | "unit", id: string) => void} [onSelect] a marker was pressed
 * @property {(path: string) => Promise<any>} [get] JSON of a path
 */
/** @typedef {{ select: (callId: string | null) => void, resize: () => void, fit: () => void, remove: () => void }} MountedMap */
/** @typedef {{ marker: any, drawn: string }} Placed */

// Markers are placed by left and top: transforms make a layer or a paint chunk of each, a third of the work of a busy console.
Object.assign(L.Browser, { any3d: false });

const DRAW_EVERY_MS = 250;
const AGES_EVERY_MS = 10_000;
const LABELS_FROM_ZOOM = 13;
const RETRY_MS = 5000;
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
 * @param {{ state: Board, subscribe: (listener: (state: Board) => void) => () => void }} store
 * @param {MapOptions} [options]
 * @returns {MountedMap}
 */
export function mountMap(element, store, options = {}) {
  const now = options.now ?? (() => Date.now());
  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, { attributionControl: false, zoomAnimation: !reduced, fadeAnimation: !reduced, markerZoomAnimation: !reduced, zoomSnap: 0.5 });
  map.setView([ANYWHERE.lat, ANYWHERE.lon], ANYWHERE.zoom);
  const base = drawBase(map, options.get ?? getJson);
  /** @type {Map<string, Placed>} */
  const placed = new Map();
  let selected = "";
  /** @type {ReturnType<typeof setTimeout> | null} */
  let timer = null;

  const draw = () => {
    timer = null;
    const spots = [...callSpots(store.state, now()), ...unitSpots(store.state, now())];
    place(map, placed, spots, selected, options.onSelect ?? (() => {}));
  };
  const drawSoon = () => {
    timer ??= setTimeout(draw, DRAW_EVERY_MS);
  };
  const unsubscribe = store.subscribe(drawSoon);
  const ages = setInterval(drawSoon, AGES_EVERY_MS);
  const sized = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  sized.observe(element);
  draw();

  return {
    select: (callId) => {
      selected = callId === null ? "" : `call:${callId}`;
      draw();
      const marker = placed.get(selected)?.marker;
      if (marker && !map.getBounds().pad(-0.1).contains(marker.getLatLng())) map.panTo(marker.getLatLng(), { animate: !reduced });
    },
    resize: () => map.invalidateSize({ animate: false }),
    fit: base.fit,
    remove: () => {
      unsubscribe();
      clearInterval(ages);
      sized.disconnect();
      if (timer !== null) clearTimeout(timer);
      base.remove();
      map.remove();
    },
  };
}

/** @param {any} map @param {(path: string) => Promise<any>} get */
function drawBase(map, get) {
  let removed = false;
  /** @type {any} */
  let bounds = null;
  /** @type {any} */
  let streets = null;
  const names = L.layerGroup();
  const fit = () => bounds?.isValid() && map.fitBounds(bounds, { animate: false, padding: [4, 4] });
  const showNames = () => (map.getZoom() >= LABELS_FROM_ZOOM ? names.addTo(map) : names.remove());
  const paintStreets = () => streets?.setStyle({ color: getComputedStyle(map.getContainer()).getPropertyValue("--street").trim(), weight: 1 });
  const load = async () => {
    try {
      const data = await get("/api/map/");
      if (removed) return;
      const areas = drawAreas(map, data.areas, names);
      streets = L.geoJSON(data.streets, { interactive: false, renderer: L.canvas() }).addTo(map);
      paintStreets();
      bounds = areas.boundary ?? areas.all ?? streets.getBounds();
      fit();
      showNames();
    } catch {
      if (!removed) setTimeout(load, RETRY_MS);
    }
  };
  map.on("zoomend", showNames);
  document.addEventListener("themechange", paintStreets);
  void load();
  return {
    fit,
    remove: () => {
      removed = true;
      document.removeEventListener("themechange", paintStreets);
    },
  };
}

/** Colours come from the style sheet by class, so that the theme may change at any time. @param {any} map @param {any} collection @param {any} names */
function drawAreas(map, collection, names) {
  /** @type {any} */
  let boundary = null;
  const layer = L.geoJSON(collection, {
    interactive: false,
    filter: (/** @type {any} */ feature) => feature.properties.kind !== "TOWN",
    style: (/** @type {any} */ feature) => ({ className: `area area-${feature.properties.kind.toLowerCase()}` }),
    onEachFeature: (/** @type {any} */ feature, /** @type {any} */ one) => {
      const { kind, name, lat, lon } = feature.properties;
      if (kind === "BOUNDARY") boundary = one.getBounds();
      if (kind === "NEIGHBORHOOD") names.addLayer(nameAt(lat, lon, name));
    },
  }).addTo(map);
  return { boundary, all: layer.getLayers().length > 0 ? layer.getBounds() : null };
}

/** @param {number} lat @param {number} lon @param {string} name */
function nameAt(lat, lon, name) {
  const element = document.createElement("span");
  element.textContent = name;
  return L.marker([lat, lon], { interactive: false, keyboard: false, icon: L.divIcon({ className: "area-name", html: element, iconSize: [0, 0] }) });
}

/**
 * Bring the markers in line with the spots: move what moved, redraw what changed, take away what is gone.
 * @param {any} map @param {Map<string, Placed>} placed @param {Spot[]} spots @param {string} selected
 * @param {(kind: "call" | "unit", id: string) => void} onSelect
 */
function place(map, placed, spots, selected, onSelect) {
  const wanted = new Set(spots.map((spot) => spot.key));
  for (const [key, { marker }] of placed) {
    if (wanted.has(key)) continue;
    marker.remove();
    placed.delete(key);
  }
  for (const spot of spots) {
    const known = placed.get(spot.key) ?? addMarker(map, placed, spot, onSelect);
    const drawn = JSON.stringify([spot.look, spot.label, spot.details, spot.heading, spot.age, spot.key === selected]);
    known.marker.setLatLng([spot.lat, spot.lon]);
    if (drawn !== known.drawn) drawMarker(known.marker.getElement(), spot, spot.key === selected);
    known.drawn = drawn;
  }
}

/** @param {any} map @param {Map<string, Placed>} placed @param {Spot} spot @param {(kind: "call" | "unit", id: string) => void} onSelect */
function addMarker(map, placed, spot, onSelect) {
  const [kind, id] = spot.key.split(/:(.*)/s);
  const icon = L.divIcon({ className: "spot", html: "", iconSize: [0, 0] });
  const marker = L.marker([spot.lat, spot.lon], { icon, zIndexOffset: kind === "call" ? 1000 : 0, riseOnHover: true }).addTo(map);
  const choose = () => onSelect(/** @type {"call" | "unit"} */ (kind), id);
  marker.on("click", choose);
  marker.getElement().addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    choose();
  });
  const known = { marker, drawn: "" };
  placed.set(spot.key, known);
  return known;
}

/** @param {HTMLElement} element @param {Spot} spot @param {boolean} selected */
function drawMarker(element, spot, selected) {
  element.setAttribute("role", "button");
  element.setAttribute("aria-pressed", String(selected));
  element.title = `${spot.label}: ${spot.details}`;
  const body = document.createElement("span");
  body.className = `${spot.look}${selected ? " selected" : ""}`;
  if (spot.heading !== null) body.append(arrow(spot.heading));
  body.append(spot.label);
  if (spot.age) {
    const age = document.createElement("small");
    age.textContent = spot.age;
    age.ariaHidden = "true"; // the details say it
    body.append(age);
  }
  const details = document.createElement("span");
  details.className = "hidden-text";
  details.textContent = `: ${spot.details}`;
  body.append(details);
  element.replaceChildren(body);
}

const ARROWS = "↑↗→↘↓↙←↖";

/** @param {number} heading degrees @returns {HTMLElement} */
function arrow(heading) {
  const element = document.createElement("span");
  element.className = "heading";
  element.textContent = ARROWS[Math.round(heading / 45) % 8];
  element.ariaHidden = "true";
  return element;
}
