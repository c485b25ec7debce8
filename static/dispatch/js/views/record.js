// @ts-check
/** The record of a call on paper: its facts, its units, everything that happened, as far as this reader may know. */
import { html, nothing, render } from "lit-html";

import { Api } from "../api.js";
import { coded, served, t } from "../i18n.js";
import { dayOf, timeOfDay } from "../time.js";
import { entriesOf } from "../timeline_model.js";
import { archivedLine } from "./parts.js";
import { recordTexts } from "./record_texts.js";
import { CALL_STATUS_WORDS, isNarrative, language, lineOf, reasonsOf, STATUS_WORDS, who } from "../wording.js";

/** @typedef {import("../apply.js").EventFrame} EventFrame */
/** @typedef {import("../timeline_model.js").Entry} Entry */

const zone = document.body.dataset.zone ?? "America/New_York";
const place = /** @type {HTMLElement} */ (document.getElementById("record"));
const api = new Api({ onSignedOut: () => { location.href = `/login/?next=${encodeURIComponent(location.pathname)}`; } });

/** @param {string} at */
const moment = (at) => `${dayOf(at, zone)} ${timeOfDay(at, zone)}`;

/** @param {any} call @param {any} me */
const head = (call, me) => html`<header><h1>${t("Call {number}", { number: call.number })}</h1>
  <button type="button" class="button" @click=${() => print()}>${t("Print")}</button></header>
  <p class="dim">${t("Printed {moment} by {name}", { moment: moment(new Date().toISOString()), name: me.name || me.username })}</p>`;

/** A line of the facts; nothing for what is not known. @param {string} name @param {unknown} value */
const fact = (name, value) => (value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing);

/** @param {any} call */
function facts(call) {
  const spot = call.location;
  return html`<dl>
    ${fact(t("Received"), `${moment(call.received_at)} · ${coded(call.channel)} · ${coded(call.origin)}`)}
    ${fact(t("Status"), `${CALL_STATUS_WORDS[call.status]} · P${call.priority}${call.tier ? ` · T${call.tier} ${call.rule} ${call.ruleset}` : ""}`)}
    ${fact(t("Type"), served(call.type_name) || call.reported_type)}
    ${fact(t("Location"), [spot.text, spot.unit, spot.neighborhood, spot.town].filter(Boolean).join(", ") + (spot.verified ? "" : ` (${t("not verified")})`))}
    ${fact(t("Position"), call.position)}
    ${fact(t("Hazards"), call.hazards.join("; "))}
    ${call.contacts.map((/** @type {any} */ one) => fact(t("Caller"), [one.name, one.phone, one.relationship, language(one.language)].filter(Boolean).join(" · ")))}
    ${fact(t("Person"), call.person ? [call.person.name, call.person.apparent_age, call.person.description, call.person.clothing, language(call.person.language)].filter(Boolean).join(" · ") : "")}
    ${fact(t("Response"), call.response.join(" + "))}
    ${fact(t("Closed"), call.closed_at ? moment(call.closed_at) : "")}
    ${fact(t("Disposition"), call.disposition ? `${coded(call.disposition)}${call.outcome ? `: ${call.outcome}` : ""}` : "")}
    ${fact(t("Cancelled because"), call.cancel_reason)}
    ${fact(t("Sheet"), call.paper ? t("{number}, entered by {name} on {moment}", { number: call.paper.number, name: who(call.paper.by), moment: moment(call.paper.at) }) : "")}
    ${fact(t("Legal hold"), call.legal_hold)}
    ${fact(t("Redacted"), call.redacted.map((/** @type {string} */ one) => (one === "PERSON" ? t("the person, callers and phone numbers") : t("the narrative and texts"))).join("; "))}
    ${fact(t("Services"), call.interventions.map((/** @type {any} */ one) => `${served(one.label)}${one.unit ? ` (${one.unit})` : ""}`).join(", "))}
  </dl>`;
}

/** Each unit's times, as its events tell them. @param {EventFrame[]} frames */
function crews(frames) {
  const steps = frames.filter((frame) => frame.type === "assignment_created" || frame.type === "assignment_status_changed");
  const units = [...new Set(steps.map((frame) => frame.unit))];
  if (units.length === 0) return nothing;
  const step = (/** @type {EventFrame} */ frame) => `${frame.type === "assignment_created" ? STATUS_WORDS.DP : frame.data.status === "AV" ? t("cleared") : STATUS_WORDS[frame.data.status]} ${timeOfDay(frame.data.occurred_at ?? frame.at, zone)}`;
  return html`<h2>${t("Units")}</h2><dl>${units.map((unit) => fact(unit ?? "", steps.filter((frame) => frame.unit === unit).map(step).join(" · ")))}</dl>`;
}

/** @param {any} call */
function triage(call) {
  if (!call.triage) return nothing;
  return html`<h2>${t("Triage")}</h2><p>${Object.entries(call.triage.answers).map(([field, answer]) => `${coded(field)}: ${coded(String(answer))}`).join(" · ")}</p>`;
}

/** @param {Entry} entry @param {Map<string, any>} notes the readable text of notes, by id */
function line(entry, notes) {
  const { frame } = entry;
  const words = (/** @type {EventFrame} */ one) => (isNarrative(one) ? notes.get(one.data.note)?.text || lineOf(one) : lineOf(one));
  const struck = entry.undone || entry.corrections.length > 0;
  return html`<tr><td class="number">${timeOfDay(entry.at, zone)}</td><td>${struck ? html`<s class="text">${words(frame)}</s>` : html`<span class="text">${words(frame)}</span>`}
    ${reasonsOf(frame).map((reason) => html`<br /><span class="dim">${reason}</span>`)}
    ${entry.corrections.map((one) => html`<br /><span class="number dim">${timeOfDay(one.at, zone)}</span> <span class="text">${words(one)}</span> <span class="dim">· ${who(one.by)}</span>`)}</td>
    <td class="dim">${who(frame.by)}${frame.data.audience && frame.data.audience !== "ALL" ? ` · ${coded(frame.data.audience)}` : ""}${entry.late ? ` · ${t("told at {time}", { time: timeOfDay(frame.at, zone) })}` : ""}${frame.data.time_unsure ? ` · ${t("by the tablet's own clock")}` : ""}${entry.undone ? ` · ${t("undone")}` : ""}</td></tr>`;
}

async function start() {
  const id = document.body.dataset.call;
  const [call, log, me] = await Promise.all([api.get(`/api/calls/${id}/`), api.get(`/api/calls/${id}/timeline/`), api.get("/api/me/")]);
  const side = me.permissions.includes("board.read") ? await api.get(`/api/calls/${id}/intake/`) : { texts: [] };
  place.replaceChildren();
  const notes = new Map(call.notes.map((/** @type {any} */ note) => [note.id, note]));
  render(html`${head(call, me)}${facts(call)}${triage(call)}${crews(log.events)}${recordTexts(side.texts, (at) => timeOfDay(at, zone))}
    <h2>${t("Timeline")}</h2>
    <table><thead><tr><th>${t("Time")}</th><th>${t("What")}</th><th>${t("Who")}</th></tr></thead>
    <tbody>${entriesOf(log.events).map((entry) => line(entry, notes))}</tbody></table>${archivedLine(log.archived)}`, place);
  place.dataset.ready = "yes";
}

start().catch((error) => {
  place.textContent = t("The record could not be read: {message}", { message: error.message });
});
