// @ts-check
/** The line at the bottom: what is typed, what it will do in words, what was said. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { parse } from "../commands.js";
import { complete } from "../completion.js";
import { t } from "../i18n.js";
import { remember } from "../linehistory.js";
import { run } from "../run.js";
import { button, unsentLines } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../commands.js").Result} Result */
/** @typedef {import("../linehistory.js").LineState} LineState */

const MOST_OFFERS = 8;
/** Commands that ask for the rest in a form. @type {Record<string, string>} */
const FORMS = { XFR: "transfer", INT: "interpreter" };

/** @param {Desk} desk */
export function commandLine(desk) {
  const { line } = desk;
  const result = parse(line.text, desk.known);
  const said = line.text === "" ? desk.said : undefined;
  return html`<form class="command" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void enter(desk); }}>
      <label for="command">${t("Command")}</label>
      <input id="command" class="number" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="preview"
        .value=${live(line.text)} @input=${(/** @type {InputEvent} */ event) => typed(desk, /** @type {HTMLInputElement} */ (event.target).value)}
        @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(desk, event)} />
      <output id="preview" class=${result.ok || said ? (isArmed(line, result) ? "armed" : "") : "wrong"} aria-live="polite">${line.offers.length > 0 ? line.offers.slice(0, MOST_OFFERS).map((offer) => html`<span class="offer">${offer.split(" ").pop()}</span> `) : words(desk, result, said)}</output>
      ${undoButton(desk)}
    </form>`;
}

/** As long as what was done last can be undone. @param {Desk} desk */
function undoButton(desk) {
  const seconds = desk.undo.secondsLeft;
  return seconds > 0 ? button(t("Undo {seconds} s", { seconds }), () => desk.undo.now(), { key: "Alt+Z", title: t("Takes back what you did last") }) : nothing;
}

/** @param {LineState} line @param {Result} result */
const isArmed = (line, result) => result.ok && result.command.lowers && line.confirm === result.command.line;

/** What Enter would do. @param {Desk} desk @param {Result} result @param {string | undefined} said */
function words(desk, result, said) {
  if (!result.ok) return said ?? result.error;
  const { preview } = result.command;
  if (isArmed(desk.line, result)) return t("{preview}. LESS PROTECTION: press Enter again.", { preview });
  return t("{preview}. Enter to send.", { preview });
}

/** @param {Desk} desk @param {string} text */
function typed(desk, text) {
  Object.assign(desk.line, { text, offers: [], confirm: "", at: desk.line.history.length });
  desk.drawLine();
}

/** @param {Desk} desk @param {KeyboardEvent} event */
function onKey(desk, event) {
  const { line } = desk;
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const at = Math.max(0, Math.min(line.history.length, line.at + (event.key === "ArrowUp" ? -1 : 1)));
    Object.assign(line, { at, text: line.history[at] ?? "", offers: [], confirm: "" });
  } else if (event.key === "Tab" && !event.shiftKey && line.text.trim() !== "") {
    if (!tab(desk)) return;
  } else return;
  event.preventDefault();
  desk.changed();
}

/** Fill in what is certain, show what is possible; with nothing to offer Tab leaves the line. @param {Desk} desk @returns {boolean} */
function tab(desk) {
  const offers = complete(desk.line.text, desk.known);
  if (offers.length === 0) return false;
  desk.line.text = offers.length === 1 ? `${offers[0]} ` : common(offers);
  desk.line.offers = offers.length === 1 ? [] : offers;
  return true;
}

/** The longest beginning that all share. @param {string[]} texts */
function common(texts) {
  const [first] = texts;
  let length = first.length;
  for (const text of texts) while (!text.toUpperCase().startsWith(first.slice(0, length).toUpperCase())) length -= 1;
  return first.slice(0, length);
}

/** @param {Desk} desk @param {string} form */
function openForm(desk, form) {
  Object.assign(desk.line, { text: "", offers: [] });
  desk.ask(form);
}

/** @param {Desk} desk */
export async function enter(desk) {
  const { line } = desk;
  const text = line.text.trim();
  const result = parse(text, desk.known);
  if (!result.ok) {
    if (desk.call && result.code === "missing" && FORMS[result.verb]) return openForm(desk, FORMS[result.verb]);
    if (result.error) desk.say(result.error, "error");
    return;
  }
  if (result.command.lowers && !isArmed(line, result)) {
    line.confirm = result.command.line;
    desk.changed();
    return;
  }
  remember(line, text, desk.me.username);
  Object.assign(line, { text: "", offers: [], confirm: "" });
  desk.changed();
  const worked = await run(desk, result.command);
  if (!worked && line.text === "") line.text = text;
  desk.changed();
}

/** What was refused, and what could not be sent yet; what worked is said in the line itself. @param {Desk} desk */
export function notices(desk) {
  return html`${unsentLines(desk.unsent)}
    ${desk.notices.filter((notice) => notice.tone === "error").map((notice) => html`<div class="notice error" role="alert">${notice.text}
      <button type="button" class="button" aria-label=${t("Dismiss")} @click=${() => desk.dismiss(notice.id)}>×</button></div>`)}`;
}
