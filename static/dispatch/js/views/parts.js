// @ts-check
/** Small pieces that several panes show alike. */
import { html, nothing } from "lit-html";

import { shownLanguage, t } from "../i18n.js";
import { formatAge } from "../time.js";
import { STATUS_WORDS } from "../wording.js";

/** @typedef {import("../rows.js").Tone} Tone */

/** @type {Record<Tone, string>} */
const TONE_CLASS = { "": "", soon: "due-soon", over: "overdue" };

/** @param {string} status @param {string} [words] spoken instead of the two letters */
export const statusMark = (status, words = STATUS_WORDS[status]) =>
  html`<abbr class="status status-${status}" title=${words ?? status}>${status}</abbr>`;

/** @param {number} priority */
export const priorityMark = (priority) => html`<span class="priority priority-${priority}">P${priority}</span>`;

/** @param {{ tier: number | null, provisional: boolean, overridden: boolean }} call */
export const tierMark = (call) =>
  call.tier === null
    ? html`<span class="tier" title=${t("not triaged")}>–</span>`
    : html`<span class="tier ${call.provisional ? "provisional" : ""}" title=${`${t("tier {tier}", { tier: call.tier })}${call.provisional ? `, ${t("provisional")}` : ""}${call.overridden ? `, ${t("overridden")}` : ""}`}
        >T${call.tier}${call.provisional ? "?" : ""}${call.overridden ? "*" : ""}</span>`;

/** A time that runs. @param {string} at RFC 3339 @param {number} now ms @param {Tone} [tone] */
export const age = (at, now, tone = "") => html`<span class="number ${TONE_CLASS[tone]}">${formatAge(at, now)}</span>`;

/** @param {string} text @param {Tone} tone */
export const toned = (text, tone) => html`<span class="number ${TONE_CLASS[tone]}">${text}</span>`;

/**
 * @param {unknown} label @param {() => unknown} run
 * @param {{ key?: string, disabled?: boolean, kind?: string, title?: string }} [more]
 */
export const button = (label, run, { key = "", disabled = false, kind = "", title = "" } = {}) =>
  html`<button type="button" class="button ${kind}" ?disabled=${disabled} title=${title || nothing} aria-keyshortcuts=${key ? ariaKeys(key) : nothing} @click=${run}
    >${key ? html`<kbd>${key}</kbd> ` : nothing}${label}</button>`;

/** The other language: its button hands in the page's own form, and the page comes back in it. */
export const languageSwitch = () => {
  const [code, name] = shownLanguage() === "es" ? ["en", "English"] : ["es", "Español"];
  return html`<button type="submit" form="language" class="button" name="language" value=${code} lang=${code}>${name}</button>`;
};

/** `Ctrl+Enter` as ARIA spells it. @param {string} key */
const ariaKeys = (key) => key.replace("Ctrl", "Control");

/** Commands that no server has answered yet: each can be tried at once, or withdrawn. @param {import("../api.js").Unsent[]} unsent */
export const unsentLines = (unsent) => unsent.filter((one) => one.status !== "sending" || one.tries > 1).map((one) => html`<div class="notice unsent" role="alert"><b>${t("NOT SENT YET:")}</b> ${one.label} (${one.status === "given_up" ? t("stopped trying") : t("try {tries}", { tries: one.tries })})
      ${button(t("Try now"), one.retry)} ${button(t("Withdraw"), one.discard)}</div>`);

/** Where a call's earlier events went, when they left the table. @param {string[]} files */
export const archivedLine = (files) => (files.length > 0 ? html`<p class="dim">${t("What came before is in the archive: {files}", { files: files.join(", ") })}</p>` : nothing);

/** The words of an address in one line. @param {{ text: string, unit?: string } | null | undefined} location */
export const address = (location) => `${location?.text || t("no place yet")}${location?.unit ? `, ${location.unit}` : ""}`;
