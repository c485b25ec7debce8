// @ts-check
/** Where the person is taken: the nearest facilities, those of one kind, any by name, or another place in words. */
import { html, nothing } from "lit-html";
import { coded, t } from "../i18n.js";
import { placesShown } from "./unit_model.js";
import { choice, openSheet, redraw } from "./unit_sheets.js";

/** @typedef {import("./unit_model.js").Place} Place */

/** @param {string} words */
const capital = (words) => words.slice(0, 1).toUpperCase() + words.slice(1);

/** @param {Place[]} places the nearest first @param {(destination: string) => void} go */
export function openDestination(places, go) {
  let [kind, words, all] = ["", "", false];
  const kinds = [...new Set(places.map((place) => place.kind ?? "").filter(Boolean))];
  const take = (/** @type {() => void} */ change) => (/** @type {Event} */ event) => {
    change();
    redraw(event);
  };
  openSheet(t("Transport to"), (close) => {
    const choose = (/** @type {string} */ destination) => () => {
      go(destination);
      close();
    };
    const { shown, more } = all ? { shown: places, more: 0 } : placesShown(places, kind, words);
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      if (words.trim()) choose(words.trim())();
    };
    return html`
      ${kinds.length > 1 ? html`<div class="choices" role="group" aria-label=${t("Kind of place")}>${kinds.map((one) => choice(capital(coded(one)), kind === one, take(() => { [kind, all] = [kind === one ? "" : one, false]; })))}</div>` : nothing}
      <form @submit=${submit}>
        <label for="place-words">${t("Find by name, or say another place")}</label>
        <input id="place-words" maxlength="160" autocomplete="off" @input=${(/** @type {any} */ event) => take(() => { [words, all] = [event.target.value, false]; })(event)}>
        ${words.trim() ? html`<button type="submit" class="button">${t("Transport to: {place}", { place: words.trim() })}</button>` : nothing}
      </form>
      <div class="choices" role="group" aria-label=${t("Places, the nearest first")}>${shown.map((place) => html`
        <button type="button" class="button" @click=${choose(place.name)}>
          ${place.name}<small>${[place.miles === null ? "" : t("{miles} mi", { miles: place.miles.toFixed(1) }), place.address].filter(Boolean).join(" · ")}</small></button>`)}</div>
      ${shown.length === 0 ? html`<p role="status">${t("No place of the list fits.")}</p>` : nothing}
      ${more > 0 ? html`<button type="button" class="button" @click=${take(() => { all = true; })}>${t("All {count} places", { count: places.length })}</button>` : nothing}`;
  });
}
