// @ts-check
/** Taps that the server refused: each stands as a card until the crew settles it. Nothing that was tapped is dropped by itself. */
import { html, nothing } from "lit-html";
import { served, t, tn } from "../i18n.js";
import { canBeNote } from "../taps.js";
import { openSheet } from "./unit_sheets.js";

/** @typedef {import("../taps.js").Tap} Tap */
/**
 * @typedef {object} Settling
 * @property {(id: string) => void} again
 * @property {(tap: Tap) => void} asNote
 * @property {(id: string) => void} dismiss
 */

/**
 * What the crew must know of the tablet itself: how old a kept state is, that it holds no more taps, that somebody else's were lost.
 * @param {{ fromTablet: boolean, full: boolean, others: number, age: string }} tablet
 */
export function tabletNotices({ fromTablet, full, others, age }) {
  return html`
    ${fromTablet ? html`<p class="card kept" role="status">${t("Kept on this tablet, as of {age} ago. It may have changed: listen to the radio.", { age })}</p>` : nothing}
    ${full ? html`<p class="card refused" role="alert">${t("This tablet can keep no more taps: say what you do by radio.")}</p>` : nothing}
    ${others > 0 ? html`<p class="card refused" role="alert">${tn("{count} tap of the person before you was never sent and is gone: tell the dispatcher.", "{count} taps of the person before you were never sent and are gone: tell the dispatcher.", others)}</p>` : nothing}`;
}

const MOST_CARDS = 5;

/** @param {Tap[]} taps @param {Settling} settling @param {(ms: number) => string} clockTime */
export function conflictCards(taps, settling, clockTime) {
  const refused = taps.filter((tap) => tap.state === "refused");
  const more = refused.length - MOST_CARDS;
  return html`${refused.slice(0, MOST_CARDS).map((tap) => conflictCard(tap, settling, clockTime))}
    ${more > 0 ? html`<p class="dim">${tn("{count} more of these", "{count} more of these", more)}</p>` : nothing}`;
}

/** @param {Tap} tap @param {Settling} settling @param {(ms: number) => string} clockTime */
function conflictCard(tap, settling, clockTime) {
  return html`<div class="card refused" role="alert">
    <p><strong>${t("Not done: {label}.", { label: tap.label })}</strong> ${served(tap.refusal ?? "")}
      <span class="number">${clockTime(tap.savedAt)}</span>${tap.call ? html` · ${tap.call.number}` : nothing}</p>
    <div class="side-by-side">
      ${canBeNote(tap) ? html`<button type="button" class="button" @click=${() => settling.asNote(tap)}>${t("Send as a note")}</button>` : nothing}
      <button type="button" class="button" @click=${() => settling.again(tap.id)}>${t("Try again")}</button>
      <button type="button" class="button" @click=${() => askToDismiss(tap, settling)}>${t("Throw away")}</button></div></div>`;
}

/** @param {Tap} tap @param {Settling} settling */
function askToDismiss(tap, settling) {
  openSheet(t("Throw away: {label}?", { label: tap.label }), (close) => html`
    <p>${t("It was not done, and it stands nowhere else.")}</p>
    ${tap.kind === "note" ? html`<p class="quoted">${tap.body.text}</p>` : nothing}
    <button type="button" class="button primary" @click=${() => {
      settling.dismiss(tap.id);
      close();
    }}>${t("Throw away")}</button>`);
}
