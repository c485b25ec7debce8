// @ts-check
/** The welfare check on the tablet: how long it is until it, "We are OK", and asking for another time. */
import { html, nothing } from "lit-html";

import { t } from "../i18n.js";
import { welfareChoices } from "../welfare.js";
import { unheardOnScene, welfare } from "./unit_model.js";

/**
 * @typedef {object} WelfareDoings
 * @property {(minutes?: number) => void} weAreOk
 * @property {() => import("../welfare.js").Timers | undefined} timers
 */

/**
 * Crews of police, fire and EMS have no such timer: nothing tells them that one will start.
 * @param {Pick<import("./unit_page.js").PageModel, "taps" | "serverNow">} page
 * @param {import("./unit_model.js").UnitState} state @param {WelfareDoings} doings
 */
export function welfareView({ taps, serverNow }, state, doings) {
  const { assignment, call, unit } = state;
  const check = welfare(assignment?.welfare_due_at, serverNow);
  const answering = taps.find((tap) => tap.kind === "welfare" && (tap.state === "saved" || tap.state === "sent"));
  const unheard = !check && unheardOnScene(state, taps);
  if (!check && !unheard && (unit.kind ?? "CIVILIAN") !== "CIVILIAN") return nothing;
  const { usual, others } = welfareChoices(doings.timers(), call?.tier);
  return html`<section class="welfare" aria-labelledby="welfare-title">
    <div class="countdown ${check?.level ?? ""}"><h2 id="welfare-title">${t("Welfare check")}</h2>${check ? html`<span class="number">${check.text}</span>` : nothing}</div>
    ${unheard ? html`<p class="hazards">${t("The server has not heard that you arrived: nobody counts for you yet. Use the radio.")}</p>` : nothing}
    ${check || unheard ? html`
      <button type="button" class="button ok" @click=${() => doings.weAreOk()}>${t("We are OK (+{minutes} min)", { minutes: usual })}</button>
      ${others.length > 0 ? html`<div class="side-by-side">${others.map((minutes) => html`<button type="button" class="button"
        @click=${() => doings.weAreOk(minutes)}>${t("OK, ask in {minutes} min", { minutes })}</button>`)}</div>` : nothing}
      ${answering ? html`<p role="status">${t("Your answer is saved on this tablet, not confirmed yet.")}</p>` : nothing}`
      : html`<p class="dim">${t("Starts when you stage or arrive.")}</p>`}</section>`;
}
