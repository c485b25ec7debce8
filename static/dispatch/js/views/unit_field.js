// @ts-check
/** From the field: asking for another team with the questions answered, saying that one was called, starting a call where the crew is. */
import { html, nothing } from "lit-html";
import { served, t } from "../i18n.js";
import { answersOf, answerWords, asksOf, questionsToAsk, ruledWords } from "./unit_field_model.js";
import { openSheet } from "./unit_sheets.js";

/** @typedef {import("./unit_doings.js").Desk} Desk */
/** @typedef {{ call: string, given: Record<string, string>, all: boolean, reason: string, called: string, clinician: string, minutes: number | null }} Form */

const ETA_MINUTES = [15, 30, 45];
const OPEN = "dialog:has(#ask-for-help)";

/** News of the call shows in the open sheet at once: what the rules say, who comes. */
export function refreshAsk() {
  document.querySelector(OPEN)?.dispatchEvent(new Event("redraw"));
}

/** @param {Event} event */
function redraw(event) {
  /** @type {Element} */ (event.currentTarget ?? event.target).closest("dialog")?.dispatchEvent(new Event("redraw"));
}

/** @param {Desk} desk */
export function openAsk(desk) {
  const id = desk.state()?.call?.id;
  if (!id) return;
  /** @type {Form} */
  const form = { call: id, given: {}, all: false, reason: "", called: "", clinician: "", minutes: null };
  openSheet(t("Ask for help"), (close) => {
    const call = desk.state()?.call;
    if (call?.id !== form.call) return html`<p id="ask-for-help">${t("You are not on this call any more.")}</p>`;
    return html`<div id="ask-for-help" class="field-sheet">
      ${form.called ? calledForm(desk, form, call, close) : html`${questionsForm(desk, form, call)}${teamsForm(desk, form, call)}`}</div>`;
  });
}

/** @param {string} label @param {boolean} on @param {(event: Event) => void} toggle */
const choice = (label, on, toggle) => html`<button type="button" class="button" aria-pressed=${on} @click=${toggle}>${label}</button>`;

/** @param {Desk} desk @param {Form} form @param {any} call */
function questionsForm(desk, form, call) {
  const { questions } = desk.reference();
  const asked = questionsToAsk(call, questions, form.all);
  const answers = answersOf(call, form.given);
  const known = questions.filter((question) => !asked.includes(question)).map((question) => answerWords(question, answers[question.field]));
  const answer = (/** @type {string} */ field, /** @type {string} */ code) => (/** @type {Event} */ event) => {
    form.given[field] = form.given[field] === code ? "" : code;
    redraw(event);
  };
  return html`
    ${known.length > 0 ? html`<p>${known.join(" · ")}</p><button type="button" class="button" @click=${(/** @type {Event} */ event) => { form.all = true; redraw(event); }}>${t("Change the answers")}</button>` : nothing}
    ${asked.map((question) => html`<fieldset class="choices"><legend>${served(question.label)}</legend>
      ${question.answers.map((/** @type {any} */ one) => choice(served(one.label), answers[question.field] === one.code, answer(question.field, one.code)))}</fieldset>`)}
    ${asked.length > 0 ? html`<button type="button" class="button primary" ?disabled=${Object.values(form.given).every((code) => !code)} @click=${(/** @type {Event} */ event) => { sendAnswers(desk, form, call); redraw(event); }}>${t("Send the answers")}</button>` : nothing}
    <p role="status"><strong>${ruledWords(call)}</strong></p>`;
}

/** @param {Desk} desk @param {Form} form @param {any} call */
function sendAnswers({ facts, tap, occurred }, form, call) {
  const source = facts.police === "yes" ? "OFFICER_ON_SCENE" : "CREW_ON_SCENE";
  const body = { answers: answersOf(call, form.given), source, decision: call.triage?.decision?.id ?? "", ...occurred() };
  tap("triage", t("answers to the questions"), `/api/calls/${call.id}/triage/`, body);
  form.given = {};
  form.all = false;
}

