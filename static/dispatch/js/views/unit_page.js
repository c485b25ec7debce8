// @ts-check
/** The responder page as a whole: header, call, next step, welfare check, what was tapped and not confirmed, and the two alarms. */
import { html, nothing } from "lit-html";
import { served, t } from "../i18n.js";
import { STATUS_WORDS } from "../wording.js";
import { languageSwitch } from "./parts.js";
import { alarmsView } from "./unit_alarms.js";
import { callView } from "./unit_call.js";
import { mayStartCalls, waitingOutside } from "./unit_field_model.js";
import { alreadyDone } from "../taps.js";
import { formatDuration } from "../time.js";
import { conflictCards, tabletNotices } from "./unit_conflicts.js";
import { nextView, onBoardView } from "./unit_shift.js";
import { welfareView } from "./unit_welfare.js";
import { alarm, alarmTap, connection, isUnsent, nextSteps, projectedStatus, waitingText } from "./unit_model.js";

/** @typedef {import("./unit_model.js").UnitState} UnitState */
/** @typedef {import("../taps.js").Tap} Tap */
/**
 * @typedef {object} PageModel
 * @property {UnitState | null} state null until the server answered for the first time
 * @property {string} callsign
 * @property {Tap[]} taps
 * @property {boolean} durable whether taps survive a reload
 * @property {{ live: boolean, heardAt: number, openedAt: number, ended: string, full: boolean, others: number }} link `ended`: why there
 *   will be no more news; `full`: no more taps are kept; `others`: taps of somebody else that were lost here
 * @property {boolean} fromTablet the state is the last one kept here, the server has not answered yet
 * @property {boolean} stepHeld a step was tapped this moment: a second touch of the place is no second step
 * @property {number} now local ms
 * @property {number} serverNow ms
 * @property {(ms: number) => string} clockTime local ms as the center's time of day
 * @property {import("./unit_call.js").CallOptions} call
 * @property {string} theme
 */
/**
 * @typedef {object} Doings
 * @property {(status: string) => void} step
 * @property {() => void} note
 * @property {() => void} outcome
 * @property {() => void} acknowledge the order, or the dispatch
 * @property {(safe: boolean) => void} markScene
 * @property {() => void} takeBreak
 * @property {() => void} outOfService
 * @property {() => void} available
 * @property {() => void} askForHelp
 * @property {() => void} startCall
 * @property {() => void} signOut
 */
/** @typedef {Doings & import("./unit_welfare.js").WelfareDoings & import("./unit_shift.js").ShiftDoings & { reach: () => void } & import("./unit_conflicts.js").Settling} PageDoings */

const OWN_WORD_ON_SCENE = new Set(["POLICE", "EMS"]);
/** How far a tap is. @type {Record<string, string>} */
const TAP_WORDS = { saved: t("saved"), sent: t("sent"), confirmed: t("confirmed"), refused: t("refused") };
const BEFORE_ARRIVAL = new Set(["DP", "ER", "ST"]);

/** @param {PageModel} page @param {PageDoings} doings */
export function unitPage(page, doings) {
  const { state } = page;
  const unsent = page.taps.filter(isUnsent);
  const projected = projectedStatus(state?.assignment ?? null, page.taps, page.now);
  const atCall = Boolean(state?.assignment && state.call);
  return html`
    ${header(page, unsent, projected)}
    <main>
      <div class="told">
        ${page.link.ended ? html`<div class="card refused" role="alert"><p>${page.link.ended}</p>
          <a class="button" href="/login/?next=/unit/">${t("Sign in")}</a></div>` : nothing}
        ${tabletNotices({ ...page.link, fromTablet: page.fromTablet, age: formatDuration(page.now - page.link.heardAt) })}
        ${cards(page, doings)}
        ${state ? alarmsView(state, page.call.zone) : nothing}
        ${state ? (atCall ? callView(state, projected.status, page.call) : restView(page, state, doings)) : starting(page)}
        ${state && page.link.live ? nextView(state.next, page.serverNow) : nothing}
      </div>
      ${state ? html`<div class="doing">${atCall ? atWork(page, state, projected, doings) : atRest(page, state, doings)}${tapsView(page)}</div>` : nothing}
    </main>`;
}

