// @ts-check
/** What the responder page shows, worked out from the server's state, the unsent taps and the clock. Pure. */
import { served, t } from "../i18n.js";
import { formatDuration } from "../time.js";
import { STATUS_WORDS, language as languageName } from "../wording.js";

/** @typedef {import("../taps.js").Tap} Tap */
/** @typedef {import("../types/events.d.ts").AssignmentRow} AssignmentRow */
/** @typedef {import("../types/events.d.ts").UnitRow} UnitRow */
/** @typedef {{ version: number, at: string, unit: UnitRow, assignment: AssignmentRow | null, call: any,
 *   next?: import("./unit_shift.js").NextCall[], alarms?: import("./unit_alarms.js").CrewAlarm[] }} UnitState */
/** @typedef {{ name: string, address?: string, kind?: string, phone?: string, miles: number | null }} Place */
/** @typedef {{ status: string, label: string }} Step */
/** @typedef {{ primary: Step | null, others: Step[], hint: string }} Steps */

/** @type {Record<string, string>} */
const STEP_LABELS = {
  ER: t("En route"), ST: t("Staging"), OS: t("On scene"), TR: t("Transport"), AD: t("At destination"), AV: t("Available"),
};

// The way a crew usually goes; what is really allowed is the server's table (dispatch.rules.status) and its word is final.
/** @type {Record<string, string[]>} first the next step, then the others */
const WAY = {
  DP: ["ER", "OS", "ST", "AV"],
  ER: ["OS", "ST", "AV"],
  ST: ["OS", "ER", "AV"],
  OS: ["AV", "TR"],
  TR: ["AD", "AV"],
  AD: ["AV", "TR"],
};

/** So many of the nearest places are offered before anything is asked. */
const NEAREST = 6;
const WELFARE_GRACE_MS = 60_000;
const STUCK_MS = 10_000;
const ALARM_SHOWN_MS = 600_000;
const MOVING_MPS = 8 / 3.6;
/** The server's answer to a tap may come before its news: no longer than this is that taken for the status. */
const NEWS_MS = 10_000;

/** @param {string} status @returns {Step} */
const step = (status) => ({ status, label: STEP_LABELS[status] });

/**
 * The status the crew believes it has: the server's, or the last one tapped that the server's news does not show yet. Would a step
 * that was taken go back for a moment, the buttons would change places under a finger.
 * @param {AssignmentRow | null} assignment @param {Tap[]} taps @param {number} now local ms @returns {{ status: string, confirmed: boolean }}
 */
export function projectedStatus(assignment, taps, now) {
  const status = assignment?.status ?? "AV";
  const tapped = taps.filter((tap) => tap.kind === "status" && tap.path === statusPath(assignment) && (isUnsent(tap) || isNews(tap, assignment, now))).at(-1);
  return tapped ? { status: String(tapped.body.status), confirmed: !isUnsent(tapped) } : { status, confirmed: true };
}

/** @param {Tap} tap */
export const isUnsent = (tap) => tap.state === "saved" || tap.state === "sent";

/** A step that the server took a moment ago, and that is later than what is known of the assignment. @param {Tap} tap @param {AssignmentRow | null} assignment @param {number} now */
const isNews = (tap, assignment, now) => tap.state === "confirmed" && now - (tap.answeredAt ?? 0) < NEWS_MS
  && Date.parse(tap.body.occurred_at ?? "") > Date.parse(assignment?.since ?? "");

/** Where a civilian crew is asked whether it is well, told of by a tap that the server has not heard: no timer runs. @param {UnitState} state @param {Tap[]} taps */
export function unheardOnScene({ unit, assignment }, taps) {
  const { status, confirmed } = projectedStatus(assignment, taps.filter(isUnsent), 0);
  return !confirmed && unit.kind === "CIVILIAN" && ["ST", "OS", "TR"].includes(status);
}

/** @param {AssignmentRow | null} assignment */
export function statusPath(assignment) {
  return `/api/assignments/${assignment?.id ?? ""}/status/`;
}

/**
 * Whether this crew waits outside until an officer (or EMS) says that the scene is safe.
 * @param {UnitState} state
 */
export function mustWaitOutside(state) {
  if (!state.call || state.unit.kind !== "CIVILIAN" || state.call.scene_safe_at) return false;
  const { response = [], assignments = [], slots = [] } = state.call;
  const there = assignments.some((/** @type {any} */ one) => one.role === "POLICE");
  const wanted = slots.some((/** @type {any} */ one) => one.role === "POLICE" && one.status !== "assigned");
  return Boolean(state.assignment?.joins) || response.includes("POLICE") || there || wanted;
}

/**
 * The next step and the others, for the status the crew believes it has.
 * @param {UnitState} state @param {string} status @returns {Steps}
 */
