// @ts-check
/** The left side of the responder page: the call as this person may see it, hazards first. */
import { html, nothing } from "lit-html";
import { coded, served, t } from "../i18n.js";
import { formatAge, hourMinute } from "../time.js";
import { language as languageName, STATUS_WORDS, who } from "../wording.js";
import { addressOf, mustWaitOutside, triageWords } from "./unit_model.js";

/** @typedef {import("./unit_model.js").UnitState} UnitState */
/** @typedef {{ zone: string, now: number, questions: any[], moving: boolean, navigateUrl: string | null, canSpeak: boolean,
 *   readAloud: () => void, placeNews: import("./unit_notice.js").PlaceNews | null }} CallOptions */

/** @param {UnitState} state @param {string} status @param {CallOptions} options */
export function callView(state, status, options) {
  const { call } = state;
  const triage = triageWords(call.triage?.answers, options.questions);
  return html`
    <section class="call" aria-labelledby="call-number">
      <h2 id="call-number">${call.number}
        <span class="tier">${call.tier ? `T${call.tier}` : t("not triaged")}</span>
        <span class="priority priority-${call.priority}">P${call.priority}</span></h2>
      ${options.placeNews ? html`<p class="hazards" role="status">${t("The place changed at {time}. Before: {address}", { time: hourMinute(options.placeNews.at, options.zone), address: options.placeNews.before })}</p>` : nothing}
      <p class="address">${addressOf(call)}</p>
      ${locationDoubt(call.location)}
      <p>${[served(call.type_name), languageName(call.language)].filter(Boolean).join(" · ")}</p>
      ${dangers(call, triage)}
      ${sceneWord(state, options.zone)}
      ${times(state, options)}
    </section>
    <section class="way" aria-label=${t("Way and other units")}>
      ${actions(status, options)}
      ${othersView(state, options.now)}
    </section>
    <section class="details" aria-label=${t("More about call {number}", { number: call.number })}>
      ${peopleView(call)}
      ${triage.clear.length > 0 ? html`<p class="dim">${triage.clear.join(" · ")}</p>` : nothing}
      ${premiseView(call.premise)}
      ${notesView(call, options)}
    </section>`;
}

/** @param {any} location */
function locationDoubt(location) {
  const doubts = [];
  if (location?.in_city === false) doubts.push(location.town ? t("Outside the city: {town}", { town: location.town }) : t("Outside the city"));
  if (location && !location.verified) doubts.push(t("Address not verified"));
  if (location?.uncertainty_m > 100) doubts.push(t("Position good to {metres} m", { metres: location.uncertainty_m }));
  return doubts.length > 0 ? html`<p class="dim">${doubts.join(" · ")}</p>` : nothing;
}

/** @param {any} call @param {{ unclear: string[], told: string[] }} triage */
function dangers(call, triage) {
  const hazards = call.hazards ?? [];
  return html`
    ${hazards.length > 0 ? html`<ul class="hazards" aria-label=${t("Hazards")}>${hazards.map((/** @type {string} */ hazard) => html`<li>${t("Hazard: {hazard}", { hazard })}</li>`)}</ul>` : nothing}
    ${triage.unclear.length > 0 ? html`<ul class="unclear" aria-label=${t("Not clear")}>${triage.unclear.map((answer) => html`<li>${answer}</li>`)}</ul>` : nothing}
    ${triage.told.length > 0 ? html`<p class="told-word">${triage.told.join(" · ")}</p>` : nothing}`;
}

/** @param {UnitState} state @param {string} zone */
function sceneWord(state, zone) {
  const { call } = state;
  if (state.assignment?.order) return nothing; // the order stands, whoever said what before
  if (call.scene_safe_at) return html`<p class="safe">${t("Scene marked safe by {who}", { who: call.scene_safe_by })}</p>`;
  if (call.scene_unsafe_at) return html`<p class="hazards"><b>${t("SCENE UNSAFE since {time}: do not go in until an officer says it is safe", { time: hourMinute(call.scene_unsafe_at, zone) })}</b></p>`;
  if (mustWaitOutside(state)) return html`<p class="hazards">${t("Scene NOT marked safe: stage, do not go in")}</p>`;
  return nothing;
}

/** @param {UnitState} state @param {CallOptions} options */
function times({ assignment, call }, { zone, now }) {
  const parts = [];
  if (call.dispatched_at) parts.push(t("Dispatched {time}", { time: hourMinute(call.dispatched_at, zone) }));
  if (assignment?.eta_at && ["DP", "ER"].includes(assignment.status)) {
    const minutes = Math.ceil((Date.parse(assignment.eta_at) - now) / 60_000);
    parts.push(minutes >= 0 ? t("ETA {minutes} min", { minutes }) : t("ETA passed {minutes} min ago", { minutes: -minutes }));
  }
  if (assignment?.destination) parts.push(t("To {destination}", { destination: assignment.destination }));
  return html`<p class="number">${parts.join(" · ")}</p>`;
}

