// @ts-check
/** What lies over the console for a moment: help, all alerts, what a search found. Esc closes it. */
import { html, nothing } from "lit-html";
import { ref } from "lit-html/directives/ref.js";

import { COMMANDS } from "../commands.js";
import { when } from "../time.js";
import { CALL_STATUS_WORDS, STATUS_WORDS } from "../wording.js";
import { alertList } from "./alerts.js";
import { address } from "./parts.js";
import { LETTERS } from "./units.js";

/** @typedef {import("../desk.js").Desk} Desk */

/** @type {[string, string][]} */
const KEYS = [
  ["Esc", "Command line"], ["F2", "New call"], ["F3", "Search calls"], ["F4", "Triage questions"], ["F6", "Calls and cautions at the place"], ["F7", "Calls nearby"], ["F8", "Acknowledge the highest alert"],
  ["Shift+F8", "Send police to the L1 shown"], ["F9", "Units for the open call"], ["Ctrl+Enter", "Accept the recommendation"],
  ["Ctrl+Shift+O", "Override the response"], ["Alt+1 … Alt+5", "Panes"], ["↑ ↓ j k", "Rows of a list"], ["Enter", "Open the row"], ["Space", "Sort the list now"],
  ["Tab ↑ ↓", "Command line: complete, history"],
];

/** @param {Desk} desk */
export function overlay(desk) {
  if (desk.found) return over("Calls found", () => { desk.found = null; desk.changed(); }, found(desk, desk.found));
  if (desk.overlay === "help") return over("Help", () => close(desk), help());
  if (desk.overlay === "alerts") return over("Alerts", () => close(desk), alertList(desk));
  return nothing;
}

/** @param {Desk} desk */
function close(desk) {
  desk.overlay = "";
  desk.changed();
}

/** @param {string} title @param {() => void} onClose @param {unknown} content */
function over(title, onClose, content) {
  return html`<dialog class="over" aria-labelledby="over-title" ${ref(show)} @close=${onClose}>
    <h2 id="over-title">${title} <button type="button" class="button" @click=${onClose}>Close (Esc)</button></h2>
    <div class="scroll" tabindex="0" ?autofocus=${title === "Help"}>${content}</div></dialog>`;
}

/** @param {Element | undefined} element */
function show(element) {
  if (element instanceof HTMLDialogElement && !element.open) queueMicrotask(() => element.isConnected && !element.open && element.showModal());
}

const help = () => html`<div class="help">
  <section><h3>Keys</h3><dl>${KEYS.map(([key, words]) => html`<dt><kbd>${key}</kbd></dt><dd>${words}</dd>`)}</dl></section>
  <section><h3>Letters in the unit list</h3><dl>${Object.entries(LETTERS).map(([key, status]) => html`<dt><kbd>${key}</kbd></dt><dd>${STATUS_WORDS[status]}</dd>`)}</dl>
    <p class="dim">A call is the end of its number (4421), a dot or nothing for the open one. Several units: CRT1,HPD4. A slash begins the text.</p></section>
  <section class="commands"><h3>Commands</h3><dl>${COMMANDS.map((one) => html`<div><dt class="number">${one.usage}${one.aliases ? html` <span class="dim">(${one.aliases.join(", ")})</span>` : nothing}</dt><dd>${one.help}</dd></div>`)}
    <div><dt class="number">? words</dt><dd>Search calls by number, address, phone</dd></div></dl></section>
</div>`;

/** Arrows move through the calls found; Enter opens the one with the focus. @param {KeyboardEvent} event */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const rows = [.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("button")];
  rows[rows.findIndex((row) => row === document.activeElement) + step]?.focus();
}

/** @param {Desk} desk @param {any[]} calls */
function found(desk, calls) {
  if (calls.length === 0) return html`<p>Nothing found.</p>`;
  const now = desk.clock.now();
  return html`<ul class="found" @keydown=${walk}>${calls.map((call, at) => html`<li><button type="button" class="button" ?autofocus=${at === 0} @click=${() => { desk.found = null; desk.open(String(call.id)); }}>
    <span class="number">${call.number}</span> ${address(call.location)} <span class="dim">${call.type} · ${CALL_STATUS_WORDS[call.status]} · ${when(call.received_at, desk.zone, now)}</span></button></li>`)}</ul>`;
}
