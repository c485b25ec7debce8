// @ts-check
/** What is known of the open call's place: how often there was a call, what crews must know. F6 opens it, arrows go through it. */
import { html, nothing } from "lit-html";

import { coded, served, t, tn } from "../i18n.js";
import { durationInWords } from "../time.js";
import { CALL_STATUS_WORDS } from "../wording.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/**
 * @typedef {object} Caution
 * @property {string} id
 * @property {"VIOLENCE" | "ENVIRONMENT" | "CARE_PLAN"} class
 * @property {string} text
 * @property {string} unit
 * @property {string} source
 * @property {string} author
 * @property {string} reviewed_on
 * @property {string} reviewed_by
 * @property {string} review_due_on
 * @property {string | null} expires_on
 * @property {boolean} active
 * @property {boolean} counts
 */

/** @type {Record<string, string>} */
const CAUTION_WORDS = { VIOLENCE: t("Violence"), ENVIRONMENT: t("Environment"), CARE_PLAN: t("Care plan") };
const KEY = "F6";

/** the call whose place is shown at length */
let shownFor = /** @type {string | null} */ (null);

/** @param {Desk} desk */
const isShown = (desk) => desk.selected !== null && shownFor === desk.selected;

/** "3 calls in 12 months; last 26-000123 2 d ago". @param {any} premise @param {number} now ms @returns {string} */
function historyLine(premise, now) {
  const count = premise?.calls_12_months ?? 0;
  const last = premise?.last;
  if (!last) return t("No call here before");
  const calls = tn("{count} call in 12 months", "{count} calls in 12 months", count);
  return last.number ? t("{calls}; last {number} {ago} ago", { calls, number: last.number, ago: durationInWords(now - Date.parse(last.at)) }) : calls;
}

/** The line under the place, which opens the rest. @param {Desk} desk */
export function premiseLine(desk) {
  const premise = desk.detail?.premise;
  // An empty line until then: the fields below must not move when the place is known.
  if (!premise || desk.detail.id !== desk.selected) return html`<div class="premise-line"></div>`;
  const standing = premise.cautions.filter((/** @type {Caution} */ one) => one.active).length;
  return html`<button type="button" class="premise-line" aria-expanded=${isShown(desk)} aria-controls="premise" aria-keyshortcuts=${KEY} @click=${() => toggle(desk)}
    ><kbd>${KEY}</kbd> ${historyLine(premise, desk.clock.now())}${standing > 0 ? html` · <b>${tn("{count} caution", "{count} cautions", standing)}</b>` : nothing}</button>`;
}

/** The calls and cautions themselves. @param {Desk} desk */
export function premiseBlock(desk) {
  const premise = desk.detail?.premise;
  if (!isShown(desk) || !premise || desk.detail.id !== desk.selected) return nothing;
  return html`<section class="premise" id="premise" aria-label=${t("Premise")} @keydown=${walk}>
    ${cautions(desk, premise)}${premiseHistory(desk, premise)}</section>`;
}

/** @param {Desk} desk @param {any} premise */
function cautions(desk, premise) {
  const may = desk.may("caution.change");
  return html`<h3>${t("Cautions")} ${may ? button(t("Add caution…"), () => desk.ask("caution", { about: { premise: premise.id } })) : nothing}</h3>
    ${premise.cautions.length === 0 ? html`<p class="dim">${t("None")}</p>` : nothing}
    <ul>${premise.cautions.map((/** @type {Caution} */ one) => html`<li class=${one.active ? "" : "over"}>
      <p><b>${CAUTION_WORDS[one.class]}</b> ${one.text}${one.unit ? html` <span class="dim">${t("apt {unit}", { unit: one.unit })}</span>` : nothing}</p>
      <p class="dim">${cautionFacts(one)}</p>
      ${may && one.class !== "CARE_PLAN" ? html`<span class="row">${button(t("Still holds…"), () => desk.ask("caution_review", { about: { caution: one.id, text: one.text } }))}
        ${one.class !== "VIOLENCE" || desk.may("protection.lower") ? button(t("End…"), () => desk.ask("caution_end", { about: { caution: one.id, text: one.text } })) : nothing}</span>` : nothing}</li>`)}</ul>`;
}

/** Who said it, and for how long it holds. @param {Caution} one @returns {string} */
function cautionFacts(one) {
  return [
    t("{source}, by {author}", { source: one.source, author: one.author }),
    one.reviewed_by ? t("reviewed {day} by {who}", { day: one.reviewed_on, who: one.reviewed_by }) : t("reviewed {day}", { day: one.reviewed_on }),
    one.class === "VIOLENCE" && one.active && !one.counts ? t("REVIEW OVERDUE: no longer counts in triage") : t("review due {day}", { day: one.review_due_on }),
    one.expires_on ? (one.active ? t("holds to {day}", { day: one.expires_on }) : t("over since {day}", { day: one.expires_on })) : "",
  ].filter(Boolean).join(" · ");
}

/** Calls at a place, the newest first; Enter opens one. @param {Desk} desk @param {any} premise */
export function premiseHistory(desk, premise) {
  if (premise.history.length === 0) return html`<h3>${t("Calls here")}</h3><p class="dim">${t("No call here before")}</p>`;
  return html`<h3>${t("Calls here")} <span class="dim">${tn("{count} in 12 months", "{count} in 12 months", premise.calls_12_months)}</span></h3>
    <ul>${premise.history.map((/** @type {any} */ one) => html`<li>${one.number
      ? html`<button type="button" class="button" @click=${() => { desk.found = null; desk.open(one.id); }}><span class="number">${one.number}</span> ${one.date}
          P${one.priority}${one.tier ? ` T${one.tier}` : ""} ${served(one.type_name) || one.type}${one.unit ? html` <span class="dim">${t("apt {unit}", { unit: one.unit })}</span>` : nothing}
          <span class="dim">${[one.units.join(", "), one.disposition ? coded(one.disposition) : CALL_STATUS_WORDS[one.status]].filter(Boolean).join(" · ")}</span></button>`
      : html`${one.date} ${served(one.type_group)}`}</li>`)}</ul>`;
}

/** @param {Desk} desk */
function toggle(desk) {
  shownFor = isShown(desk) ? null : desk.selected;
  desk.changed();
}

/** F6: opens it and goes to its first button; from inside it closes it. @param {Desk} desk */
export function goToPremise(desk) {
  const premise = desk.detail?.premise;
  if (!desk.selected) return desk.say(t("No call is open."));
  if (!premise) return desk.say(t("Nothing is known of this place: it is not clear which one it is."));
  if (isShown(desk) && document.activeElement?.closest("#premise, .premise-line")) {
    toggle(desk);
    return desk.focus(".premise-line");
  }
  shownFor = desk.selected;
  return desk.focus("#premise button");
}

/** @param {KeyboardEvent} event */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const rows = [.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("button")];
  rows[rows.findIndex((row) => row === document.activeElement) + step]?.focus();
}
