// @ts-check
/** `/paper/entry/`: a sheet typed in from top to bottom; Ctrl+Enter sends it, and the page is ready for the next. */
import { html, nothing, render } from "lit-html";

import { Api, ApiError } from "../api.js";
import { shownLanguage, t } from "../i18n.js";
import { STEP_MARKS, STEPS, bodyOf, emptyNote, emptySheet, emptyUnit } from "../paper_model.js";
import { unsentLines } from "./parts.js";

/** @typedef {import("../paper_model.js").Sheet} Sheet */

const root = /** @type {HTMLElement} */ (document.getElementById("entry"));
const zone = document.body.dataset.zone ?? "UTC";
/** @type {Entry | null} */
let entry = null;
// Whoever is signed out in the middle of a sheet reads so and keeps it: they sign in beside it and enter it then.
const api = new Api({ onSignedOut: () => { if (!entry) location.assign("/login/?next=/paper/entry/"); }, onUnsent: () => entry?.draw() });
const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date());

class Entry {
  /** @param {Record<string, any>} reference */
  constructor(reference) {
    this.reference = reference;
    this.sheet = emptySheet(today());
    this.problem = "";
    /** @type {string[]} */
    this.wrong = [];
    this.done = /** @type {{ id: string, number: string, sheet: string } | null} */ (null);
    this.sending = false;
  }

  /** @param {(sheet: Sheet) => void} change */
  change(change) {
    change(this.sheet);
    this.grow();
    this.draw();
  }

  /** There is always an empty line to go on with. */
  grow() {
    const { units, notes } = this.sheet;
    if (units.at(-1)?.unit.trim()) units.push(emptyUnit());
    if (notes.at(-1)?.text.trim()) notes.push(emptyNote());
  }

  async send() {
    if (this.sending) return;
    const { body, wrong } = bodyOf(this.sheet, zone);
    this.wrong = wrong;
    this.problem = wrong.length ? t("A time is missing or cannot be read: {fields}", { fields: wrong.map(fieldName).join(", ") }) : "";
    if (!wrong.length) await this.post(body);
    this.draw();
  }

  /** @param {Record<string, any>} body */
  async post(body) {
    this.sending = true;
    this.done = null;
    try {
      const call = await api.post("/api/paper/calls/", body, { label: t("Enter a paper call") });
      this.done = { id: call.id, number: call.number, sheet: body.number };
      this.sheet = emptySheet(this.sheet.day);
      document.getElementById("paper-number")?.focus();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.wrong = Object.keys(error.fields);
      this.problem = [error.message, ...Object.values(error.fields).flat()].join(" ");
    } finally {
      this.sending = false;
    }
  }

  draw() {
    render(this.view(), root);
  }

  view() {
    return html`<form @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void this.send(); }} @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Enter" && !(event.ctrlKey || event.metaKey) && event.target instanceof HTMLInputElement && event.preventDefault()}>
      <div role="status">${this.done ? html`<p class="done">${t("Sheet {sheet} was entered as {number}.", this.done)} <a href="/calls/${this.done.id}/print/">${t("Print")}</a></p>` : nothing}</div>
      ${unsentLines(api.unsent)}
      <div role="alert">${this.problem ? html`<p class="error">${this.problem}</p>` : nothing}</div>
      ${this.callPart()} ${this.questionsPart()} ${this.unitsPart()} ${this.notesPart()} ${this.endPart()}
    </form>`;
  }

  /** @param {keyof Sheet} field @param {string} label @param {{ wide?: boolean, time?: boolean, id?: string, type?: string }} [more] */
  input(field, label, { wide = false, time = false, id = "", type = "text" } = {}) {
    return html`<label class=${wide ? "wide" : time ? "time" : ""}>${label}<input id=${id || nothing} type=${type} autocomplete="off" placeholder=${time ? "22:41" : nothing} aria-invalid=${this.wrong.includes(field) ? "true" : nothing}
      .value=${String(this.sheet[field])} @input=${(/** @type {any} */ event) => this.change((sheet) => Object.assign(sheet, { [field]: event.target.value }))}></label>`;
  }

  /** @param {keyof Sheet} field @param {string} label @param {{ value: string, label: string }[]} options */
  choice(field, label, options) {
    return html`<label>${label}<select .value=${String(this.sheet[field])} @change=${(/** @type {any} */ event) => this.change((sheet) => Object.assign(sheet, { [field]: event.target.value }))}>
      <option value="">–</option>${options.map((one) => html`<option value=${one.value} ?selected=${this.sheet[field] === one.value}>${one.label}</option>`)}</select></label>`;
  }

