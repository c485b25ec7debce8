// @ts-check
/** One quiet line over the call's fields: calls that may be the same event. Its room is kept, so nothing moves when one is found. */
import { html, nothing } from "lit-html";

import { isOpen, nearbyWords } from "../duplicates.js";
import { t } from "../i18n.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */

/** @param {Desk} desk */
export function nearby(desk) {
  const { duplicates, form } = desk;
  const { shown } = duplicates;
  return html`<div class="nearby" id="nearby" role="group" aria-label=${t("Calls nearby")}>
    <span role="status" title=${shown ? words(desk) : nothing}>${shown ? words(desk) : nothing}</span>
    ${shown ? html`${button(t("Next"), () => duplicates.next(), { disabled: duplicates.rows.length < 2 })}
      ${button(t("Open"), () => desk.open(shown.id), { title: t("Open {number}", { number: shown.number }) })}
      ${button(t("Add caller"), () => duplicates.addCaller(), { disabled: !form?.value("caller.name") && !form?.value("caller.phone"), title: t("Keep the caller with {number} too", { number: shown.number }) })}
      ${button(t("Merge…"), () => merge(desk, shown.id), { disabled: desk.call === null || !isOpen(shown), title: t("Merge this call into {number}", { number: shown.number }) })}` : nothing}
  </div>`;
}

/** @param {Desk} desk */
function words(desk) {
  const { rows, at } = desk.duplicates;
  return nearbyWords(rows, rows[at] ? at : 0, desk.clock.now());
}

/** What is typed is saved first: it goes along. @param {Desk} desk @param {string} into */
function merge(desk, into) {
  void desk.form?.save();
  desk.ask("merge", { values: { into } });
}

/** F7: the line's first button. @param {Desk} desk */
export function goToNearby(desk) {
  if (desk.duplicates.shown) desk.focus("#nearby button:not(:disabled)");
  else desk.say(t("No call nearby."));
}
