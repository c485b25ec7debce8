// @ts-check
/** What each word of the command line does. The words and their arguments are in `commands.js`. */

/** @typedef {import("./commands.js").Parsed} Parsed */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {(desk: Desk, command: Parsed) => Promise<unknown> | unknown} Deed */

import { picksOf } from "./triage.js";

/** @param {number} minutes @param {import("./time.js").Clock} clock */
export const inMinutes = (minutes, clock) => new Date(clock.now() + minutes * 60_000).toISOString();

/** @param {Parsed} command @returns {import("./apply.js").CallRow} */
function callOf(command) {
  if (!command.call) throw new Error("Which call? None is selected.");
  return command.call;
}

/** One request per unit, each refused or done on its own. @param {Parsed} command @param {(unit: import("./apply.js").UnitRow) => Promise<unknown>} request */
async function each(command, request) {
  const results = await Promise.allSettled(command.units.map(request));
  const failed = results.find((result) => result.status === "rejected");
  if (failed && failed.status === "rejected") throw failed.reason;
}

/** @param {import("./apply.js").UnitRow} unit @returns {string} */
function assignmentOf(unit) {
  if (!unit.assignment) throw new Error(`${unit.unit} is on no call.`);
  return unit.assignment;
}

/** @param {string} status @returns {Deed} */
const steps = (status) => (desk, command) =>
  each(command, async (unit) => desk.requests.status(assignmentOf(unit), status, { note: command.text, destination: command.rest }));

/** @param {"STAGE" | "WITHDRAW"} order @returns {Deed} */
const orders = (order) => (desk, command) =>
  each(command, async (unit) => desk.requests.order(assignmentOf(unit), order, command.text || "Dispatcher's order"));

/** @param {string | null} then the status the units already have @returns {Deed} */
const dispatches = (then) => async (desk, command) => {
  const call = callOf(command);
  await sendUnits(desk, call.id, command.units.map((unit) => unit.unit), command.text, then);
  if (command.text) await desk.requests.note(call.id, command.text);
};

/**
 * Send units. A reason goes with the assignment only where it is not what was recommended.
 * @param {Desk} desk @param {string} call @param {string[]} units @param {string} reason @param {string | null} [then]
 */
export async function sendUnits(desk, call, units, reason, then = null) {
  const picks = desk.selected === call ? picksOf(desk.recommendation) : [];
  const deviates = units.some((unit) => !picks.includes(unit));
  const created = await desk.requests.dispatch(call, units, deviates ? reason : "");
  if (then) await Promise.all(created.map((/** @type {any} */ one) => desk.requests.status(one.id, then)));
  return created;
}

/** @param {string} status @returns {Deed} */
const rests = (status) => (desk, command) =>
  each(command, (unit) => desk.requests.unitStatus(unit.unit, status, { reason: command.text, ...(command.minutes ? { minutes: command.minutes } : {}) }));

/** @param {number} level @returns {Deed} */
const priority = (level) => (desk, command) => desk.requests.change(callOf(command).id, callOf(command).version, { priority: level });

/** @param {string} path @param {(command: Parsed) => object} body @param {string} label @returns {Deed} */
const onCall = (path, body, label) => (desk, command) => desk.requests.onCall(callOf(command).id, path, body(command), label);

/** A call that need not be on the board, by its number. @param {Desk} desk @param {string} digits */
async function lookUp(desk, digits) {
  const known = [...desk.board.calls.values()].filter((call) => call.number === digits || call.number.endsWith(digits));
  if (known.length === 1) return known[0];
  const { calls } = await desk.api.get(`/api/calls/?q=${encodeURIComponent(digits)}&limit=10`);
  const found = calls.filter((/** @type {any} */ call) => call.number.endsWith(digits));
  if (found.length === 0) throw new Error(`No call ${digits}.`);
  if (found.length > 1) throw new Error(`${digits} is ${found.map((/** @type {any} */ call) => call.number).join(" and ")}: type more digits.`);
  return found[0];
}