export function nextSteps(state, status) {
  const way = WAY[status] ?? [];
  const order = state.assignment?.order;
  if (order === "WITHDRAW" && status === "OS") {
    return { primary: step("ST"), others: [step("TR"), step("AV")], hint: t("You are ordered to withdraw.") };
  }
  const outside = order === "STAGE" || mustWaitOutside(state);
  if (outside && (status === "ER" || status === "ST")) return waiting(status, order === "STAGE");
  return { primary: way.length > 0 ? step(way[0]) : null, others: way.slice(1).map(step), hint: "" };
}

/** @param {string} status @param {boolean} ordered @returns {Steps} */
function waiting(status, ordered) {
  const why = ordered ? t("You are ordered to stage.") : t("Police are part of this response.");
  const hint = t("{why} Go in only when the scene is marked safe.", { why });
  if (status === "ER") return { primary: step("ST"), others: [step("OS"), step("AV")], hint };
  return { primary: null, others: [step("OS"), step("ER"), step("AV")], hint };
}

/**
 * The welfare check's countdown. `level`: calm until due, then due for a minute, then late.
 * @param {string | null | undefined} dueAt @param {number} now ms
 * @returns {{ level: "calm" | "due" | "late", text: string } | null} null while no timer runs
 */
export function welfare(dueAt, now) {
  if (!dueAt) return null;
  const left = Date.parse(dueAt) - now;
  if (left > 0) return { level: "calm", text: t("{duration} left", { duration: formatDuration(left) }) };
  const level = left < -WELFARE_GRACE_MS ? "late" : "due";
  return { level, text: t("{duration} over", { duration: formatDuration(-left) }) };
}

/**
 * The header's word on the connection. `heardAt` is the local ms of the server's last sign of life (0: none yet).
 * @param {{ live: boolean, heardAt: number, openedAt: number }} link @param {Tap[]} unsent oldest first @param {number} now local ms
 * @param {number} [answeredAt] local ms of the last answer to a tap: while answers come, a long row of taps is not stuck
 * @returns {{ online: boolean, text: string }}
 */
export function connection(link, unsent, now, answeredAt = 0) {
  const count = unsent.length;
  if (!link.live) {
    const since = formatDuration(now - (link.heardAt || link.openedAt));
    return { online: false, text: count > 0 ? t("Offline {since}: {count} saved, unsent", { since, count }) : t("Offline {since}", { since }) };
  }
  if (count === 0) return { online: true, text: t("Online") };
  const stuck = now - Math.max(unsent[0].savedAt, answeredAt) > STUCK_MS;
  return { online: !stuck, text: stuck ? t("Online: {count} not getting through", { count }) : t("Online: {count} sending", { count }) };
}

/**
 * What stands on a screen without an assignment. Old news never reads as "no call".
 * @param {UnitRow} unit @param {{ live: boolean, heardAt: number }} link @param {number} now local ms
 */
export function waitingText(unit, link, now) {
  const age = now - link.heardAt;
  const name = `${unit.unit} ${STATUS_WORDS[unit.status ?? ""] ?? unit.status}.`;
  if (link.live) return { title: name, detail: t("No call. Live {age} s ago.", { age: (age / 1000).toFixed(1) }) };
  const detail = t("As of {duration} ago there was no call. There may be one now: listen to the radio.", { duration: formatDuration(age) });
  return { title: t("{unit}: no word from the server", { unit: unit.unit }), detail };
}

/**
 * The tap that an alarm button speaks of. The server's word on one is old after a while, and police that were asked for at one call
 * come to no other: there the button says nothing, until it is held.
 * @param {Tap[]} taps @param {"police" | "emergency"} kind @param {string | undefined} call id of the call that the unit is on
 * @param {number} now local ms @returns {Tap | undefined}
 */
export function alarmTap(taps, kind, call, now) {
  return taps.findLast((tap) => tap.kind === kind && (tap.state !== "confirmed"
    || (now - (tap.answeredAt ?? 0) < ALARM_SHOWN_MS && (kind === "emergency" || tap.call?.id === call))));
}

/**
 * An alarm (police, emergency) after it was held: on its way, the server's word with its time, or not through yet.
 * @param {Tap | undefined} tap @param {number} now local ms @param {(ms: number) => string} clockTime local ms as the time of day
 * @returns {{ state: "none" | "sending" | "sent" | "not_sent" | "refused", text: string }}
 */
export function alarm(tap, now, clockTime) {
  if (!tap) return { state: "none", text: "" };
  if (tap.state === "confirmed") return { state: "sent", text: t("SENT {time}", { time: clockTime(tap.answeredAt ?? now) }) };
  if (tap.state === "refused") return { state: "refused", text: t("NOT TAKEN: {refusal} USE RADIO / CALL 911", { refusal: served(tap.refusal ?? "") }) };
  if (now - tap.savedAt < 5000) return { state: "sending", text: t("Sending") };
  return { state: "not_sent", text: t("NOT SENT: USE RADIO / CALL 911") };
}

/** Faster than 8 km/h: the driver gets the few buttons that matter. @param {number | null | undefined} speedMps */
export function isMoving(speedMps) {
  return (speedMps ?? 0) > MOVING_MPS;
}

