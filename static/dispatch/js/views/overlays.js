// @ts-check
/** What lies over the console for a moment: help, all alerts, commands and keys, what a search or a look back found. Esc closes it. */
import { html, nothing } from "lit-html";
import { ref } from "lit-html/directives/ref.js";

import { t } from "../i18n.js";
import { KEYS, shownKey } from "../keys.js";
import { timeOfDay, when } from "../time.js";
import { whenHappened } from "../timeline_model.js";
import { CALL_STATUS_WORDS, lineOf, STATUS_WORDS, who } from "../wording.js";
import { alertList } from "./alerts.js";
import { palette } from "./palette.js";
import { address } from "./parts.js";
import { premiseHistory } from "./premise.js";
import { LETTERS } from "./units.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../commands.js").Grammar} Grammar */
/** @typedef {import("../commands.js").Verb} Verb */

/** @param {Desk} desk */
export function overlay(desk) {
  if (desk.found) return over(t("Calls found"), () => { desk.found = null; desk.drawNow(); }, found(desk, desk.found));
  if (desk.listing) return over(desk.listing.title, () => putAway(desk), listing(desk, desk.listing), "page");
  if (desk.overlay === "help") return over(t("Help"), () => close(desk), help(desk.known.grammar), "page", true);
  if (desk.overlay === "alerts") return over(t("Alerts"), () => close(desk), alertList(desk));
  if (desk.overlay === "palette" || desk.overlay === "tools") return palette(desk);
  return nothing;
}

/** @param {Desk} desk */
function close(desk) {
  desk.overlay = "";
  desk.drawNow();
}

/** @param {Desk} desk */
function putAway(desk) {
  desk.listing = null;
  desk.drawNow();
}

/**
 * @param {string} title @param {() => void} onClose @param {unknown} content
 * @param {"button" | "page"} [first] what gets the focus @param {boolean} [isHelp] goes on paper, too
 */
function over(title, onClose, content, first = "button", isHelp = false) {
  return html`<dialog class="over ${isHelp ? "help-page" : ""}" aria-labelledby="over-title" ${ref(show)} @cancel=${(/** @type {Event} */ event) => leave(event, onClose)} @close=${(/** @type {Event} */ event) => /** @type {Element} */ (event.target).isConnected && onClose()}>
    <h2 id="over-title">${title} <span class="spring"></span>
      ${isHelp ? html`<button type="button" class="button" @click=${() => window.print()}>${t("Print")}</button>` : nothing}
      <button type="button" class="button" @click=${(/** @type {Event} */ event) => leave(event, onClose)}>${t("Close (Esc)")}</button></h2>
    <div class="scroll" tabindex="0" @keydown=${walk} ?autofocus=${first === "page"}>${content}</div></dialog>`;
}

/** @param {Element | undefined} element */
function show(element) {
  if (element instanceof HTMLDialogElement && !element.open) queueMicrotask(() => element.isConnected && !element.open && element.showModal());
}

/**
 * Closed at once, with the focus back where it was: left to itself the browser says only later that a dialog has closed, and by then
 * a key may have opened the next one.
 * @param {Event} event @param {() => void} onClose
 */
function leave(event, onClose) {
  event.preventDefault();
  /** @type {Element} */ (event.currentTarget).closest("dialog")?.close();
  onClose();
}

/** Every key and every command, from the tables that do them. @param {Grammar} grammar */
const help = (grammar) => html`<div class="help">
  <section><h3>${t("Keys")}</h3><dl>${KEYS.map(({ key, words }) => html`<dt><kbd>${shownKey(key)}</kbd></dt><dd>${words}</dd>`)}</dl></section>
  <section><h3>${t("Letters in the unit list")}</h3><dl>${Object.entries(LETTERS).map(([key, status]) => html`<dt><kbd>${key}</kbd></dt><dd>${STATUS_WORDS[status]}</dd>`)}</dl>
    <p class="dim">${t("A call is the end of its number (4421), a dot or nothing for the open one. Several units: CRT1,HPD4. A slash begins the text.")}</p></section>
  ${groups(grammar).map(([group, verbs]) => html`<section class="commands"><h3>${t(group)}</h3><dl>${verbs.map((verb) => html`<div>
    <dt class="number">${t(verb.usage)}${others(grammar, verb)}</dt><dd>${t(verb.help)}</dd></div>`)}</dl></section>`)}
</div>`;

/** @param {Grammar} grammar @returns {[string, Verb[]][]} */
function groups(grammar) {
  const names = [...new Set(grammar.verbs.map((verb) => verb.group))];
  return names.map((name) => [name, grammar.verbs.filter((verb) => verb.group === name)]);
}

/** The center's own words for a command. @param {Grammar} grammar @param {Verb} verb */
function others(grammar, verb) {
  const words = Object.entries(grammar.aliases).filter(([, of]) => of === verb.verb).map(([word]) => word);
  return words.length > 0 ? html` <span class="dim">(${words.join(", ")})</span>` : nothing;
}

/** Arrows move through what was found; Enter opens the one with the focus. What has no buttons scrolls. @param {KeyboardEvent} event */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const rows = [.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("button")];
  if (step === undefined || rows.length === 0) return;
  event.preventDefault();
  rows[rows.findIndex((row) => row === document.activeElement) + step]?.focus();
}

/** @param {Desk} desk @param {any[]} calls */
function found(desk, calls) {
  if (calls.length === 0) return html`<p>${t("Nothing found.")}</p>`;
  const now = desk.clock.now();
  return html`<ul class="found">${calls.map((call, at) => html`<li><button type="button" class="button" ?autofocus=${at === 0} @click=${() => { desk.found = null; desk.open(String(call.id)); }}>
    <span class="number">${call.number}</span> ${address(call.location)} <span class="dim">${call.type} · ${CALL_STATUS_WORDS[call.status]} · ${when(call.received_at, desk.zone, now)}</span></button></li>`)}</ul>`;
}

/** What units did today, or the calls at a place. @param {Desk} desk @param {import("../history.js").Listing} shown */
function listing(desk, shown) {
  if (!shown.units) {
    return html`<div class="found" @click=${() => putAway(desk)}>${shown.premise ? premiseHistory(desk, shown.premise) : html`<p>${t("Nothing is known of this place.")}</p>`}</div>`;
  }
  return shown.units.map((one) => html`<h3>${one.unit}</h3>${one.history.length === 0 ? html`<p class="dim">${t("Nothing today.")}</p>` : html`<ul class="found">
    ${one.history.map((frame) => html`<li>${frame.number ? html`<button type="button" class="button" @click=${() => { putAway(desk); desk.open(frame.call); }}>${happened(desk, frame)}</button>` : happened(desk, frame)}</li>`)}</ul>`}`);
}

/** @param {Desk} desk @param {any} frame */
function happened(desk, frame) {
  const { at, late } = whenHappened(frame);
  const told = late ? t("told at {time}", { time: timeOfDay(frame.at, desk.zone) }) : "";
  return html`<span class="number">${timeOfDay(at, desk.zone)}</span> ${lineOf(frame)}
    <span class="dim">${[frame.number, frame.place, who(frame.by), told].filter(Boolean).join(" · ")}</span>`;
}
