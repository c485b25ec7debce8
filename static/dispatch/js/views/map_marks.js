// @ts-check
/** The marks of calls, units and crowds of both: elements that are moved and redrawn only where something changed. */
import * as L from "leaflet";

import { t, tn } from "../i18n.js";

/** @typedef {import("./map_model.js").Spot} Spot */
/** @typedef {import("./map_arrange.js").Cluster} Cluster */
/** @typedef {import("./map_arrange.js").Shown} Shown */
/** @typedef {(kind: "call" | "unit", id: string) => void} OnSelect */
/** @typedef {{ marker: any, group: any, drawn: string }} Placed */

const ARROWS = "↑↗→↘↓↙←↖";
const CALLS_ABOVE = 1000;

export class Marks {
  /** @param {any} map @param {{ calls: any, units: any }} groups @param {OnSelect} onSelect */
  constructor(map, groups, onSelect) {
    this.map = map;
    this.groups = groups;
    this.onSelect = onSelect;
    /** @type {Map<string, Placed>} */
    this.placed = new Map();
  }

  /** Where a mark stands; undefined while it is in a crowd or has no place. @param {string} key */
  at(key) {
    return this.placed.get(key)?.marker.getLatLng();
  }

  /** @param {{ shown: Shown[], clusters: Cluster[] }} arranged @param {string} selected */
  show({ shown, clusters }, selected) {
    const wanted = new Set([...shown.map(({ spot }) => spot.key), ...clusters.map((one) => one.key)]);
    for (const [key, { marker, group }] of this.placed) {
      if (wanted.has(key)) continue;
      group.removeLayer(marker);
      this.placed.delete(key);
    }
    for (const { spot, dy } of shown) this.showSpot(spot, dy, spot.key === selected);
    for (const cluster of clusters) this.showCluster(cluster);
  }

  /** @param {Spot} spot @param {number} dy @param {boolean} isSelected */
  showSpot(spot, dy, isSelected) {
    const [kind, id] = spot.key.split(/:(.*)/s);
    const group = kind === "call" ? this.groups.calls : this.groups.units;
    const known = this.placed.get(spot.key) ?? this.add(spot, group, () => this.onSelect(/** @type {"call" | "unit"} */ (kind), id));
    known.marker.setLatLng([spot.lat, spot.lon]);
    const drawn = JSON.stringify([spot.look, spot.label, spot.details, spot.heading, spot.age, isSelected, dy]);
    this.draw(known, drawn, (element) => drawSpot(element, spot, isSelected, dy));
  }

  /** @param {Cluster} cluster */
  showCluster(cluster) {
    const nearer = () => {
      const bounds = L.latLngBounds(cluster.members.map((one) => [one.lat, one.lon]));
      this.map.fitBounds(bounds, { animate: false, padding: [40, 40], maxZoom: 15 });
      if (this.placed.has(cluster.key)) this.map.setView([cluster.lat, cluster.lon], this.map.getZoom() + 1, { animate: false });
      this.map.getContainer().focus();
    };
    const known = this.placed.get(cluster.key) ?? this.add(cluster, this.groups.calls, () => known.open());
    known.open = nearer;
    known.marker.setLatLng([cluster.lat, cluster.lon]);
    this.draw(known, JSON.stringify([cluster.look, cluster.calls, cluster.units]), (element) => drawCluster(element, cluster));
  }

  /** @param {{ key: string, lat: number, lon: number }} mark @param {any} group @param {() => void} choose @returns {any} */
  add(mark, group, choose) {
    const icon = L.divIcon({ className: "spot", html: "", iconSize: [0, 0] });
    const marker = L.marker([mark.lat, mark.lon], { icon, zIndexOffset: mark.key.startsWith("unit:") ? 0 : CALLS_ABOVE, riseOnHover: true });
    marker.on("click", choose);
    const known = { marker, group, drawn: "", open: choose };
    // A layer that was put away and comes back has a new element.
    marker.on("add", () => {
      known.drawn = "";
      marker.getElement().addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        choose();
      });
    });
    group.addLayer(marker);
    this.placed.set(mark.key, known);
    return known;
  }

  /** @param {Placed} known @param {string} drawn @param {(element: HTMLElement) => void} paint */
  draw(known, drawn, paint) {
    const element = known.marker.getElement();
    if (!element || drawn === known.drawn) return;
    paint(element);
    known.drawn = drawn;
  }
}

/** @param {HTMLElement} element @param {Spot} spot @param {boolean} selected @param {number} dy */
function drawSpot(element, spot, selected, dy) {
  element.setAttribute("role", "button");
  element.setAttribute("aria-pressed", String(selected));
  element.title = `${spot.label}: ${spot.details}`;
  const body = document.createElement("span");
  body.className = `${spot.look}${selected ? " selected" : ""}${dy === 0 ? "" : dy < 0 ? " above" : " below"}`;
  body.style.setProperty("--dy", `${dy}px`);
  body.style.setProperty("--leader", `${Math.abs(dy)}px`);
  if (spot.heading !== null) body.append(small("heading", ARROWS[Math.round(spot.heading / 45) % 8]));
  body.append(spot.label);
  if (spot.age) body.append(small("age", spot.age)); // the details say it
  const details = document.createElement("span");
  details.className = "hidden-text";
  details.textContent = `: ${spot.details}`;
  body.append(details);
  element.replaceChildren(body);
}

/** @param {HTMLElement} element @param {Cluster} cluster */
function drawCluster(element, { calls, units, look }) {
  const words = [
    calls > 0 ? tn("{count} call", "{count} calls", calls) : "", units > 0 ? tn("{count} unit", "{count} units", units) : "",
  ].filter(Boolean).join(", ");
  element.setAttribute("role", "button");
  element.title = t("{marks}: look nearer", { marks: words });
  const body = document.createElement("span");
  body.className = look;
  body.append(small("", [calls > 0 ? `■ ${calls}` : "", units > 0 ? `● ${units}` : ""].filter(Boolean).join(" ")));
  const details = document.createElement("span");
  details.className = "hidden-text";
  details.textContent = element.title;
  body.append(details);
  element.replaceChildren(body);
}

/** @param {string} look @param {string} text */
function small(look, text) {
  const element = document.createElement(look === "heading" ? "span" : "small");
  element.className = look;
  element.textContent = text;
  element.ariaHidden = "true";
  return element;
}
