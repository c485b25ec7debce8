// @ts-check
/** Transfers, calls for later and calls that wait for a unit: what rows say of them, and to whom a call may go. Pure. */
import { t } from "./i18n.js";
import { formatAge } from "./time.js";

/** @typedef {import("./apply.js").CallRow} CallRow */
/** @typedef {{ code: string, name: string, kind: string, phone: string, towns: string[], eligibility?: string, hours?: string, cit_town?: boolean }} Resource */

/** A resource's name without what stands behind its comma. @param {string} name */
export const shortName = (name) => name.split(",")[0];

/** `XFR 2-1-1 offered 3:12`; empty where nobody is offered the call or has it. @param {CallRow} call @param {number} now ms */
export function transferWords(call, now) {
  const { transfer } = call;
  if (!transfer) return "";
  const to = shortName(transfer.to);
  if (transfer.status === "accepted") return t("XFR {to} accepted", { to });
  return t("XFR {to} offered {age}", { to, age: formatAge(transfer.offered_at, now) });
}

/** Waits for its own time, not for a unit. @param {CallRow} call */
export const isScheduled = (call) => call.status === "held" && call.scheduled_for !== null && call.scheduled_for === call.hold_until;

/** @type {WeakMap<Map<string, CallRow>, Map<string, CallRow[]>>} once for a board: a map of calls never changes, it is replaced */
const waiting = new WeakMap();

/** The calls that wait for a unit, in the order in which it takes them. @param {Map<string, CallRow>} calls @param {string} unit @returns {CallRow[]} */
export function waitingFor(calls, unit) {
  let byUnit = waiting.get(calls);
  if (!byUnit) {
    byUnit = new Map();
    for (const call of calls.values()) for (const one of call.stacked_on ?? []) byUnit.set(one.unit, [...(byUnit.get(one.unit) ?? []), call]);
    for (const [callsign, list] of byUnit) list.sort((a, b) => placeOf(a, callsign) - placeOf(b, callsign));
    waiting.set(calls, byUnit);
  }
  return byUnit.get(unit) ?? [];
}

/** @param {CallRow} call @param {string} unit */
const placeOf = (call, unit) => call.stacked_on.find((one) => one.unit === unit)?.place ?? 0;

/** The call that a unit which is free takes next. @param {Map<string, CallRow>} calls @param {string} unit */
export const nextFor = (calls, unit) => waitingFor(calls, unit).find((call) => call.status === "pending") ?? null;

/** The center of the town a call outside the city lies in. @param {CallRow} call @param {Resource[]} resources @returns {Resource | null} */
export function townsCenter(call, resources) {
  if (call.location.in_city !== false) return null;
  return resources.find((one) => one.kind === "CENTER" && serves(one, call.location.town)) ?? null;
}

/** What else the town has: crisis services, officers trained for it. @param {CallRow} call @param {Resource[]} resources */
export function townsServices(call, resources) {
  if (call.location.in_city !== false) return [];
  return resources.filter((one) => one.kind !== "CENTER" && serves(one, call.location.town));
}

/** @param {Resource} resource @param {string} town */
const serves = (resource, town) => Boolean(town) && resource.towns.some((one) => one.toLowerCase() === town.toLowerCase());

/**
 * Whom a call can be transferred to: the town's own center first, then what the rule that decided it names, then the others.
 * The server has the last word.
 * @param {CallRow} call @param {Resource[]} resources @param {{ kind: string, resources?: string[] }[]} alternatives of the decision
 * @returns {Resource[]}
 */
export function targets(call, resources, alternatives) {
  const named = new Set(alternatives.filter((one) => one.kind === "TRANSFER").flatMap((one) => one.resources ?? []));
  const center = townsCenter(call, resources);
  /** @param {Resource} one */
  const rank = (one) => (one === center ? 0 : named.has(one.code) ? 1 : one.kind === "CRISIS_LINE" ? 2 : one.kind === "CENTER" ? 4 : 3);
  return resources.filter((one) => one.phone).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
