// @ts-check
/** Controls of the map: its layers, whether it follows the open call, and setting a place by pointing at it. */
import * as L from "leaflet";

import { t } from "../i18n.js";

const FOLLOW_KEY = "hearteam.map.follow";
const PLACE_LETTER = "p";

/** The boxes of the layers, opened by pointing or by the keyboard. @param {any} map @param {Record<string, any>} layers by their names */
export function layerControl(map, layers) {
  L.control.layers(null, layers, { position: "topright", collapsed: true }).addTo(map);
}

/**
 * @param {any} map @param {(follows: boolean) => void} onChange
 * @returns {() => boolean} whether the map moves to a call that is opened
 */
export function followControl(map, onChange) {
  const input = document.createElement("input");
  input.type = "checkbox";
  input.checked = localStorage.getItem(FOLLOW_KEY) !== "no";
  input.addEventListener("change", () => {
    localStorage.setItem(FOLLOW_KEY, input.checked ? "yes" : "no");
    onChange(input.checked);
  });
  const label = document.createElement("label");
  label.title = t("Follow the open call");
  label.append(input, ` ${t("Follow")}`);
  addControl(map, "map-tool", label);
  return () => input.checked;
}

/**
 * A button, or P on the map: the next click is the place, or Enter for the middle, which arrows move. Esc leaves it.
 * @param {any} map @param {(lat: number, lon: number) => void} onPlace
 * @returns {() => boolean} whether the next click is a place
 */
export function placeControl(map, onPlace) {
  const container = map.getContainer();
  const start = document.createElement("button");
  start.type = "button";
  start.textContent = t("Set place (P)");
  start.setAttribute("aria-keyshortcuts", "P");
  const hint = document.createElement("span");
  hint.setAttribute("role", "status");
  const is = () => container.classList.contains("placing");
  const set = (/** @type {boolean} */ on) => {
    container.classList.toggle("placing", on);
    start.setAttribute("aria-pressed", String(on));
    hint.textContent = on ? t("Click the place, or move it under the cross by arrows and press Enter. Esc leaves.") : "";
    if (on) container.focus();
  };
  const take = (/** @type {{ lat: number, lng: number }} */ point) => {
    set(false);
    onPlace(Number(point.lat.toFixed(6)), Number(point.lng.toFixed(6)));
  };
  start.addEventListener("click", () => set(!is()));
  map.on("click", (/** @type {any} */ event) => is() && take(event.latlng));
  container.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.target !== container || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key.toLowerCase() === PLACE_LETTER) set(!is());
    else if (event.key === "Enter" && is()) take(map.getCenter());
    else if (event.key === "Escape" && is()) set(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  addControl(map, "map-tool", start, hint);
  return is;
}

/** @param {any} map @param {string} look @param {HTMLElement[]} content */
function addControl(map, look, ...content) {
  const control = new L.Control({ position: "bottomleft" });
  control.onAdd = () => {
    const element = document.createElement("div");
    element.className = look;
    element.append(...content);
    L.DomEvent.disableClickPropagation(element);
    return element;
  };
  control.addTo(map);
}
