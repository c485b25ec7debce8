// @ts-check
/** Where the units of a call were, as lines on the map: read on request only, as each read is written down. */
import * as L from "leaflet";

import { t, tn } from "../i18n.js";
import { timeOfDay } from "../time.js";
import { trackLines } from "./map_model.js";

/** @typedef {import("./map_model.js").UnitTrack} UnitTrack */

export class Track {
  /** @param {any} map */
  constructor(map) {
    this.map = map;
    this.group = L.layerGroup().addTo(map);
  }

  /** Draw these in place of those before, and look at them. @param {UnitTrack[]} units @param {string} zone @returns {string} what is shown, in words */
  show(units, zone) {
    this.clear();
    const lines = trackLines(units);
    for (const { unit, points, from, to, count } of lines) {
      const times = { unit, from: timeOfDay(from, zone), to: timeOfDay(to, zone) };
      const words = `${t("{unit} from {from} to {to}", times)}, ${tn("{count} position", "{count} positions", count)}`;
      L.polyline(points, { className: "track" }).bindTooltip(text(words), { sticky: true }).addTo(this.group);
      // Named where it began: at its end stands the unit itself.
      L.circleMarker(points[0], { radius: 5, className: "track" })
        .bindTooltip(text(unit), { permanent: true, direction: "left" }).addTo(this.group);
    }
    if (lines.length === 0) return t("No positions of its units are kept.");
    this.map.fitBounds(L.latLngBounds(lines.flatMap((line) => line.points)).pad(0.2), { maxZoom: 16 });
    return t("Where {units} went. That you looked is written down.", { units: lines.map((line) => line.unit).join(", ") });
  }

  clear() {
    this.group.clearLayers();
  }
}

/** @param {string} words */
function text(words) {
  const element = document.createElement("span");
  element.textContent = words;
  return element;
}

/**
 * The button of the page: the track of the open call, and no more.
 * @param {HTMLElement | null} button none for who may not see it
 * @param {{ call: () => string | null, get: (path: string) => Promise<any>, show: (units: UnitTrack[] | null) => string, say: (words: string) => void }} page
 * @returns {() => void} to be called when another call is opened
 */
export function trackButton(button, { call, get, show, say }) {
  const set = (/** @type {UnitTrack[] | null} */ units) => {
    button?.setAttribute("aria-pressed", String(units !== null));
    say(show(units));
  };
  const press = async () => {
    const id = call();
    if (button?.getAttribute("aria-pressed") === "true") set(null);
    else if (id === null) say(t("Open a call to see where its units went."));
    else {
      const { units } = await get(`/api/calls/${id}/track/`);
      if (call() === id) set(units);
    }
  };
  button?.addEventListener("click", () => void press().catch(() => say(t("The track could not be read."))));
  return () => button?.getAttribute("aria-pressed") === "true" && set(null);
}
