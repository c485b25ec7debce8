// @ts-check
/** The call's own fields: they save themselves, and say when somebody else was first. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { served, t } from "../i18n.js";
import { clash } from "./clash.js";
import { nearby } from "./nearby.js";
import { phoneLine } from "./phone_line.js";
import { placeField, placesOffered } from "./place_field.js";
import { premiseBlock, premiseLine } from "./premise.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../callform.js").CallForm} CallForm */

const LANGUAGES = [["", "–"], ["en", t("English")], ["es", t("Spanish")], ["pt", t("Portuguese")], ["pl", t("Polish")], ["fr", t("French")], ["ht", t("Haitian Creole")], ["so", t("Somali")], ["ar", t("Arabic")], ["ase", "ASL"]];
const ORIGINS = [["911", "911"], ["988", "988"], ["211", "2-1-1"], ["FIELD", t("From the field")], ["ADMIN", t("Admin line")], ["OTHER_CENTER", t("Other center")]];
const CHANNELS = [["voice", t("Voice")], ["text", t("Text")], ["tty", "TTY"], ["relay", t("Relay")], ["video_relay", t("Video relay")]];
const YES_NO = [["", "?"], ["true", t("Yes")], ["false", t("No")]];

/** @param {Desk} desk */
export function intake(desk) {
  const { form } = desk;
  if (!form) return nothing;
  return html`<form class="block intake" aria-label=${t("Call")} @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void form.save(); }}>
    ${clash(desk, form)}
    ${nearby(desk)}
    <div class="fields">
      ${placeField(desk, form)}
      ${input(desk, form, "location.unit", t("Apt / unit"), { narrow: true })}
    </div>
    ${place(desk, form)}${phoneLine(desk)}
    ${premiseLine(desk)}${premiseBlock(desk)}
    <div class="fields">
      ${input(desk, form, "caller.name", t("Caller"))}
      ${input(desk, form, "caller.phone", t("Call-back"), { narrow: true, mode: "tel" })}
      ${input(desk, form, "caller.relationship", t("Relationship"), { narrow: true })}
      ${select(form, "caller.language", t("Language"), LANGUAGES)}
    </div>
    <div class="fields">
      ${typeField(desk, form)}
      ${select(form, "priority", t("Priority"), priorities(form), Number)}
      ${select(form, "origin", t("From"), ORIGINS)}
      ${select(form, "channel", t("By"), CHANNELS)}
      <label class="check" title=${t("The caller may not be able to speak or to be heard")}><input type="checkbox" id="field-never_voice_call" .checked=${live(Boolean(form.value("never_voice_call")))}
        @change=${(/** @type {Event} */ event) => form.set("never_voice_call", /** @type {HTMLInputElement} */ (event.target).checked, { commit: true })} /> ${t("No voice")}</label>
    </div>
    ${person(desk, form)}
    ${Object.keys(form.errors).length > 0 ? html`<p class="late" role="alert">${Object.values(form.errors).flat().join(" ")}</p>` : nothing}
  </form>`;
}

/** @param {CallForm} form */
const priorities = (form) => [...(form.value("priority") ? [] : [["", "–"]]), ...[1, 2, 3, 4].map((level) => [String(level), `P${level}`])];

/** Whether something typed did not get there. @param {CallForm} form */
export const isRefused = (form) => form.clashes.length > 0 || Object.keys(form.errors).length > 0;

/** @param {CallForm} form */
export function saveState(form) {
  if (form.clashes.length > 0) return t("NOT SAVED: choose below");
  if (Object.keys(form.errors).length > 0) return t("NOT SAVED");
  if (form.saving) return t("Saving");
  return form.isNew || form.edits.size > 0 ? t("Saves as you type") : t("Saved");
}

/**
 * @param {Desk} desk @param {CallForm} form @param {string} path @param {string} label
 * @param {{ narrow?: boolean, mode?: string }} [more]
 */
function input(desk, form, path, label, { narrow = false, mode = "" } = {}) {
  const wrong = form.errors[path.split(".")[0]] !== undefined;
  return html`<label class=${narrow ? "narrow" : ""}>${label}
    <input id=${`field-${path.replace(".", "-")}`} autocomplete="off" spellcheck="false" inputmode=${mode || nothing} aria-invalid=${wrong ? "true" : nothing}
      .value=${live(String(form.value(path)))}
      @input=${(/** @type {InputEvent} */ event) => form.set(path, /** @type {HTMLInputElement} */ (event.target).value)}
      @change=${() => form.save()} /></label>`;
}

