// @ts-check
/** The calls in hand, above the open one: Shift+F2 goes from one to the next. */
import { html, nothing } from "lit-html";

import { t } from "../i18n.js";
import { chips } from "../inwork.js";

/** @typedef {import("../desk.js").Desk} Desk */

const MOST_IN_FULL = 3;

/** @param {Desk} desk */
export function inWorkStrip(desk) {
  const all = chips(desk);
  if (all.length === 0 || (all.length === 1 && all[0].current)) return nothing;
  return html`<nav class="inwork" aria-label=${t("Calls in hand")}><kbd title=${t("Next call in hand")}>Shift+F2</kbd>
    ${all.map((chip) => html`<button type="button" class="button ${chip.kind}" aria-current=${chip.current ? "true" : nothing} title=${chip.label}
      @click=${chip.open}>${chip.mark ? html`<b>${chip.mark}</b> ` : nothing}${all.length > MOST_IN_FULL ? chip.short : chip.label}</button>`)}</nav>`;
}
