// @ts-check
/** Pane 4: the open call, from its first keystroke to its disposition. */
import { html, nothing } from "lit-html";

import { callTone } from "../rows.js";
import { timeOfDay, when } from "../time.js";
import { CALL_STATUS_WORDS } from "../wording.js";
import { crews, handoff } from "./crew.js";
import { intake } from "./intake.js";
import { age, button, priorityMark, tierMark } from "./parts.js";
import { questions } from "./questions.js";
import { recommendation } from "./recommendation.js";
import { timeline } from "./timeline.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").CallRow} CallRow */

const ENDED = ["closed", "cancelled", "merged"];

/** @param {Desk} desk */
export function callPane(desk) {
  const { call } = desk;
  if (!desk.form && !call) {
    return html`<h2 id="head-call"><kbd>4</kbd> Call</h2>
      <div class="nothing"><p class="dim">No call is open. Enter on a row opens it.</p>${button("New call", () => startCall(desk), { key: "F2", kind: "primary" })}</div>`;
  }
  if (!call) return html`${newHead()}<div class="scroll" tabindex="-1">${intake(desk)}${questions(desk)}</div>`;
  const ended = ENDED.includes(call.status);
  return html`${head(desk, call)}<div class="scroll" tabindex="-1">
    ${facts(desk, call)}
    ${ended ? html`<p class="block">${address(call)}</p>` : html`${intake(desk)}${questions(desk)}${recommendation(desk, call)}${handoff(desk, call)}${crews(desk, call)}`}
    ${timeline(desk)}
  </div>`;
}

const newHead = () => html`<h2 id="head-call"><kbd>4</kbd> New call</h2>`;

/** @param {CallRow} call */
const address = (call) => [call.location.text, call.location.unit, call.location.neighborhood].filter(Boolean).join(", ");

/** @param {Desk} desk @param {CallRow} call */
function head(desk, call) {
  const now = desk.clock.now();
  const ended = ENDED.includes(call.status);
  return html`<h2 id="head-call"><kbd>4</kbd> <span class="number">${call.number}</span> ${priorityMark(call.priority)} ${tierMark(call)}
      <span>${CALL_STATUS_WORDS[call.status]}</span> ${age(call.received_at, now, callTone(call, now))} <span class="dim">received ${timeOfDay(call.received_at, desk.zone)}</span></h2>
    <div class="tools row" role="toolbar" aria-label="Call">
      ${ended ? button("Reopen…", () => desk.ask("reopen")) : html`
        ${button("Close…", () => desk.ask("close"))}
        ${call.status === "held" ? button("End hold", () => desk.did(desk.requests.onCall(call.id, "resume", {}, "Hold ended"), "Hold ended.")) : button("Hold…", () => desk.ask("hold"))}
        ${button("Call back…", () => desk.ask("callback"))}
        ${button("Cancel…", () => desk.ask("cancel"))}
        ${button("Merge…", () => desk.ask("merge"))}
        ${button("Interventions…", () => desk.ask("interventions", { values: { codes: (desk.detail?.interventions ?? []).map((/** @type {any} */ one) => one.code ?? one) } }))}`}
      <span class="spring"></span>${button("New call", () => startCall(desk), { key: "F2" })}
    </div>`;
}

/** What must be known before anybody is sent: hazards, the place's history, promises made. @param {Desk} desk @param {CallRow} call */
function facts(desk, call) {
  const now = desk.clock.now();
  const detail = desk.detail;
  const history = detail?.premise?.history ?? [];
  const lines = [
    call.callback_at ? html`<p>Call back by ${when(call.callback_at, desk.zone, now)} ${button("Done", () => desk.did(desk.requests.onCall(call.id, "callback", { at: null }, "Call-back done"), "Call-back done."))}</p>` : nothing,
    call.status === "held" ? html`<p>Held${call.hold_until ? ` until ${when(call.hold_until, desk.zone, now)}` : ""}: ${detail?.hold_reason ?? ""}</p>` : nothing,
    call.disposition ? html`<p>Disposition ${call.disposition.replaceAll("_", " ")}${detail?.outcome ? `: ${detail.outcome}` : ""}</p>` : nothing,
    history.length > 0 ? html`<p class="dim">Here before: ${history.slice(0, 4).map((/** @type {any} */ one) => `${one.date} ${one.type_group}`).join("; ")}</p>` : nothing,
  ];
  return html`${call.hazards.length > 0 ? html`<ul class="hazards" aria-label="Hazards">${call.hazards.map((hazard) => html`<li>${hazard}</li>`)}</ul>` : nothing}
    ${lines.some((line) => line !== nothing) ? html`<div class="facts">${lines}</div>` : nothing}`;
}

/** F2: an empty form with the cursor in the place. @param {Desk} desk */
export function startCall(desk) {
  desk.openNew();
  requestAnimationFrame(() => document.getElementById("field-location-text")?.focus());
}
