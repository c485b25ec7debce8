// @ts-check
/**
 * What is done with the open call by a form. The frequent ones stand in one row; the rare ones are behind "More…", which is the
 * palette with only them, so that the row fits a small desk and each of them is found by typing too.
 */
import { html, nothing } from "lit-html";

import { isScheduled } from "../handling.js";
import { t } from "../i18n.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").CallRow} CallRow */
/** @typedef {{ shown: string, words: string, does: (desk: Desk) => unknown }} Tool */

const ENDED = ["closed", "cancelled", "merged"];

/** @param {CallRow} call */
export const isEnded = (call) => ENDED.includes(call.status);

/** The row. @param {Desk} desk @param {CallRow} call */
export function tools(desk, call) {
  if (call.status === "merged") return button(t("Unmerge…"), () => desk.ask("unmerge"));
  if (isEnded(call)) return button(t("Reopen…"), () => desk.ask("reopen"));
  return html`${button(t("Close…"), () => desk.ask("close"))}
    ${call.status === "held" ? button(isScheduled(call) ? t("Work it now") : t("End hold"), () => desk.did(desk.requests.onCall(call.id, "resume", {}, t("Hold ended")), t("Hold ended."))) : button(t("Hold…"), () => desk.ask("hold"))}
    ${button(t("Call back…"), () => desk.ask("callback"))}
    ${call.interpreter ? nothing : button(t("Interpreter…"), () => desk.ask("interpreter", { values: { language: spokenBy(desk) } }))}
    ${call.transfer ? nothing : button(t("Transfer…"), () => desk.ask("transfer"))}
    ${button(t("More…"), () => more(desk), { title: t("Cancel, merge, schedule, services given") })}`;
}

/** Those behind "More…", as the palette lists them. @param {Desk} desk @returns {Tool[]} */
export function rareTools(desk) {
  const { call } = desk;
  if (!call || isEnded(call)) return [];
  const given = (desk.detail?.interventions ?? []).map((/** @type {any} */ one) => one.code ?? one);
  const schedules = call.assignments.length === 0 && desk.may("dispatch") && !isScheduled(call);
  return [
    { shown: t("Cancel…"), words: t("The open call needs nobody any more"), does: () => desk.ask("cancel") },
    { shown: t("Merge…"), words: t("The open call is the same as another"), does: () => desk.ask("merge") },
    ...(schedules ? [{ shown: t("Schedule…"), words: t("Work the open call at a later time"), does: () => desk.ask("schedule") }] : []),
    { shown: t("Services…"), words: t("Interventions given on scene"), does: () => desk.ask("interventions", { values: { codes: given } }) },
  ];
}

/** @param {Desk} desk */
function more(desk) {
  desk.overlay = "tools";
  desk.drawNow();
}

/** The language somebody is likely to need an interpreter for. @param {Desk} desk */
const spokenBy = (desk) => String(desk.form?.value("caller.language") || desk.form?.value("person.language") || "");
