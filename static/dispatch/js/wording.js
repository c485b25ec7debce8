// @ts-check
/** What happened, in a dispatcher's words: the lines of a call's timeline, and names of codes. Pure. */

/** @typedef {import("./apply.js").EventFrame} EventFrame */

/** @type {Record<string, string>} */
export const STATUS_WORDS = {
  DP: "dispatched", ER: "en route", ST: "staging", OS: "on scene", TR: "transporting", AD: "at destination",
  AV: "available", BK: "on a break", OO: "out of service", OFF: "off shift", GONE: "gone",
};

/** @type {Record<string, string>} */
export const CALL_STATUS_WORDS = {
  pending: "pending", dispatched: "dispatched", en_route: "en route", on_scene: "on scene", transporting: "transporting",
  held: "held", closed: "closed", cancelled: "cancelled", merged: "merged",
};

/** Steps a crew may take next; the server has the last word. @type {Record<string, string[]>} */
export const NEXT_STATUS = {
  DP: ["ER", "ST", "OS", "AV"], ER: ["OS", "ST", "AV"], ST: ["OS", "ER", "AV"], OS: ["TR", "ST", "AV"],
  TR: ["AD", "AV"], AD: ["TR", "AV"], AV: ["BK", "OO"], BK: ["AV", "OO"], OO: ["AV"], OFF: [],
};

/** @param {string[]} codes */
export const plus = (codes) => codes.join(" + ");

/** @param {string} text */
const tail = (text) => (text ? `: ${text}` : "");

/** A person's name for what the system did itself. @param {string} by */
export const who = (by) => (by.startsWith("system:") ? by.slice("system:".length) : by);

/** @type {Record<string, (data: Record<string, any>, unit: string) => string>} */
const LINES = {
  call_received: (data) => `Call received by ${data.channel} (${data.origin})`,
  call_updated: (data) => `Changed: ${data.fields.join(", ")}`,
  call_triaged: (data) => `Triage ${data.rule}: T${data.tier} ${plus(data.response)}${data.provisional ? " (provisional)" : ""}${data.upgraded ? ", UPGRADED" : ""}`,
  response_overridden: (data) => `Override ${plus(data.from_response)} to ${plus(data.response)} (${data.direction.toLowerCase()})${tail(data.reason)}`,
  recommendation_made: (data) => `Recommended ${data.units.slice(0, 3).join(", ") || "no unit"}${data.short_of.length ? `, short of ${data.short_of.join(", ")}` : ""}`,
  slots_changed: (data) => `Roles ${data.slots.join(", ")}${tail(data.reason)}`,
  call_held: (data) => `Held${tail(data.reason)}`,
  call_resumed: (data) => `Hold ended${tail(data.reason)}`,
  call_merged: (data) => `Merged into ${data.into_number}${tail(data.reason)}`,
  call_unmerged: (data) => `No longer merged into ${data.into_number}${tail(data.reason)}`,
  call_cancelled: (data) => `Cancelled${tail(data.reason)}`,
  call_closed: (data) => `Closed: ${data.disposition.replaceAll("_", " ")} (${data.apco})`,
  call_reopened: (data) => `Reopened${tail(data.reason)}`,
  call_unserved: (data) => `${data.team} did not serve it: ${data.reason.toLowerCase().replaceAll("_", " ")}`,
  note_added: (data) => data.text || `${data.audience.toLowerCase()} note`,
  contact_added: (data) => `Another caller${data.relationship ? ` (${data.relationship})` : ""}`,
  callback_set: (data) => (data.at ? "Call-back promised" : "Call-back done"),
  assignment_created: (data, unit) => `${unit} dispatched as ${data.role}${data.joins ? ", joins when safe" : ""}${tail(data.override_reason)}`,
  assignment_acknowledged: (_, unit) => `${unit} acknowledged the dispatch`,
  assignment_status_changed: (data, unit) => `${unit} ${data.status === "AV" ? "cleared" : STATUS_WORDS[data.status]}${data.destination ? ` to ${data.destination}` : ""}${data.late ? " (reported late)" : ""}${tail(data.note)}`,
  order_given: (data, unit) => `${unit} ordered to ${data.order.toLowerCase()}${tail(data.reason)}`,
  order_acknowledged: (data, unit) => `${unit} acknowledged: ${data.order.toLowerCase()}`,
  order_lifted: (data, unit) => `${unit}: order to ${data.order.toLowerCase()} lifted${tail(data.reason)}`,
  welfare_check_passed: (data, unit) => `${unit} is OK${data.late ? " (late)" : ""}`,
  channel_checked: (data, unit) => `${unit} ${data.kind.toLowerCase()} check`,
  handoff_recorded: (data) => `Hand-off to ${data.team}, attempt ${data.attempt}: ${data.outcome.replaceAll("_", " ")}${data.unit ? ` as ${data.unit}` : ""}${data.eta_minutes ? `, ETA ${data.eta_minutes} min` : ""}`,
  scene_marked_safe: (data) => `Scene safe${data.source ? ` (${data.source})` : ""}`,
  scene_marked_unsafe: (data) => `Scene NOT safe${data.source ? ` (${data.source})` : ""}`,
  intervention_recorded: (data) => `${data.count} intervention${data.count === 1 ? "" : "s"} recorded`,
  police_requested: (data) => `Police requested${data.source ? ` by ${data.source}` : ""}`,
  unit_status_changed: (data, unit) => `${unit} ${STATUS_WORDS[data.status] ?? data.status}${tail(data.reason)}`,
  alert_raised: (data) => `ALERT L${data.level}: ${data.text}`,
  alert_escalated: (data) => `Alert escalated to L${data.level}${tail(data.reason)}`,
  alert_acknowledged: () => "Alert acknowledged",
  alert_cleared: (data) => `Alert cleared${tail(data.reason)}`,
};

/** One event as a line. An event this console does not know yet is named, not hidden. @param {EventFrame} frame */
export function lineOf(frame) {
  const line = LINES[frame.type];
  return line ? line(frame.data, frame.unit ?? "") : frame.type.replaceAll("_", " ");
}

/** Why, in the words it was said with at the time: what stands behind a line. @param {EventFrame} frame @returns {string[]} */
export const reasonsOf = (frame) => (frame.type === "call_triaged" ? (frame.data.reasons ?? []) : []);

/** Whether an event belongs to the narrative rather than to the log around it. @param {EventFrame} frame */
export const isNarrative = (frame) => frame.type === "note_added";

/** A field filled in that stands in the form, and changes nothing of who goes where. */
const DETAILS = new Set(["caller", "person", "contacts"]);
/** @param {EventFrame} frame */
const isDetail = (frame) => frame.type === "call_updated" && frame.data.fields.every((/** @type {string} */ field) => DETAILS.has(field));

/** Things that happen by themselves or say again what another line says. */
const QUIET = new Set(["recommendation_made", "alert_acknowledged", "alert_cleared", "slots_changed"]);
/** @param {EventFrame} frame */
export const isQuiet = (frame) => QUIET.has(frame.type) || isDetail(frame) || (frame.type === "call_triaged" && frame.data.provisional && !frame.data.upgraded);

/** Language codes as a desk says them. @param {string} code */
export function language(code) {
  if (!code) return "";
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
