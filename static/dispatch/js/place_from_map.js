// @ts-check
/** A place pointed at on the map, here or in the map's own window: for the open call, or for a new one. */
import { t } from "./i18n.js";

/** @typedef {import("./desk.js").Desk} Desk */

const CHANNEL = "hearteam.place";
const ANSWER_MS = 600;
const ENDED = ["closed", "cancelled", "merged"];

/** @param {number} lat @param {number} lon */
const pointWords = (lat, lon) => `${lat.toFixed(5)}, ${lon.toFixed(5)}`;

/** Take the point; a place that was typed or found is replaced only after asking. @param {Desk} desk @param {number} lat @param {number} lon */
export function placeFromMap(desk, lat, lon) {
  if (desk.call && ENDED.includes(desk.call.status)) return desk.say(t("This call has ended: its place stays."));
  if (!desk.form) desk.openNew();
  const known = String(desk.form?.value("location.text") ?? "").trim();
  if (known) desk.ask("place", { about: { lat: String(lat), lon: String(lon), known } });
  else takePoint(desk, lat, lon);
  return undefined;
}

/** @param {Desk} desk @param {number} lat @param {number} lon */
export function takePoint(desk, lat, lon) {
  desk.form?.pick({ text: pointWords(lat, lon), lat, lon });
  desk.say(t("Place set from the map."));
}

/** Points from the map's own window. @param {Desk} desk @param {BroadcastChannel} [channel] */
export function listenForPlaces(desk, channel = new BroadcastChannel(CHANNEL)) {
  channel.onmessage = ({ data }) => {
    if (typeof data?.lat !== "number" || typeof data?.lon !== "number") return;
    channel.postMessage({ taken: true });
    placeFromMap(desk, data.lat, data.lon);
  };
}

/**
 * From the map's own window to the console beside it.
 * @param {number} lat @param {number} lon @param {BroadcastChannel} [channel] @returns {Promise<boolean>} whether a console took it
 */
export function tellPlace(lat, lon, channel = new BroadcastChannel(CHANNEL)) {
  const answered = new Promise((resolve) => {
    channel.onmessage = ({ data }) => resolve(data?.taken === true);
    setTimeout(() => resolve(false), ANSWER_MS);
  });
  channel.postMessage({ lat, lon });
  return answered.finally(() => channel.close()).then(Boolean);
}