/** @param {Desk} desk @param {Form} form @param {any} call */
function teamsForm(desk, form, call) {
  const asks = asksOf(call, desk.reference().teams ?? []);
  const ask = (/** @type {string} */ role, /** @type {string} */ name) => (/** @type {Event} */ event) => {
    desk.tap("ask", t("asked for {team}", { team: name }), `/api/calls/${call.id}/asks/`, { role, reason: form.reason.trim(), ...desk.occurred() });
    redraw(event);
  };
  return html`
    <label for="ask-reason">${t("What for (everybody on the call reads it)")}</label>
    <input id="ask-reason" maxlength="200" autocomplete="off" .value=${form.reason} @input=${(/** @type {any} */ event) => { form.reason = event.target.value; }}>
    <ul class="asks" aria-label=${t("Who can be asked for")}>${asks.map((one) => html`<li>
      <button type="button" class="button ${one.recommended ? "ok" : ""}" ?disabled=${one.waits || desk.isUnsent("ask", one.role)} @click=${ask(one.role, one.name)}>
        ${one.name}${one.recommended ? html`<small>${t("the rules name them")}</small>` : nothing}
        ${desk.isUnsent("ask", one.role) ? html`<small>${t("saved, not sent")}</small>` : one.word ? html`<small>${one.word}</small>` : nothing}</button>
      ${one.phone ? html`<button type="button" class="button" @click=${(/** @type {Event} */ event) => showCalled(form, one.role, event)}>${t("Call them yourself")}</button>` : nothing}</li>`)}</ul>`;
}

/** From its top on, where the number is: the list that was scrolled is not the form. @param {Form} form @param {string} role @param {Event} event */
function showCalled(form, role, event) {
  const sheet = /** @type {Element} */ (event.currentTarget).closest("dialog");
  form.called = role;
  redraw(event);
  if (sheet) sheet.scrollTop = 0;
}

/** @param {Desk} desk @param {Form} form @param {any} call @param {() => void} close */
function calledForm(desk, form, call, close) {
  const team = (desk.reference().teams ?? []).find((/** @type {any} */ one) => one.role === form.called);
  const said = (/** @type {string} */ outcome, /** @type {string} */ label) => () => {
    const body = { team: team.code, outcome, clinician: form.clinician.trim(), eta_minutes: form.minutes, ...desk.occurred() };
    desk.tap("called", t("{team}: {answer}", { team: team.name, answer: label }), `/api/calls/${call.id}/called/`, body);
    close();
  };
  return html`
    <p>${team.name}</p><a class="button primary" href=${`tel:${team.phone}`}>${team.phone}</a>
    <label for="called-clinician">${t("Who comes")}</label>
    <input id="called-clinician" maxlength="120" autocomplete="off" .value=${form.clinician} @input=${(/** @type {any} */ event) => { form.clinician = event.target.value; }}>
    <fieldset class="choices"><legend>${t("There in")}</legend>${ETA_MINUTES.map((minutes) => choice(t("{minutes} minutes", { minutes }), form.minutes === minutes, (event) => { form.minutes = minutes; redraw(event); }))}</fieldset>
    <div class="choices">
      <button type="button" class="button ok" @click=${said("accepted", t("they come"))}>${t("They come")}</button>
      <button type="button" class="button" @click=${said("no_answer", t("no answer"))}>${t("No answer")}</button>
      <button type="button" class="button" @click=${said("declined", t("they decline"))}>${t("They decline")}</button></div>`;
}

/** A call where the crew is: at a typed place, else at its own position. @param {Desk} desk */
export function openStart(desk) {
  const form = { text: "", narrative: "" };
  openSheet(t("Start a call here"), (close) => {
    const fix = desk.fix();
    const start = (/** @type {Event} */ event) => {
      event.preventDefault();
      const typed = form.text.trim();
      if (!typed && !fix) return;
      const location = typed ? { text: typed } : { lat: fix?.lat, lon: fix?.lon, source: "UNIT" };
      desk.tap("start", t("call started here"), "/api/field/calls/", { location, narrative: form.narrative.trim(), ...desk.occurred() });
      close();
    };
    return html`<form class="field-sheet" @submit=${start}>
      <label for="start-place">${t("Where")}</label>
      <input id="start-place" maxlength="200" autocomplete="off" ?required=${!fix} .value=${form.text} placeholder=${fix ? t("Left empty: where we are") : ""} @input=${(/** @type {any} */ event) => { form.text = event.target.value; }}>
      <label for="start-narrative">${t("What happens")}</label>
      <textarea id="start-narrative" rows="3" maxlength="4000" .value=${form.narrative} @input=${(/** @type {any} */ event) => { form.narrative = event.target.value; }}></textarea>
      <p class="dim">${t("You are on scene of it at once. Ask for others from there.")}</p>
      <button type="submit" class="button primary" ?disabled=${desk.isUnsent("start")}>${t("Start the call")}</button></form>`;
  });
}