/** Open a call that has ended. @param {string} path @param {string} label @returns {Deed} */
const bringsBack = (path, label) => async (desk, command) => {
  const call = await lookUp(desk, command.digits);
  await desk.requests.onCall(call.id, path, { reason: command.text }, label);
  desk.open(call.id);
};

/** @type {Record<string, Deed>} */
export const DEEDS = {
  D: dispatches(null), DE: dispatches("ER"), DO: dispatches("OS"),
  ER: steps("ER"), ST: steps("ST"), OS: steps("OS"), TR: steps("TR"), AD: steps("AD"),
  AV: (desk, command) => each(command, (unit) =>
    unit.assignment ? desk.requests.status(unit.assignment, "AV", { note: command.text }) : desk.requests.unitStatus(unit.unit, "AV", { reason: command.text })),
  X: steps("AV"),
  BK: rests("BK"), OO: rests("OO"),
  OK: (desk, command) => each(command, async (unit) => desk.requests.welfare(assignmentOf(unit), command.minutes)),
  EMG: (desk, command) => each(command, (unit) => desk.requests.emergency(unit.unit, command.text)),
  PD: (desk, command) => desk.requests.police(callOf(command).id, command.text),
  P1: priority(1), P2: priority(2), P3: priority(3), P4: priority(4),
  H: onCall("hold", (command) => ({ minutes: command.minutes, reason: command.text }), "Hold"),
  CB: onCall("callback", (command) => ({ minutes: command.minutes }), "Call-back"),
  C: onCall("close", (command) => ({ disposition: command.word, note: command.text }), "Close"),
  CAN: onCall("cancel", (command) => ({ reason: command.text }), "Cancel"),
  MRG: onCall("merge", (command) => ({ into: command.other?.id, reason: command.text }), "Merge"),
  REO: bringsBack("reopen", "Reopen"), UMG: bringsBack("unmerge", "Unmerge"),
  S: async (desk, command) => desk.open((await lookUp(desk, command.digits)).id),
  R: async (desk, command) => {
    desk.open(callOf(command).id);
    await desk.recommend();
  },
  RQ: onCall("slots", (command) => ({ role: command.word, reason: command.text }), "Role requested"),
  HO: (desk, command) => {
    desk.open(callOf(command).id);
    desk.handoff = { team: command.word };
    desk.changed();
  },
  SAFE: onCall("scene-safe", (command) => ({ source: command.text }), "Scene safe"),
  STG: orders("STAGE"), WD: orders("WITHDRAW"),
  NOTE: (desk, command) => desk.requests.note(callOf(command).id, command.text),
  N: (desk, command) => desk.openNew(command.rest),
  A: (desk, command) => {
    const alert = command.number === null ? undefined : desk.alerts[command.number - 1];
    if (command.number !== null && !alert) throw new Error(`There is no alert ${command.number}.`);
    return desk.acknowledge(alert?.id);
  },
  "?": (desk, command) => search(desk, command.rest),
};

/** @param {Desk} desk @param {string} words */
export async function search(desk, words) {
  const { calls } = await desk.api.get(`/api/calls/?q=${encodeURIComponent(words)}&limit=20`);
  desk.found = calls;
  if (calls.length === 0) desk.say(`Nothing found for ${words}.`);
  desk.changed();
}

/** Words that have shown what they do by doing it: opening a call needs no message. */
const SILENT = new Set(["S", "R", "N", "?", "HO", "A"]);

/** @param {Desk} desk @param {Parsed} command @returns {Promise<boolean>} whether it worked */
export async function run(desk, command) {
  const answer = await desk.did(Promise.resolve().then(() => DEEDS[command.verb](desk, command)), SILENT.has(command.verb) ? "" : `${command.preview}. Done.`);
  return answer !== undefined;
}
