// @ts-check
/** What the phone itself says: its number and kind, where it rings, and its word on the place beside what a person typed. */
import { html, nothing } from "lit-html";

import { served, t } from "../i18n.js";
import { isTowers } from "../phoneside.js";
import { durationInWords } from "../time.js";
import { button } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../phoneside.js").PhoneCall} PhoneCall */
/** @typedef {import("../phoneside.js").Bid} Bid */

/** @param {Desk} desk */
export function phoneLine(desk) {
  const phone = desk.phone.side.phone.at(-1);
  if (!phone) return nothing;
  return html`<div class="phone" role="group" aria-label=${t("What the phone says")}>
    <p title=${phone.raw || nothing}>☎ <span class="number">${phone.number || t("no number")}</span> <b>${kind(desk, phone)}</b>
      <span class="dim">${[phone.name, phone.provider, phone.position ? t("rings at {position}", { position: phone.position }) : ""].filter(Boolean).join(" · ")}</span>
      ${isTowers(phone) && phone.address ? html`<span class="dim">${t("tower: {address}", { address: phone.address })}</span>` : nothing}</p>
    ${offer(desk)}${broken(phone)}
  </div>`;
}

/** @param {Desk} desk @param {PhoneCall} phone */
function kind(desk, phone) {
  const words = served(desk.reference.classes_of_service?.[phone.class_of_service] ?? "");
  return words.toUpperCase() === phone.class_of_service ? words : `${phone.class_of_service} ${words}`.trim();
}

/** @param {Desk} desk */
function offer(desk) {
  const { offer: found } = desk.phone;
  if (!found) return nothing;
  return html`<p class="phone-offer">${t("Phone says:")} <span class="number">${where(found.bid)}</span>
    <span class="dim">${t("{age} ago", { age: durationInWords(desk.clock.now() - Date.parse(found.bid.at)) })}</span>
    ${button(t("Use it"), () => desk.phone.useBid(), { key: "Ctrl+Shift+L" })}</p>`;
}

/** @param {Bid} bid */
function where(bid) {
  const point = bid.lat === null || bid.lon === null ? bid.address : `${bid.lat.toFixed(5)}, ${bid.lon.toFixed(5)}`;
  return [point, bid.uncertainty_m === null ? "" : `± ${bid.uncertainty_m} m`, bid.confidence === null ? "" : `${bid.confidence} %`].filter(Boolean).join(" ");
}

/** @param {PhoneCall} phone */
function broken(phone) {
  if (phone.problems.length === 0) return nothing;
  return html`<details><summary class="due-soon">${t("The phone's data could not be read whole")}</summary><p>${phone.problems.join("; ")}</p><pre tabindex="0">${phone.raw}</pre></details>`;
}
