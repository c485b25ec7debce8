// @ts-check
/** What the rules say, which units could come, and the one key that accepts it. */
import { html, nothing } from "lit-html";

import { accept } from "../accept.js";
import { sendUnits } from "../run.js";
import { durationInWords } from "../time.js";
import { changeInWords, picksOf } from "../triage.js";
import { plus } from "../wording.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").CallRow} CallRow */

const MOST_UNITS = 6;
const MOST_CHANGES = 3;

/** @param {Desk} desk @param {CallRow} call */
export function recommendation(desk, call) {
  const decision = desk.triage?.decision ?? null;
  const ranked = desk.recommendation;
  if (!decision && !ranked) return nothing;
  const provisional = Boolean(decision?.provisional);
  if (isServed(call, ranked)) return served(desk, call, decision);
  return html`<section class="block recommend ${provisional ? "provisional" : ""}" aria-label="Recommendation">
    ${decision ? head(desk, call, decision) : html`<h3>Response plan: ${plus(ranked.response) || "none"}</h3>`}
    ${ranked ? html`<ol class="ranked">${ranked.units.slice(0, MOST_UNITS).map((/** @type {any} */ unit) => candidate(desk, call, unit))}</ol>` : nothing}
    ${ranked?.short_of.length > 0 ? html`<p class="late">Short of ${ranked.short_of.join(", ")}.${ranked.by_phone?.length > 0 ? " Reached by phone: see below." : " The request stays on the row."}</p>` : nothing}
    <div class="row">
      ${acceptButton(desk, call)}
      ${decision ? button("Override…", () => override(desk), { key: "Ctrl+Shift+O" }) : nothing}
      ${button("Again", () => desk.recommend(), { title: "Rank the units again" })}
    </div>
  </section>`;
}

/** Everybody who is wanted is on the call. @param {CallRow} call @param {any} ranked */
const isServed = (call, ranked) => call.assignments.length > 0 && ranked && ranked.short_of.length === 0 && picksOf(ranked).length === 0;

/** @param {Desk} desk @param {CallRow} call @param {any} decision */
const served = (desk, call, decision) => html`<section class="block recommend" aria-label="Recommendation">
  <div class="row"><b>${decision ? `T${call.tier ?? decision.tier} ${plus(call.response)}` : "Response plan"}</b>
    <span class="dim">${decision ? `${decision.rule}${call.overridden ? ", overridden" : ""}: ` : ""}everybody is on the call</span>
    <span class="spring"></span>${decision ? button("Override…", () => override(desk), { key: "Ctrl+Shift+O" }) : nothing} ${button("Again", () => desk.recommend(), { title: "Rank the units again" })}</div></section>`;

/** @param {Desk} desk @param {CallRow} call @param {any} decision */
function head(desk, call, decision) {
  const overridden = call.overridden || Boolean(decision.overridden);
  const response = call.response.length > 0 ? call.response : decision.response;
  const [first, second] = decision.explanation ?? decision.reasons ?? [];
  const changes = (decision.would_change ?? []).slice(0, MOST_CHANGES);
  return html`<h3>${decision.provisional ? "Provisional: " : "Send "}T${call.tier ?? decision.tier} ${plus(response)}
      <span class="dim">${decision.rule} ${decision.ruleset.name} v${decision.ruleset.version}${overridden ? ", overridden" : ""}</span></h3>
    <p>${first}</p>${second ? html`<p class="dim">${second}</p>` : nothing}
    ${(decision.unavailable ?? []).map((/** @type {any} */ one) => html`<p>${one.team} not available: ${one.reason}.</p>`)}
    ${Object.entries(decision.joins ?? {}).map(([team, join]) => html`<p>${team} ${/** @type {any} */ (join).enters ?? "joins"}.</p>`)}
    ${(decision.alternatives ?? []).map((/** @type {any} */ one) => html`<p class="dim">Or, with the caller: ${alternative(one)}.</p>`)}
    ${changes.length > 0 ? html`<details><summary>What would change it</summary><ul>${changes.map((/** @type {any} */ change) => html`<li>${changeInWords(change, desk.reference.questions)}</li>`)}</ul></details>` : nothing}`;
}

/** What else may be done, with the caller's consent. @param {any} one */
function alternative(one) {
  const back = one.callback_min ? `, call back after ${one.callback_min} min` : "";
  if (one.team) return `hold for ${one.team}${one.wait_min ? ` free within ${one.wait_min} min` : ""}${back}`;
  return `${one.kind.toLowerCase()} to ${(one.resources ?? []).join(" or ") || "a crisis line"}${back}`;
}

/** @param {Desk} desk @param {CallRow} call @param {any} unit */
function candidate(desk, call, unit) {
  return html`<li class=${unit.pick ? "pick" : ""}>
    <b>${unit.unit}</b> <span class="dim">${unit.role ?? unit.team}</span>
    <span class="number">${unit.eta_s === null ? "no position" : durationInWords(unit.eta_s * 1000)}</span>
    ${unit.distance_m === null ? nothing : html`<span class="dim number">${(unit.distance_m / 1000).toFixed(1)} km</span>`}
    <span class="why dim" title=${unit.reasons.join("; ")}>${unit.reasons.join("; ")}</span>
    ${unit.check_first ? button("Radio check", () => check(desk, unit.unit), { kind: "attention", title: "Its channel is not proven: check first" }) : nothing}
    ${unit.on_this_call ? html`<span class="dim">on this call</span>` : !desk.may("dispatch") ? nothing : button("Send", () => desk.did(sendUnits(desk, call.id, [unit.unit], ""), `${unit.unit} dispatched.`), { title: `Dispatch ${unit.unit} only` })}
  </li>`;
}

/** @param {Desk} desk @param {string} callsign */
async function check(desk, callsign) {
  await desk.did(desk.requests.check(callsign, "RADIO"), `Radio check of ${callsign} logged.`);
  await desk.recommend();
}

/** @param {Desk} desk @param {CallRow} call */
function acceptButton(desk, call) {
  if (!desk.may("dispatch")) return html`<span class="dim">A dispatcher sends the units.</span>`;
  const picks = picksOf(desk.recommendation);
  const phone = desk.recommendation?.by_phone?.[0];
  if (desk.recommendation === null) return button("Ranking the units…", () => accept(desk, call), { key: "Ctrl+Enter" });
  if (picks.length === 0 && !phone) return button("Nobody to send", () => {}, { disabled: true });
  const label = picks.length > 0 ? `Send ${plus(picks)}` : `Phone ${phone.team}`;
  return button(desk.armed === "accept" ? `${label}: press again, triage is incomplete` : label, () => accept(desk, call), { key: "Ctrl+Enter", kind: "primary" });
}

/** @param {Desk} desk */
export function override(desk) {
  const { call } = desk;
  if (!call || !desk.triage?.decision) return desk.say("Triage the call first: there is no response to override yet.", "error");
  return desk.ask("override", { values: { response: call.response } });
}
