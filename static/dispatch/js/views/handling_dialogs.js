// @ts-check
/** The questions asked before a call is transferred, scheduled or stacked, and before units are added, exchanged or released. */
import { isScheduled, targets } from "../handling.js";
import { served, t } from "../i18n.js";
import { sendUnits } from "../run.js";
import { STATUS_WORDS } from "../wording.js";

/** @typedef {import("./dialogs.js").Dialog} Dialog */
/** @typedef {import("./dialogs.js").Field} Field */
/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../desk.js").DialogState} DialogState */

/** @param {DialogState} dialog */
const number = (dialog) => dialog.call?.number ?? "";
/** @param {DialogState} dialog */
const id = (dialog) => dialog.call?.id ?? "";
/** What the dialog was opened with. @param {DialogState} dialog @returns {Record<string, string>} */
const about = (dialog) => dialog.about ?? {};
/** @type {Field} */
const REASON = { name: "reason", label: t("Reason"), type: "text", required: true };
const YES = "yes";

/** @param {Desk} desk @returns {[string, string][]} */
function services(desk) {
  const call = desk.dialog?.call;
  if (!call) return [];
  const alternatives = desk.triage?.decision?.alternatives ?? [];
  return targets(call, desk.reference.resources ?? [], alternatives).map((one) => [one.code, `${served(one.name)} ${one.phone}${one.hours ? `, ${one.hours}` : ""}`]);
}

/** Units as a list to choose from: `CRT1 en route 0123`. @param {Desk} desk @param {(unit: import("../apply.js").UnitRow) => boolean} fits @returns {[string, string][]} */
const unitsThat = (desk, fits) =>
  [...desk.board.units.values()].filter((unit) => unit.status !== "OFF" && fits(unit)).sort((a, b) => a.unit.localeCompare(b.unit, "en", { numeric: true }))
    .map((unit) => [unit.unit, `${unit.unit} ${STATUS_WORDS[unit.status] ?? unit.status}${unit.call_number ? ` ${unit.call_number}` : ""}`]);

/** @param {Desk} desk @returns {[string, string][]} */
const onCall = (desk) => (desk.dialog?.call?.assignments ?? []).map((one) => [one.unit, `${one.unit} ${STATUS_WORDS[one.status]}`]);

/** @param {Desk} desk @param {DialogState} dialog @param {string} unit */
function assignmentOf(desk, dialog, unit) {
  const found = desk.board.units.get(unit)?.assignment;
  if (!found) throw new Error(t("{unit} is on no call.", { unit }));
  return found;
}

/** @type {Record<string, Dialog>} */
const TRANSFERS = {
  transfer: {
    title: (_, dialog) => t("Transfer {number}", { number: number(dialog) }), submit: t("Offer it"), done: t("Offered. It stays ours until they take it, by name."),
    explain: t("A phone service only at tier 4 and with the caller's consent. Stay on the line until they accept."),
    fields: [
      { name: "resource", label: t("To"), type: "select", options: services },
      { name: "name", label: t("or to (name)"), type: "text" }, { name: "phone", label: t("Its number"), type: "text" },
      { name: "center", label: t("It is"), type: "checks", options: () => [[YES, t("another 911 center")]] },
      { name: "consent", label: t("Consent"), type: "checks", options: () => [[YES, t("The caller agrees")]] },
      { name: "note", label: t("Note"), type: "text" },
    ],
    send: (desk, dialog, { center, consent, name, resource, ...rest }) =>
      desk.requests.onCall(id(dialog), "transfers", { ...rest, name, resource: name ? "" : resource, kind: center.includes(YES) ? "CENTER" : "LINE", consent: consent.includes(YES) }, t("Transfer")),
  },
  transfer_taken: {
    title: (_, dialog) => t("{to} took {number}", { to: about(dialog).to, number: number(dialog) }), submit: t("They have it"), done: t("Taken. Close it as referred."),
    explain: t("Until somebody there has said their name, the call is ours."),
    fields: [{ name: "taken_by", label: t("Who took it there"), type: "text", required: true }, { name: "note", label: t("Note"), type: "text" }],
    send: async (desk, dialog, values) => {
      await desk.api.post(`/api/transfers/${about(dialog).transfer}/`, { outcome: "accepted", ...values }, { label: t("Transfer accepted") });
      if (desk.may("dispatch")) desk.ask("close", { call: dialog.call, values: { disposition: "referred", outcome: t("Transferred to {to}, taken by {who}", { to: about(dialog).to, who: values.taken_by }) } });
    },
  },
  transfer_over: {
    title: (_, dialog) => t("{to} did not take {number}", { to: about(dialog).to, number: number(dialog) }), submit: t("It is ours alone"), done: t("The offer is over."),
    fields: [
      { name: "outcome", label: t("What happened"), type: "select", required: true, options: () => [["declined", t("They declined")], ["withdrawn", t("We took it back")]] },
      { name: "note", label: t("Note"), type: "text" },
    ],
    send: (desk, dialog, values) => desk.api.post(`/api/transfers/${about(dialog).transfer}/`, values, { label: t("Transfer over") }),
  },
};

