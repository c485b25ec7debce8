// @ts-check
/** What stands on the map and how it is named: calls that have a place, units that have been heard of. Pure. */
import { served, t } from "../i18n.js";
import { callTone, isPending } from "../rows.js";
import { durationInWords } from "../time.js";
import { CALL_STATUS_WORDS, STATUS_WORDS } from "../wording.js";

/** @typedef {import("../apply.js").Board} Board */
/** @typedef {import("../apply.js").CallRow} CallRow */
/** @typedef {import("../apply.js").UnitRow} UnitRow */
/** @typedef {import("../apply.js").Presence} Presence */
/**
 * @typedef {object} Spot
 * @property {string} key `call:3`, `unit:CRT1`
 * @property {number} lat
 * @property {number} lon
 * @property {string} label what is written on the map
 * @property {string} details the rest in words, for the tooltip and for a screen reader
 * @property {string} look class names
 * @property {number | null} heading degrees clockwise from north
 * @property {string} age of the fix, when it is old; else how many minutes a unit on its way needs still
 */
/**
 * @typedef {object} EtaLine from a unit on its way to its call
 * @property {string} key
 * @property {[number, number]} from
 * @property {[number, number]} to
 * @property {string} look class names
 */

/** What `/api/calls/{id}/track/` says of a unit. @typedef {{ unit: string, fixes: { at: string, lat: number, lon: number, verdict: string }[] }} UnitTrack */
/** @typedef {{ unit: string, points: [number, number][], from: string, to: string, count: number }} TrackLine */

const UNDER_WAY = ["DP", "ER"];
const FIX_OLD_MS = 120_000;
const FIX_LOST_MS = 600_000;
/** A radius above this tells of a cell site, not of a unit. */
const FIX_COARSE_M = 2000;

/** @param {unknown} value @returns {value is number} */
const known = (value) => typeof value === "number" && Number.isFinite(value);

/** Calls by gravity, the gravest last, so that they are drawn on top. @param {Board} board @param {number} now ms @returns {Spot[]} */
export function callSpots(board, now) {
  const placed = [...board.calls.values()].filter((call) => known(call.location?.lat) && known(call.location?.lon));
  return placed.sort((a, b) => b.priority - a.priority).map((call) => callSpot(call, now));
}

/** @param {CallRow} call @param {number} now @returns {Spot} */
function callSpot(call, now) {
  const units = call.assignments.map((one) => one.unit).join(", ");
  const about = Number(call.location.uncertainty_m) > 100 ? `, ${t("position good to {metres} m", { metres: call.location.uncertainty_m })}` : "";
  const unsure = call.location.verified === false;
  const tone = callTone(call, now);
  return {
    key: `call:${call.id}`, lat: Number(call.location.lat), lon: Number(call.location.lon), heading: null, age: "",
    label: `P${call.priority} ${call.number.slice(-4)}${unsure ? "?" : ""}`,
    details: `${t("call {number}", { number: call.number })}, ${served(call.type_name) || t("no type yet")}, ${call.location.text}${unsure ? `, ${t("place not verified")}` : ""}${about}, ${CALL_STATUS_WORDS[call.status] ?? call.status}${units ? `, ${units}` : ""}`,
    look: ["spot-call", `priority-${call.priority}`, isPending(call) ? "waiting" : "served", tone ? `tone-${tone}` : ""].filter(Boolean).join(" "),
  };
}

/** @param {Board} board @param {number} now ms @returns {Spot[]} */
export function unitSpots(board, now) {
  /** @type {Spot[]} */
  const spots = [];
  for (const unit of board.units.values()) {
    const presence = board.presence.get(unit.unit);
    if (isOffDuty(board, unit) || !presence || !known(presence.lat) || !known(presence.lon)) continue;
    spots.push(unitSpot(unit, presence, now, minutesToGo(board, unit, now)));
  }
  return spots;
}

/** Where a unit is that nobody may send is nobody's business, unless it is out still or calls for help. @param {Board} board @param {UnitRow} unit */
function isOffDuty(board, unit) {
  if (unit.call || [...board.alerts.values()].some((alert) => alert.unit === unit.unit && alert.kind === "EMERGENCY")) return false;
  return unit.status === "OFF" || unit.on_shift === false;
}

