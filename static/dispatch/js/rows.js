// @ts-check
/**
 * What a row of the console shows of lateness, in which order rows stand, and how they stay put under the reader. Pure.
 */
import { limits } from "./limits.js";

/** @typedef {import("./apply.js").CallRow} CallRow */
/** @typedef {import("./apply.js").UnitRow} UnitRow */
/** @typedef {"" | "soon" | "over"} Tone */
/** What counts, when it is due (ms), and how late that is. @typedef {{ label: string, at: number, tone: Tone }} Timer */

const MINUTE = 60_000;
export const WINDOW_ABOVE = 100;

/** @param {string | null | undefined} at @returns {number | null} ms */
export const ms = (at) => (at ? Date.parse(at) : null);

/**
 * Amber from a part of the way to the due time (80 % in the programme), red from then on.
 * @param {number} from @param {number} due @param {number} now @returns {Tone}
 */
function toneOf(from, due, now) {
  if (now >= due) return "over";
  return now >= from + (due - from) * limits.amber ? "soon" : "";
}

/** The worse of two. @param {Tone} a @param {Tone} b @returns {Tone} */
const worse = (a, b) => (a === "over" || b === "over" ? "over" : a || b);

/**
 * A crew's timers: its welfare check, its answer to the dispatch, its expected arrival.
 * @param {{ status?: string, since: string, order?: string | null, order_acknowledged_at?: string | null,
 *   eta_at?: string | null, welfare_due_at?: string | null, silent_since?: string | null }} row an assignment or a unit
 * @param {number} now @returns {Timer[]} the most pressing first
 */
export function crewTimers(row, now) {
  const since = Date.parse(row.since);
  /** @type {Timer[]} */
  const timers = [];
  const welfare = ms(row.welfare_due_at);
  if (welfare !== null) timers.push({ label: "welfare check", at: welfare, tone: now >= welfare ? "over" : now >= welfare - MINUTE ? "soon" : "" });
  if (row.order && !row.order_acknowledged_at) timers.push({ label: `${row.order.toLowerCase()} not acknowledged`, at: since, tone: "over" });
  if (row.status === "DP") timers.push({ label: "acknowledge", at: since + limits.acknowledgeMs, tone: toneOf(since, since + limits.acknowledgeMs, now) });
  const eta = ms(row.eta_at);
  if (row.status === "ER" && eta !== null) {
    timers.push({ label: "ETA", at: eta, tone: now >= eta + limits.overrunMs ? "over" : now >= eta ? "soon" : "" });
  }
  const silent = ms(row.silent_since);
  if (silent !== null) timers.push({ label: "silent", at: silent, tone: row.status === "OS" ? "over" : "soon" });
  const weight = { over: 0, soon: 1, "": 2 };
  return timers.sort((a, b) => weight[a.tone] - weight[b.tone]);
}

/**
 * How late a call is: its own due time, its hold, its call-back and its crews.
 * @param {CallRow} call @param {number} now @returns {Tone}
 */
export function callTone(call, now) {
  /** @type {Tone} */
  let tone = "";
  const received = Math.max(Date.parse(call.received_at), ms(call.scheduled_for) ?? 0);
  const due = ms(call.due_at);
  if (call.status === "pending" && due !== null) tone = toneOf(received, due, now);
  if (call.status === "held" && call.hold_until) tone = now >= Date.parse(call.hold_until) ? "over" : "";
  const callback = ms(call.callback_at);
  if (callback !== null) tone = worse(tone, now >= callback ? "over" : now >= callback - MINUTE ? "soon" : "");
  for (const assignment of call.assignments) {
    for (const timer of crewTimers(assignment, now)) tone = worse(tone, timer.tone);
  }
  return tone;
}

/**
 * The roles that no unit fills, in the order they were asked for. What stands open is the row's word, for it came together with the
 * units beside it; who asked and what was answered is known from the last reading, and so are roles that were declined, or that a row
 * from before it cannot know yet: the socket may be away.
 * @param {CallRow} call @param {any[]} asked the roles as the call was read last @param {number} [version] the call's, as it was read @returns {any[]}
 */
export function openRoles(call, asked, version = 0) {
  const now = new Map((call.slots ?? []).map((slot) => [slot.id, slot]));
  const known = asked.filter((slot) => now.has(slot.id) || slot.status === "declined" || version > call.version).map((slot) => ({ ...slot, ...now.get(slot.id) }));
  const read = new Set(asked.map((slot) => slot.id));
  return [...known, ...[...now.values()].filter((slot) => !read.has(slot.id))].filter((slot) => slot.status !== "assigned");
}