  callPart() {
    const kinds = this.reference.call_types.map((/** @type {any} */ kind) => ({ value: kind.code, label: `${kind.code} ${kind.name}` }));
    return html`<fieldset><legend>${t("Call")}</legend>
      ${this.input("number", t("Number of the sheet"), { id: "paper-number" })} ${this.input("day", t("Day"), { type: "date" })} ${this.input("received", t("Received"), { time: true })}
      ${this.input("place", t("Place"), { wide: true })} ${this.input("apartment", t("Apartment"))}
      ${this.choice("type", t("Type"), kinds)} ${this.choice("priority", t("Priority"), ["1", "2", "3", "4"].map((value) => ({ value, label: `P${value}` })))}
      ${this.input("callerName", t("Caller"))} ${this.input("callerPhone", t("Phone"))} ${this.input("personName", t("Person"))} ${this.input("description", t("Description"), { wide: true })}</fieldset>`;
  }

  questionsPart() {
    const asked = (/** @type {any} */ question) => (shownLanguage() === "es" ? question.ask_es : question.ask_en);
    return html`<fieldset><legend>${t("Questions")}</legend>${this.input("triaged", t("Asked at"), { time: true })}
      ${this.reference.questions.map((/** @type {any} */ question) => html`<label title=${asked(question)}>${t(question.label)}<select @change=${(/** @type {any} */ event) => this.change((sheet) => { sheet.answers[question.field] = event.target.value; })}>
        <option value="" ?selected=${!this.sheet.answers[question.field]}>${t("not asked")}</option>${question.answers.map((/** @type {any} */ answer) => html`<option value=${answer.code} ?selected=${this.sheet.answers[question.field] === answer.code}>${t(answer.label)}</option>`)}</select></label>`)}</fieldset>`;
  }

  unitsPart() {
    return html`<fieldset><legend>${t("Units")}</legend><table><thead><tr><th>${t("Unit")}</th>${STEP_MARKS.map((mark) => html`<th>${mark}</th>`)}<th>${t("Destination")}</th></tr></thead>
      <tbody>${this.sheet.units.map((line, place) => html`<tr aria-invalid=${this.wrong.includes(`units.${place}`) ? "true" : nothing}>
        <td><input aria-label=${t("Unit {place}", { place: place + 1 })} .value=${line.unit} @input=${(/** @type {any} */ event) => this.change(() => { line.unit = event.target.value; })}></td>
        ${STEPS.map((step, at) => html`<td class="time"><input aria-label=${`${line.unit || place + 1} ${STEP_MARKS[at]}`} .value=${line.times[step] ?? ""} @input=${(/** @type {any} */ event) => this.change(() => { line.times[step] = event.target.value; })}></td>`)}
        <td><input aria-label=${t("Destination of unit {place}", { place: place + 1 })} .value=${line.destination} @input=${(/** @type {any} */ event) => this.change(() => { line.destination = event.target.value; })}></td></tr>`)}</tbody></table></fieldset>`;
  }

  notesPart() {
    return html`<fieldset><legend>${t("Notes")}</legend>${this.sheet.notes.map((line, place) => html`<div class="line">
      <label class="time">${t("At")}<input .value=${line.at} @input=${(/** @type {any} */ event) => this.change(() => { line.at = event.target.value; })}></label>
      <label class="wide">${t("Note {place}", { place: place + 1 })}<input maxlength="4000" .value=${line.text} @input=${(/** @type {any} */ event) => this.change(() => { line.text = event.target.value; })}></label></div>`)}</fieldset>`;
  }

  endPart() {
    const ends = this.reference.dispositions.map((/** @type {any} */ one) => ({ value: one.apco, label: `${one.apco} ${t(one.label)}` }));
    return html`<fieldset><legend>${t("End")}</legend>${this.input("closed", t("Closed"), { time: true })} ${this.choice("disposition", t("Disposition"), ends)} ${this.input("outcome", t("Outcome"), { wide: true })}
      <button class="button primary" aria-keyshortcuts="Control+Enter" ?disabled=${this.sending}><kbd>Ctrl+Enter</kbd> ${t("Enter the call")}</button></fieldset>`;
  }
}

/** @param {string} field */
const fieldName = (field) => ({ received: t("Received"), closed: t("Closed"), triaged: t("Asked at") })[field] ?? field.replace(/^units\.(\d+)$/, (_, place) => t("Unit {place}", { place: Number(place) + 1 })).replace(/^notes\.(\d+)$/, (_, place) => t("Note {place}", { place: Number(place) + 1 }));

entry = new Entry(await api.get("/api/reference/"));
root.replaceChildren();
entry.draw();
document.getElementById("paper-number")?.focus();
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void entry?.send();
});
