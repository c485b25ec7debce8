// @ts-check
/** Two people changed one field of a call: both versions side by side, a choice for each, nothing typed lost. */
import { html, nothing } from "lit-html";

import { t } from "../i18n.js";
import { language } from "../wording.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../callform.js").CallForm} CallForm */
/** @typedef {import("../callform.js").Clash} Clash */

/** @type {Record<string, string>} */
const FIELD_WORDS = {
  "location.text": t("Location"), "location.unit": t("Apt / unit"), type: t("Type"), priority: t("Priority"), origin: t("From"), channel: t("By"),
  "caller.name": t("Caller"), "caller.phone": t("Call-back"), "caller.relationship": t("Relationship"), "caller.language": t("Language"),
  "person.name": t("Name"), "person.apparent_age": t("Apparent age"), "person.language": t("Language"), "person.is_caller": t("Is the caller"),
  "person.description": t("Description"), "person.clothing": t("Clothing"), "person.direction": t("Direction"),
  "person.presentation": t("Presentation"), "person.access_needs": t("Access needs"), "person.alone": t("Alone"), "person.someone_stays": t("Someone stays"),
};

/** @param {Desk} desk @param {CallForm} form */
export function clash(desk, form) {
  if (form.clashes.length === 0) return nothing;
  const several = form.clashes.length > 1;
  return html`<div class="clash" role="group" aria-label=${t("Changed by two")}>
    <p role="alert"><b>${said(desk)}</b> ${t("Nothing is lost: choose. Alt+4 goes here.")}</p>
    <table>
      <thead><tr><th scope="col">${t("Field")}</th><th scope="col">${t("Mine")}</th><th scope="col">${t("Theirs")}</th></tr></thead>
      <tbody>${form.clashes.map((one) => row(form, one))}</tbody>
    </table>
    ${several ? html`<div class="row">${button(t("Keep all mine"), () => form.settle("mine"))} ${button(t("Take all theirs"), () => form.settle("theirs"))}</div>` : nothing}
  </div>`;
}

/** @param {Desk} desk */
function said(desk) {
  const other = desk.timeline.findLast((event) => event.type === "call_updated" && event.by !== desk.me.username)?.by;
  return other ? t("{name} changed this call too.", { name: other }) : t("Somebody else changed this call.");
}

/** @param {CallForm} form @param {Clash} one */
function row(form, one) {
  const field = FIELD_WORDS[one.path] ?? one.path;
  return html`<tr><th scope="row">${field}</th>
    <td>${choice(t("Keep mine"), field, shown(one, one.mine), () => form.settle("mine", one.path))}</td>
    <td>${choice(t("Take theirs"), field, shown(one, one.theirs), () => form.settle("theirs", one.path))}</td></tr>`;
}

/** @param {string} deed @param {string} field @param {string} value @param {() => void} run */
const choice = (deed, field, value, run) =>
  html`<button type="button" class="button" aria-label=${`${deed}: ${field} ${value}`} @click=${run}>${value}</button>`;

/** @param {Clash} one @param {string} value */
function shown({ path }, value) {
  if (value === "") return t("(empty)");
  return path.endsWith("language") ? language(value) : value;
}