/** `415 Park St, Apt 3B` @param {any} call */
export function addressOf(call) {
  const apartment = call.location?.unit;
  const named = apartment && /^[\w-]{1,6}$/.test(apartment) ? t("Apt {number}", { number: apartment }) : apartment;
  return [call.location?.text || t("No address yet"), named].filter(Boolean).join(", ");
}

/**
 * The triage answers in words: those that are unclear or not asked, those that are clear and yet not a question's mildest (thoughts of
 * suicide, a child), and the rest.
 * @param {Record<string, string> | undefined} answers
 * @param {{ field: string, label: string, answers: { code: string, label: string, clear: boolean }[] }[]} questions
 * @returns {{ unclear: string[], told: string[], clear: string[] }}
 */
export function triageWords(answers, questions) {
  /** @type {{ unclear: string[], told: string[], clear: string[] }} */
  const words = { unclear: [], told: [], clear: [] };
  if (!answers) return words;
  for (const question of questions) {
    const answer = question.answers.find((one) => one.code === answers[question.field]);
    if (!answer) words.unclear.push(t("{question}: not asked", { question: served(question.label) }));
    else if (answer.clear) words[answer === question.answers[0] ? "clear" : "told"].push(`${served(question.label)}: ${served(answer.label)}`);
    else words.unclear.push(`${served(question.label)}: ${served(answer.label)}`);
  }
  return words;
}

/**
 * The ruleset that decided the call, where it is not the one whose questions the page has read; empty otherwise.
 * @param {any} call @param {{ name: string, version: number } | undefined} read
 */
export function otherRuleset(call, read) {
  const decided = call?.triage?.decision?.ruleset;
  if (!decided || (decided.name === read?.name && decided.version === read?.version)) return "";
  return `${decided.name} v${decided.version}`;
}

/**
 * What is read aloud: where, what, in which language, and what is dangerous. No names.
 * @param {any} call @param {string[]} dangers
 */
export function readAloudText(call, dangers) {
  const tier = call.tier ? t("Tier {tier}.", { tier: call.tier }) : t("Not triaged.");
  const language = languageName(call.language ?? "");
  const parts = [
    t("Call {digits}.", { digits: String(call.number).slice(-4).split("").join(" ") }), tier, `${addressOf(call)}.`, call.type_name ? `${served(call.type_name)}.` : "",
    language ? t("Language {language}.", { language }) : "",
    ...(call.hazards ?? []).map((/** @type {string} */ hazard) => t("Hazard: {hazard}.", { hazard })),
    ...dangers.map((danger) => `${danger}.`),
  ];
  return parts.filter(Boolean).join(" ");
}

/** Great-circle miles between two points, null when one is unknown. @param {any} a @param {any} b `{lat, lon}` */
function milesBetween(a, b) {
  if (typeof a?.lat !== "number" || typeof b?.lat !== "number") return null;
  const rad = Math.PI / 180;
  const h = Math.sin(((b.lat - a.lat) * rad) / 2) ** 2
    + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2;
  return 2 * 3958.8 * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Facilities, the nearest first. @param {any[]} facilities @param {any} from `{lat, lon}` or null */
export function nearestFirst(facilities, from) {
  return facilities
    .map((facility) => ({ ...facility, miles: milesBetween(from, facility) }))
    .sort((a, b) => (a.miles ?? Infinity) - (b.miles ?? Infinity) || a.name.localeCompare(b.name));
}

/**
 * Without a kind and words the nearest few; with either, all that fit.
 * @param {Place[]} places the nearest first @param {string} kind @param {string} words @returns {{ shown: Place[], more: number }}
 */
export function placesShown(places, kind, words) {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fit = places.filter((place) => {
    const text = `${place.name} ${place.address ?? ""}`.toLocaleLowerCase();
    return (!kind || place.kind === kind) && wanted.every((word) => text.includes(word));
  });
  const shown = kind || wanted.length > 0 ? fit : fit.slice(0, NEAREST);
  return { shown, more: fit.length - shown.length };
}

/**
 * Where to drive: the destination while transporting, when its position is known; else the call.
 * @param {UnitState} state @param {string} status @param {any[]} facilities @returns {{ text: string, lat: any, lon: any }}
 */
export function drivingTo(state, status, facilities) {
  const destination = status === "TR" && facilities.find((facility) => facility.name === state.assignment?.destination);
  if (destination && typeof destination.lat === "number") return { text: destination.name, lat: destination.lat, lon: destination.lon };
  return state.call.location;
}

/** Hands a place over to the tablet's own maps. @param {any} place @param {string} agent navigator.userAgent @returns {string | null} */
export function navigateUrl(place, agent) {
  const { lat, lon, text } = place ?? {};
  if (typeof lat !== "number" || typeof lon !== "number") return null;
  if (/Android/.test(agent)) return `geo:${lat},${lon}?q=${lat},${lon}(${encodeURIComponent(text ?? "")})`;
  if (/iPhone|iPad|Macintosh/.test(agent)) return `https://maps.apple.com/?daddr=${lat},${lon}`;
  return `https://www.google.com/maps/dir/?api=1&destination=${lat},${lon}`;
}
