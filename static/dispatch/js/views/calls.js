// @ts-check
/** Panes 1 and 2: calls that wait, and calls that are being served. */
import { html, nothing } from "lit-html";

import { isScheduled } from "../handling.js";
import { served, t } from "../i18n.js";
import { callTone, crewTimers, isPending } from "../rows.js";
import { formatAge, hourMinute, when } from "../time.js";
import { asking } from "../triage.js";
import { language, plus, STATUS_WORDS, TIMER_WORDS } from "../wording.js";
import { grid, paneHead } from "./grid.js";
import { interpreterWords } from "./interpreter.js";
import { address, age, priorityMark, statusMark, tierMark, toned } from "./parts.js";
import { heldMark, waitingMarks } from "./transfer.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../apply.js").CallRow} CallRow */

/** @param {Desk} desk */
export function pending(desk) {
  const count = [...desk.board.calls.values()].filter(isPending).length;
  return html`${paneHead(desk, "1", t("Pending"), "pending", count)}
    ${grid(desk, { ...common(desk), name: "pending", label: t("Pending calls"), columns: [t("Number"), "P", "T", t("Type"), t("Address"), t("Needs"), t("Waits")],
      cells: (call) => pendingCells(desk, call), empty: t("No call waits.") })}`;
}

/** @param {Desk} desk */
export function active(desk) {
  const count = [...desk.board.calls.values()].filter((call) => !isPending(call)).length;
  return html`${paneHead(desk, "2", t("Active"), "active", count)}
    ${grid(desk, { ...common(desk), name: "active", label: t("Active calls"), columns: [t("Number"), "P", "T", t("Type"), t("Address"), t("Units"), t("Age")],
      cells: (call) => activeCells(desk, call), empty: t("No call is being served.") })}`;
}

/** @param {Desk} desk */
const common = (desk) => ({
  keyOf: (/** @type {CallRow} */ call) => call.id,
  isOpen: (/** @type {CallRow} */ call) => call.id === desk.selected,
  onOpen: (/** @type {CallRow} */ call) => desk.open(call.id),
  tone: (/** @type {CallRow} */ call) => (call.status === "held" ? "held" : ""),
});

/** @param {Desk} desk @param {CallRow} call */
function firstCells(desk, call) {
  return html`<span role="gridcell" class="number">${call.number}</span>
    <span role="gridcell">${priorityMark(call.priority)}</span>
    <span role="gridcell">${tierMark(call)}</span>
    <span role="gridcell" title=${[call.reported_type, served(call.type_name)].filter(Boolean).join(": ")}>${call.reported_type || call.type || "–"}</span>
    <span role="gridcell" class="where">${flags(desk, call)}${address(call.location)}</span>`;
}

/** @param {Desk} desk @param {CallRow} call */
function unsafeSince(desk, call) {
  if (!call.scene_unsafe_at || call.scene_safe_at) return nothing;
  return html`<abbr class="flag hazard" title=${t("Scene unsafe since {time}: an officer must say that it is safe", { time: hourMinute(call.scene_unsafe_at, desk.zone) })}>${t("UNSAFE")}</abbr>`;
}

/** What a dispatcher must not miss in the row. @param {Desk} desk @param {CallRow} call */
function flags(desk, call) {
  const foreign = call.language && !call.language.startsWith("en");
  return html`${unsafeSince(desk, call)}${waitingMarks(desk, call)}${call.hazards.length > 0 ? html`<abbr class="flag hazard" title=${call.hazards.join("; ")}>!</abbr>` : nothing}
    ${foreign ? html`<abbr class="flag" title=${language(call.language)}>${call.language}</abbr>` : nothing}
    ${call.unread_texts > 0 ? html`<abbr class="flag unread" title=${t("{count} texts of the caller not read", { count: call.unread_texts })}>✉${call.unread_texts}</abbr>` : nothing}
    ${call.never_voice_call ? html`<abbr class="flag novoice-flag" title=${t("Never call back by voice")}>${t("txt")}</abbr>` : nothing}
    ${call.interpreter ? html`<abbr class="flag" title=${interpreterWords(call.interpreter)}>INT${call.interpreter.state === "joined" ? "" : "?"}</abbr>` : nothing}
    ${call.location.text && !call.location.verified ? html`<abbr class="flag" title=${call.location.lat === null ? t("The place has no point on the map") : t("Place not verified")}>?</abbr>` : nothing}
    ${call.location.in_city === false ? html`<abbr class="flag" title=${t("Outside the city: {town}", { town: call.location.town })}>${t("out")}</abbr>` : nothing}`;
}

/** @param {Desk} desk @param {CallRow} call */
function pendingCells(desk, call) {
  const now = desk.clock.now();
  const tone = callTone(call, now);
  const needs = call.slots.filter((slot) => slot.status !== "assigned" && slot.source !== "join").map((slot) => slot.role);
  const title = plus(needs) || (asking(call) === "offered" ? t("May be a crisis: F4 asks") : "");
  return html`${firstCells(desk, call)}
    <span role="gridcell" class=${call.provisional ? "dim" : ""} title=${title}>${heldMark(call)}${needs.join(" ") || html`<span class="dim">${wants(call)}</span>`}</span>
    <span role="gridcell">${isScheduled(call) ? toned(when(call.hold_until ?? "", desk.zone, now), tone) : call.status === "held" && call.hold_until ? toned(formatAge(call.hold_until, now), tone) : age(call.received_at, now, tone)}</span>`;
}

/** What a call without an open role waits for. @param {CallRow} call */
function wants(call) {
  if (call.on_scene_at) return t("disposition");
  if (asking(call) === "offered") return t("triage?");
  return plus(call.response) || (call.tier === null && call.behavioural !== "NO" ? t("triage") : t("dispatch"));
}

/** @param {Desk} desk @param {CallRow} call */
function activeCells(desk, call) {
  const now = desk.clock.now();
  const open = call.slots.filter((slot) => slot.status === "requested" || slot.status === "unfilled").map((slot) => slot.role);
  return html`${firstCells(desk, call)}
    <span role="gridcell" class="crews" title=${call.assignments.map((one) => `${one.unit} ${STATUS_WORDS[one.status]}`).join(", ")}>
      ${call.assignments.map((one) => html`<span class="crew">${statusMark(one.status)}${one.unit}${crewTimers(one, now)[0]?.tone === "over" ? html`<b class="late" title=${TIMER_WORDS[crewTimers(one, now)[0].label] ?? ""}>!</b>` : nothing}</span>`)}
      ${open.length > 0 ? html`<span class="open" title=${t("requested, not filled")}>${open.map((role) => `+${role}?`).join(" ")}</span>` : nothing}
    </span>
    <span role="gridcell">${age(call.received_at, now, callTone(call, now))}</span>`;
}
