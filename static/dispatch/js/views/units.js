// @ts-check
/** Pane 3: every unit, how long it has been in its status, and what it may do next. */
import { html, nothing } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";

import { coded, served, t } from "../i18n.js";
import { crewTimers, shortNumber, unitTone } from "../rows.js";
import { durationInWords, formatAge, formatDuration, when } from "../time.js";
import { language, NEXT_STATUS, STATUS_WORDS } from "../wording.js";
import { step } from "./crew.js";
import { grid, paneHead } from "./grid.js";
import { age, button, statusMark } from "./parts.js";
import { stackOf } from "./transfer.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").UnitRow} UnitRow */

const FRESH_MS = 60_000;

/** A letter on a unit's row is its next status. @type {Record<string, string>} */
export const LETTERS = { e: "ER", g: "ST", o: "OS", t: "TR", d: "AD", a: "AV", b: "BK", x: "OO" };

/** @param {Desk} desk */
export function units(desk) {
  const free = [...desk.board.units.values()].filter((unit) => unit.status === "AV").length;
  return html`${paneHead(desk, "3", t("Units"), "units", desk.board.units.size)}
    <div class="filter">
      <label for="unit-filter">${t("Filter")}</label>
      <input id="unit-filter" type="search" .value=${live(desk.lists.unitFilter)} autocomplete="off" spellcheck="false" placeholder=${t("CRT av, HPD, es …")}
        @input=${(/** @type {InputEvent} */ event) => desk.lists.filterUnits(/** @type {HTMLInputElement} */ (event.target).value)} />
      <span class="dim number">${t("{free} free", { free })}</span>
    </div>
    ${grid(desk, {
      name: "units", label: t("Units"), columns: [t("Unit"), t("St"), t("Team"), t("Call"), t("Now"), t("Time"), t("Link")],
      keyOf: (unit) => unit.unit, isOpen: (unit) => unit.unit === desk.lists.units.cursor,
      onOpen: (unit) => { if (unit.call) desk.open(unit.call); desk.changed(); },
      onLetter: (key, unit) => onLetter(desk, key, unit),
      cells: (unit) => cells(desk, unit), empty: t("No unit fits the filter."),
      tone: (unit) => (unit.status === "OFF" ? "off" : ""),
    })}
    ${unitBar(desk)}`;
}

/** @param {Desk} desk @param {string} key @param {UnitRow} unit @returns {boolean} */
function onLetter(desk, key, unit) {
  const status = LETTERS[key];
  if (!status) return false;
  void step(desk, unit, status);
  return true;
}

/** @param {Desk} desk @param {UnitRow} unit */
function cells(desk, unit) {
  const now = desk.clock.now();
  return html`<span role="gridcell"><b>${unit.unit}</b></span>
    <span role="gridcell">${statusMark(unit.status)}</span>
    <span role="gridcell">${unit.team}</span>
    <span role="gridcell" class="number">${unit.call_number ? shortNumber(unit.call_number) : "–"}</span>
    <span role="gridcell" class="dim">${stackOf(desk, unit)}${nowOf(desk, unit, now)}</span>
    <span role="gridcell">${unit.status === "OFF" ? "" : age(unit.since, now, unitTone(unit, now))}</span>
    <span role="gridcell" class="number dim">${linkOf(desk, unit, now)}</span>`;
}

/** The one thing worth knowing besides the status. @param {Desk} desk @param {UnitRow} unit @param {number} now */
function nowOf(desk, unit, now) {
  if ([...desk.board.alerts.values()].some((alert) => alert.kind === "EMERGENCY" && alert.unit === unit.unit)) return html`<b class="late">${t("EMERGENCY")}</b>`;
  if (unit.order && !unit.order_acknowledged_at) return html`<b class="late" title=${t("{order} not acknowledged", { order: coded(unit.order).toUpperCase() })}>${t("{order} no ack", { order: coded(unit.order).toUpperCase() })}</b>`;
  if (unit.order) return html`<b>${coded(unit.order).toUpperCase()}</b>`;
  if (unit.silent_since) return html`<b class="late" title=${t("No socket, no position, no answer")}>${t("silent {time}", { time: formatAge(unit.silent_since, now) })}</b>`;
  const [timer] = unit.assignment ? crewTimers(unit, now) : [];
  if (timer && timer.label !== "acknowledge") return `${timer.label === "ETA" ? "ETA" : t("check")} ${timer.tone === "over" ? "+" : ""}${formatDuration(Math.abs(timer.at - now))}`;
  if (unit.status !== "OFF" && unit.short_of?.length) return html`<b class="late">${t("no {roles}", { roles: unit.short_of.map(coded).join(", ") })}</b>`;
  if (unit.until) return t("{reason} until {duration}", { reason: served(unit.reason ?? ""), duration: formatDuration(Date.parse(unit.until) - now) }).trim();
  if (unit.reason) return served(unit.reason);
  return [unit.cit ? "CIT" : "", ...unit.languages.filter((code) => !code.startsWith("en"))].filter(Boolean).join(" ");
}