/** @param {UnitRow} unit @param {number} now @returns {Tone} */
export function unitTone(unit, now) {
  /** @type {Tone} */
  let tone = "";
  if (unit.assignment) for (const timer of crewTimers(unit, now)) tone = worse(tone, timer.tone);
  const until = ms(unit.until);
  if (unit.status === "BK" && until !== null && now >= until) tone = worse(tone, "over");
  return tone;
}

/** Waiting for somebody: pending or held. @param {CallRow} call */
export const isPending = (call) => call.status === "pending" || call.status === "held";

/**
 * Overdue first, then priority, then age; a held call stands after the waiting ones until its time is up.
 * @param {CallRow[]} calls @param {number} now @returns {CallRow[]}
 */
export function sortCalls(calls, now) {
  /** @param {CallRow} call */
  const rank = (call) => (callTone(call, now) === "over" ? 0 : call.status === "held" ? 2 : 1);
  const keyed = calls.map((call) => ({ call, rank: rank(call) }));
  keyed.sort((a, b) => a.rank - b.rank || a.call.priority - b.call.priority || a.call.received_at.localeCompare(b.call.received_at) || Number(a.call.id) - Number(b.call.id));
  return keyed.map(({ call }) => call);
}

const callsigns = new Intl.Collator("en", { numeric: true });
/** Call signs as people count: HPD2 before HPD10. @param {UnitRow} a @param {UnitRow} b */
const byCallsign = (a, b) => callsigns.compare(a.unit, b.unit);
const KINDS = ["CIVILIAN", "POLICE", "FIRE", "EMS"];

/** Civilian teams first, then by kind and call sign; off shift last. @param {UnitRow[]} units @returns {UnitRow[]} */
export function sortUnits(units) {
  /** @param {UnitRow} unit */
  const rank = (unit) => (unit.status === "OFF" ? 10 : KINDS.indexOf(unit.kind));
  return [...units].sort((a, b) => rank(a) - rank(b) || byCallsign(a, b));
}

/**
 * @param {UnitRow} unit @param {string} words call sign, team, status, language or kind; all must fit
 */
export function unitFits(unit, words) {
  const haystack = [unit.unit, unit.team, unit.status, unit.kind, unit.agency, unit.call_number ?? "", ...unit.languages, unit.cit ? "CIT" : ""].join(" ").toUpperCase();
  return words.toUpperCase().split(/\s+/).filter(Boolean).every((word) => haystack.includes(word));
}

/**
 * The order in which keys are shown. While the list is being read (`frozen`) known rows stay where they are and new ones come
 * last; otherwise the list is sorted, but the selected row keeps its place under the cursor.
 * @param {string[]} shown the order up to now @param {string[]} sorted the order it should have
 * @param {{ frozen: boolean, selected: string | null }} how
 * @returns {{ order: string[], added: number }} `added`: rows that came while frozen and are not in their place
 */
export function arrange(shown, sorted, { frozen, selected }) {
  const wanted = new Set(sorted);
  const stays = shown.filter((key) => wanted.has(key));
  if (frozen) {
    const known = new Set(stays);
    const added = sorted.filter((key) => !known.has(key));
    return { order: [...stays, ...added], added: added.length };
  }
  const place = selected === null ? -1 : shown.indexOf(selected);
  if (selected === null || place < 0 || !wanted.has(selected)) return { order: sorted, added: 0 };
  const others = sorted.filter((key) => key !== selected);
  const at = Math.min(place, others.length);
  return { order: [...others.slice(0, at), selected, ...others.slice(at)], added: 0 };
}

/**
 * Which rows to draw: all of a short list, of a long one those in sight and a few beside.
 * @param {number} count @param {number} top scrolled px @param {number} height px @param {number} rowHeight px
 * @returns {{ from: number, to: number }} `to` exclusive
 */
export function visible(count, top, height, rowHeight) {
  if (count <= WINDOW_ABOVE) return { from: 0, to: count };
  const from = Math.max(0, Math.floor(top / rowHeight) - 10);
  return { from, to: Math.min(count, Math.ceil((top + height) / rowHeight) + 10) };
}

/** How far the office word is: `26-004421` -> `4421`. @param {string} number */
export const shortNumber = (number) => number.slice(-4);
