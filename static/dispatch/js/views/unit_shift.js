// @ts-check
/** The shift of a crew: what waits for it, signing on and changes of who is on board, and the hand-over at its end. */
import { html, nothing } from "lit-html";
import { coded, served, t } from "../i18n.js";
import { formatDuration } from "../time.js";
import { language as languageName } from "../wording.js";
import { checklist, SigningOn } from "./unit_crew.js";
import { openSheet } from "./unit_sheets.js";
import { randomKey } from "../api.js";

/** @typedef {import("./unit_model.js").UnitState} UnitState */
/** @typedef {{ signOn: () => void, handOver: () => void }} ShiftDoings */
/**
 * @typedef {object} ShiftDesk
 * @property {import("../api.js").Api} api
 * @property {string} callsign
 * @property {() => string} zone
 * @property {() => number} unsent how many taps the server has not answered
 * @property {() => void} reload
 */

/** @param {ShiftDesk} desk @returns {ShiftDoings} */
export function shiftDoings(desk) {
  return { signOn: () => signOn(desk), handOver: () => void handOver(desk) };
}

/** @param {ShiftDesk} desk */
function signOn({ api, callsign, zone, reload }) {
  const signing = new SigningOn({
    api, zone: zone(), unit: callsign, changed: () => sheet.redraw(),
    done: () => {
      sheet.close();
      reload();
    },
  });
  const sheet = openSheet(t("On board of {callsign}", { callsign }), () => signing.view());
  void signing.load();
}

/**
 * @typedef {object} HandoverFacts
 * @property {string | null} on_call the number of the call that the unit is on
 * @property {{ number: string, type_name: string, recorded: boolean }[]} calls of this shift
 * @property {NextCall[]} next
 * @property {string[]} equipment
 * @property {string[]} missing
 */

/** @param {ShiftDesk} desk */
async function handOver({ api, callsign, unsent, reload }) {
  /** @type {HandoverFacts | null} */
  let facts = null;
  let [note, trouble, busy] = ["", "", false];
  /** @type {Set<string>} */
  let there = new Set();
  const send = async () => {
    busy = true;
    sheet.redraw();
    const missing = facts?.equipment.filter((name) => !there.has(name));
    try {
      await api.once("POST", "/api/crew/sign-off/", { note, missing }, { "Idempotency-Key": randomKey() });
      sheet.close();
      reload();
    } catch (error) {
      [trouble, busy] = [/** @type {Error} */ (error).message, false];
      sheet.redraw();
    }
  };
  const sheet = openSheet(t("End of the shift of {callsign}", { callsign }), () => html`
    ${trouble ? html`<p class="hazards" role="alert">${trouble}</p>` : nothing}
    ${!facts ? html`<p>${trouble ? nothing : t("Asking the server")}</p>` : html`
      ${openThings(facts, unsent())}
      ${facts.equipment.length > 0 ? html`<fieldset><legend>${t("Touch what is there")}</legend>${checklist(facts.equipment, there, () => sheet.redraw())}</fieldset>` : nothing}
      <label for="handover-note">${t("For the next crew")}</label>
      <textarea id="handover-note" rows="3" maxlength="500" .value=${note} @input=${(/** @type {any} */ event) => { note = event.target.value; }}></textarea>
      <button type="button" class="button primary" ?disabled=${busy || Boolean(facts.on_call) || unsent() > 0} @click=${send}>${t("Hand over: we are off duty")}</button>`}`);
  try {
    facts = await api.get("/api/crew/handover/");
    there = new Set(facts?.equipment.filter((name) => !facts?.missing.includes(name)));
  } catch (error) {
    trouble = /** @type {Error} */ (error).message;
  }
  sheet.redraw();
}

/** What is open, or that nothing is. @param {HandoverFacts} facts @param {number} unsent */
function openThings({ on_call: onCall, calls, next }, unsent) {
  const bare = calls.filter((call) => !call.recorded);
  if (!onCall && unsent === 0 && bare.length === 0 && next.length === 0) return html`<p class="safe">${t("Nothing is open.")}</p>`;
  return html`<ul class="open-things" aria-label=${t("What is open")}>
    ${onCall ? html`<li class="hazards">${t("You are on {number}: clear it first, or ask the dispatcher to send another unit.", { number: onCall })}</li>` : nothing}
    ${unsent > 0 ? html`<li class="hazards">${t("Not sent yet: {count} of your taps. Wait for the network.", { count: unsent })}</li>` : nothing}
    ${bare.map((call) => html`<li>${t("No outcome is recorded: {number}, {type}", { number: call.number, type: served(call.type_name) || t("no type") })}</li>`)}
    ${next.map((call) => html`<li>${t("Waits for you: {number}. The dispatcher is told that you are gone.", { number: call.number })}</li>`)}</ul>`;
}

/** @typedef {{ number: string, priority: number, tier: number | null, type_name: string, neighborhood: string, language: string, received_at: string }} NextCall */

/**
 * What waits for this crew; nobody is sent by it. Nothing of it shows when the news is old.
 * @param {NextCall[] | undefined} next @param {number} serverNow ms
 */
export function nextView(next, serverNow) {
  if (!next?.length) return nothing;
  return html`<section class="next" aria-labelledby="next-title"><h2 id="next-title">${t("Next")}</h2>
    <p class="dim">${t("Waits for you. The dispatcher sends you when you are free.")}</p>
    <ol>${next.map((call) => html`<li><b class="number">${call.number}</b> <span class="priority priority-${call.priority}">P${call.priority}</span>
      ${[call.tier ? `T${call.tier}` : t("not triaged"), served(call.type_name), call.neighborhood, languageName(call.language), t("{duration} old", { duration: formatDuration(serverNow - Date.parse(call.received_at)) })].filter(Boolean).join(" · ")}</li>`)}</ol></section>`;
}

/**
 * Who is on board, and what is wrong with it.
 * @param {UnitState["unit"]} unit @param {boolean} moving @param {ShiftDoings} doings
 */
export function onBoardView(unit, moving, doings) {
  const crew = (unit.crew ?? []).map((member) => `${member.name}, ${coded(member.role)}`).join(" · ");
  const [short, missing] = [unit.short_of ?? [], unit.missing ?? []];
  if (!unit.on_shift) return html`<p class="hazards">${t("This unit is not on shift.")}</p>`;
  return html`
    ${unit.signed_on_at ? html`<p class="dim">${[crew, unit.vehicle].filter(Boolean).join(" · ")}</p>`
      : html`<p class="hazards">${t("Nobody has said who is on board. The roster says: {crew}", { crew: crew || t("nobody") })}</p>`}
    ${short.length > 0 ? html`<p class="hazards">${t("Nobody on board is: {roles}. The dispatcher needs a reason to send you.", { roles: short.map(coded).join(", ") })}</p>` : nothing}
    ${missing.length > 0 ? html`<p>${t("missing: {what}", { what: missing.map(served).join(", ") })}</p>` : nothing}
    ${moving ? nothing : html`<button type="button" class="button" @click=${doings.signOn}>${unit.signed_on_at ? t("On board") : t("Sign on")}</button>`}`;
}