/** @param {PageModel} page @param {Tap[]} unsent @param {{ status: string, confirmed: boolean }} projected */
function header({ state, callsign, link, now, theme, durable, taps }, unsent, projected) {
  const { online, text } = connection(link, unsent, now, Math.max(0, ...taps.map((tap) => tap.answeredAt ?? 0)));
  const status = state?.assignment ? projected.status : (state?.unit.status ?? "");
  return html`<header>
    <h1>${callsign}</h1>
    ${status ? html`<span class="status status-${status}">${status} ${STATUS_WORDS[status]}${projected.confirmed ? nothing : ` (${t("unsent")})`}</span>` : nothing}
    <span class="connection ${online ? "online" : "offline"}"><span aria-hidden="true">${online ? "●" : "○"}</span> ${text}</span>
    <span class="hidden-text" role="status">${online ? t("Online") : t("Offline")}</span>
    ${durable ? nothing : html`<span class="connection offline">${t("This browser keeps nothing: do not reload")}</span>`}
    ${languageSwitch()}
    <button type="button" class="button theme" data-theme-switch="dark glare" aria-pressed=${theme === "glare"}>${t("Glare")}</button>
  </header>`;
}

/** Refusals and standing orders: nothing else on the page matters more. @param {PageModel} page @param {PageDoings} doings */
function cards({ state, taps, clockTime }, doings) {
  const refused = taps.filter((tap) => tap.state === "refused");
  const order = state?.assignment?.order;
  if (refused.length === 0 && !order) return nothing;
  return html`
    ${order && state?.assignment ? orderCard(order, state.assignment.order_acknowledged_at, taps, doings) : nothing}
    ${conflictCards(refused, doings, clockTime)}`;
}

/** @param {string} order @param {string | null} acknowledgedAt @param {Tap[]} taps @param {Doings} doings */
function orderCard(order, acknowledgedAt, taps, doings) {
  const words = order === "WITHDRAW" ? t("WITHDRAW: leave the scene now") : t("STAGE: stop, do not go in");
  const answering = taps.some((tap) => tap.kind === "acknowledge" && (tap.state === "saved" || tap.state === "sent"));
  return html`<div class="card order" role="alert"><p><strong>${words}</strong></p>
    ${acknowledgedAt ? html`<p>${t("You have acknowledged it.")}</p>`
      : html`<button type="button" class="button" ?disabled=${answering} @click=${doings.acknowledge}>${answering ? t("Sending: we have it") : t("We have it")}</button>`}</div>`;
}

/** @param {PageModel} page */
function starting({ link, now, callsign }) {
  if (link.ended) return nothing;
  const waited = Math.round((now - link.openedAt) / 1000);
  return html`<section class="rest"><h2>${t("{callsign}: asking the server", { callsign })}</h2>
    ${waited < 5 ? nothing : html`<p class="hazards">${t("No answer for {waited} s. There may be a call for you: listen to the radio.", { waited })}</p>`}</section>`;
}

/** @param {PageModel} page @param {UnitState} state @param {{ status: string }} projected @param {PageDoings} doings */
function atWork(page, state, projected, doings) {
  const { moving } = page.call;
  return html`
    <section class="steps" aria-label=${t("Next step")}>
      ${stepButtons(state, projected.status, page, doings)}
      ${moving ? html`<p class="dim">${t("Moving: notes and outcome come back when you stop.")}</p>` : html`<div class="side-by-side">
        <button type="button" class="button" @click=${doings.note}>${t("Note")}</button>
        <button type="button" class="button" @click=${doings.outcome}>${t("Outcome")}</button>
        <button type="button" class="button" @click=${doings.askForHelp}>${t("Ask for help")}</button></div>`}
      ${moving ? nothing : sceneButtons(state, projected.status, doings)}
    </section>
    ${welfareView(page, state, doings)}`;
}

/** Moving, only the next step: the driver reads nothing twice. @param {UnitState} state @param {string} status @param {PageModel} page @param {Doings} doings */
function stepButtons(state, status, { stepHeld: held, call: { moving } }, doings) {
  const { primary, others, hint } = nextSteps(state, status);
  if (status === "AV") return html`<p>${t("You cleared this call. The server has not confirmed it yet.")}</p>`;
  return html`
    ${hint ? html`<p class="hint">${hint}</p>` : nothing}
    ${primary ? html`<button type="button" class="button primary step-${primary.status}" ?disabled=${held} @click=${() => doings.step(primary.status)}>${primary.label}</button>` : nothing}
    <div class="side-by-side">${(moving ? [] : others).map((step) => html`<button type="button" class="button" ?disabled=${held} @click=${() => doings.step(step.status)}>${step.label}</button>`)}</div>`;
}

