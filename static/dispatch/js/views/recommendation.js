// @ts-check
/** What the rules say, which units could come, and the one key that accepts it. */
import { html, nothing } from "lit-html";

import { accept } from "../accept.js";
import { sendUnits } from "../run.js";
import { durationInWords } from "../time.js";
import { onDemand, picksOf } from "../triage.js";
import { plus } from "../wording.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").CallRow} CallRow */

const MOST_UNITS = 6;

/** Why, and every unit that could come. @param {Desk} desk @param {CallRow} call */
export function recommendation(desk, call) {
  const decision = desk.triage?.decision ?? null;
  const ranked = desk.recommendation;
  if ((!decision && !ranked) || isServed(call, ranked)) return nothing;
  return html`<section class="block recommend ${decision?.provisional ? "provisional" : ""}" aria-label="Recommendation">
    ${decision ? head(desk, call, decision) : html`<h3>Response plan: ${plus(ranked.response) || "none"}</h3>`}
    ${ranked ? html`<ol class="ranked">${ranked.units.slice(0, MOST_UNITS).map((/** @type {any} */ unit) => candidate(desk, call, unit))}</ol>${shortages(ranked)}` : nothing}
  </section>`;
}

/**
 * The foot of the pane: what the accepting key would do now. It never scrolls away, so nothing is sent that is not in sight, and it is
 * as high before there is anything to send, so that no question moves under an answer.
 * @param {Desk} desk @param {CallRow | null} call
 */
export function proposal(desk, call) {
  const decision = desk.triage?.decision ?? null;
  const ranked = desk.recommendation;
  if (!call || (!decision && !ranked)) return html`<div class="proposal provisional"><div class="row dim">Nothing to send yet.</div><div class="row"></div></div>`;
  const response = plus(call.response.length > 0 || !ranked ? call.response : ranked.response) || "no response plan";
  const words = isServed(call, ranked) ? "everybody is on the call" : timesOf(ranked);
  return html`<div class="proposal ${decision?.provisional ? "provisional" : ""}" role="group" aria-label="What will be sent">
    <div class="row"><p><b>${decision ? `${decision.provisional ? "Provisional: " : ""}T${call.tier ?? decision.tier} ` : ""}${response}</b>
      <span class="dim">${[decision ? `${decision.rule}${call.overridden ? ", overridden" : ""}` : "", words].filter(Boolean).join(": ")}</span></p>
      <span class="spring"></span>${button("Rank again", () => desk.recommend())}</div>
    <div class="row">
      ${isServed(call, ranked) ? nothing : acceptButton(desk, call)}
      ${decision && desk.armed === "" ? button("Override…", () => override(desk), { key: "Ctrl+Shift+O" }) : nothing}
    </div>
  </div>`;
}

/** How soon the picks would be there: `HPD20 35 s, EMS10 3 min`. @param {any} ranked */
function timesOf(ranked) {
  const picks = new Set(picksOf(ranked));
  const units = (ranked?.units ?? []).filter((/** @type {any} */ unit) => picks.has(unit.unit));
  return units.map((/** @type {any} */ unit) => `${unit.unit} ${unit.eta_s === null ? "no position" : durationInWords(unit.eta_s * 1000)}`).join(", ");
}

/** Roles nobody can fill now. A team that is reached by phone is no shortage: its form is below. @param {any} ranked */
function shortages(ranked) {
  const byPhone = (ranked.by_phone ?? []).map((/** @type {any} */ one) => one.team);
  const short = ranked.short_of.filter((/** @type {string} */ role) => !byPhone.includes(role));
  return html`${byPhone.length > 0 ? html`<p>${byPhone.join(", ")}: reached by phone, below.</p>` : nothing}
    ${short.length > 0 ? html`<p class="late">Short of ${short.join(", ")}. The request stays on the row.</p>` : nothing}`;
}

/** Everybody who is wanted is on the call. @param {CallRow} call @param {any} ranked */
const isServed = (call, ranked) => call.assignments.length > 0 && ranked && ranked.short_of.length === 0 && picksOf(ranked).length === 0;

/** @param {Desk} desk @param {CallRow} call @param {any} decision */
function head(desk, call, decision) {
  const overridden = call.overridden || Boolean(decision.overridden);
  const response = call.response.length > 0 ? call.response : decision.response;
  const [first, second] = decision.explanation ?? decision.reasons ?? [];
  const { scope, changes } = onDemand(decision);
  const unsaid = (decision.unavailable ?? []).filter((/** @type {any} */ one) => !second?.includes(`${one.team} not available`));
  return html`<h3>${decision.provisional ? "Provisional: " : "Send "}T${call.tier ?? decision.tier} ${plus(response)}
      <span class="dim">${decision.rule} ${decision.ruleset.name} v${decision.ruleset.version}${overridden ? ", overridden" : ""}</span></h3>
    <p>${first}</p>${second ? html`<p class="dim">${second}</p>` : nothing}
    ${unsaid.map((/** @type {any} */ one) => html`<p>${one.team} not available: ${one.reason}.</p>`)}
    ${Object.entries(decision.joins ?? {}).map(([team, join]) => html`<p>${team} ${/** @type {any} */ (join).enters ?? "joins"}.</p>`)}
    ${(decision.alternatives ?? []).map((/** @type {any} */ one) => html`<p class="dim">Or, with the caller: ${alternative(one)}.</p>`)}
    ${changes.length + scope.length > 0 ? html`<details><summary>What would change it, who is out of scope</summary>
      <ul>${changes.map((change) => html`<li>${change}</li>`)}</ul><ul>${scope.map((team) => html`<li>${team}</li>`)}</ul></details>` : nothing}`;
}

/** What else may be done, with the caller's consent. @param {any} one */
function alternative(one) {
  const back = one.callback_min ? `, call back after ${one.callback_min} min` : "";
  if (one.team) return `hold for ${one.team}${one.wait_min ? ` free within ${one.wait_min} min` : ""}${back}`;
  return `${one.kind.toLowerCase()} to ${(one.resources ?? []).map((/** @type {string} */ code) => code.replaceAll("_", " ").toLowerCase()).join(" or ") || "a crisis line"}${back}`;
}

/** @param {Desk} desk @param {CallRow} call @param {any} unit */
function candidate(desk, call, unit) {
  // The time stands in a column of its own.
  const reasons = unit.reasons.filter((/** @type {string} */ reason) => !/^(\d+ min away|no position)$/.test(reason)).join("; ");
  return html`<li class=${unit.pick ? "pick" : ""}>
    <b>${unit.unit}</b> <span class="dim">${unit.role ?? unit.team}</span>
    <span class="number">${unit.eta_s === null ? "no position" : durationInWords(unit.eta_s * 1000)}</span>
    ${unit.distance_m === null ? nothing : html`<span class="dim number">${(unit.distance_m / 1000).toFixed(1)} km</span>`}
    <span class="why dim" title=${reasons}>${reasons}</span>
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