/** The assignment of a unit on its way to a call. @param {Board} board @param {UnitRow} unit */
function onItsWay(board, unit) {
  const call = unit.call === null ? undefined : board.calls.get(unit.call);
  const assignment = call?.assignments.find((one) => one.unit === unit.unit && UNDER_WAY.includes(one.status));
  return call && assignment ? { call, assignment } : null;
}

/** @param {Board} board @param {UnitRow} unit @param {number} now @returns {number | null} */
function minutesToGo(board, unit, now) {
  const at = onItsWay(board, unit)?.assignment.eta_at;
  const minutes = at ? Math.ceil((Date.parse(at) - now) / 60_000) : 0;
  return minutes > 0 ? minutes : null;
}

/** A line for each unit on its way whose position is still worth something. @param {Board} board @param {number} now ms @returns {EtaLine[]} */
export function etaLines(board, now) {
  /** @type {EtaLine[]} */
  const lines = [];
  for (const unit of board.units.values()) {
    const presence = board.presence.get(unit.unit);
    const way = onItsWay(board, unit);
    if (!way || !presence?.fix_at || now - Date.parse(presence.fix_at) >= FIX_LOST_MS) continue;
    const { lat, lon } = way.call.location;
    if (!known(lat) || !known(lon) || !known(presence.lat) || !known(presence.lon)) continue;
    lines.push({ key: `eta:${way.assignment.id}`, from: [presence.lat, presence.lon], to: [lat, lon], look: `eta eta-${way.assignment.status}` });
  }
  return lines;
}

/** @param {UnitRow} unit @param {Presence} presence @param {number} now @param {number | null} minutes to its call @returns {Spot} */
function unitSpot(unit, presence, now, minutes) {
  const fix = fixOf(presence, now);
  const way = minutes === null ? "" : `, ${t("there in {minutes} min", { minutes })}`;
  const call = unit.call_number ? `, ${t("call {number}", { number: unit.call_number })}${way}` : "";
  return {
    key: `unit:${unit.unit}`, lat: Number(presence.lat), lon: Number(presence.lon), label: unit.unit,
    age: fix.doubt || (minutes === null ? "" : `→ ${minutes}′`),
    heading: known(presence.heading) && (presence.speed_mps ?? 0) > 0.5 ? presence.heading : null,
    details: `${STATUS_WORDS[unit.status] ?? unit.status}${call}, ${fix.words}`,
    look: `spot-unit status-${unit.status} fix-${fix.freshness}`,
  };
}

/** How much a fix is worth: `doubt` is written beside the unit. @param {Presence} presence @param {number} now */
function fixOf(presence, now) {
  if (!presence.fix_at) return { freshness: "lost", doubt: t("no fix"), words: t("position not fixed") };
  const ageMs = Math.max(0, now - Date.parse(presence.fix_at));
  const metres = Number(presence.accuracy_m);
  const isCoarse = metres > FIX_COARSE_M;
  const words = t("position {time} old", { time: durationInWords(ageMs) });
  const freshness = ageMs >= FIX_LOST_MS ? "lost" : ageMs >= FIX_OLD_MS || isCoarse ? "old" : "fresh";
  if (!isCoarse) return { freshness, doubt: freshness === "fresh" ? "" : durationInWords(ageMs), words };
  const doubt = ageMs >= FIX_OLD_MS ? durationInWords(ageMs) : `± ${(metres / 1000).toFixed(0)} km`;
  return { freshness, doubt, words: `${words}, ${t("position good to {metres} m", { metres: metres.toFixed(0) })}` };
}

/** A line for each unit whose positions are kept; what was doubted is left out. @param {UnitTrack[]} units @returns {TrackLine[]} */
export function trackLines(units) {
  return units.flatMap(({ unit, fixes }) => {
    const good = fixes.filter((fix) => fix.verdict === "MOVES" || fix.verdict === "LATE");
    if (good.length === 0) return [];
    const points = good.map((fix) => /** @type {[number, number]} */ ([fix.lat, fix.lon]));
    return [{ unit, points, from: good[0].at, to: good[good.length - 1].at, count: good.length }];
  });
}
