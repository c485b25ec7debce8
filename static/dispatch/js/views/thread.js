// @ts-check
/** The text conversation with the caller: who wrote what when, what became of it, and the field for the answer. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";

import { t } from "../i18n.js";
import { spokenLanguage } from "../phoneside.js";
import { timeOfDay } from "../time.js";
import { who } from "../wording.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../phoneside.js").TextLine} TextLine */

/** @type {Record<string, string>} */
const STATES = {
  RECEIVED: "", QUEUED: t("on its way"), SENT: t("sent"), DELIVERED: t("delivered"), FAILED: t("NOT DELIVERED"), NO_GATEWAY: t("NOT SENT: no gateway"),
};
const WRITTEN = ["text", "tty"];

/** The caller writes: then the conversation stands first. @param {Desk} desk */
export const isWritten = (desk) => WRITTEN.includes(desk.call?.channel ?? "");

/** @param {Desk} desk @param {{ ended?: boolean }} [how] `ended`: it is read, and no more written */
export function thread(desk, { ended = false } = {}) {
  if (!desk.call || !(isWritten(desk) || desk.phone.side.texts.length > 0)) return nothing;
  const { side } = desk.phone;
  const unread = side.texts.filter((line) => line.direction === "IN" && !line.read_at).length;
  return html`<section class="block thread" id="thread" aria-label=${t("Texts with the caller")}>
    <h3><label for=${ended ? nothing : "text-draft"}>${t("Texts with the caller")}</label> ${unread > 0 ? html`<b class="unread">${t("{count} not read", { count: unread })}</b>` : nothing}
      <span class="spring"></span>${ended ? nothing : phrases(desk)}</h3>
    <ol class="lines" tabindex="0" aria-live="polite" aria-label=${t("What was written")}>${repeat([...side.texts].reverse(), (line) => line.id, (line) => one(desk, line))}</ol>
    ${ended ? nothing : answer(desk)}
  </section>`;
}

/** @param {Desk} desk */
function answer(desk) {
  return html`<div class="row"><input id="text-draft" autocomplete="off" maxlength="1600" placeholder=${t("Enter sends it to the caller")} aria-keyshortcuts="Control+Shift+Y"
      .value=${live(desk.phone.draft)} @focus=${() => desk.phone.read()}
      @input=${(/** @type {InputEvent} */ event) => { desk.phone.draft = /** @type {HTMLInputElement} */ (event.target).value; }}
      @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(desk, event)} />
      ${button(t("Send"), () => desk.phone.send(), { disabled: desk.phone.isSending })}</div>`;
}

/** @param {Desk} desk @param {TextLine} line */
function one(desk, line) {
  const isOut = line.direction === "OUT";
  const bad = ["FAILED", "NO_GATEWAY"].includes(line.state);
  return html`<li class=${isOut ? "out" : line.read_at ? "in" : "in new"}>
    <span class="number dim">${timeOfDay(line.at, desk.zone)}</span> <b>${isOut ? who(line.by) : t("Caller")}</b>
    <span class="text" lang=${line.language || nothing}>${line.text}</span>
    ${STATES[line.state] ? html`<span class=${bad ? "late" : "dim"}>${STATES[line.state]}</span>` : nothing}</li>`;
}

/** @param {Desk} desk */
function phrases(desk) {
  const language = spokenLanguage(desk);
  const all = /** @type {{ code: string, en: string, es: string }[]} */ (desk.reference.phrases ?? []);
  return html`<label class="phrases"><span class="hidden-text">${t("Approved phrases")}</span><select id="text-phrase" @change=${(/** @type {Event} */ event) => {
    const select = /** @type {HTMLSelectElement} */ (event.target);
    const phrase = all.find((one) => one.code === select.value);
    select.value = "";
    if (phrase) desk.phone.choose(phrase);
  }}><option value="">${language === "es" ? t("Phrases in Spanish") : t("Phrases in English")}</option>
    ${all.map((phrase) => html`<option value=${phrase.code} lang=${language}>${phrase[language]}</option>`)}</select></label>`;
}

/** @param {Desk} desk @param {KeyboardEvent} event */
function onKey(desk, event) {
  if (event.key === "ArrowDown" && !desk.phone.draft) {
    event.preventDefault();
    document.getElementById("text-phrase")?.focus();
  }
  if (event.key !== "Enter" || event.ctrlKey || event.isComposing) return;
  event.preventDefault();
  void desk.phone.send();
}
