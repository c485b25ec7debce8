// @ts-check
/** What a call waits for beside units: somebody else to take it, its own time, a busy unit. In its row and in its pane. */
import { html, nothing } from "lit-html";

import { isScheduled, nextFor, shortName, townsCenter, townsServices, transferWords, waitingFor } from "../handling.js";
import { t } from "../i18n.js";
import { shortNumber } from "../rows.js";
import { when } from "../time.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").CallRow} CallRow */
/** @typedef {import("../apply.js").UnitRow} UnitRow */
/** @typedef {import("../apply.js").AlertRow} AlertRow */

/** In the row: who is offered the call, and for which units it waits. @param {Desk} desk @param {CallRow} call */
export function waitingMarks(desk, call) {
  const units = (call.stacked_on ?? []).map((one) => one.unit);
  return html`${call.transfer ? html`<abbr class="flag transfer" title=${call.transfer.to}>${transferWords(call, desk.clock.now())}</abbr>` : nothing}
    ${units.length > 0 ? html`<abbr class="flag" title=${t("Waits for {units}", { units: units.join(", ") })}>→${units.join(",")}</abbr>` : nothing}`;
}

/** What stands before the needs of a waiting call: held, or scheduled for later. @param {CallRow} call */
export const heldMark = (call) => (isScheduled(call) ? `${t("SCHED")} ` : call.status === "held" ? `${t("HELD")} ` : "");

/** In the pane. @param {Desk} desk @param {CallRow} call */
export function waitingFacts(desk, call) {
  return html`${transferLine(desk, call)}${townLine(desk, call)}
    ${(call.stacked_on ?? []).map((one) => html`<p>${t("Waits for {unit}", { unit: one.unit })}
      ${desk.may("dispatch") ? button(t("Take it off"), () => desk.did(desk.requests.onCall(call.id, "unstack", { unit: one.unit }, t("Off the list of {unit}", { unit: one.unit })), t("It waits for {unit} no longer.", { unit: one.unit }))) : nothing}</p>`)}`;
}

/** Held or scheduled: until when and why. @param {Desk} desk @param {CallRow} call @param {string} reason */
export function heldLine(desk, call, reason) {
  if (call.status !== "held") return nothing;
  const until = call.hold_until ? when(call.hold_until, desk.zone, desk.clock.now()) : "";
  const words = isScheduled(call) ? t("Scheduled for {when}", { when: until }) : until ? t("Held until {when}", { when: until }) : t("Held");
  return html`<p>${words}: ${reason} ${isScheduled(call) && desk.may("dispatch") ? button(t("Another time…"), () => desk.ask("schedule")) : nothing}</p>`;
}

/** @param {Desk} desk @param {CallRow} call */
function transferLine(desk, call) {
  const { transfer } = call;
  if (!transfer) return nothing;
  const about = { transfer: transfer.id, to: shortName(transfer.to) };
  const words = html`<b>${transferWords(call, desk.clock.now())}</b> <span class="number">${transfer.phone}</span>`;
  if (transfer.status === "accepted") {
    const outcome = t("Transferred to {to}, taken by {who}", { to: about.to, who: transfer.taken_by });
    return html`<p class="transfer-line">${words} ${t("by {who}", { who: transfer.taken_by })}
      ${desk.may("dispatch") ? button(t("Close as referred…"), () => desk.ask("close", { values: { disposition: "referred", outcome } }), { kind: "primary" }) : nothing}</p>`;
  }
  return html`<p class="transfer-line">${words} ${button(t("Taken by…"), () => desk.ask("transfer_taken", { about }), { kind: "attention" })}
    ${button(t("Not taken…"), () => desk.ask("transfer_over", { about }))} <span class="dim">${t("Ours until they take it.")}</span></p>`;
}

/** Outside the city: the town's own center, and what else the town has. @param {Desk} desk @param {CallRow} call */
function townLine(desk, call) {
  if (call.location.in_city !== false || call.transfer) return nothing;
  const resources = desk.reference.resources ?? [];
  const center = townsCenter(call, resources);
  const services = townsServices(call, resources).map((one) => `${one.name} ${one.phone}`);
  return html`<p>${t("Outside the city: {town}.", { town: call.location.town || t("town not known") })}
    ${center ? button(t("Transfer to {to}…", { to: `${center.name} ${center.phone}` }), () => desk.ask("transfer", { values: { resource: center.code } }), { kind: "attention" }) : t("Its center is not in the directory: transfer by name and number.")}
    ${services.length > 0 ? html`<span class="dim">${services.join("; ")}</span>` : nothing}</p>`;
}

/** On a unit's row: how many calls wait for it. @param {Desk} desk @param {UnitRow} unit */
export function stackOf(desk, unit) {
  const waiting = waitingFor(desk.board.calls, unit.unit);
  if (waiting.length === 0) return nothing;
  return html`<abbr class="flag" title=${t("Waiting for it: {calls}", { calls: waiting.map((call) => call.number).join(", ") })}>+${shortNumber(waiting[0].number)}${waiting.length > 1 ? ` ${waiting.length}` : ""}</abbr>`;
}

/** Send a free unit to the call that waits for it: one key, never by itself. @param {Desk} desk @param {string} unit */
function sendToNext(desk, unit) {
  const call = nextFor(desk.board.calls, unit);
  if (!call) return desk.say(t("Nothing waits for {unit}.", { unit }));
  return desk.did(desk.requests.dispatch(call.id, [unit]), t("{unit} dispatched to {number}.", { unit, number: call.number }));
}

/** The unit of the oldest such alert that still stands. @param {Desk} desk */
export function sendFreeUnit(desk) {
  const alert = desk.alerts.find((one) => one.kind === "UNIT_FREE");
  return alert?.unit ? sendToNext(desk, alert.unit) : desk.say(t("No unit is free for a call that waits for it."));
}

/** On the alert that a unit is free: send it. @param {Desk} desk @param {AlertRow} alert */
export function sendButton(desk, alert) {
  const unit = alert.kind === "UNIT_FREE" ? alert.unit : null;
  if (!unit || !desk.may("dispatch")) return nothing;
  return button(t("Send {unit}", { unit }), () => sendToNext(desk, unit), { key: "Shift+F9", kind: "attention" });
}
