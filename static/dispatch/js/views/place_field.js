// @ts-check
/** The place of a call as it is typed, with the places the geofile takes it for: arrows choose, Enter takes, Escape closes. */
import { t } from "../i18n.js";
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../callform.js").CallForm} CallForm */

const LOOK_UP_PAUSE_MS = 150;
const ENOUGH_TO_LOOK_UP = 3;
const MOST_SHOWN = 6;
/** A point known less exactly than this is said to be so. */
const EXACT_M = 100;
const FIELD = "field-location-text";

let lookUpTimer = /** @type {any} */ (null);
/** Of several look-ups of the same words only the last one's answer counts: a choice made from the one before must stand. */
let asked = 0;

/** @param {Desk} desk @param {CallForm} form */
export function placeField(desk, form) {
  const open = desk.candidates.length > 0;
  return html`<label class="wide">${t("Location")}
    <input id=${FIELD} autocomplete="off" spellcheck="false" role="combobox" aria-autocomplete="list" aria-expanded=${open} aria-controls="candidates"
      aria-activedescendant=${open && desk.candidate >= 0 ? `candidate-${desk.candidate}` : nothing} aria-invalid=${form.errors.location ? "true" : nothing}
      .value=${live(String(form.value("location.text")))}
      @input=${(/** @type {InputEvent} */ event) => { const { value } = /** @type {HTMLInputElement} */ (event.target); form.set("location.text", value); lookUpSoon(desk, value); }}
      @keydown=${(/** @type {KeyboardEvent} */ event) => chooseByKey(desk, form, event)}
      @change=${() => form.save()} @blur=${() => offer(desk, [])} /></label>`;
}

/** The places offered: always in the page, over what is below it, so that nothing moves. @param {Desk} desk @param {CallForm} form */
export function placesOffered(desk, form) {
  return html`<ul class="candidates" id="candidates" role="listbox" aria-label=${t("Places it could be")} ?hidden=${desk.candidates.length === 0}>${desk.candidates.map((one, at) => html`<li role="option"
      id=${`candidate-${at}`} aria-selected=${at === desk.candidate} @pointerdown=${(/** @type {Event} */ event) => { event.preventDefault(); pick(desk, form, one); }}
      >${one.text} <span class="dim">${whereabouts(one)}</span></li>`)}</ul>`;
}

/** @param {any} place */
const whereabouts = (place) => [place.neighborhood, place.town, place.uncertainty_m > EXACT_M ? `± ${place.uncertainty_m} m` : ""].filter(Boolean).join(", ");

/** @param {Desk} desk @param {CallForm} form @param {KeyboardEvent} event */
function chooseByKey(desk, form, event) {
  const { candidates } = desk;
  if (candidates.length === 0) {
    if (event.key === "ArrowDown" && isEnough(form.value("location.text"))) void lookUp(desk, form.value("location.text"), true);
    return;
  }
  if (event.key === "ArrowDown") desk.candidate = Math.min(candidates.length - 1, desk.candidate + 1);
  else if (event.key === "ArrowUp") desk.candidate = Math.max(-1, desk.candidate - 1);
  else if (event.key === "Escape") offer(desk, []);
  else if (event.key === "Enter" && desk.candidate >= 0) pick(desk, form, candidates[desk.candidate]);
  else return;
  event.preventDefault();
  event.stopPropagation();
  desk.changed();
}

/** @param {Desk} desk @param {any[]} candidates */
function offer(desk, candidates) {
  clearTimeout(lookUpTimer);
  Object.assign(desk, { candidates, candidate: -1 });
  desk.changed();
}

/** @param {Desk} desk @param {CallForm} form @param {any} place */
function pick(desk, form, place) {
  form.pick(place);
  offer(desk, []);
  desk.focus("#field-location-unit");
}

/** @param {string} text */
const isEnough = (text) => String(text).trim().length >= ENOUGH_TO_LOOK_UP;

/** @param {Desk} desk @param {string} text */
function lookUpSoon(desk, text) {
  clearTimeout(lookUpTimer);
  if (isEnough(text)) lookUpTimer = setTimeout(() => lookUp(desk, text), LOOK_UP_PAUSE_MS);
  else offer(desk, []);
}

/** An answer to what is no longer typed, or no longer being typed, is dropped. @param {Desk} desk @param {string} text @param {boolean} [byKey] */
async function lookUp(desk, text, byKey = false) {
  clearTimeout(lookUpTimer);
  const mine = (asked += 1);
  const found = await desk.api.get(`/api/places/?q=${encodeURIComponent(text.trim())}&limit=${MOST_SHOWN}`).catch(() => null);
  if (!found || mine !== asked || document.activeElement?.id !== FIELD || String(desk.form?.value("location.text")).trim() !== text.trim()) return;
  desk.duplicates.understand(text.trim(), found.candidates[0]);
  const isPlain = found.candidates[0]?.verified && found.candidates[0].text.toUpperCase() === text.trim().toUpperCase();
  offer(desk, isPlain && !byKey ? [] : found.candidates);
}
