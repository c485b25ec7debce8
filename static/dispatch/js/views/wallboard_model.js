// @ts-check
/** What the wall screen shows: counts, calls and units, and nothing that names a person or tells a story. Pure. */
import { served, t } from "../i18n.js";
import { callTone, isPending, sortCalls, sortUnits, unitTone } from "../rows.js";
import { formatAge } from "../time.js";
import { plus } from "../wording.js";

/** @typedef {import("../apply.js").Board} Board */
/** @typedef {{ key: string, number: string, priority: number, tier: string, type: string, place: string, units: string, age: string, tone: string }} CallLine */
/** @typedef {{ key: string, unit: string, team: string, status: string, call: string, age: string, tone: string }} UnitLine */
/** @typedef {{ label: string, value: number, tone: string }} Count */

/** @param {Board} board @param {number} now ms @returns {Count[]} */
export function counts(board, now) {
  const calls = [...board.calls.values()];
  const alerts = [...board.alerts.values()].filter((alert) => alert.level === 1);
  const units = [...board.units.values()].filter((unit) => unit.on_shift);
  const available = units.filter((unit) => unit.status === "AV");
  const late = calls.filter((call) => callTone(call, now) === "over");
  return [
    { label: t("Pending"), value: calls.filter(isPending).length, tone: "" },
    { label: t("Active"), value: calls.filter((call) => !isPending(call)).length, tone: "" },
    { label: t("Overdue"), value: late.length, tone: late.length > 0 ? "over" : "" },
    { label: t("L1 alerts"), value: alerts.length, tone: alerts.length > 0 ? "over" : "" },
    { label: t("Crisis teams free"), value: available.filter((unit) => unit.kind === "CIVILIAN").length, tone: "" },
    { label: t("Others free"), value: available.filter((unit) => unit.kind !== "CIVILIAN").length, tone: "" },
  ];
}

/** @param {Board} board @param {number} now ms @returns {{ pending: CallLine[], active: CallLine[] }} */
export function callLines(board, now) {
  const sorted = sortCalls([...board.calls.values()], now);
  const line = (/** @type {import("../apply.js").CallRow} */ call) => ({
    key: call.id, number: call.number, priority: call.priority, tier: call.tier ? `T${call.tier}` : "–", type: served(call.type_name) || t("no type yet"),
    place: call.location?.text || t("no place yet"), age: formatAge(call.received_at, now), tone: callTone(call, now),
    units: call.assignments.map((one) => `${one.unit} ${one.status}`).join(", ") || (call.response?.length ? plus(call.response) : ""),
  });
  return { pending: sorted.filter(isPending).map(line), active: sorted.filter((call) => !isPending(call)).map(line) };
}

/**
 * Units on shift: those at work first, then those on a break or out of service; the available ones by call sign alone.
 * @param {Board} board @param {number} now ms @returns {{ busy: UnitLine[], free: string[] }}
 */
export function unitLines(board, now) {
  const sorted = sortUnits([...board.units.values()].filter((unit) => unit.on_shift && unit.status !== "OFF"));
  const free = sorted.filter((unit) => unit.status === "AV").map((unit) => unit.unit);
  const busy = sorted.filter((unit) => unit.status !== "AV").sort((a, b) => Number(b.call !== null) - Number(a.call !== null));
  return { free, busy: busy.map((unit) => unitLine(unit, now)) };
}

/** @param {import("../apply.js").UnitRow} unit @param {number} now @returns {UnitLine} */
function unitLine(unit, now) {
  return {
    key: unit.unit, unit: unit.unit, team: unit.team, status: unit.status, call: unit.call_number?.slice(-4) ?? "",
    age: formatAge(unit.since, now), tone: unitTone(unit, now),
  };
}

/**
 * The part of a list that is shown at a turn, where `room` of it fit; the turns go round.
 * @template T @param {T[]} lines @param {number} room @param {number} turn @returns {{ lines: T[], from: number, to: number }} `from` counts from 1
 */
export function page(lines, room, turn) {
  const pages = Math.max(1, Math.ceil(lines.length / room));
  const at = (turn % pages) * room;
  const shown = lines.slice(at, at + room);
  return { lines: shown, from: at + 1, to: at + shown.length };
}
