// @ts-check
/** Pane 4: the open call, from its first keystroke to its disposition. */
import { html, nothing } from "lit-html";

import { coded, t } from "../i18n.js";
import { callTone } from "../rows.js";
import { timeOfDay, when } from "../time.js";
import { CALL_STATUS_WORDS } from "../wording.js";
import { crews } from "./crew.js";
import { handoff } from "./handoff.js";
import { whoseCall } from "./handover.js";
import { inWorkStrip } from "./inwork_strip.js";
import { intake, isRefused, saveState } from "./intake.js";
import { interpreter } from "./interpreter.js";
import { age, button, priorityMark, tierMark } from "./parts.js";
import { questions } from "./questions.js";
import { proposal, recommendation } from "./recommendation.js";
import { isWritten, thread } from "./thread.js";
import { timeline } from "./timeline.js";
import { isEnded, tools } from "./tools.js";
import { heldLine, waitingFacts } from "./transfer.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").CallRow} CallRow */

const UNSAVED = /** @type {CallRow} */ (/** @type {unknown} */ ({ status: "pending", interpreter: null, transfer: null, scheduled_for: null, assignments: [] }));

/** @param {Desk} desk */
export function callPane(desk) {
  const { call } = desk;
  if (!desk.form && !call) {
    return html`<h2 id="head-call"><kbd>4</kbd> ${t("Call")}</h2>
      <div class="nothing"><p class="dim">${t("No call is open. Enter on a row opens it.")}</p>${button(t("New call"), () => startCall(desk), { key: "F2", kind: "primary" })}</div>`;
  }
  const ended = call !== null && isEnded(call);
  // One template before and after the first save: the field that is being typed in must stay the same element.
  return html`${inWorkStrip(desk)}${head(desk, call)}<div class="scroll" tabindex="-1">
    ${call?.never_voice_call ? html`<p class="novoice" role="note">${t("NEVER CALL BACK BY VOICE: write only")}</p>` : nothing}
    ${call ? whoseCall(desk, call) : nothing}${call ? facts(desk, call) : nothing}${interpreter(desk)}
    ${ended ? html`<p class="block">${address(call)}</p>${thread(desk, { ended })}` : html`${isWritten(desk) ? thread(desk) : nothing}${intake(desk)}${isWritten(desk) ? nothing : thread(desk)}${questions(desk)}`}
    ${call && !ended ? html`${recommendation(desk, call)}${handoff(desk, call)}${crews(desk, call)}` : nothing}
    ${call ? timeline(desk) : nothing}
  </div>
  ${ended ? nothing : proposal(desk, call)}`;
}

/** @param {CallRow} call */
const address = (call) => [call.location.text, call.location.unit, call.location.neighborhood].filter(Boolean).join(", ");

/** @param {Desk} desk @param {CallRow | null} call */
function head(desk, call) {
  const ended = call !== null && isEnded(call);
  const hint = html`${t("New call")} <span class="dim hint">${t("Location first: everything else can come later.")}</span>`;
  // What can be done stands there from the start, out of reach: the fields below must not move when the call is saved.
  return html`<h2 id="head-call"><kbd>4</kbd> ${call ? title(desk, call) : hint}<span class="spring"></span>
      ${desk.form && !ended ? html`<span class=${isRefused(desk.form) ? "late" : "dim"} role="status">${saveState(desk.form)}</span>` : nothing}</h2>
    <div class="tools row" role="toolbar" aria-label=${t("Call")} ?inert=${call === null}>${tools(desk, call ?? UNSAVED)}</div>`;
}

/** @param {Desk} desk @param {CallRow} call */
const title = (desk, call) => html`<span class="number">${call.number}</span> ${priorityMark(call.priority)} ${tierMark(call)}
  <span>${CALL_STATUS_WORDS[call.status]}</span> ${isEnded(call) ? nothing : age(call.received_at, desk.clock.now(), callTone(call, desk.clock.now()))}
  <span class="dim number hint">${timeOfDay(call.received_at, desk.zone)}</span>`;

/** What must be known before anybody is sent: hazards, promises made. @param {Desk} desk @param {CallRow} call */
function facts(desk, call) {
  const now = desk.clock.now();
  const detail = desk.detail;
  const lines = [
    call.callback_at ? html`<p>${t("Call back by {when}", { when: when(call.callback_at, desk.zone, now) })} ${button(t("Done"), () => desk.did(desk.requests.onCall(call.id, "callback", { at: null }, t("Call-back done")), t("Call-back done.")))}</p>` : nothing,
    heldLine(desk, call, detail?.hold_reason ?? ""),
    call.transfer || call.stacked_on.length > 0 || call.location.in_city === false ? waitingFacts(desk, call) : nothing,
    call.disposition ? html`<p>${t("Disposition {disposition}", { disposition: coded(call.disposition) })}${detail?.outcome ? `: ${detail.outcome}` : ""}</p>` : nothing,
  ];
  return html`${call.hazards.length > 0 ? html`<ul class="hazards" aria-label=${t("Hazards")}>${call.hazards.map((hazard) => html`<li>${hazard}</li>`)}</ul>` : nothing}
    ${lines.some((line) => line !== nothing) ? html`<div class="facts">${lines}</div>` : nothing}`;
}

/** F2: an empty form with the cursor in the place. @param {Desk} desk */
export function startCall(desk) {
  desk.openNew();
  desk.focus("#field-location-text");
}
