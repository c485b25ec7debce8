// @ts-check
/** What happened, in a dispatcher's words: the lines of a call's timeline, and names of codes. Pure. */
import { coded, served, servedPhrases, shownLanguage, t, tn } from "./i18n.js";
import { durationInWords } from "./time.js";

/** @typedef {import("./apply.js").EventFrame} EventFrame */

/** @type {Record<string, string>} */
export const STATUS_WORDS = {
  DP: t("dispatched"), ER: t("en route"), ST: t("staging"), OS: t("on scene"), TR: t("transporting"), AD: t("at destination"),
  AV: t("available"), BK: t("on a break"), OO: t("out of service"), OFF: t("off shift"), GONE: t("gone"),
};

/** @type {Record<string, string>} */
export const CALL_STATUS_WORDS = {
  pending: t("pending"), dispatched: t("dispatched"), en_route: t("en route"), on_scene: t("on scene"), transporting: t("transporting"),
  held: t("held"), closed: t("closed"), cancelled: t("cancelled"), merged: t("merged"),
};

/** A crew's timers, as `rows.js` names them. @type {Record<string, string>} */
export const TIMER_WORDS = {
  "welfare check": t("welfare check"), acknowledge: t("acknowledge"), ETA: t("ETA"),
  "stage not acknowledged": t("stage not acknowledged"), "withdraw not acknowledged": t("withdraw not acknowledged"), silent: t("silent"),
};

/** Steps a crew may take next; the server has the last word. @type {Record<string, string[]>} */
export const NEXT_STATUS = {
  DP: ["ER", "ST", "OS", "AV"], ER: ["OS", "ST", "AV"], ST: ["OS", "ER", "AV"], OS: ["TR", "ST", "AV"],
  TR: ["AD", "AV"], AD: ["TR", "AV"], AV: ["BK", "OO"], BK: ["AV", "OO"], OO: ["AV"], OFF: [],
};

/** @param {string[]} codes */
export const plus = (codes) => codes.join(" + ");

/** @param {string} text */
const tail = (text) => (text ? `: ${served(text)}` : "");

/** A person's name for what the system did itself. @param {string} by */
export function who(by) {
  if (by.startsWith("link:")) return t("{unit} by link", { unit: by.slice("link:".length) });
  return by.startsWith("system:") ? by.slice("system:".length) : by;
}

/** What is done by a crew's link. @type {Record<string, string>} */
const GUEST_ACTS = { open: t("opened"), confirm: t("confirmed"), on_the_way: t("on the way") };

