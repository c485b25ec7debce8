// @ts-check
/** The line on top: the center's clock, who sits here, whether what is seen is live. */
import { html, nothing } from "lit-html";

import { coded, shownLanguage, t, tn } from "../i18n.js";
import { dayOf, timeOfDay } from "../time.js";
import { button, languageSwitch } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */

/** @type {Record<string, string>} */
const LINK_WORDS = { live: t("Live"), connecting: t("Connecting"), catching_up: t("Catching up"), stale: t("STALE"), signed_out: t("Signed out"), refused: t("Refused") };

/** What keeps a stale page from being fresh. @type {Record<string, string>} */
const LINK_STATES = {
  live: t("Connected, not caught up."), connecting: t("No connection; it is tried again and again."),
  stale: t("No connection; it is tried again and again."), refused: t("The server refuses the connection."),
};

/** @param {Desk} desk @param {{ startShift: () => void, toggleSound: () => void, newCall: () => void }} on */
export function header(desk, on) {
  const now = desk.clock.now();
  const open = desk.alerts.filter((alert) => !alert.acknowledged_at).length;
  const seen = desk.alerts.length - open;
  const silent = desk.alerts.some((alert) => alert.level === 1 && !alert.acknowledged_at);
  return html`
    <h1>HEARTeam</h1>
    <span class="clock number">${dayOf(now, desk.zone)} <b>${timeOfDay(now, desk.zone)}</b></span>
    <span class="who">${desk.me.name || desk.me.username}<span class="dim"> · ${desk.me.roles.map(coded).join(", ")}</span></span>
    ${button(desk.positions.mine ?? t("No position"), () => desk.ask("position", { values: { name: desk.positions.mine ?? "" } }), { title: t("Your position: another one") })}
    ${liveState(desk)}
    <span class="spring"></span>
    ${button(t("New call"), on.newCall, { key: "F2" })}
    ${desk.soundOn
      ? button(t("Sound {percent} %", { percent: Math.round(desk.volume * 100) }), on.toggleSound, { title: t("Louder, then off") })
      : button(silent ? t("SOUND IS OFF: start shift") : t("Start shift"), on.startShift, { kind: silent ? "danger" : "primary", title: t("Switches sound on and plays a test tone") })}
    ${button(seen > 0 ? t("Alerts {open} +{seen} seen", { open, seen }) : t("Alerts {open}", { open }), () => toggle(desk, "alerts"), { kind: open ? "attention" : "" })}
    ${languageSwitch()}
    <button type="button" class="button" data-theme-switch>${t("Theme")}</button>
    ${button(t("Help"), () => toggle(desk, "help"), { key: "F1" })}
    <form method="post" action="/logout/" class="sign-out" @submit=${(/** @type {SubmitEvent} */ event) => leave(desk, event)}>
      <input type="hidden" name="csrfmiddlewaretoken" .value=${desk.api.csrfToken()} />
      <button type="submit" class="button">${t("Sign out")}</button>
    </form>`;
}

/** @param {Desk} desk */
function liveState(desk) {
  const status = desk.fresh.state(desk.link, desk.store, Date.now());
  const { latencyMs } = desk.link;
  const latency = status === "live" && latencyMs !== null ? `${(latencyMs / 1000).toFixed(1)} s` : "";
  return html`<span class="live live-${status}" data-live=${status}
    ><span class="dot" aria-hidden="true"></span>${LINK_WORDS[status]} <span class="number dim">${latency}${latency ? " · " : ""}${desk.store.version.toLocaleString(shownLanguage())}</span></span>`;
}

/** @param {Desk} desk @param {"help" | "alerts" | "palette"} overlay */
export function toggle(desk, overlay) {
  desk.overlay = desk.overlay === overlay ? "" : overlay;
  desk.drawNow();
}

/** What is shown above everything while the data may be old. @param {Desk} desk */
export function staleBanner(desk) {
  const status = desk.fresh.state(desk.link, desk.store, Date.now());
  if (status !== "stale" && status !== "refused") return nothing;
  const since = timeOfDay(desk.fresh.asOf + desk.clock.offset, desk.zone);
  return html`<div class="stale" role="alert">
    <b>${t("DATA STALE since {since}.", { since })}</b> ${LINK_STATES[desk.link.status]} ${t("Commands are still sent.")} <a class="button" href="/paper/" target="hearteam-paper" rel="noopener">${t("Paper mode")}</a>
    ${desk.unsent.length > 0 ? html`<b>${tn("{count} command is not sent yet.", "{count} commands are not sent yet.", desk.unsent.length)}</b>` : nothing}
  </div>`;
}

/** First what is left behind, then out. @param {Desk} desk @param {SubmitEvent} event */
function leave(desk, event) {
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  event.preventDefault();
  void desk.positions.end(() => {
    document.body.dataset.leaving = "yes";
    form.submit();
  });
}
