// @ts-check
/** The roles that were asked for on the open call: by whom and when, what was answered, and asking again. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { coded, t } from "../i18n.js";
import { openRoles } from "../rows.js";
import { hourMinute } from "../time.js";
import { who } from "../wording.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").CallRow} CallRow */

/** Those that no unit fills. @param {Desk} desk @param {CallRow} call */
export function openSlots(desk, call) {
  const read = desk.detail?.id === call.id ? desk.detail : null;
  return repeat(openRoles(call, read?.response_slots ?? [], read?.version), (/** @type {any} */ slot) => slot.id, (/** @type {any} */ slot) => html`<div class="assignment" data-slot=${slot.id}>
    <span class="slot slot-${slot.status}">${slot.role} ${slot.source === "join" ? t("joins when safe") : coded(slot.status)}</span>
    <span class="dim">${said(desk, slot)}</span><span class="spring"></span>
    ${desk.may("dispatch") && slot.source !== "join" ? deeds(desk, slot) : nothing}</div>`);
}

/** `dispatcher 22:41: one more`, then what was answered; nothing until the call has been read. @param {Desk} desk @param {any} slot */
function said(desk, slot) {
  if (!slot.requested_at) return "";
  const time = hourMinute(slot.requested_at, desk.zone);
  const asked = slot.asked_from ? t("asked from the field by {unit} {time}", { unit: slot.asked_from, time }) : t("asked by {who} {time}", { who: who(slot.requested_by) || t("the rules"), time });
  const why = slot.reason ? `: ${slot.reason}` : "";
  const answer = slot.answered_at ? `; ${who(slot.answered_by)} ${hourMinute(slot.answered_at, desk.zone)}: ${slot.answer}` : "";
  return `${asked}${why}${answer}`;
}

/** @param {Desk} desk @param {any} slot */
function deeds(desk, slot) {
  if (slot.status !== "requested") {
    const again = () => desk.did(desk.api.post(`/api/slots/${slot.id}/`, { status: "requested" }, { label: t("Asked again") }), t("{role} asked for again.", { role: slot.role }));
    return button(t("Ask again"), again);
  }
  const civilian = (desk.reference.teams ?? []).some((/** @type {any} */ team) => team.role === slot.role && team.civilian) ? "yes" : "";
  return button(t("Answer…"), () => desk.ask("slot_answer", { about: { slot: slot.id, role: slot.role, civilian } }));
}
