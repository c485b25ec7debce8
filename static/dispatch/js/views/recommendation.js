// @ts-check
/** What the rules say, which units could come, and the one key that accepts it. */
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { accept } from "../accept.js";
import { coded, served, servedPhrases, t } from "../i18n.js";
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
  return html`<section class="block recommend ${decision?.provisional ? "provisional" : ""}" aria-label=${t("Recommendation")}>
    ${decision ? head(desk, call, decision) : html`<h3>${t("Response plan: {response}", { response: plus(ranked.response) || t("none") })}</h3>`}
    ${ranked ? html`<ol class="ranked">${repeat(ranked.units.slice(0, MOST_UNITS), (/** @type {any} */ unit) => `${unit.unit} ${unit.role}`, (/** @type {any} */ unit) => candidate(desk, call, unit))}</ol>${shortages(ranked)}` : nothing}
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
  if (!call || (!decision && !ranked)) return html`<div class="proposal provisional"><div class="row dim">${t("Nothing to send yet.")}</div><div class="row"></div></div>`;
  const response = plus(call.response.length > 0 || !ranked ? call.response : ranked.response) || t("no response plan");
  const words = isServed(call, ranked) ? t("everybody is on the call") : timesOf(ranked);
  return html`<div class="proposal ${decision?.provisional ? "provisional" : ""}" role="group" aria-label=${t("What will be sent")}>
    <div class="row"><p><b>${decision ? `${decision.provisional ? `${t("Provisional:")} ` : ""}T${call.tier ?? decision.tier} ` : ""}${response}</b>
      <span class="dim">${[decision ? `${decision.rule}${call.overridden ? `, ${t("overridden")}` : ""}` : "", words].filter(Boolean).join(": ")}</span></p>
      <span class="spring"></span>${button(t("Rank again"), () => desk.recommend())}</div>
    <div class="row">
      ${isServed(call, ranked) ? nothing : acceptButton(desk, call)}
      ${decision && desk.armed === "" ? button(t("Override…"), () => override(desk), { key: "Ctrl+Shift+O" }) : nothing}
    </div>
  </div>`;
}

/** How soon the picks would be there: `HPD20 35 s, EMS10 3 min`. @param {any} ranked */
function timesOf(ranked) {
  const picks = new Set(picksOf(ranked));
  const units = (ranked?.units ?? []).filter((/** @type {any} */ unit) => picks.has(unit.unit));
  return units.map((/** @type {any} */ unit) => `${unit.unit} ${unit.eta_s === null ? t("no position") : durationInWords(unit.eta_s * 1000)}`).join(", ");
}

/** Roles nobody can fill now. A team that is reached by phone is no shortage: its form is below. @param {any} ranked */
function shortages(ranked) {
  const byPhone = (ranked.by_phone ?? []).map((/** @type {any} */ one) => one.team);
  const short = ranked.short_of.filter((/** @type {string} */ role) => !byPhone.includes(role));
  return html`${byPhone.length > 0 ? html`<p>${t("{teams}: reached by phone, below.", { teams: byPhone.join(", ") })}</p>` : nothing}
    ${short.length > 0 ? html`<p class="late">${t("Short of {short}. The request stays on the row.", { short: short.join(", ") })}</p>` : nothing}`;
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
  return html`<h3>${decision.provisional ? t("Provisional:") : t("Send")} T${call.tier ?? decision.tier} ${plus(response)}
      <span class="dim">${decision.rule} ${decision.ruleset.name} v${decision.ruleset.version}${overridden ? `, ${t("overridden")}` : ""}</span></h3>
    <p>${servedPhrases(first ?? "")}</p>${second ? html`<p class="dim">${servedPhrases(second)}</p>` : nothing}
    ${unsaid.map((/** @type {any} */ one) => html`<p>${t("{team} not available: {reason}.", { team: one.team, reason: servedPhrases(one.reason) })}</p>`)}
    ${Object.entries(decision.joins ?? {}).map(([team, join]) => html`<p>${team} ${served((join).enters ?? "") || t("joins")}.</p>`)}
    ${(decision.alternatives ?? []).map((/** @type {any} */ one) => html`<p class="dim">${t("Or, with the caller: {alternative}.", { alternative: alternative(one) })}</p>`)}
    ${changes.length + scope.length > 0 ? html`<details><summary>${t("What would change it, who is out of scope")}</summary>
      <ul>${changes.map((change) => html`<li>${change}</li>`)}</ul><ul>${scope.map((team) => html`<li>${team}</li>`)}</ul></details>` : nothing}`;
}

/** What else may be done, with the caller's consent. @param {any} one */
function alternative(one) {
  const back = one.callback_min ? `, ${t("call back after {minutes} min", { minutes: one.callback_min })}` : "";
  if (one.team) return (one.wait_min ? t("hold for {team} free within {minutes} min", { team: one.team, minutes: one.wait_min }) : t("hold for {team}", { team: one.team })) + back;
  const lines = (one.resources ?? []).map((/** @type {string} */ code) => code.replaceAll("_", " ").toLowerCase()).join(t(" or "));
  return t("{kind} to {line}", { kind: coded(one.kind), line: lines || t("a crisis line") }) + back;
}

/** @param {Desk} desk @param {CallRow} call @param {any} unit */
function candidate(desk, call, unit) {
  // The time stands in a column of its own.
  const reasons = unit.reasons.filter((/** @type {string} */ reason) => !/^(\d+ min away|no position)$/.test(reason)).map(served).join("; ");
  return html`<li class=${unit.pick ? "pick" : ""}>
    <b>${unit.unit}</b> <span class="dim">${unit.role ?? unit.team}</span>
    <span class="number">${unit.eta_s === null ? t("no position") : durationInWords(unit.eta_s * 1000)}</span>
    ${unit.distance_m === null ? nothing : html`<span class="dim number">${`${(unit.distance_m / 1000).toFixed(1)} km`}</span>`}
    <span class="why dim" title=${reasons}>${reasons}</span>
    ${unit.check_first ? button(t("Radio check"), () => check(desk, unit.unit), { kind: "attention", title: t("Its channel is not proven: check first") }) : nothing}
    ${unit.on_this_call ? html`<span class="dim">${t("on this call")}</span>` : !desk.may("dispatch") ? nothing : button(t("Send"), () => desk.did(sendUnits(desk, call.id, [unit.unit], ""), t("{unit} dispatched.", { unit: unit.unit })), { title: t("Dispatch {unit} only", { unit: unit.unit }) })}
  </li>`;
}

/** @param {Desk} desk @param {string} callsign */
async function check(desk, callsign) {
  await desk.did(desk.requests.check(callsign, "RADIO"), t("Radio check of {unit} logged.", { unit: callsign }));
  await desk.recommend();
}

/** @param {Desk} desk @param {CallRow} call */
function acceptButton(desk, call) {
  if (!desk.may("dispatch")) return html`<span class="dim">${t("A dispatcher sends the units.")}</span>`;
  const picks = picksOf(desk.recommendation);
  const phone = desk.recommendation?.by_phone?.[0];
  if (desk.recommendation === null) return button(t("Ranking the units…"), () => accept(desk, call), { key: "Ctrl+Enter" });
  if (picks.length === 0 && !phone) return button(t("Nobody to send"), () => {}, { disabled: true });
  const label = picks.length > 0 ? t("Send {units}", { units: plus(picks) }) : t("Phone {team}", { team: phone.team });
  return button(desk.armed === "accept" ? t("{label}: press again, triage is incomplete", { label }) : label, () => accept(desk, call), { key: "Ctrl+Enter", kind: "primary" });
}

/** @param {Desk} desk */
export function override(desk) {
  const { call } = desk;
  if (!call || !desk.triage?.decision) return desk.say(t("Triage the call first: there is no response to override yet."), "error");
  return desk.ask("override", { values: { response: call.response } });
}
