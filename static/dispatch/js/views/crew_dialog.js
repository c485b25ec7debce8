// @ts-check
/** What is known of a crew that took a call by phone, to be completed or corrected: it stands there, and only what was changed is sent. */
import { t } from "../i18n.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").CallRow["assignments"][number]} Assigned */

const MINUTE_MS = 60_000;
const SAID = ["contact", "clinician", "clinician_phone", "meeting_point", "guardian", "guardian_phone", "school", "school_phone", "note"];
const ETA = "eta";

/** @param {Assigned} one */
export const isOnItsWay = (one) => ["DP", "ER"].includes(one.status);

/**
 * What the record says now, by the fields of the dialog. The ETA is in minutes from this moment, empty without a promise; a crew that
 * has arrived has none.
 * @param {Assigned} one @param {any} taken the phone call that they took @param {number} now
 */
export function recorded(one, taken, now) {
  /** @type {Record<string, string>} */
  const known = Object.fromEntries(SAID.map((name) => [name, (taken[name] ?? "").trim()]));
  if (isOnItsWay(one)) known[ETA] = one.eta_at ? String(Math.max(0, Math.ceil((Date.parse(one.eta_at) - now) / MINUTE_MS))) : "";
  return known;
}

/** What of it was changed, as text. @param {Record<string, string>} known @param {Record<string, any>} values */
export function amended(known, values) {
  return Object.fromEntries(SAID.filter((name) => values[name] !== known[name]).map((name) => [name, values[name]]));
}

/** @param {Desk} desk @param {Assigned} one @param {any} taken */
export function askOfCrew(desk, one, taken) {
  const known = recorded(one, taken, desk.clock.now());
  desk.ask("crew", { unit: one.unit, assignment: one.id, about: known, values: { ...known } });
}

/** @type {import("./dialogs.js").Dialog} */
export const CREW_DIALOG = {
  title: (_, dialog) => t("Crew of {unit}", { unit: dialog.unit }), explain: t("This is what is recorded. What you do not change stays as it is."), submit: t("Amend"), done: t("Amended."),
  fields: [
    { name: "contact", label: t("Who answered"), type: "text" },
    { name: "clinician", label: t("Clinician"), type: "text" }, { name: "clinician_phone", label: t("Their mobile"), type: "text" },
    { name: ETA, label: t("ETA, minutes from now"), type: "number", when: (dialog) => ETA in (dialog.about ?? {}) },
    { name: "meeting_point", label: t("Meeting point"), type: "text" },
    { name: "guardian", label: t("Parent or guardian"), type: "text" }, { name: "guardian_phone", label: t("Their number"), type: "text" },
    { name: "school", label: t("School contact"), type: "text" }, { name: "school_phone", label: t("School's number"), type: "text" },
    { name: "note", label: t("Note"), type: "text" },
  ],
  send: async (desk, dialog, values) => {
    const known = dialog.about ?? {};
    const said = amended(known, values);
    const assignment = dialog.assignment ?? "";
    if (Object.keys(said).length > 0) await desk.requests.onAssignment(assignment, "handoff", said, t("Crew of {unit}", { unit: dialog.unit }));
    const minutes = values[ETA] ?? "";
    if (minutes !== "" && String(minutes) !== known[ETA]) await desk.requests.onAssignment(assignment, "acknowledge", { minutes }, t("ETA of {unit}", { unit: dialog.unit }));
  },
};
