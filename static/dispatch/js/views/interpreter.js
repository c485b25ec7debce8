// @ts-check
/** The interpreter's line: whom to call, since when somebody is waited for, who is on the line. */
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { Drafts } from "../drafts.js";
import { t } from "../i18n.js";
import { formatAge, timeOfDay } from "../time.js";
import { language } from "../wording.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */

/** ids begun and not sent, by call */
const drafts = new Drafts();

/** @param {Desk} desk */
export function interpreter(desk) {
  const { call } = desk;
  const use = desk.phone.side.interpreters.find((one) => !one.ended_at);
  if (!call || !use) return nothing;
  const whose = use.whose === "PERSON" ? t("the person's language") : t("the caller's language");
  return html`<div class="interpreter" role="group" aria-label=${t("Interpreter")}>
    <b>${t("Interpreter {language}", { language: language(use.language) })}</b> <span class="dim">${whose}</span>
    ${use.joined_at ? joined(desk, use) : waiting(desk, use)}
    ${button(t("Ended"), () => desk.phone.interpreter("ended"))}</div>`;
}

/** @param {Desk} desk @param {any} use */
function waiting(desk, use) {
  const line = use.line_phone ? html`${use.line_name} <b class="number">${use.line_phone}</b>` : html`<b class="late">${t("no line is configured")}</b>`;
  return html`<span>${line}</span> <span class="number due-soon">${formatAge(use.requested_at, desk.clock.now())}</span>
    <form @submit=${(/** @type {Event} */ event) => join(desk, event)}><label>${t("Interpreter's id")} <input name="interpreter" maxlength="40" autocomplete="off" .value=${live(drafts.of(desk.selected ?? "").interpreter ?? "")}
      @input=${(/** @type {InputEvent} */ event) => drafts.put(desk.selected ?? "", "interpreter", /** @type {HTMLInputElement} */ (event.target).value)} /></label>
      <button class="button">${t("Joined")}</button></form>`;
}

/** @param {Desk} desk @param {Event} event */
async function join(desk, event) {
  event.preventDefault();
  const call = desk.selected ?? "";
  const typed = drafts.of(call);
  if ((await desk.phone.interpreter("joined", (typed.interpreter ?? "").trim())) !== undefined) drafts.sent(call, typed);
}

/** @param {Desk} desk @param {any} use */
const joined = (desk, use) => html`<span>${t("on the line since {time}", { time: timeOfDay(use.joined_at, desk.zone) })}${use.interpreter ? ` · ${use.interpreter}` : ""}</span>`;

/** How the row says it. @param {{ language: string, state: string } | null | undefined} row */
export const interpreterWords = (row) =>
  !row ? "" : row.state === "joined" ? t("interpreter {language} on the line", { language: language(row.language) }) : t("interpreter {language} asked for", { language: language(row.language) });