/** @param {UnitState} state @param {string} status @param {Doings} doings */
function sceneButtons({ call, unit }, status, doings) {
  if (!OWN_WORD_ON_SCENE.has(unit.kind ?? "") || BEFORE_ARRIVAL.has(status)) return nothing;
  if (call.scene_safe_at) return html`<button type="button" class="button" @click=${() => doings.markScene(false)}>${t("Scene is no longer safe")}</button>`;
  const outside = waitingOutside(call);
  return html`
    ${outside.length > 0 ? html`<p class="hint">${t("{units}: waiting outside for the scene to be called safe", { units: outside.join(", ") })}</p>` : nothing}
    <button type="button" class="button" @click=${() => doings.markScene(true)}>${t("Scene is safe: others may come in")}</button>`;
}

/** The last taps and how far each is. @param {PageModel} page */
function tapsView({ taps, clockTime }) {
  const shown = taps.filter((tap) => tap.state !== "refused").slice(-4).reverse();
  if (shown.length === 0) return nothing;
  return html`<section class="taps" aria-labelledby="taps-title"><h2 id="taps-title">${t("What you tapped")}</h2><ol>${shown.map((tap) => html`
    <li><span class="number">${clockTime(tap.savedAt)}</span> ${tap.label}: <strong class="tap-${tap.state}">${alreadyDone(tap) ? t("was done already") : TAP_WORDS[tap.state]}</strong>${tap.repeats ? ` (${t("tapped {count} times, counts once", { count: tap.repeats + 1 })})` : nothing}</li>`)}</ol></section>`;
}

/** @param {PageModel} page @param {UnitState} state @param {PageDoings} doings */
function restView(page, { unit }, doings) {
  const { title, detail } = waitingText(unit, page.link, page.now);
  return html`<section class="rest" aria-labelledby="rest-title">
    <h2 id="rest-title">${title}</h2>
    <p class="${page.link.live ? "" : "hazards"}">${detail}</p>
    ${unit.reason ? html`<p class="dim">${served(unit.reason)}</p>` : nothing}
    ${onBoardView(unit, page.call.moving, doings)}</section>`;
}

/** Off duty, a unit comes back by signing on only: a break would end in "Available" with nobody on board. @param {PageModel} page @param {UnitState} state @param {PageDoings} doings */
function atRest(page, { unit }, doings) {
  const { status } = unit;
  if (page.call.moving) return html`<section class="steps" aria-label=${t("Your unit")}><p class="dim">${t("Moving: the rest comes back when you stop.")}</p></section>`;
  return html`<section class="steps" aria-labelledby="own-title"><h2 id="own-title">${t("Your unit")}</h2>
    ${status === "AV" || status === "OFF" ? nothing : html`<button type="button" class="button primary step-AV" @click=${doings.available}>${t("Available")}</button>`}
    ${status === "OFF" ? nothing : html`<div class="side-by-side">
      ${status === "BK" ? nothing : html`<button type="button" class="button" @click=${doings.takeBreak}>${t("Break")}</button>`}
      ${status === "OO" ? nothing : html`<button type="button" class="button" @click=${doings.outOfService}>${t("Out of service")}</button>`}
    </div>`}
    ${mayStartCalls(unit) ? html`<button type="button" class="button" @click=${doings.startCall}>${t("Start a call here")}</button>` : nothing}
    <div class="side-by-side">
      ${status === "OFF" ? nothing : html`<button type="button" class="button" @click=${doings.handOver}>${t("End of shift")}</button>`}
      <button type="button" class="button" @click=${doings.reach}>${t("How you are reached")}</button>
      <button type="button" class="button" @click=${doings.signOut}>${t("Sign out")}</button>
    </div></section>`;
}

/** What the two alarm buttons say. @param {PageModel} page @param {"police" | "emergency"} kind */
export function alarmView({ taps, state, now, clockTime }, kind) {
  return alarm(alarmTap(taps, kind, state?.call?.id, now), now, clockTime);
}
