// @ts-check
/** What a crew may ask for from its tablet, and how far each request is. Pure. */
import { served, t } from "../i18n.js";
import { STATUS_WORDS } from "../wording.js";

/** @typedef {{ code: string, name: string, role: string, civilian: boolean, phone: string, channel_now?: string }} Team */
/** @typedef {{ role: string, name: string, recommended: boolean, waits: boolean, word: string, phone: string }} Ask */

const PUBLIC_SAFETY = ["EMS", "FIRE", "POLICE"];
/** @type {Record<string, string>} */
const PUBLIC_SAFETY_WORDS = { EMS: t("Ambulance (EMS)"), FIRE: t("Fire"), POLICE: t("More police") };
/** Kinds of crews that start a call where they are; a civilian one is sent by a dispatcher only. */
const STARTS_CALLS = new Set(["POLICE", "FIRE", "EMS"]);

/** @param {string} role */
const isCivilian = (role) => !PUBLIC_SAFETY.includes(role);

/** @param {{ kind?: string, status?: string } | undefined} unit */
export const mayStartCalls = (unit) => STARTS_CALLS.has(unit?.kind ?? "") && unit?.status === "AV";

/**
 * Everything that may be asked for: what the rules name first, then the other teams, then public safety. A civilian team that is there
 * or waited for is not asked for twice; of public safety there may always be more, one request at a time.
 * @param {any} call @param {Team[]} teams @returns {Ask[]}
 */
export function asksOf(call, teams) {
  const named = new Set([...(call.response ?? []), ...(call.joins ?? [])]);
  const civilian = teams.filter((team) => team.civilian).map((team) => ({ role: team.role, name: team.name, phone: team.phone }));
  const others = PUBLIC_SAFETY.map((role) => ({ role, name: PUBLIC_SAFETY_WORDS[role], phone: "" }));
  const all = [...civilian, ...others].map((one) => ({ ...one, recommended: named.has(one.role), ...progressOf(call, one.role) }));
  return [...all.filter((one) => one.recommended), ...all.filter((one) => !one.recommended)];
}

/** @param {any} call @param {string} role @returns {{ waits: boolean, word: string }} */
function progressOf(call, role) {
  const there = (call.assignments ?? []).filter((/** @type {any} */ one) => one.role === role);
  const slot = (call.slots ?? []).find((/** @type {any} */ one) => one.role === role && (one.status === "requested" || one.status === "unfilled"));
  if (slot?.status === "requested" && slot.asked_from) return { waits: true, word: t("asked for by {unit}, nobody yet", { unit: slot.asked_from }) };
  if (isCivilian(role) && there.length > 0) return { waits: true, word: there.map((/** @type {any} */ one) => `${one.unit} ${STATUS_WORDS[one.status]}`).join(", ") };
  if (slot?.status === "unfilled") return { waits: false, word: t("nobody can come for now") };
  if (slot) return { waits: false, word: t("requested, nobody yet") };
  return { waits: false, word: there.map((/** @type {any} */ one) => one.unit).join(", ") };
}

/** The civilian crews that stage until somebody whose word counts calls the scene safe. @param {any} call @returns {string[]} */
export function waitingOutside(call) {
  if (call.scene_safe_at) return [];
  return (call.assignments ?? []).filter((/** @type {any} */ one) => isCivilian(one.role) && one.status === "ST").map((/** @type {any} */ one) => one.unit);
}

/**
 * The answers of the short form: those given here, else those known. @param {any} call @param {Record<string, string>} given
 * @returns {Record<string, string>}
 */
export function answersOf(call, given) {
  return Object.fromEntries(Object.entries({ ...call.triage?.answers, ...given }).filter(([, code]) => code));
}

/**
 * The questions that the short form asks: those nobody has answered, or all of them.
 * @template {{ field: string }} Question
 * @param {any} call @param {Question[]} questions @param {boolean} all @returns {Question[]}
 */
export function questionsToAsk(call, questions, all) {
  return all ? questions : questions.filter((question) => !call.triage?.answers?.[question.field]);
}

/** What the rules say of the call now; empty before the first answer. @param {any} call */
export function ruledWords(call) {
  const decision = call.triage?.decision;
  if (!decision) return "";
  const said = t("The rules say: T{tier}, {response}", { tier: decision.tier, response: decision.response.join(" + ") });
  return decision.provisional ? t("{said} (not all answered)", { said }) : said;
}

/** @param {{ label: string, answers: { code: string, label: string }[] }} question @param {string | undefined} code */
export function answerWords(question, code) {
  const answer = question.answers.find((one) => one.code === code);
  return answer ? `${served(question.label)}: ${served(answer.label)}` : "";
}