/** @type {Record<string, Dialog>} */
const LATER = {
  schedule: {
    title: (_, dialog) => (dialog.call && isScheduled(dialog.call) ? t("Another time for {number}", { number: number(dialog) }) : t("Work {number} later", { number: number(dialog) })),
    explain: t("It waits in sight and comes back with an alert. 14:30 is the next one, 14:30+1 tomorrow's, 90M in 90 minutes."), submit: t("Schedule"), done: t("Scheduled."),
    fields: [{ name: "time", label: t("Time"), type: "text", required: true }, REASON],
    send: (desk, dialog, values) => desk.requests.onCall(id(dialog), "schedule", values, t("Schedule")),
  },
};

/** @type {Record<string, Dialog>} */
const UNITS = {
  add_unit: {
    title: (_, dialog) => t("A unit for {number}", { number: number(dialog) }), submit: t("Do it"), done: t("Done."),
    explain: t("Send a free one; let the call wait for a busy one; or take one from a call that is less grave."),
    fields: [
      { name: "unit", label: t("Unit"), type: "select", required: true, options: (desk) => unitsThat(desk, (unit) => unit.call !== desk.dialog?.call?.id) },
      { name: "how", label: t("How"), type: "select", required: true, value: "send", options: () => [["send", t("Send it")], ["stack", t("Wait for it")], ["first", t("Wait for it, as the first")], ["preempt", t("Take it from its call")]] },
      { ...REASON, required: false },
    ],
    send: (desk, dialog, { unit, how, reason }) => {
      if (how === "send") return sendUnits(desk, id(dialog), [unit], reason);
      if (how === "preempt") return desk.requests.onCall(id(dialog), "preempt", { unit, reason }, t("Pre-empt {unit}", { unit }));
      return desk.requests.onCall(id(dialog), "stack", { unit, first: how === "first" }, t("Stack on {unit}", { unit }));
    },
  },
  exchange: {
    title: (_, dialog) => t("Exchange a unit of {number}", { number: number(dialog) }), submit: t("Exchange"), done: t("Exchanged."),
    explain: t("A free unit takes the place; one on another call gives its own for it. Only before arriving."),
    fields: [
      { name: "unit", label: t("Unit"), type: "select", required: true, options: onCall },
      { name: "other", label: t("Its place goes to"), type: "select", required: true, options: (desk) => unitsThat(desk, (unit) => unit.call !== desk.dialog?.call?.id) },
      { ...REASON, required: false },
    ],
    send: (desk, _, { unit, ...rest }) => desk.requests.onUnit(unit, "swap", rest, t("Exchange of {unit}", { unit })),
  },
  release: {
    title: (_, dialog) => t("Release a unit from {number}", { number: number(dialog) }), submit: t("Release"), done: t("Released."),
    fields: [{ name: "unit", label: t("Unit"), type: "select", required: true, options: onCall }, REASON],
    send: async (desk, dialog, { unit, reason }) => desk.requests.status(assignmentOf(desk, dialog, unit), "AV", { note: reason }),
  },
  slot_answer: {
    title: (_, dialog) => t("{role} was asked for", { role: about(dialog).role }), submit: t("Write it down"), done: t("Written down."),
    fields: [
      { name: "status", label: t("Answer"), type: "select", required: true, options: (desk) => answers(desk) }, REASON,
    ],
    send: (desk, dialog, values) => desk.api.post(`/api/slots/${about(dialog).slot}/`, values, { label: t("Answer") }),
  },
};

/** Police, EMS and fire never count as declined: they stay asked for. @param {Desk} desk @returns {[string, string][]} */
function answers(desk) {
  /** @type {[string, string][]} */
  const offered = [["unfilled", t("Nobody can come for now")], ["declined", t("The team declines")]];
  return about(/** @type {DialogState} */ (desk.dialog)).civilian ? offered : offered.slice(0, 1);
}

/** @type {Record<string, Dialog>} */
export const HANDLING_DIALOGS = { ...TRANSFERS, ...LATER, ...UNITS };
