// @ts-check
/** The triage questions: one key each, the words to say for the one that is being asked. */
import { html, nothing } from "lit-html";

import { served, t } from "../i18n.js";
import { spokenLanguage } from "../phoneside.js";
import { asking } from "../triage.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../triage.js").Triage} Triage */
/** @typedef {import("../triage.js").Question} Question */

/** @type {[string, string][]} */
const SOURCES = [
  ["CALLER", t("Caller")], ["CALLER_AGAIN", t("Caller asked again")], ["OFFICER_ON_SCENE", t("Officer on scene")],
  ["CREW_ON_SCENE", t("Crew on scene")], ["OTHER", t("Other")],
];

/** Open while there is something to ask, unless a person opened or closed it or the type leaves it to one. @param {Desk} desk @param {Triage} triage */
function isOpen(desk, triage) {
  const begun = triage.answered > 0 || !["offered", "not asked"].includes(asking(desk.call));
  return desk.triageOpen ?? (!triage.complete && begun);
}

/** @param {Desk} desk */
export function questions(desk) {
  const { triage } = desk;
  // It stands there before the call's answers are known: F4 pressed by then finds it, and no answer lands on the command line.
  return html`<section class="block triage" id="triage" tabindex="-1" aria-label=${t("Triage questions")} @keydown=${(/** @type {KeyboardEvent} */ event) => triage && onKey(desk, triage, event)}>
    ${triage ? asked(desk, triage) : nothing}</section>`;
}

/** @param {Desk} desk @param {Triage} triage */
function asked(desk, triage) {
  const open = isOpen(desk, triage);
  const total = triage.options.questions.length;
  return html`<h3><button type="button" class="button" aria-expanded=${open} @click=${() => { desk.triageOpen = !open; desk.changed(); }}><kbd>F4</kbd> ${t("Triage {answered}/{total}", { answered: triage.answered, total })}</button>
      ${open ? source(triage) : closed(desk, triage)}
      ${triage.sending ? html`<span class="dim">${t("sending")}</span>` : nothing}</h3>
    ${open ? html`${wording(desk, triage)}<div class="questions">${triage.options.questions.map((question) => row(desk, triage, question))}</div>` : nothing}`;
}

/** What stands beside the closed questions: that they should be thought of, else what was answered. @param {Desk} desk @param {Triage} triage */
function closed(desk, triage) {
  if (triage.answered === 0 && asking(desk.call) === "offered") return html`<b class="due-soon">${t("May be a crisis: F4 asks")}</b>`;
  return html`<span class="summary" title=${summary(triage)}>${summary(triage)}</span>`;
}

/** @param {Triage} triage */
function source(triage) {
  return html`<label class="source">${t("Source")}
    <select @change=${(/** @type {Event} */ event) => { triage.source = /** @type {HTMLSelectElement} */ (event.target).value; }}>
      ${SOURCES.map(([code, label]) => html`<option value=${code} ?selected=${triage.source === code}>${label}</option>`)}
    </select></label>`;
}

/** The answers that are not a question's mildest: thoughts of suicide are no safety concern and must still be read. @param {Triage} triage */
function summary(triage) {
  const told = triage.options.questions.flatMap((question) => {
    const answer = question.answers.find((one) => one.code === triage.value(question.field));
    return answer && answer !== question.answers[0] ? [`${served(question.label)}: ${served(answer.label).replace(/ \(.*\)/, "").toLowerCase()}`] : [];
  });
  return told.join(" · ") || (triage.answered > 0 ? t("nothing reported") : t("not asked"));
}

/** The approved words for the current question, in the language that is spoken. @param {Desk} desk @param {Triage} triage */
function wording(desk, triage) {
  const question = triage.options.questions.find((one) => one.field === triage.current);
  if (!question) return nothing;
  const language = spokenLanguage(desk);
  return html`<div class="wording" role="group" aria-label=${t("Words to say")} tabindex="0" aria-live="polite"><p class="say" lang=${language}>“${language === "es" ? question.ask_es : question.ask_en}”
    ${button(language === "es" ? t("English") : t("Spanish"), () => desk.phone.toggleSpoken(), { key: "Shift+F4", title: t("The words in the other language") })}</p><p class="dim">${served(question.hint)}</p></div>`;
}

/** @param {Desk} desk @param {Triage} triage @param {Question} question */
function row(desk, triage, question) {
  const value = triage.value(question.field);
  const current = triage.current === question.field;
  return html`<div class="question ${current ? "current" : ""}" role="group" aria-label=${served(question.label)} aria-current=${current ? "step" : nothing}>
    <button type="button" class="ask" tabindex="-1" @click=${() => { triage.current = question.field; desk.focus("#triage"); }}>${served(question.label)}</button>
    ${question.answers.map((answer) => html`<button type="button" class="answer ${answer.clear ? "" : "concern"}" aria-pressed=${value === answer.code}
      @click=${() => triage.answer(question.field, value === answer.code ? "" : answer.code)}><kbd>${answer.key}</kbd> ${served(answer.label).replace(/ \(.*\)/, "")}</button>`)}
  </div>`;
}

/** @param {Desk} desk @param {Triage} triage @param {KeyboardEvent} event */
function onKey(desk, triage, event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLSelectElement) return;
  if (!isOpen(desk, triage) || !triage.press(event.key)) return;
  event.preventDefault();
}

/** F4: open the questions and put the keys on them. @param {Desk} desk */
export function goToTriage(desk) {
  if (!desk.triage && desk.selected === null) return;
  desk.triageOpen = true;
  desk.focus("#triage");
}