/** @type {Record<string, (data: Record<string, any>, unit: string) => string>} */
const LINES = {
  call_received: (data) => t("Call received by {channel} ({origin})", { channel: coded(data.channel), origin: coded(data.origin) }),
  call_entered_from_paper: (data) => t("Entered from paper: sheet {sheet}", { sheet: data.paper_number }),
  legal_hold_placed: (data) => t("Kept whole (legal hold): {reason}", { reason: data.reason }),
  legal_hold_lifted: (data) => t("Legal hold lifted: {reason}", { reason: data.reason }),
  call_redacted: (data) => (data.data_class === "PERSON" ? t("Redacted: the person, callers and phone numbers") : t("Redacted: the narrative and texts")),
  call_prefilled: (data) => t("Announced by the phone system{how}", { how: [data.class_of_service, data.position].filter(Boolean).map((word) => ` · ${word}`).join("") }),
  location_bid_received: (data) => (data.is_followed ? t("The phone moved the place, ± {metres} m", { metres: data.uncertainty_m ?? "?" }) : t("The phone offers another place, ± {metres} m", { metres: data.uncertainty_m ?? "?" })),
  location_bid_used: () => t("The phone's place was taken"),
  text_received: () => t("Text from the caller"),
  text_sent: (data) => (data.state === "NO_GATEWAY" ? t("Text to the caller NOT SENT: no gateway") : t("Text to the caller")),
  text_state_changed: (data) => (data.state === "FAILED" ? t("Text to the caller NOT DELIVERED") : t("Text to the caller: {state}", { state: coded(data.state) })),
  texts_read: (data) => t("{count} texts read", { count: data.count }),
  interpreter_requested: (data) => t("Interpreter {language} asked for{line}", { language: language(data.language), line: tail(data.line) }),
  interpreter_joined: (data) => t("Interpreter {language} joined after {seconds} s{id}", { language: language(data.language), seconds: data.waited_s, id: tail(data.interpreter) }),
  interpreter_ended: (data) => t("Interpreter {language} ended", { language: language(data.language) }),
  call_updated: (data) => t("Changed: {fields}", { fields: data.fields.map(coded).join(", ") }),
  call_triaged: (data) => `${t("Triage {rule}: T{tier} {response}", { rule: data.rule, tier: data.tier, response: plus(data.response) })}${data.provisional ? ` (${t("provisional")})` : ""}${data.upgraded ? `, ${t("UPGRADED")}` : ""}`,
  response_overridden: (data) => t("Override {before} to {after} ({direction})", { before: plus(data.from_response), after: plus(data.response), direction: coded(data.direction) }) + tail(data.reason),
  recommendation_made: (data) => `${t("Recommended {units}", { units: data.units.slice(0, 3).join(", ") || t("no unit") })}${data.short_of.length ? `, ${t("short of {short_of}", { short_of: data.short_of.join(", ") })}` : ""}`,
  slots_changed: (data) => t("Roles of the response changed") + tail(data.reason),
  field_asked: (data, unit) => t("{unit} asks from the field: {role}", { unit, role: data.role }) + tail(data.reason),
  call_held: (data) => t("Held") + tail(data.reason),
  call_resumed: (data) => t("Hold ended") + tail(data.reason),
  call_scheduled: (data) => t("Scheduled for later") + tail(data.reason),
  call_stacked: (data) => t("Waits for {unit}, place {place}", { unit: data.unit, place: data.place }),
  call_unstacked: (data) => t("Waits for {unit} no longer", { unit: data.unit }) + tail(data.reason),
  transfer_offered: (data) => t("Offered to {to} {phone}", { to: data.to, phone: data.phone }) + (data.consent ? t(", the caller agrees") : ""),
  transfer_settled: (data) => (data.outcome === "accepted" ? t("{to} took the call: {who}", { to: data.to, who: data.taken_by }) : `${data.to}: ${coded(data.outcome)}`) + tail(data.note),
  units_exchanged: (data) => t("{unit} instead of {other}", { unit: data.unit, other: data.instead_of }) + (data.went_to ? t(", which went to {number}", { number: data.went_to }) : "") + tail(data.reason),
  unit_preempted: (data, unit) => t("{unit} taken for {number}", { unit, number: data.to_number }) + tail(data.reason),
  call_merged: (data) => t("Merged into {number}", { number: data.into_number }) + tail(data.reason),
  call_unmerged: (data) => t("No longer merged into {number}", { number: data.into_number }) + tail(data.reason),
  call_cancelled: (data) => t("Cancelled") + tail(data.reason),
  call_closed: (data) => t("Closed: {disposition} ({apco})", { disposition: coded(data.disposition), apco: data.apco }),
  call_reopened: (data) => t("Reopened") + tail(data.reason),
  call_unserved: (data) => t("{team} did not serve it: {reason}", { team: data.team, reason: coded(data.reason) }),
  note_added: (data) => data.text || t("{audience} note", { audience: coded(data.audience) }),
  contact_added: (data) => `${t("Another caller")}${data.relationship ? ` (${data.relationship})` : ""}`,
  callback_set: (data) => (data.at ? t("Call-back promised") : t("Call-back done")),
  assignment_created: (data, unit) => `${t("{unit} dispatched as {role}", { unit, role: data.role })}${data.joins ? `, ${t("joins when safe")}` : ""}${tail(data.override_reason)}`,
  assignment_acknowledged: (_, unit) => t("{unit} acknowledged the dispatch", { unit }),
  assignment_status_changed: (data, unit) => `${unit} ${data.status === "AV" ? t("cleared") : STATUS_WORDS[data.status]}${data.destination ? ` ${t("to {destination}", { destination: data.destination })}` : ""}${data.late ? ` (${t("reported late")})` : ""}${tail(data.note)}`,
  order_given: (data, unit) => t("{unit} ordered to {order}", { unit, order: coded(data.order) }) + tail(data.reason),
  order_acknowledged: (data, unit) => t("{unit} acknowledged: {order}", { unit, order: coded(data.order) }),
  order_lifted: (data, unit) => t("{unit}: order to {order} lifted", { unit, order: coded(data.order) }) + tail(data.reason),
  welfare_check_passed: (data, unit) => `${t("{unit} is OK", { unit })}${data.late ? ` (${t("late")})` : ""}`,
  welfare_check_sooner: (data, unit) => t("{unit} is asked sooner: tier {tier}", { unit, tier: data.tier ?? "–" }),
  unit_fell_silent: (data, unit) => t("{unit} is silent", { unit }),
  unit_heard_again: (data, unit) => t("{unit} is heard again after {time}", { unit, time: durationInWords(data.silent_s * 1000) }),
  channel_checked: (data, unit) => t("{unit} {kind} check", { unit, kind: coded(data.kind) }),
  handoff_recorded: (data) => `${t("Hand-off to {team}, attempt {attempt}: {outcome}", { team: data.team, attempt: data.attempt, outcome: coded(data.outcome) })}${data.unit ? ` ${t("as {unit}", { unit: data.unit })}` : ""}${data.eta_minutes ? `, ${t("ETA {minutes} min", { minutes: data.eta_minutes })}` : ""}`,
  guest_link_issued: (_, unit) => t("Link for the phone of {unit}", { unit }),
  guest_link_sent: (data, unit) => (data.state === "failed" ? t("Link of {unit} NOT SENT by text", { unit }) : t("Link of {unit} by text: {state}", { unit, state: coded(data.state) })),
  guest_link_used: (data, unit) => `${t("{unit} by link: {act}", { unit, act: GUEST_ACTS[data.act] ?? coded(data.act) })}${data.act === "open" && data.device > 1 ? ` ${t("(device {number})", { number: data.device })}` : ""}`,
  handoff_amended: (_, unit) => t("Details of {unit} amended", { unit }),
  guest_link_revoked: (_, unit) => t("Link of {unit} revoked", { unit }),
  scene_marked_safe: (data) => `${t("Scene safe")}${data.source ? ` (${data.source})` : ""}`,
  scene_marked_unsafe: (data) => `${t("Scene NOT safe")}${data.source ? ` (${data.source})` : ""}`,
  intervention_recorded: (data) => tn("{count} intervention recorded", "{count} interventions recorded", data.count),
  police_requested: (data) => `${t("Police requested")}${data.source ? ` ${t("by {source}", { source: data.source })}` : ""}`,
  unit_status_changed: (data, unit) => `${unit} ${STATUS_WORDS[data.status] ?? data.status}${tail(data.reason)}`,
  crew_signed_on: (data, unit) => `${data.started ? t("{unit} signed on: {crew}", { unit, crew: data.crew.join("; ") }) : t("{unit} on board: {crew}", { unit, crew: data.crew.join("; ") })}${data.missing.length > 0 ? `, ${t("missing: {what}", { what: data.missing.map(served).join(", ") })}` : ""}`,
  crew_signed_off: (data, unit) => t("{unit} handed over", { unit }) + tail(data.note),
  unit_next_changed: (data, unit) => t("{unit}: {count} waiting", { unit, count: data.waiting }),
  alert_raised: (data) => t("ALERT L{level}: {text}", { level: data.level, text: served(data.text) }),
  notice_escalated: (data, unit) => (data.about === "ALERT" ? t("Red alert not acknowledged") : t("{unit} has not acknowledged", { unit })) + `: ${t("told next: {people}", { people: data.to.join(", ") })}`,
  alert_escalated: (data) => t("Alert escalated to L{level}", { level: data.level }) + tail(data.reason),
  alert_reworded: (data) => t("Alert is now: {text}", { text: served(data.text) }),
  alert_acknowledged: (data) => t("Alert acknowledged after {time}", { time: durationInWords(data.seconds * 1000) }),
  alert_cleared: (data) => t("Alert cleared") + tail(data.reason),
  action_undone: (data) => t("UNDONE: {what}", { what: undoneWords(data.types) }),
  position_claimed: (data) => t("{holder} sits at {position}", { holder: data.holder, position: data.position }),
  position_released: (data) => t("{holder} left {position}", { holder: data.holder, position: data.position }),
  handover_offered: (data) => t("Calls of {position} offered to {to}", { position: data.position, to: data.to }),
  handover_answered: (data) => t("Calls of {position} offered to {to}: {answer}", { position: data.position, to: data.to, answer: coded(data.answer) }),
  call_taken: (data) => (data.from_position ? t("Worked at {position} from now on, not at {before}", { position: data.position, before: data.from_position }) : t("Worked at {position} from now on", { position: data.position })),
};

