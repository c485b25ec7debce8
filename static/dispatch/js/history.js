// @ts-check
/** What units did today, and the calls at a place: read from the server, shown over the console. */
import { t } from "./i18n.js";

/** @typedef {import("./desk.js").Desk} Desk */
/**
 * What was read, to be shown.
 * @typedef {object} Listing
 * @property {string} title
 * @property {{ unit: string, history: any[] }[]} [units] frames of the log, each with the call's `number` and `place`
 * @property {any} [premise] as the call's page has it; null where nothing is known
 */

/** @param {Desk} desk @param {import("./apply.js").UnitRow[]} units */
export async function unitHistory(desk, units) {
  const read = await Promise.all(units.map((unit) => desk.api.get(`/api/units/${encodeURIComponent(unit.unit)}/history/`)));
  show(desk, { title: t("{units} today", { units: units.map((unit) => unit.unit).join(", ") }), units: read });
}

/** @param {Desk} desk @param {string} place in words; empty for the open call's */
export async function locationHistory(desk, place) {
  if (!place && !desk.selected) throw new Error(t("Which place? No call is open."));
  const asked = place ? `place=${encodeURIComponent(place)}` : `call=${desk.selected}`;
  const { premise, matched } = await desk.api.get(`/api/premises/?${asked}`);
  const name = premise?.address || matched || place || desk.call?.location.text || "";
  show(desk, { title: t("Calls at {place}", { place: name }), premise });
}

/** @param {Desk} desk @param {Listing} listing */
function show(desk, listing) {
  desk.listing = listing;
  desk.changed();
}
