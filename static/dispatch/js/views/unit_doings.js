// @ts-check
/** What a crew does on the responder page: each doing asks what it must know in a sheet, and becomes a tap of the outbox. */
import { html } from "lit-html";
import { served, t } from "../i18n.js";
import { openAsk, openStart } from "./unit_field.js";
import { openDestination } from "./unit_destination.js";
import { nearestFirst, statusPath } from "./unit_model.js";
import * as sheets from "./unit_sheets.js";

/** @typedef {import("./unit_model.js").UnitState} UnitState */
/**
 * @typedef {object} Desk what the doings know and use; what changes is asked for anew each time
 * @property {string} callsign
 * @property {{ clinician?: string, police?: string }} facts of the signed-in person: "yes" or "no"
 * @property {() => UnitState | null} state
 * @property {() => { questions: any[], dispositions: any[], interventions: any[], facilities: any[], teams?: any[], timers?: import("../welfare.js").Timers }} reference
 * @property {() => import("./unit_car.js").Fix | null} fix
 * @property {() => { occurred_at: string | null }} occurred the server's time of now; null while that is not known
 * @property {() => number} unsent how many taps the server has not answered
 * @property {(kind: string, role?: string) => boolean} isUnsent whether one of this kind (for this role) is among them
 * @property {(kind: string, label: string, path: string, body: Record<string, unknown>) => void} tap
 */

const STEP_WORDS = /** @type {Record<string, string>} */ ({ ER: t("en route"), ST: t("staging"), OS: t("on scene"), AD: t("at destination") });

/** @param {Desk} desk @returns {import("./unit_page.js").Doings & import("./unit_welfare.js").WelfareDoings} */
export function crewDoings(desk) {
  const { callsign, tap, occurred } = desk;
  const assignmentPath = (/** @type {string} */ what) => `/api/assignments/${desk.state()?.assignment?.id}/${what}/`;
  const callPath = (/** @type {string} */ what) => `/api/calls/${desk.state()?.call?.id}/${what}/`;
  const ownStatus = (/** @type {string} */ status, /** @type {string} */ label, /** @type {Record<string, unknown>} */ more = {}) => {
    tap("unit", label, `/api/units/${callsign}/status/`, { status, ...more });
  };
  return {
    step: (status) => takeStep(desk, status),
    note: () => takeNote(desk, callPath("notes")),
    outcome: () => takeOutcome(desk, callPath("notes"), callPath("interventions")),
    signOut: () => signOut(callsign, desk.unsent()),
    acknowledge: () => tap("acknowledge", t("order acknowledged"), assignmentPath("acknowledge"), occurred()),
    weAreOk: (minutes) => tap("welfare", t("we are OK"), assignmentPath("welfare"), { ...occurred(), ...(minutes ? { minutes } : {}) }),
    timers: () => desk.reference().timers,
    markScene: (safe) => (safe ? tap("scene", t("scene is safe"), callPath("scene-safe"), occurred()) : tap("scene", t("scene is not safe"), callPath("scene-unsafe"), {})),
    takeBreak: () => sheets.openBreak((minutes) => ownStatus("BK", t("break of {minutes} min", { minutes }), { minutes })),
    outOfService: () => sheets.openOutOfService((reason) => ownStatus("OO", t("out of service: {reason}", { reason: served(reason) }), { reason })),
    available: () => ownStatus("AV", t("available")),
    askForHelp: () => openAsk(desk),
    startCall: () => openStart(desk),
  };
}

/** @param {Desk} desk @param {string} status */
function takeStep(desk, status) {
  const { assignment, call } = desk.state() ?? {};
  if (!assignment || !call) return;
  const { tap, occurred, callsign } = desk;
  const path = statusPath(assignment);
  if (status === "AV") {
    const [notes, interventions] = [`/api/calls/${call.id}/notes/`, `/api/calls/${call.id}/interventions/`];
    const clear = () => tap("status", t("available"), path, { status, ...occurred() });
    sheets.openClear(callsign, call.number, Boolean(call.interventions?.length), clear, () => takeOutcome(desk, notes, interventions));
  } else if (status === "TR") {
    const places = nearestFirst(desk.reference().facilities, desk.fix() ?? call.location);
    openDestination(places, (destination) => tap("status", t("transporting to {destination}", { destination }), path, { status, destination, ...occurred() }));
  } else {
    tap("status", STEP_WORDS[status], path, { status, ...occurred() });
  }
}

/** @param {Desk} desk @param {string} path */
function takeNote({ facts, tap, occurred }, path) {
  sheets.openNote(path, audiences(facts), (text, audience, hazard) => {
    tap("note", hazard ? t("danger noted") : t("note"), path, { text, audience, kind: hazard ? "HAZARD" : "NARRATIVE", ...occurred() });
  });
}

/** @param {Desk["facts"]} facts */
function audiences(facts) {
  const all = { code: "ALL", label: t("Everybody on the call") };
  if (facts.clinician === "yes") return [{ code: "CLINICAL", label: t("Clinicians only") }, all];
  if (facts.police === "yes") return [all, { code: "POLICE", label: t("Police only") }];
  return [all];
}

/** @param {Desk} desk @param {string} notes path @param {string} interventions path */
function takeOutcome({ callsign, state, reference, tap, occurred }, notes, interventions) {
  const recorded = (state()?.call?.interventions ?? []).map((/** @type {any} */ one) => one.code ?? one);
  const { dispositions, interventions: known } = reference();
  sheets.openOutcome(dispositions, known, recorded, (label, codes) => {
    if (codes.length > 0) tap("interventions", t("what was done"), interventions, { codes, ...occurred() });
    if (label) tap("note", t("outcome: {label}", { label: served(label) }), notes, { text: `Outcome by ${callsign}: ${label}`, audience: "CENTER", ...occurred() });
  });
}

/** @param {string} callsign @param {number} count taps that the server has not answered */
function signOut(callsign, count) {
  const leave = () => /** @type {HTMLFormElement} */ (document.getElementById("sign-out")).requestSubmit();
  sheets.openSheet(t("Sign out of {callsign}?", { callsign }), () => html`
    <p>${count > 0 ? html`<strong>${t("Not sent yet, and lost when you sign out: {count} of your taps.", { count })}</strong>` : t("New calls will not reach this tablet.")}</p>
    <button type="button" class="button primary" @click=${leave}>${t("Sign out")}</button>`);
}
