// @ts-check
/** The questions asked before a caution is added, kept or ended, or a place is replaced by a point of the map. */
import { t } from "../i18n.js";
import { takePoint } from "../place_from_map.js";

/** @typedef {import("./dialogs.js").Dialog} Dialog */
/** @typedef {import("../desk.js").DialogState} DialogState */

/** What the dialog was opened with: `{premise}` or `{caution, text}`. @param {DialogState} dialog @returns {Record<string, string>} */
const about = (dialog) => dialog.about ?? {};

/** @type {Record<string, Dialog>} */
export const PREMISE_DIALOGS = {
  caution: {
    title: (_, dialog) => t("A caution about {place}", { place: dialog.call?.location.text ?? "" }), submit: t("Add"), done: t("Caution added."),
    explain: t("State the risk, not an arrest. One about violence has every open call there triaged again."),
    fields: [
      { name: "class", label: t("Class"), type: "select", required: true, options: () => [["VIOLENCE", t("Violence")], ["ENVIRONMENT", t("Environment")]] },
      { name: "text", label: t("What crews must know"), type: "text", required: true },
      { name: "source", label: t("Who says so"), type: "text", required: true },
      { name: "unit", label: t("Apartment (empty: the whole place)"), type: "text" },
      { name: "expires_on", label: t("Holds to (empty: until ended)"), type: "date" },
    ],
    send: (desk, dialog, values) => desk.api.post(`/api/premises/${about(dialog).premise}/cautions/`, { ...values, expires_on: values.expires_on || null }, { label: t("Caution") }),
  },
  place: {
    title: (_, dialog) => t("Replace “{place}”?", { place: about(dialog).known }), submit: t("Replace"), done: t("Place set from the map."), fields: [],
    explain: t("The point from the map takes the place of what was typed."),
    send: async (desk, dialog) => takePoint(desk, Number(about(dialog).lat), Number(about(dialog).lon)),
  },
  caution_review: {
    title: (_, dialog) => t("Still holds: {text}", { text: about(dialog).text }), submit: t("Still holds"), done: t("Caution reviewed."), explain: t("It counts for another twelve months."),
    fields: [{ name: "expires_on", label: t("Holds to (empty: as before)"), type: "date" }],
    send: (desk, dialog, values) => desk.api.post(`/api/cautions/${about(dialog).caution}/review/`, { expires_on: values.expires_on || null }, { label: t("Caution reviewed") }),
  },
  caution_end: {
    title: (_, dialog) => t("End: {text}", { text: about(dialog).text }), submit: t("End the caution"), kind: "danger", done: t("Caution ended."),
    explain: t("Answers given on open calls stay as they are until somebody changes them."), fields: [{ name: "reason", label: t("Reason"), type: "text", required: true }],
    send: (desk, dialog, values) => desk.api.post(`/api/cautions/${about(dialog).caution}/end/`, values, { label: t("Caution ended") }),
  },
};
