// @ts-check
/** Alert bars, the card of an L1 with what to do, and the list of all alerts. */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { repeat } from "lit-html/directives/repeat.js";

import { barsOf, grouped } from "../alarms.js";
import { acknowledgeAll } from "../alertdesk.js";
import { formatAge, when } from "../time.js";
import { sendPolice } from "../accept.js";
import { coded, served, t } from "../i18n.js";
import { TIMERS_ALERT } from "../watch.js";
import { button } from "./parts.js";
import { sendButton } from "./transfer.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").AlertRow} AlertRow */

/** Their room is always kept, so that an alert never moves a row that is being clicked. */
const tall = matchMedia("(min-height: 900px)");
const SYMBOL = { 1: "■", 2: "▲", 3: "●" };

/** @param {Desk} desk */
export function bars(desk) {
  const { alerts } = desk;
  const { shown, more, moreRed } = barsOf(alerts, tall.matches ? 2 : 1);
  if (shown.length === 0) return html`<div class="bar dim">${alerts.length === 0 ? t("No alert.") : t("No L1 or L2 alert waits. The others are under Alerts.")}</div>`;
  return repeat(shown, (one) => one.key, (one, at) => {
    const others = at === shown.length - 1 && more > 0 ? rest(desk, more, moreRed) : nothing;
    return one.alerts.length === 1 ? bar(desk, one.alerts[0], others) : group(desk, one.alerts, others);
  });
}

/** What found no place; an L1 among it is named. @param {Desk} desk @param {number} more @param {AlertRow[]} red */
function rest(desk, more, red) {
  const others = more - red.length;
  const text = red.length > 0 && others > 0 ? t("■ {red} red, +{more} more", { red: red.length, more: others }) : `${red.length > 0 ? "■ " : ""}${t("+{more} more", { more })}`;
  return html`<button type="button" class="button ${red.length > 0 ? "danger" : ""}" title=${red.map((alert) => served(alert.text)).join("; ") || nothing}
    @click=${() => showAll(desk)}>${text}</button>`;
}

/** @param {Desk} desk */
function showAll(desk) {
  desk.overlay = "alerts";
  desk.changed();
}

/** @param {Desk} desk @param {AlertRow} alert @param {unknown} others */
function bar(desk, alert, others) {
  const seen = alert.acknowledged_at !== null;
  return html`<div class="bar bar-${alert.level} ${seen ? "seen" : ""}" data-alert=${alert.id}>
    <span aria-hidden="true">${SYMBOL[alert.level]}</span>
    <b>${served(alert.text)}</b>
    ${place(desk, alert)}
    <span class="number">${formatAge(alert.raised_at, desk.clock.now())}</span>
    ${seen ? html`<span>${seenBy(alert)}</span>` : nothing}
    ${!seen && alert.escalated_at ? html`<span>${t("to everybody")}</span>` : nothing}
    <span class="spring"></span>
    ${others}
    ${sendButton(desk, alert)}
    ${alert.call ? button(t("Open"), () => desk.open(/** @type {string} */ (alert.call)), { title: t("Open call {number}", { number: alert.call_number }) }) : nothing}
    ${alert.level === 1 && desk.card?.id !== alert.id ? button(t("What to do"), () => { desk.hiddenCard = ""; desk.changed(); }) : nothing}
    ${seen ? clear(desk, alert) : button(t("Ack"), () => desk.acknowledge(alert.id), { key: "F8" })}
  </div>`;
}

/** Many of a kind in one bar, the oldest named. @param {Desk} desk @param {AlertRow[]} alerts @param {unknown} others */
function group(desk, alerts, others) {
  return html`<div class="bar bar-2" data-group=${alerts[0].kind}>
    <span aria-hidden="true">${SYMBOL[2]}</span>
    <b>${manyOf(alerts)}</b>
    <span>${t("first: {text}", { text: served(alerts[0].text) })}</span>
    <span class="number">${formatAge(alerts[0].raised_at, desk.clock.now())}</span>
    <span class="spring"></span>
    ${others}
    ${button(t("Show"), () => showAll(desk), { key: "F8" })}
  </div>`;
}

/** Several alerts of a kind in words. @param {AlertRow[]} alerts */
function manyOf(alerts) {
  const count = alerts.length;
  switch (alerts[0].kind) {
    case "PENDING_OVERDUE": return t("{count} calls wait for a unit", { count });
    case "NOT_ACKNOWLEDGED": return t("{count} units have not acknowledged", { count });
    case "WELFARE_OVERDUE": return t("{count} welfare checks overdue", { count });
    case "UNIT_SILENT": return t("{count} crews are silent", { count });
    case "POLICE_REQUESTED": return t("{count} calls ask for police", { count });
    case "FIELD_ASKED": return t("{count} crews ask from the field", { count });
    case "HANDOFF_NOT_ACCEPTED": return t("{count} hand-offs not accepted", { count });
    case "CALLBACK_DUE": return t("{count} call-backs due", { count });
    case "TRIAGE_INCOMPLETE": return t("{count} calls with triage incomplete", { count });
    case "ETA_OVERRUN": return t("{count} units later than their ETA", { count });
    case "ARRIVAL_TARGET_MISSED": return t("{count} units past the arrival target", { count });
    default: return `${count} × ${coded(alerts[0].kind)}`;
  }
}

