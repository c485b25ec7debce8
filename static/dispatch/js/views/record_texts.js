// @ts-check
/** The texts with the caller on the printed record, for those who may read them. */
import { html, nothing } from "lit-html";

import { t } from "../i18n.js";

/** @typedef {import("../phoneside.js").TextLine} TextLine */

/**
 * @param {TextLine[]} texts @param {(at: string) => string} time
 */
export function recordTexts(texts, time) {
  if (texts.length === 0) return nothing;
  return html`<h2>${t("Texts with the caller")}</h2><table class="texts"><tbody>${texts.map((line) => html`<tr>
    <td class="number">${time(line.at)}</td><td>${line.direction === "OUT" ? line.by : t("Caller")}</td><td class="text" lang=${line.language || nothing}>${line.text}</td></tr>`)}</tbody></table>`;
}
