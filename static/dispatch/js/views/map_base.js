// @ts-check
/** What the map is drawn on: the city's own outlines, streets and places from `/api/map/`, each a layer that can be put away. */
import * as L from "leaflet";

import { t } from "../i18n.js";

const LABELS_FROM_ZOOM = 13;
/** Of a building only its sign is shown from further away. */
export const SITES_FROM_ZOOM = 15;
const RETRY_MS = 5000;
const AREA_LAYERS = ["NEIGHBORHOOD", "BOUNDARY", "TOWN"];
/** @type {Record<string, string>} */
const SIGNS = { HOSPITAL: "✚", PUBLIC_SAFETY: "★" };

/** @typedef {{ marker: any, words: string, isSite: boolean }} NameOnMap */

/**
 * Loads until it is there. `layers` are on the map from the start, but for the towns around; `names` are there once it is loaded.
 * @param {any} map @param {(path: string) => Promise<any>} get @param {() => void} onLoad
 * @returns {{ layers: Record<string, any>, names: NameOnMap[], fit: () => void, remove: () => void }}
 */
export function drawBase(map, get, onLoad) {
  let removed = false;
  /** @type {any} */
  let bounds = null;
  /** @type {any} */
  let streets = null;
  /** @type {Record<string, any>} */
  const areas = Object.fromEntries(AREA_LAYERS.map((kind) => [kind, L.layerGroup()]));
  const [roads, places, names] = [L.layerGroup(), L.layerGroup(), L.layerGroup()];
  for (const layer of [areas.NEIGHBORHOOD, areas.BOUNDARY, roads, places, names]) layer.addTo(map);
  // Under the marks, wherever they stand.
  Object.assign(map.createPane("names").style, { zIndex: "550", pointerEvents: "none" });
  /** @type {NameOnMap[]} */
  const known = [];
  const name = (/** @type {number} */ lat, /** @type {number} */ lon, /** @type {string} */ words, /** @type {boolean} */ isSite) => {
    const marker = text(lat, lon, words, isSite ? "site" : "area-name");
    known.push({ marker, words, isSite });
    return marker;
  };
  const fit = () => bounds?.isValid() && map.fitBounds(bounds, { animate: false, padding: [4, 4] });
  const showNames = () => {
    map.getContainer().classList.toggle("near", map.getZoom() >= LABELS_FROM_ZOOM);
    map.getContainer().classList.toggle("nearest", map.getZoom() >= SITES_FROM_ZOOM);
  };
  const paintStreets = () => streets?.setStyle({ color: getComputedStyle(map.getContainer()).getPropertyValue("--street").trim(), weight: 1 });
  const load = async () => {
    try {
      const data = await get("/api/map/");
      if (removed) return;
      for (const kind of AREA_LAYERS) areas[kind].addLayer(areasOf(data.areas, kind, (lat, lon, words) => names.addLayer(name(lat, lon, words, false))));
      streets = L.geoJSON(data.streets, { interactive: false, renderer: L.canvas() });
      roads.addLayer(streets);
      for (const place of data.places?.features ?? []) places.addLayer(site(place, name));
      paintStreets();
      bounds = boundsOf(areas.BOUNDARY) ?? boundsOf(areas.NEIGHBORHOOD) ?? streets.getBounds();
      fit();
      onLoad();
    } catch {
      if (!removed) setTimeout(load, RETRY_MS);
    }
  };
  map.on("zoomend", showNames);
  document.addEventListener("themechange", paintStreets);
  showNames();
  void load();
  return {
    layers: {
      [t("Neighborhoods")]: areas.NEIGHBORHOOD, [t("City line")]: areas.BOUNDARY, [t("Towns around")]: areas.TOWN, [t("Streets")]: roads,
      [t("Hospitals, police, fire")]: places, [t("Names")]: names,
    },
    names: known,
    fit,
    remove: () => {
      removed = true;
      document.removeEventListener("themechange", paintStreets);
    },
  };
}

/** @param {any} group */
function boundsOf(group) {
  const [layer] = group.getLayers();
  return layer && layer.getLayers().length > 0 ? layer.getBounds() : null;
}

/** Colours come from the style sheet by class, so that the theme may change at any time. @param {any} collection @param {string} kind @param {(lat: number, lon: number, words: string) => void} name */
function areasOf(collection, kind, name) {
  return L.geoJSON(collection, {
    interactive: false,
    filter: (/** @type {any} */ feature) => feature.properties.kind === kind,
    style: () => ({ className: `area area-${kind.toLowerCase()}` }),
    onEachFeature: (/** @type {any} */ feature) => {
      const { lat, lon } = feature.properties;
      if (kind === "NEIGHBORHOOD") name(lat, lon, feature.properties.name);
    },
  });
}

/** @param {any} feature @param {(lat: number, lon: number, words: string, isSite: boolean) => any} name */
function site({ geometry, properties }, name) {
  const [lon, lat] = geometry.coordinates;
  return name(lat, lon, `${SIGNS[properties.kind] ?? "■"} ${properties.name}`, true);
}

/** @param {number} lat @param {number} lon @param {string} words @param {string} look */
function text(lat, lon, words, look) {
  const element = document.createElement("span");
  element.textContent = words;
  return L.marker([lat, lon], { pane: "names", interactive: false, keyboard: false, icon: L.divIcon({ className: look, html: element, iconSize: [0, 0] }) });
}
