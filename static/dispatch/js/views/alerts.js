// @ts-check
/** Alert bars, the card of an L1 with what to do, and the list of all alerts. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { needsBar } from "../rows.js";
import { formatAge, when } from "../time.js";
import { sendPolice } from "../accept.js";
import { coded, served, t } from "../i18n.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").AlertRow} AlertRow */

/** Their room is always kept, so that an alert never moves a row that is being clicked. */
const tall = matchMedia("(min-height: 900px)");
const SYMBOL = { 1: "■", 2: "▲", 3: "●" };

/** @param {Desk} desk */
export function bars(desk) {
  const waiting = desk.alerts.filter(needsBar);
  const shown = waiting.slice(0, tall.matches ? 2 : 1);
  const more = waiting.length - shown.length;
  if (shown.length === 0) return html`<div class="bar dim">${desk.alerts.length === 0 ? t("No alert.") : t("No L1 or L2 alert waits. The others are under Alerts.")}</div>`;
  return repeat(shown, (alert) => alert.id, (alert, at) => bar(desk, alert, at === shown.length - 1 ? more : 0));
}

/** @param {Desk} desk @param {AlertRow} alert @param {number} more */
function bar(desk, alert, more) {
  const seen = alert.acknowledged_at !== null;
  return html`<div class="bar bar-${alert.level} ${seen ? "seen" : ""}" data-alert=${alert.id}>
    <span aria-hidden="true">${SYMBOL[alert.level]}</span>
    <b>${served(alert.text)}</b>
    ${place(desk, alert)}
    <span class="number">${formatAge(alert.raised_at, desk.clock.now())}</span>
    ${seen ? html`<span>${t("seen by {who}", { who: alert.acknowledged_by })}</span>` : nothing}
    <span class="spring"></span>
    ${more > 0 ? html`<button type="button" class="button" @click=${() => { desk.overlay = "alerts"; desk.changed(); }}>${t("+{more} more", { more })}</button>` : nothing}
    ${alert.call ? button(t("Open"), () => desk.open(/** @type {string} */ (alert.call)), { title: t("Open call {number}", { number: alert.call_number }) }) : nothing}
    ${alert.level === 1 && desk.card?.id !== alert.id ? button(t("What to do"), () => { desk.hiddenCard = ""; desk.changed(); }) : nothing}
    ${seen ? clear(desk, alert) : button(t("Ack"), () => desk.acknowledge(alert.id), { key: "F8" })}
  </div>`;
}

/** @param {Desk} desk @param {AlertRow} alert */
function clear(desk, alert) {
  const ask = () => {
    desk.overlay = "";
    desk.ask("clear", { alert: alert.id });
  };
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
  return html`<section class="card" role="region" aria-label=${t("What to do")}>
    <h2><span aria-hidden="true">■</span> ${served(alert.text)} <span class="number">${formatAge(alert.raised_at, desk.clock.now())}</span>
      <button type="button" class="button" aria-label=${t("Put the card away")} @click=${() => { desk.hiddenCard = alert.id; desk.changed(); }}>×</button></h2>
    <ol>${alert.what_to_do.map((line) => html`<li>${served(line)}</li>`)}</ol>
    ${unit ? unitFacts(desk, unit) : nothing}
    ${call ? html`<p>${call.number} · ${call.location.text}</p>` : nothing}
    <div class="row">
      ${button(t("Send police"), () => sendPolice(desk), { key: "Shift+F8", kind: "danger" })}
      ${alert.acknowledged_at ? clear(desk, alert) : button(t("Acknowledge"), () => desk.acknowledge(alert.id), { key: "F8" })}
      ${call ? button(t("Open call"), () => desk.open(call.id)) : nothing}
      ${unit?.assignment ? button(t("Voice contact: OK"), () => desk.did(desk.requests.welfare(/** @type {string} */ (unit.assignment)), t("{unit} is OK.", { unit: unit.unit }))) : nothing}
    </div>
  </section>`;
}

/** @param {Desk} desk @param {import("../apply.js").UnitRow} unit */
function unitFacts(desk, unit) {
  const seen = desk.board.presence.get(unit.unit);
  const fix = seen?.fix_at ? t("{age} ago at {lat}, {lon}", { age: formatAge(seen.fix_at, desk.clock.now()), lat: seen.lat?.toFixed(5), lon: seen.lon?.toFixed(5) }) : t("never reported");
  return html`<p><b>${unit.unit}</b> ${unit.crew.map((person) => `${person.name} (${coded(person.role)})`).join(", ")}
    ${unit.phone ? html`· <span class="number">${unit.phone}</span>` : nothing}<br />${t("Last position {fix}.", { fix })}</p>`;
}

/** Every open alert, with who has seen it. @param {Desk} desk */
export function alertList(desk) {
  const now = desk.clock.now();
  if (desk.alerts.length === 0) return html`<p>${t("No open alert.")}</p>`;
  return html`<ol class="alert-list">${desk.alerts.map((alert, at) => html`<li>
    <span class="level level-${alert.level}">L${alert.level}</span> <span class="number">${at + 1}</span> <b>${served(alert.text)}</b>
    <span class="dim number">${formatAge(alert.raised_at, now)}</span> <span class="spring"></span>
    ${alert.acknowledged_at ? html`<span class="dim">${t("seen {when} by {who}", { when: when(alert.acknowledged_at, desk.zone, now), who: alert.acknowledged_by })}</span>${clear(desk, alert)}` : button(t("Ack"), () => desk.acknowledge(alert.id))}
    ${alert.call ? button(alert.call_number ?? t("Open"), () => desk.open(/** @type {string} */ (alert.call))) : nothing}
  </li>`)}</ol>`;
}
