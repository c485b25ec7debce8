// @ts-check
/** The end of a shift: what is left behind, and who takes it over. And the question at the other end. */
import { html, nothing } from "lit-html";
import { ref } from "lit-html/directives/ref.js";

import { served, t, tn } from "../i18n.js";
import { when } from "../time.js";
import { address, button, priorityMark } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../positions.js").HandoverRow} HandoverRow */

/** @param {Desk} desk */
export function shiftEnd(desk) {
  const { ending } = desk.positions;
  if (!ending) return nothing;
  const close = () => { desk.positions.ending = null; desk.toCommandLine(); desk.changed(); };
  return html`<dialog class="handover" aria-labelledby="handover-title" ${ref(show)} @cancel=${(/** @type {Event} */ event) => { event.preventDefault(); close(); }}>
    <form @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void desk.positions.offer(); }}>
      <h2 id="handover-title">${ending.position ? t("End of the shift at {position}", { position: ending.position }) : t("End of the shift")}</h2>
      ${left(desk)}
      <label>${t("To")}<select name="to" required ?disabled=${ending.offered !== null} @change=${(/** @type {Event} */ event) => { ending.to = /** @type {HTMLSelectElement} */ (event.target).value; }}>
        <option value="">${t("Choose…")}</option>
        ${ending.colleagues.map((one) => html`<option value=${one.username} ?selected=${one.username === ending.to}>${one.username} · ${one.position}</option>`)}</select></label>
      <label>${t("Note")}<input name="note" maxlength="500" autocomplete="off" .defaultValue=${ending.note} ?disabled=${ending.offered !== null}
        @input=${(/** @type {InputEvent} */ event) => { ending.note = /** @type {HTMLInputElement} */ (event.target).value; }} /></label>
      ${ending.error ? html`<p class="refusal" role="alert">${ending.error}</p>` : nothing}
      ${ending.offered === null ? nothing : html`<p role="status">${t("Offered to {name}, who has not answered yet. Until then the calls are yours.", { name: ending.to })}</p>`}
      <div class="row">
        ${ending.offered === null
    ? html`<button class="button primary">${t("Hand over")}</button>`
    : button(t("Withdraw the offer"), () => desk.positions.answer(/** @type {string} */ (ending.offered), "withdrawn"))}
        ${button(t("Sign out now"), () => desk.positions.leave(), { title: t("The calls stay at this position; everybody is told that nobody is there.") })}
        ${button(t("Leave it (Esc)"), close)}
      </div>
    </form></dialog>`;
}

/** @param {Element | undefined} element */
function show(element) {
  if (element instanceof HTMLDialogElement && !element.open) queueMicrotask(() => element.isConnected && !element.open && element.showModal());
}

/** @param {Desk} desk */
function left(desk) {
  const { ending } = desk.positions;
  if (!ending) return nothing;
  const now = desk.clock.now();
  return html`<h3>${tn("{count} open call", "{count} open calls", ending.calls.length)}</h3>
    <ul class="left">${ending.calls.map((call) => html`<li><span class="number">${call.number}</span> ${priorityMark(call.priority)} ${address(call.location)}
      <span class="dim">${call.assignments.map((/** @type {any} */ crew) => `${crew.unit} ${crew.status}`).join(", ")}</span></li>`)}</ul>
    ${ending.alerts.length > 0 ? html`<h3>${tn("{count} alert nobody has seen", "{count} alerts nobody has seen", ending.alerts.length)}</h3>
      <ul class="left">${ending.alerts.map((alert) => html`<li>${served(alert.text)}</li>`)}</ul>` : nothing}
    ${ending.callbacks.length > 0 ? html`<h3>${t("Call-backs promised")}</h3>
      <ul class="left">${ending.callbacks.map((one) => html`<li><span class="number">${one.number}</span> ${when(one.at, desk.zone, now)}</li>`)}</ul>` : nothing}
    ${ending.transfers.length > 0 ? html`<h3>${t("Transfers not accepted yet")}</h3>
      <ul class="left">${ending.transfers.map((one) => html`<li><span class="number">${one.number}</span> ${one.to}</li>`)}</ul>` : nothing}`;
}

/** What colleagues offer to this person, and what waits for an answer of theirs. @param {Desk} desk */
export function handoverNotices(desk) {
  const { handovers, ending } = desk.positions;
  const me = desk.me.username;
  return html`${handovers.filter((one) => one.to === me).map((one) => offered(desk, one))}
    ${ending ? nothing : handovers.filter((one) => one.from === me).map((one) => html`<div class="notice" role="status">${t("Your calls are offered to {name}, who has not answered yet.", { name: one.to })}
      ${button(t("Withdraw the offer"), () => desk.positions.answer(one.id, "withdrawn"))}</div>`)}`;
}

/** @param {Desk} desk @param {HandoverRow} one */
const offered = (desk, one) => html`<div class="notice offered" role="alert"><b>${tn("{from} hands {count} call over to you", "{from} hands {count} calls over to you", one.calls.length, { from: one.from })}</b>
  ${one.calls.map((call) => html`<button type="button" class="button number" @click=${() => desk.open(call.id)}>${call.number}</button> `)}
  ${one.note ? html`<span>“${one.note}”</span>` : nothing}
  ${button(t("Take them"), () => desk.positions.answer(one.id, "accepted"), { kind: "primary" })} ${button(t("Decline"), () => desk.positions.answer(one.id, "declined"))}</div>`;

/** Whose the call is and where else it is open. @param {Desk} desk @param {import("../apply.js").CallRow} call */
export function whoseCall(desk, call) {
  const { mine } = desk.positions;
  const others = desk.positions.elsewhere(call.id);
  const ended = ["closed", "cancelled", "merged"].includes(call.status);
  if (others.length === 0 && (!call.position || call.position === mine)) return nothing;
  return html`<p class="whose">${call.position && call.position !== mine ? html`<span>${t("Worked at {position}", { position: call.position })}</span>
      ${ended || !desk.may("call.change") ? nothing : button(t("Take over"), () => desk.did(desk.requests.take(call.id), t("{number} is yours.", { number: call.number })))}` : nothing}
    ${others.map((row) => html`<span class="elsewhere">${t("Open at {position} by {holder}", { position: row.name, holder: row.holder })}</span> `)}</p>`;
}