/** What was undone, by the event that says most of it. @type {[string, string][]} */
const UNDONE = [
  ["call_merged", t("the merge")], ["call_closed", t("the close")], ["call_cancelled", t("the cancellation")], ["call_scheduled", t("the later time")],
  ["call_held", t("the hold")], ["assignment_created", t("the dispatch")], ["assignment_status_changed", t("the status")], ["unit_status_changed", t("the status")],
  ["welfare_check_passed", t("the welfare check")], ["call_updated", t("the change")], ["call_resumed", t("the end of the hold")], ["callback_set", t("the call-back")],
  ["slots_changed", t("the request")], ["call_stacked", t("the place on a unit's list")], ["call_unstacked", t("the place on a unit's list")],
  ["alert_acknowledged", t("the acknowledgement")], ["note_added", t("the note")], ["alert_cleared", t("the clearing of an alert")],
];

/** @param {string[]} types */
const undoneWords = (types) => UNDONE.find(([type]) => types.includes(type))?.[1] ?? types.map(coded).join(", ");

/** One event as a line. An event this console does not know yet is named, not hidden. @param {EventFrame} frame */
export function lineOf(frame) {
  const line = LINES[frame.type];
  return line ? line(frame.data, frame.unit ?? "") : frame.type.replaceAll("_", " ");
}

/** Why, in the words it was said with at the time: what stands behind a line. @param {EventFrame} frame @returns {string[]} */
export const reasonsOf = (frame) => (frame.type === "call_triaged" ? (frame.data.reasons ?? []).map(servedPhrases) : []);

/** Whether an event belongs to the narrative rather than to the log around it. @param {EventFrame} frame */
export const isNarrative = (frame) => frame.type === "note_added";

/** A field filled in that stands in the form, and changes nothing of who goes where. */
const DETAILS = new Set(["caller", "person", "contacts"]);
/** @param {EventFrame} frame */
const isDetail = (frame) => frame.type === "call_updated" && frame.data.fields.every((/** @type {string} */ field) => DETAILS.has(field));

/** Things that happen by themselves or say again what another line says. */
const QUIET = new Set(["text_state_changed", "texts_read", "recommendation_made", "alert_cleared", "slots_changed"]);
/** @param {EventFrame} frame */
export const isQuiet = (frame) => QUIET.has(frame.type) || isDetail(frame) || (frame.type === "call_triaged" && frame.data.provisional && !frame.data.upgraded);

/** Language codes as a desk says them. @param {string} code */
export function language(code) {
  if (!code) return "";
  try {
    return new Intl.DisplayNames(shownLanguage(), { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