/** `seen by ana after 0:12`. @param {AlertRow} alert */
function seenBy(alert) {
  const after = alert.acknowledged_after_s;
  if (after === null || after === undefined) return t("seen by {who}", { who: alert.acknowledged_by });
  return t("seen by {who} after {seconds} s", { who: alert.acknowledged_by, seconds: Math.round(after) });
}

/** @param {Desk} desk @param {AlertRow} alert */
function clear(desk, alert) {
  const ask = () => {
    desk.overlay = "";
    desk.ask("clear", { alert: alert.id });
  };
  if (alert.id === TIMERS_ALERT) return nothing;
  return button(t("Clear…"), ask, { title: t("Its cause is gone") });
}

/** @param {Desk} desk @param {AlertRow} alert */
function place(desk, alert) {
  const call = alert.call ? desk.board.calls.get(alert.call) : undefined;
  return call ? html`<span class="place">${call.location.text}</span>` : nothing;
}

/** The card of the highest L1. @param {Desk} desk */
export function card(desk) {
  const alert = desk.card;
  if (!alert) return nothing;
  const call = alert.call ? desk.board.calls.get(alert.call) : undefined;
  const unit = alert.unit ? desk.board.units.get(alert.unit) : undefined;
  // Another alert's card is another element: a key pressed on this one's button must not acknowledge that one.
  return keyed(alert.id, html`<section class="card" role="region" aria-label=${t("What to do")}>
    <h2><span aria-hidden="true">■</span> ${served(alert.text)} <span class="number">${formatAge(alert.raised_at, desk.clock.now())}</span>
      <button type="button" class="button" aria-label=${t("Put the card away")} @click=${() => { desk.hiddenCard = alert.id; desk.changed(); }}>×</button></h2>
    <ol>${alert.what_to_do.map((line) => html`<li>${served(line)}</li>`)}</ol>
    ${unit ? unitFacts(desk, unit) : nothing}
    ${call ? html`<p>${call.number} · ${call.location.text}</p>` : nothing}
    <div class="row">
      ${alert.call || alert.unit ? button(t("Send police"), () => sendPolice(desk), { key: "Shift+F8", kind: "danger" }) : nothing}
      ${alert.acknowledged_at ? clear(desk, alert) : button(t("Acknowledge"), () => desk.acknowledge(alert.id), { key: "F8" })}
      ${call ? button(t("Open call"), () => desk.open(call.id)) : nothing}
      ${unit?.assignment ? button(t("Voice contact: OK"), () => desk.did(desk.requests.welfare(/** @type {string} */ (unit.assignment)), t("{unit} is OK.", { unit: unit.unit }))) : nothing}
    </div>
  </section>`);
}

/** @param {Desk} desk @param {import("../apply.js").UnitRow} unit */
function unitFacts(desk, unit) {
  const seen = desk.board.presence.get(unit.unit);
  const fix = seen?.fix_at ? t("{age} ago at {lat}, {lon}", { age: formatAge(seen.fix_at, desk.clock.now()), lat: seen.lat?.toFixed(5), lon: seen.lon?.toFixed(5) }) : t("never reported");
  return html`<p><b>${unit.unit}</b> ${unit.crew.map((person) => `${person.name} (${coded(person.role)})`).join(", ")}
    ${unit.phone ? html`· <span class="number">${unit.phone}</span>` : nothing}<br />${t("Last position {fix}.", { fix })}</p>`;
}

/** Every open alert, with who has seen it; many L2 or L3 of a kind together. @param {Desk} desk */
export function alertList(desk) {
  const { alerts } = desk;
  if (alerts.length === 0) return html`<p>${t("No open alert.")}</p>`;
  const numbers = new Map(alerts.map((alert, at) => [alert, at + 1]));
  const line = (/** @type {AlertRow} */ alert) => listed(desk, alert, numbers.get(alert) ?? 0);
  const red = alerts.filter((alert) => alert.level === 1);
  const others = grouped(alerts.filter((alert) => alert.level !== 1));
  return html`<ol class="alert-list">${repeat(red, ({ id }) => id, line)}${repeat(others, (one) => one.key, (one) => (one.alerts.length === 1 ? line(one.alerts[0]) : html`<li class="kin">
    <details open><summary>${manyOf(one.alerts)}</summary>
      ${acknowledgeThese(desk, one.alerts)}<ol>${repeat(one.alerts, ({ id }) => id, line)}</ol></details></li>`))}</ol>`;
}

/** @param {Desk} desk @param {AlertRow[]} alerts */
function acknowledgeThese(desk, alerts) {
  const waiting = alerts.filter((alert) => !alert.acknowledged_at);
  return waiting.length > 1 ? button(t("Acknowledge these {count}", { count: waiting.length }), () => void acknowledgeAll(desk, waiting)) : nothing;
}

/** @param {Desk} desk @param {AlertRow} alert @param {number} number */
function listed(desk, alert, number) {
  const now = desk.clock.now();
  return html`<li>
    <span class="level level-${alert.level}">L${alert.level}</span> <span class="number">${number}</span> <b>${served(alert.text)}</b>
    <span class="dim number">${formatAge(alert.raised_at, now)}</span> <span class="spring"></span>
    ${alert.acknowledged_at ? html`<span class="dim" title=${when(alert.acknowledged_at, desk.zone, now)}>${seenBy(alert)}</span>${clear(desk, alert)}` : button(t("Ack"), () => desk.acknowledge(alert.id))}
    ${alert.call ? button(alert.call_number ?? t("Open"), () => desk.open(/** @type {string} */ (alert.call))) : nothing}
  </li>`;
}
