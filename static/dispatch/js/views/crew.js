// @ts-check
/** Who is on the call and who is still wanted: slots, assignments with their next steps. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { coded, kept, t } from "../i18n.js";
import { crewTimers } from "../rows.js";
import { formatAge, formatDuration, hourMinute } from "../time.js";
import { NEXT_STATUS, STATUS_WORDS, TIMER_WORDS } from "../wording.js";
import { phoneCrew } from "./handoff.js";
import { age, button, statusMark } from "./parts.js";
import { openSlots } from "./slots.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").CallRow} CallRow */
/** @typedef {import("../apply.js").UnitRow} UnitRow */

/**
 * Take a unit one step on; what needs a place or a reason is asked for.
 * @param {Desk} desk @param {{ unit: string, status?: string, assignment?: string | null, id?: string }} row a unit's or an assignment's
 * @param {string} status
 */
export function step(desk, row, status) {
  const assignment = row.assignment ?? row.id ?? null;
  if (status === "TR" && assignment) return desk.ask("transport", { unit: row.unit, assignment });
  if (status === "OO") return desk.ask("out", { unit: row.unit });
  const done = `${row.unit} ${STATUS_WORDS[status]}.`;
  if (assignment) return desk.did(desk.requests.status(assignment, status), done);
  return desk.did(desk.requests.unitStatus(row.unit, status), done);
}

/** @param {Desk} desk @param {CallRow} call */
export function crews(desk, call) {
  return html`<section class="block" aria-label=${t("Crews")}>
    <h3>${t("Crews")}<span class="spring"></span>${desk.may("dispatch") ? unitTools(desk, call) : nothing}</h3>
    ${repeat(call.assignments, (one) => one.id, (one) => assignment(desk, one))}
    ${openSlots(desk, call)}
    ${safety(desk, call)}
  </section>`;
}

/** Where units come to a call and leave it. @param {Desk} desk @param {CallRow} call */
const unitTools = (desk, call) => html`${button(t("Add unit…"), () => desk.ask("add_unit"))}
  ${call.assignments.length > 0 ? html`${button(t("Exchange…"), () => desk.ask("exchange"))} ${button(t("Release…"), () => desk.ask("release"))}` : nothing}`;

/** @param {Desk} desk @param {CallRow["assignments"][number]} one */
function assignment(desk, one) {
  const now = desk.clock.now();
  const [timer] = crewTimers(one, now);
  return html`<div class="assignment" data-unit=${one.unit}>
    <b>${one.unit}</b> ${statusMark(one.status)} ${age(one.since, now, timer?.tone ?? "")}
    ${one.joins ? html`<span class="slot">${t("joins")}</span>` : nothing}
    ${one.silent_since ? html`<b class="late" title=${t("No socket, no position, no answer")}>${t("silent {time}", { time: formatAge(one.silent_since, now) })}</b>` : nothing}
    ${timer && timer.label !== "silent" ? html`<span class=${timer.tone === "over" ? "late" : "dim"}>${TIMER_WORDS[timer.label] ?? timer.label} ${timer.label === "acknowledge" || timer.label.includes("not") ? "" : formatDuration(timer.at - now)}</span>` : nothing}
    ${one.destination ? html`<span class="dim">${t("to {destination}", { destination: one.destination })}</span>` : nothing}
    <span class="spring"></span>
    ${desk.may("dispatch") ? steps(desk, one) : nothing}
  </div>${phoneCrew(desk, one)}`;
}

/** The next status's button is never the one that was just pressed: a second press of that does nothing. @param {Desk} desk @param {CallRow["assignments"][number]} one */
function steps(desk, one) {
  const run = (/** @type {Promise<any>} */ request, /** @type {string} */ done) => desk.did(request, done);
  return html`${one.order && !one.order_acknowledged_at ? button(t("{order} heard", { order: coded(one.order).toUpperCase() }), () => run(desk.requests.acknowledge(one.id), t("{unit} acknowledged.", { unit: one.unit })), { kind: "attention" }) : nothing}
    ${repeat(NEXT_STATUS[one.status] ?? [], (status) => status, (status) => button(status, () => step(desk, one, status), { title: STATUS_WORDS[status] }))}
    ${one.welfare_due_at ? button(t("OK"), () => run(desk.requests.welfare(one.id), t("{unit} is OK.", { unit: one.unit })), { title: t("Welfare check passed by voice") }) : nothing}
    ${one.order ? button(t("Lift order"), () => run(desk.requests.order(one.id, "LIFT", kept("Dispatcher's word")), t("{unit} may go on.", { unit: one.unit }))) : nothing}
    ${["DP", "ER"].includes(one.status) && !one.order ? button(t("Order: stage"), () => run(desk.requests.order(one.id, "STAGE", kept("Dispatcher's order")), t("{unit} ordered to stage.", { unit: one.unit }))) : nothing}
    ${one.status === "OS" ? button(t("Order: withdraw"), () => run(desk.requests.order(one.id, "WITHDRAW", kept("Dispatcher's order")), t("{unit} ordered to withdraw.", { unit: one.unit }))) : nothing}`;
}

/** Whether civilians may enter, where police are part of the response. @param {Desk} desk @param {CallRow} call */
function safety(desk, call) {
  const asked = call.response.includes("POLICE") || call.slots.some((slot) => slot.role === "POLICE");
  return html`<div class="row">
    ${call.scene_safe_at
      ? html`<span class="safe">${t("Scene safe, {scene_safe_by}", { scene_safe_by: call.scene_safe_by })}</span> ${button(t("Not safe"), () => desk.did(desk.requests.onCall(call.id, "scene-unsafe", {}, t("Scene not safe")), t("Scene marked NOT safe.")))}`
      : call.scene_unsafe_at ? html`<b class="late">${t("SCENE UNSAFE since {time}: civilians stay out until an officer says it is safe.", { time: hourMinute(call.scene_unsafe_at, desk.zone) })}</b> ${button(t("Mark safe"), () => desk.ask("safe"))}`
        : asked ? html`<span class="dim">${t("Not marked safe: civilians stage.")}</span> ${button(t("Mark safe"), () => desk.ask("safe"))}` : nothing}
    ${button(t("Request police"), () => desk.did(desk.requests.police(call.id), t("Police requested for {number}.", { number: call.number })))}
    ${button(t("Request role…"), () => desk.ask("slot"))}
  </div>`;
}