/** @param {Desk} desk @param {UnitRow} unit @param {number} now */
function linkOf(desk, unit, now) {
  const seen = desk.board.presence.get(unit.unit)?.tablet_seen_at;
  if (!seen) return html`<abbr title=${t("its tablet was never seen")}>·</abbr>`;
  const since = now - Date.parse(seen);
  const words = t("tablet seen {time} ago", { time: durationInWords(since) });
  return since < FRESH_MS ? html`<abbr title=${words}>●</abbr>` : html`<abbr title=${words}>${since > 5_940_000 ? ">99m" : `${Math.floor(since / 60_000)}m`}</abbr>`;
}

/** The unit under the cursor: crew, reach, next steps. @param {Desk} desk */
function unitBar(desk) {
  const unit = desk.board.units.get(desk.lists.units.cursor ?? "");
  if (!unit) return nothing;
  const now = desk.clock.now();
  const crew = unit.crew.map((person) => `${person.name} (${[coded(person.role), ...person.languages.filter((code) => !code.startsWith("en")).map(language)].join(", ")})`);
  const fix = desk.board.presence.get(unit.unit)?.fix_at;
  return keyed(unit.unit, html`<div class="unit-bar" role="group" aria-label=${t("Unit {unit}", { unit: unit.unit })}>
    <div><b>${unit.unit}</b> ${STATUS_WORDS[unit.status]}${unit.reason ? `: ${served(unit.reason)}` : ""} <span class="dim">${crew.join(", ")}${shiftWords(unit).map((words) => ` · ${words}`)}
      ${unit.phone ? html` · <span class="number">${unit.phone}</span>` : nothing}
      ${unit.shift_ends_at ? ` · ${t("shift to {when}", { when: when(unit.shift_ends_at, desk.zone, now) })}` : ""}${fix ? ` · ${t("position {age} ago", { age: formatAge(fix, now) })}` : ""}</span></div>
    ${desk.may("dispatch") ? deeds(desk, unit) : nothing}
  </div>`);
}

/** What the crew said when it signed on, or that it has not. @param {UnitRow} unit @returns {string[]} */
function shiftWords(unit) {
  if (!unit.on_shift || unit.temporary) return [];
  const missing = unit.missing?.length ? t("missing: {what}", { what: unit.missing.map(served).join(", ") }) : "";
  return [unit.vehicle ?? "", unit.signed_on_at ? "" : t("crew by the roster, not signed on"), missing].filter(Boolean);
}

/** @param {Desk} desk @param {UnitRow} unit */
function deeds(desk, unit) {
  return html`<div class="row">
      ${repeat(NEXT_STATUS[unit.status] ?? [], (status) => status, (status) => button(STATUS_WORDS[status], () => step(desk, unit, status), { key: letterOf(status) }))}
      ${unit.status === "AV" && desk.call ? button(t("Send to {number}", { number: shortNumber(desk.call.number) }), () => dispatch(desk, unit), { kind: "primary" }) : nothing}
      ${button(t("Radio check"), () => desk.did(desk.requests.check(unit.unit, "RADIO"), t("Radio check of {unit} logged.", { unit: unit.unit })))}
      ${button(t("Phone check"), () => desk.did(desk.requests.check(unit.unit, "PHONE"), t("Phone check of {unit} logged.", { unit: unit.unit })))}
      ${button(t("Emergency"), () => desk.ask("emergency", { unit: unit.unit }), { kind: "danger" })}
    </div>`;
}

/** @param {string} status */
const letterOf = (status) => Object.keys(LETTERS).find((key) => LETTERS[key] === status) ?? "";

/** @param {Desk} desk @param {UnitRow} unit */
function dispatch(desk, unit) {
  const { call } = desk;
  if (!call) return undefined;
  return desk.did(desk.requests.dispatch(call.id, [unit.unit]), t("{unit} dispatched to {number}.", { unit: unit.unit, number: call.number }));
}
