// @ts-check
/** Every command of the console as one request, so that a button and the command line do the same. */
import { coded, t } from "./i18n.js";

/** @typedef {import("./api.js").Api} Api */

export class Requests {
  /** @param {Api} api */
  constructor(api) {
    this.api = api;
  }

  /** @param {string} id @param {string} path @param {object} body @param {string} label */
  onCall(id, path, body, label) {
    return this.api.post(`/api/calls/${id}/${path}/`, body, { label });
  }

  /** @param {string} id @param {string} path @param {object} body @param {string} label */
  onAssignment(id, path, body, label) {
    return this.api.post(`/api/assignments/${id}/${path}/`, body, { label });
  }

  /** @param {string} callsign @param {string} path @param {object} body @param {string} label */
  onUnit(callsign, path, body, label) {
    return this.api.post(`/api/units/${encodeURIComponent(callsign)}/${path}/`, body, { label });
  }

  /** A typed line in full: done whole or not at all. @param {string} line @param {{ selected?: string, seen?: Record<string, string>, confirmed?: boolean }} more */
  commandLine(line, more) {
    return this.api.post("/api/command-line/", { line, ...more }, { label: line });
  }

  /** @param {number} [v] the last version of the action that is meant */
  undo(v) {
    return this.api.post("/api/undo/", v ? { v } : {}, { label: t("Undo") });
  }

  /** @param {string} id @param {string} note @param {string} text empty: struck out */
  correct(id, note, text) {
    return this.api.post(`/api/calls/${id}/notes/${note}/correct/`, text ? { text } : {}, { label: t("Correction of a note") });
  }

  /** @param {string} id */
  take(id) {
    return this.onCall(id, "take", {}, t("Call taken over"));
  }

  /** @param {string} name empty: the first free one */
  claim(name) {
    return this.api.post("/api/positions/claim/", name ? { name } : {}, { label: t("Position") });
  }

  /** @param {string} to @param {string} note */
  handOver(to, note) {
    return this.api.post("/api/handovers/", { to, note }, { label: t("Hand-over") });
  }

  /** @param {string} id @param {string} answer */
  answerHandover(id, answer) {
    return this.api.post(`/api/handovers/${id}/answer/`, { answer }, { label: t("Hand-over") });
  }

  /** @param {object} fields */
  receive(fields) {
    return this.api.post("/api/calls/", fields, { label: t("New call") });
  }

  /** @param {string} id @param {number} version @param {object} fields */
  change(id, version, fields) {
    return this.api.patch(`/api/calls/${id}/`, { ...fields, version }, { label: t("Change of a call") });
  }

  /** @param {string} id @param {string} text @param {{ audience?: string, kind?: string }} [more] */
  note(id, text, more = {}) {
    return this.onCall(id, "notes", { text, ...more }, t("Note"));
  }

  /** @param {string} id @param {Record<string, string>} answers @param {string} source @param {string} decision seen last */
  triage(id, answers, source, decision) {
    return this.onCall(id, "triage", { answers, source, decision }, t("Triage answers"));
  }

  /** @param {string} id @param {string[]} response @param {string} reason */
  override(id, response, reason) {
    return this.onCall(id, "override", { response, reason }, t("Override"));
  }

  /** @param {string} id @param {string[]} units @param {string} [reason] */
  dispatch(id, units, reason = "") {
    return this.onCall(id, "assignments", { units, ...(reason ? { override_reason: reason } : {}) }, t("Dispatch {units}", { units: units.join(", ") }));
  }

  /** @param {string} id @param {string} status @param {{ note?: string, destination?: string }} [more] */
  status(id, status, more = {}) {
    return this.onAssignment(id, "status", { status, ...more }, t("Status {status}", { status }));
  }

  /** @param {string} id @param {number | null} [minutes] */
  welfare(id, minutes) {
    return this.onAssignment(id, "welfare", minutes ? { minutes } : {}, t("Welfare check passed"));
  }

  /** @param {string} id @param {"STAGE" | "WITHDRAW" | "LIFT"} order @param {string} reason */
  order(id, order, reason) {
    return this.onAssignment(id, "order", { order, reason }, t("Order to {order}", { order: coded(order) }));
  }

  /** @param {string} id */
  acknowledge(id) {
    return this.onAssignment(id, "acknowledge", {}, t("Acknowledged by voice"));
  }

  /** @param {string} callsign @param {string} status @param {{ reason?: string, minutes?: number }} [more] */
  unitStatus(callsign, status, more = {}) {
    return this.onUnit(callsign, "status", { status, ...more }, `${callsign} ${status}`);
  }

  /** @param {string} callsign @param {"RADIO" | "PHONE"} kind */
  check(callsign, kind) {
    return this.onUnit(callsign, "check", { kind }, t("{unit} {kind} check", { unit: callsign, kind: coded(kind) }));
  }

  /** @param {string} callsign @param {string} reason */
  emergency(callsign, reason) {
    return this.onUnit(callsign, "emergency", { reason }, t("EMERGENCY {unit}", { unit: callsign }));
  }

  /** @param {string} id @param {string} [reason] */
  police(id, reason = "") {
    return this.onCall(id, "police", reason ? { reason } : {}, t("Police requested"));
  }

  /** @param {string} id */
  acknowledgeAlert(id) {
    return this.api.post(`/api/alerts/${id}/acknowledge/`, {}, { label: t("Alert acknowledged") });
  }

  /** @param {string} id @param {string} reason */
  clearAlert(id, reason) {
    return this.api.post(`/api/alerts/${id}/clear/`, { reason }, { label: t("Alert cleared") });
  }
}
