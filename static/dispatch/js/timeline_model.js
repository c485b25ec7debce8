// @ts-check
/** A call's events as entries of its timeline: when each happened, what corrected it, what undid it, what a filter lets through. Pure. */
import { isNarrative, isQuiet, lineOf, who } from "./wording.js";

/** @typedef {import("./apply.js").EventFrame} EventFrame */
/**
 * @typedef {object} Entry
 * @property {EventFrame} frame
 * @property {string} at when it happened, RFC 3339
 * @property {boolean} late it was reported more than a minute after it happened
 * @property {boolean} undone
 * @property {EventFrame[]} corrections what stands in its place, or struck it out; the first of them first
 */
/** @typedef {"main" | "notes" | "units" | "triage" | "alerts" | "all"} Filter */

export const FILTERS = /** @type {Filter[]} */ (["main", "notes", "units", "triage", "alerts", "all"]);
const LATE_MS = 60_000;

/** @type {Record<string, Filter>} how the name of a type begins */
const GROUPS = {
  note: "notes", text: "notes", contact: "notes", assignment: "units", order: "units", welfare: "units", unit: "units", channel: "units",
  handoff: "units", guest: "units", transfer: "units", call_stacked: "units", call_unstacked: "units", intervention: "units", call_triaged: "triage",
  response: "triage", recommendation: "triage", slots: "triage", slot: "triage", field: "triage", police: "triage", scene: "triage", alert: "alerts",
};
const PREFIXES = Object.keys(GROUPS).sort((a, b) => b.length - a.length);

/** @param {string} type @returns {Filter} the one filter that it belongs to besides "main" and "all"; "all" for none */
export const groupOf = (type) => GROUPS[PREFIXES.find((prefix) => type === prefix || type.startsWith(`${prefix}_`)) ?? ""] ?? "all";

/** When it happened. One told late stands where it belongs. @param {EventFrame} frame */
export function whenHappened(frame) {
  const told = frame.data.occurred_at;
  const late = typeof told === "string" && Date.parse(frame.at) - Date.parse(told) > LATE_MS;
  return { at: late ? told : frame.at, late };
}

/**
 * @param {EventFrame[]} frames in the order of the log
 * @returns {Entry[]} by when they happened, the oldest first; a correction stands with what it corrects, an undo of several once
 */
export function entriesOf(frames) {
  const noteOf = new Map(frames.filter(isNarrative).map((frame) => [frame.data.note, frame]));
  const corrections = new Map();
  const undone = new Set(frames.filter((frame) => frame.type === "action_undone").flatMap((frame) => frame.data.undone ?? []));
  for (const frame of frames) {
    const first = rootOf(frame, noteOf);
    if (first) corrections.set(first.v, [...(corrections.get(first.v) ?? []), frame]);
  }
  const told = new Set();
  return frames
    .filter((frame) => !rootOf(frame, noteOf) && !(frame.type === "action_undone" && told.size === told.add(frame.at).size))
    .map((frame) => ({ frame, ...whenHappened(frame), undone: undone.has(frame.v), corrections: corrections.get(frame.v) ?? [] }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.frame.v - b.frame.v);
}

/** The note that a correction, or a correction of one, is about at last. @param {EventFrame} frame @param {Map<string, EventFrame>} noteOf */
function rootOf(frame, noteOf) {
  let before = isNarrative(frame) ? noteOf.get(frame.data.corrects) : undefined;
  for (let above = before; above; above = noteOf.get(above.data.corrects)) before = above;
  return before;
}

/** What is read of an entry, for the search. @param {Entry} entry */
const wordsOf = (entry) => [entry.frame, ...entry.corrections].map((frame) => `${lineOf(frame)} ${who(frame.by)}`).join(" ").toLocaleLowerCase();

/** @param {Entry[]} entries @param {Filter} filter @param {string} search every word must occur @returns {Entry[]} */
export function shown(entries, filter, search) {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ frame }) => {
    if (filter === "all") return true;
    return filter === "main" ? isNarrative(frame) || !isQuiet(frame) : groupOf(frame.type) === filter;
  }).filter((entry) => words.length === 0 || words.every((word) => wordsOf(entry).includes(word)));
}

/** The newest note of this person that still stands, itself or as a correction. @param {Entry[]} entries @param {string} username @returns {EventFrame | null} */
export function lastOwnNote(entries, username) {
  const standing = entries.filter(({ frame }) => isNarrative(frame)).map(standingNote);
  return standing.findLast((frame) => frame !== null && frame.by === username) ?? null;
}

/** What stands of a note now; null when it is struck out. @param {Entry} entry @returns {EventFrame | null} */
export function standingNote(entry) {
  const last = entry.corrections.at(-1) ?? entry.frame;
  return last.data.strikes ? null : last;
}
