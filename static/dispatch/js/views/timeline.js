// @ts-check
/** The narrative, append-only, and the log around it: the newest line on top, filtered, searched, corrected, printed. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";

import { coded, t } from "../i18n.js";
import { addNote } from "../notes.js";
import { timeOfDay } from "../time.js";
import { entriesOf, FILTERS, lastOwnNote, shown, standingNote } from "../timeline_model.js";
import { archivedLine } from "./parts.js";
import { isNarrative, lineOf, reasonsOf, who } from "../wording.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").EventFrame} EventFrame */
/** @typedef {import("../timeline_model.js").Entry} Entry */
/** @typedef {import("../timeline_model.js").Filter} Filter */

/** @type {Record<Filter, string>} */
const FILTER_WORDS = { main: t("Main"), notes: t("Notes"), units: t("Units"), triage: t("Triage"), alerts: t("Alerts"), all: t("Everything") };

/** @param {Desk} desk */
export function timeline(desk) {
  const all = entriesOf(desk.timeline);
  const entries = shown(all, desk.log.filter, desk.log.search).reverse();
  return html`<section class="block" aria-label=${t("Narrative and timeline")}>
    <h3><label for="note">${t("Narrative")}</label><span class="spring"></span>
      <a class="button" href=${`/calls/${desk.selected}/print/`} target="_blank" rel="noopener">${t("Print")}</a></h3>
    <textarea id="note" rows="2" placeholder=${t("Enter adds it for good, Shift+Enter makes a new line, ↑ corrects your last note")} .value=${live(desk.note)}
      @input=${(/** @type {InputEvent} */ event) => { desk.note = /** @type {HTMLTextAreaElement} */ (event.target).value; }}
      @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(desk, all, event)}></textarea>
    ${filters(desk)}
    <ol class="timeline">${repeat(entries, ({ frame }) => frame.v, (entry) => item(desk, entry))}</ol>
    ${entries.length === 0 ? html`<p class="dim">${all.length === 0 ? t("Nothing yet.") : t("Nothing fits.")}</p>` : nothing}
    ${archivedLine(desk.archived)}
  </section>`;
}

/** @param {Desk} desk */
function filters(desk) {
  const choose = (/** @type {Filter} */ filter) => { desk.log.filter = filter; desk.changed(); };
  return html`<div class="log-filter row" role="group" aria-label=${t("Show")}>
    ${FILTERS.map((filter) => html`<button type="button" class="button" aria-pressed=${desk.log.filter === filter} @click=${() => choose(filter)}>${FILTER_WORDS[filter]}</button>`)}
    <input type="search" aria-label=${t("Search in the timeline")} placeholder=${t("Search")} autocomplete="off" .value=${live(desk.log.search)}
      @input=${(/** @type {InputEvent} */ event) => { desk.log.search = /** @type {HTMLInputElement} */ (event.target).value; desk.changed(); }} /></div>`;
}

/** @param {Desk} desk @param {Entry} entry */
function item(desk, entry) {
  const { frame } = entry;
  const struck = entry.undone || entry.corrections.length > 0;
  return html`<li class="${isNarrative(frame) ? "narrative" : "log"} ${struck ? "struck" : ""}">
    <span class="number dim">${timeOfDay(entry.at, desk.zone)}</span> ${struck ? html`<s class="text">${lineOf(frame)}</s>` : html`<span class="text">${lineOf(frame)}</span>`}
    <span class="dim">· ${marks(frame)}${entry.late ? ` · ${t("told at {time}", { time: timeOfDay(frame.at, desk.zone) })}` : ""}${frame.data.time_unsure ? ` · ${t("by the tablet's own clock")}` : ""}${entry.undone ? ` · ${t("undone")}` : ""}</span>
    ${why(frame)}${entry.corrections.map((correction, at) => corrected(desk, correction, at < entry.corrections.length - 1))}${own(desk, entry)}</li>`;
}

/** Who, and for whom. @param {EventFrame} frame */
const marks = (frame) => [who(frame.by), frame.data.kind === "HAZARD" ? t("hazard") : "", frame.data.audience && frame.data.audience !== "ALL" ? coded(frame.data.audience) : ""].filter(Boolean).join(" · ");

/** What stands in the place of a note, or that nothing does. @param {Desk} desk @param {EventFrame} frame @param {boolean} again it was corrected in its turn */
function corrected(desk, frame, again) {
  const at = html`<span class="number dim">${timeOfDay(frame.at, desk.zone)}</span>`;
  if (frame.data.strikes) return html`<div class="correction">${at} <span class="dim">${t("struck out by {name}", { name: who(frame.by) })}</span></div>`;
  return html`<div class="correction">${at} ${again ? html`<s class="text">${lineOf(frame)}</s>` : html`<span class="text">${lineOf(frame)}</span>`}
    <span class="dim">· ${t("corrected by {name}", { name: who(frame.by) })}</span></div>`;
}

/** One's own note that stands is corrected in its place. @param {Desk} desk @param {Entry} entry */
function own(desk, entry) {
  const note = isNarrative(entry.frame) ? standingNote(entry) : null;
  if (!note || note.by !== desk.me.username) return nothing;
  return html` <button type="button" class="button small" @click=${() => correct(desk, note)}>${t("Correct…")}</button>`;
}

/** @param {Desk} desk @param {EventFrame} note */
function correct(desk, note) {
  desk.ask("correct", { about: { note: note.data.note }, values: { text: note.data.text } });
}

/** What the screen said of a decision then. @param {EventFrame} frame */
function why(frame) {
  const reasons = reasonsOf(frame);
  return reasons.length > 0 ? html`<details><summary>${t("why")}</summary>${reasons.map((reason) => html`<p>${reason}</p>`)}</details>` : nothing;
}

/** @param {Desk} desk @param {Entry[]} entries @param {KeyboardEvent} event */
function onKey(desk, entries, event) {
  if (event.shiftKey || event.ctrlKey || event.altKey || event.isComposing) return;
  const last = event.key === "ArrowUp" && desk.note === "" ? lastOwnNote(entries, desk.me.username) : null;
  if (event.key !== "Enter" && !last) return;
  event.preventDefault();
  if (last) correct(desk, last);
  else void addNote(desk);
}
