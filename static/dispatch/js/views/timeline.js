// @ts-check
/** The narrative, append-only, and the log around it; the newest line is on top. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";

import { coded, t } from "../i18n.js";
import { timeOfDay } from "../time.js";
import { isNarrative, isQuiet, lineOf, reasonsOf, who } from "../wording.js";

/** @typedef {import("../desk.js").Desk} Desk */

/** @param {Desk} desk */
export function timeline(desk) {
  const frames = desk.timeline.filter((frame) => isNarrative(frame) || desk.logShown || !isQuiet(frame)).reverse();
  return html`<section class="block" aria-label=${t("Narrative and timeline")}>
    <h3><label for="note">${t("Narrative")}</label>
      <label class="check"><input type="checkbox" .checked=${live(desk.logShown)} @change=${() => { desk.logShown = !desk.logShown; desk.changed(); }} /> ${t("everything")}</label></h3>
    <textarea id="note" rows="2" placeholder=${t("Enter adds it for good, Shift+Enter makes a new line")} .value=${live(desk.note)}
      @input=${(/** @type {InputEvent} */ event) => { desk.note = /** @type {HTMLTextAreaElement} */ (event.target).value; }}
      @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(desk, event)}></textarea>
    <ol class="timeline">${repeat(frames, (frame) => frame.v, (frame) => html`<li class=${isNarrative(frame) ? "narrative" : "log"}>
      <span class="number dim">${timeOfDay(frame.at, desk.zone)}</span> <span class="text">${lineOf(frame)}</span>
      <span class="dim">· ${who(frame.by)}${frame.data.kind === "HAZARD" ? ` · ${t("hazard")}` : ""}${frame.data.audience && frame.data.audience !== "ALL" ? ` · ${coded(frame.data.audience)}` : ""}</span>${why(frame)}</li>`)}</ol>
    ${frames.length === 0 ? html`<p class="dim">${t("Nothing yet.")}</p>` : nothing}
  </section>`;
}

/** What the screen said of a decision then. @param {import("../apply.js").EventFrame} frame */
function why(frame) {
  const reasons = reasonsOf(frame);
  return reasons.length > 0 ? html`<details><summary>${t("why")}</summary>${reasons.map((reason) => html`<p>${reason}</p>`)}</details>` : nothing;
}

/** @param {Desk} desk @param {KeyboardEvent} event */
function onKey(desk, event) {
  if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.isComposing) return;
  event.preventDefault();
  void add(desk);
}

/** @param {Desk} desk */
async function add(desk) {
  const text = desk.note.trim();
  if (!text) return;
  await desk.form?.save();
  const id = desk.selected;
  if (id === null) return desk.say(t("A place first: then the call is saved and notes can be added."), "error");
  desk.note = "";
  desk.changed();
  const answer = await desk.did(desk.requests.note(id, text));
  if (answer === undefined && desk.selected === id && !desk.note) desk.note = text;
  desk.changed();
  return undefined;
}