/** @param {CallForm} form @param {string} path @param {string} label @param {string[][]} options @param {(value: string) => any} [as] */
function select(form, path, label, options, as = String) {
  const value = String(form.value(path));
  const known = options.some(([code]) => code === value) ? options : [...options, [value, value]];
  return html`<label class="narrow">${label}
    <select id=${`field-${path.replace(".", "-")}`} .value=${live(value)} @change=${(/** @type {Event} */ event) => form.set(path, as(/** @type {HTMLSelectElement} */ (event.target).value), { commit: true })}>
      ${known.map(([code, words]) => html`<option value=${code} ?selected=${code === value}>${words}</option>`)}
    </select></label>`;
}

/** @param {Desk} desk @param {CallForm} form */
function typeField(desk, form) {
  return html`<label>${t("Type")}
    <input id="field-type" list="call-types" autocomplete="off" spellcheck="false" aria-invalid=${form.errors.type ? "true" : nothing} .value=${live(form.shownType)}
      @input=${(/** @type {InputEvent} */ event) => form.typeType(/** @type {HTMLInputElement} */ (event.target).value)}
      @blur=${() => form.leaveType()}
      @change=${(/** @type {Event} */ event) => form.setType(/** @type {HTMLInputElement} */ (event.target).value)} /></label>
    <datalist id="call-types">${typeOptions(desk)}</datalist>`;
}

/** The center's own types first, then ours it has no word for. @param {Desk} desk */
function typeOptions(desk) {
  const own = desk.reference.vocabulary ?? [];
  const known = new Set(own.map((/** @type {any} */ type) => type.code.toUpperCase()));
  const ours = (desk.reference.call_types ?? []).filter((/** @type {any} */ type) => !known.has(type.code));
  return [...own, ...ours].map((type) => html`<option value=${type.code}>${served(type.name) || nothing}</option>`);
}

/** What is known of the place, and other places it could be. @param {Desk} desk @param {CallForm} form */
function place(desk, form) {
  const location = form.saved.location ?? {};
  const facts = [
    location.verified ? t("found") : location.text || form.isNew ? "" : t("no place yet"), location.neighborhood, location.town,
    location.uncertainty_m ? `± ${location.uncertainty_m} m` : "",
  ].filter(Boolean);
  const outside = location.in_city === false;
  return html`<div class="place">
    ${outside ? html`<span class="due-soon">${location.town ? t("Outside the city: {town}. Offer the transfer to that town's center.", { town: location.town }) : t("Outside the city. Offer the transfer to that town's center.")}</span>` : html`<span class="dim" title=${facts.join(" · ")}>${doubt(location)} ${facts.join(" · ")}</span>`}
    ${placesOffered(desk, form)}
  </div>`;
}

/** A place that nobody is sure of can be used, and says so. @param {any} location */
function doubt(location) {
  if (!location.text || location.verified !== false) return nothing;
  return html`<b class="unsure">${typeof location.lat === "number" ? t("NOT VERIFIED") : t("NO POINT: ↓ in the location shows what it could be")}</b>`;
}

/** The person in crisis is not the caller. @param {Desk} desk @param {CallForm} form */
function person(desk, form) {
  return html`<details class="person"><summary>${t("Person")} <span class="dim">${["name", "apparent_age", "description", "clothing", "direction"].map((name) => form.value(`person.${name}`)).filter(Boolean).join(", ") || t("nothing recorded")}</span></summary>
    <div class="fields">
      ${input(desk, form, "person.name", t("Name"))} ${input(desk, form, "person.apparent_age", t("Apparent age"), { narrow: true })}
      ${select(form, "person.language", t("Language"), LANGUAGES)} ${select(form, "person.is_caller", t("Is the caller"), YES_NO, maybe)}
    </div>
    <div class="fields">
      ${input(desk, form, "person.description", t("Description"))} ${input(desk, form, "person.clothing", t("Clothing"))} ${input(desk, form, "person.direction", t("Direction"))}
    </div>
    <div class="fields">
      ${input(desk, form, "person.presentation", t("Presentation"))} ${input(desk, form, "person.access_needs", t("Access needs"))}
      ${select(form, "person.alone", t("Alone"), YES_NO, maybe)} ${select(form, "person.someone_stays", t("Someone stays"), YES_NO, maybe)}
    </div></details>`;
}

/** @param {string} value @returns {boolean | null} */
const maybe = (value) => (value === "" ? null : value === "true");