/** @param {string} status @param {CallOptions} options */
function actions(status, { moving, navigateUrl, canSpeak, readAloud }) {
  const transporting = status === "TR";
  return html`<div class="side-by-side">
    ${navigateUrl && !moving ? html`<a class="button" href=${navigateUrl} target="_blank" rel="noopener noreferrer">${t("Navigate")}</a>` : nothing}
    ${canSpeak ? html`<button type="button" class="button" ?disabled=${transporting} @click=${readAloud}>${transporting ? t("Read aloud is off while transporting") : t("Read aloud")}</button>` : nothing}
  </div>`;
}

/** @type {[string, string][]} field of the person, and its word; what is empty is not shown */
const PERSON_FIELDS = [
  ["name", t("Name")], ["apparent_age", t("Age")], ["description", t("Looks like")], ["clothing", t("Wears")], ["presentation", t("Presents")],
  ["direction", t("Went")], ["access_needs", t("Access needs")],
];

/** @param {any} call */
function peopleView(call) {
  const { person } = call;
  const caller = call.caller ?? call.contacts?.[0];
  const facts = PERSON_FIELDS.filter(([field]) => person?.[field]).map(([field, label]) => [label, person[field]]);
  if (person?.alone === true) facts.push([t("Alone"), t("yes")]);
  if (person?.someone_stays === true) facts.push([t("With them"), t("somebody stays")]);
  const calledBy = [caller?.name, caller?.relationship, languageName(caller?.language)].filter(Boolean).join(", ");
  if (calledBy || caller?.phone) facts.push([t("Caller"), html`${calledBy}${calledBy && caller?.phone ? ", " : ""}<span class="phone">${caller?.phone}</span>`]);
  if (call.never_voice_call) facts.push([t("Call back"), t("never by voice")]);
  if (facts.length === 0) return nothing;
  return html`<dl class="facts">${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** @param {UnitState} state @param {number} now */
function othersView({ call, unit }, now) {
  const others = (call.assignments ?? []).filter((/** @type {any} */ one) => one.unit !== unit.unit);
  const wanted = (call.slots ?? []).filter((/** @type {any} */ slot) => slot.status === "requested" || slot.status === "unfilled");
  if (others.length === 0 && wanted.length === 0) return html`<p>${t("No other unit on this call.")}</p>`;
  return html`<ul class="others" aria-label=${t("Other units on this call")}>
    ${others.map((/** @type {any} */ one) => html`<li>${one.unit} <span class="status status-${one.status}">${one.status}</span> ${STATUS_WORDS[one.status]}${one.silent_since ? html` <b class="late">${t("silent {time}", { time: formatAge(one.silent_since, now) })}</b>` : nothing}</li>`)}
    ${wanted.map((/** @type {any} */ slot) => html`<li>${wantedWords(slot)}</li>`)}</ul>`;
}

/** @param {any} slot */
function wantedWords(slot) {
  if (slot.status === "unfilled") return t("{role}: nobody can come for now", { role: slot.role });
  if (slot.asked_from) return t("{role}: asked for by {unit}, nobody yet", { role: slot.role, unit: slot.asked_from });
  return t("{role}: requested, nobody yet", { role: slot.role });
}

/** Earlier calls to this place, and care plans for those who may read them; hazards stand above already. @param {any} premise */
function premiseView(premise) {
  const plans = (premise?.cautions ?? []).filter((/** @type {any} */ caution) => caution.class === "CARE_PLAN" && caution.active);
  const history = (premise?.history ?? []).slice(0, 3);
  if (plans.length === 0 && history.length === 0) return nothing;
  return html`<h3>${t("This place")}</h3><ul class="others">
    ${plans.map((/** @type {any} */ plan) => html`<li>${t("Care plan: {text}", { text: plan.text })}</li>`)}
    ${history.map((/** @type {any} */ visit) => html`<li>${t("Earlier call {date}: {type}", { date: visit.date, type: served(visit.type_group) })}</li>`)}</ul>`;
}

/** @param {any} call @param {CallOptions} options */
function notesView(call, { zone }) {
  const notes = [...(call.notes ?? [])].reverse();
  if (notes.length === 0) return nothing;
  const corrected = new Set(notes.map((note) => note.corrects));
  /** A note that no longer stands is read as such. @param {any} note */
  const words = (note) => (corrected.has(note.id) ? html`<s>${note.text}</s>` : note.strikes ? html`<em>${t("Struck out.")}</em>` : note.text);
  return html`<h3>${t("Notes")}</h3><ol class="notes">${notes.map((note) => html`<li>
    <span class="number">${hourMinute(note.at, zone)}</span> ${who(note.by)}${note.audience === "ALL" ? nothing : html` <em>(${coded(note.audience)})</em>`}: ${words(note)}</li>`)}</ol>`;
}
