// @ts-check
/** Ctrl+K: every command and every key, found by typing. Enter does a key and puts a command on the line. */
import { html } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { ref } from "lit-html/directives/ref.js";

import { t } from "../i18n.js";
import { KEYS, shownKey } from "../keys.js";
import { enter } from "./commandline.js";
import { rareTools } from "./tools.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./tools.js").Tool} Choice */

const MOST = 14;
const state = { text: "", at: 0 };

/** @param {Desk} desk @returns {Choice[]} */
function all(desk) {
  if (desk.overlay === "tools") return rareTools(desk);
  const commands = desk.known.grammar.verbs.map((verb) => ({ shown: t(verb.usage), words: t(verb.help), does: () => fill(desk, verb.verb, verb.takes.length > 0 || verb.text === "required") }));
  const keys = KEYS.flatMap(({ key, words, does }) => (does ? [{ shown: shownKey(key), words, does }] : []));
  const reach = { shown: t("How you are reached"), words: t("by messages on this device, by text, voice or e-mail"), does: () => void window.open("/reach/", "hearteam-reach", "noopener") };
  const sheet = { shown: t("Paper mode"), words: t("the sheet to print and to go on with when the system is down"), does: () => void window.open("/paper/", "hearteam-paper", "noopener") };
  const entry = { shown: t("Enter a paper call"), words: t("what was worked on paper while the system was down"), does: () => void window.open("/paper/entry/", "hearteam-paper-entry", "noopener") };
  return [...commands, ...keys, ...rareTools(desk), reach, sheet, entry];
}

/** A command that needs nothing more is done at once. @param {Desk} desk @param {string} verb @param {boolean} more */
function fill(desk, verb, more) {
  Object.assign(desk.line, { text: more ? `${verb} ` : verb, offers: [], confirm: "" });
  desk.focus("#command");
  if (!more) void enter(desk);
}

/** Those with every word that was typed; what begins with it first. @param {Desk} desk */
function fitting(desk) {
  const words = state.text.toUpperCase().split(" ").filter(Boolean);
  const found = all(desk).filter((one) => words.every((word) => `${one.shown} ${one.words}`.toUpperCase().includes(word)));
  const begins = (/** @type {Choice} */ one) => (words.length > 0 && one.shown.toUpperCase().startsWith(words[0]) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b)).slice(0, MOST);
}

/** What Enter means: by what is typed now, which may not be drawn yet. @param {Desk} desk @returns {Choice | undefined} */
function chosen(desk) {
  const choices = fitting(desk);
  state.at = Math.max(0, Math.min(state.at, choices.length - 1));
  return choices[state.at];
}

/** @param {Desk} desk */
export function palette(desk) {
  const choices = fitting(desk);
  state.at = Math.max(0, Math.min(state.at, choices.length - 1));
  return html`<dialog class="over palette" aria-label=${t("Commands and keys")} ${ref(show)} @close=${() => close(desk)} @cancel=${(/** @type {Event} */ event) => leave(desk, event)}>
    <form @submit=${(/** @type {Event} */ event) => { event.preventDefault(); choose(desk, chosen(desk)); }}>
      <input id="palette" autofocus autocomplete="off" spellcheck="false" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-label=${t("Find a command or a key")}
        aria-activedescendant=${choices.length > 0 ? `palette-${state.at}` : ""} placeholder=${t("Find a command or a key")} .value=${live(state.text)}
        @input=${(/** @type {InputEvent} */ event) => { Object.assign(state, { text: /** @type {HTMLInputElement} */ (event.target).value, at: 0 }); desk.changed(); }}
        @keydown=${(/** @type {KeyboardEvent} */ event) => move(desk, event)} />
      <ul id="palette-list" role="listbox" aria-label=${t("Commands and keys")}>${choices.map((one, at) => html`<li id=${`palette-${at}`} role="option" aria-selected=${at === state.at ? "true" : "false"}
        @click=${() => choose(desk, one)}><span class="number">${one.shown}</span> ${one.words}</li>`)}</ul>
      ${choices.length === 0 ? html`<p class="dim">${t("Nothing found.")}</p>` : ""}
    </form></dialog>`;
}

/** @param {Element | undefined} element */
function show(element) {
  if (element instanceof HTMLDialogElement && !element.open) queueMicrotask(() => element.isConnected && !element.open && element.showModal());
}

/** @param {Desk} desk @param {KeyboardEvent} event */
function move(desk, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  state.at += step;
  desk.changed();
}

/** What was typed is not there the next time. @param {Desk} desk */
function putAway(desk) {
  Object.assign(state, { text: "", at: 0 });
  desk.overlay = "";
}

/** @param {Desk} desk */
function close(desk) {
  if (desk.overlay !== "palette" && desk.overlay !== "tools") return;
  putAway(desk);
  desk.toCommandLine();
}

/** @param {Desk} desk @param {Event} event */
function leave(desk, event) {
  event.preventDefault();
  close(desk);
}

/** @param {Desk} desk @param {Choice | undefined} choice */
function choose(desk, choice) {
  if (!choice) return;
  putAway(desk);
  desk.drawNow();
  void choice.does(desk);
}
