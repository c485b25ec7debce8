// @ts-check
/** How a person is reached, as they see and change it: this device, their addresses, what was sent to them lately. */
import { html, nothing } from "lit-html";
import { served, t } from "../i18n.js";
import { ABOUT_WORDS, addable, addresses, CHANNEL_WORDS, keyBytes, pushChannel, pushState, pushWords, STATE_WORDS } from "../reach_model.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("../reach_model.js").Channel} Channel */
/** @typedef {import("../reach_model.js").Known} Known */

const WORKER = "/static/dispatch/js/sw/push.js";
const SCOPE = "/static/dispatch/js/sw/";

/** This browser's subscription, where it has one. @returns {Promise<PushSubscription | null>} */
async function subscriptionHere() {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) return null;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  return registration?.scope.endsWith(SCOPE) ? registration.pushManager.getSubscription() : null;
}

/** Whoever signed in takes this tablet's messages over: those of the person before are not theirs to see. @param {Api} api */
export async function takeOverPush(api) {
  const subscription = await subscriptionHere().catch(() => null);
  if (subscription) await sendSubscription(api, subscription).catch(() => {}); // the next start tries again
}

/** @param {Api} api @param {PushSubscription} subscription */
function sendSubscription(api, subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return api.once("POST", "/api/notifications/push/", { endpoint, keys }, {});
}

export class Reach {
  /** @param {Api} api @param {() => void} onChange */
  constructor(api, onChange) {
    this.api = api;
    this.onChange = onChange;
    /** @type {Known | null} */
    this.known = null;
    this.endpoint = /** @type {string | null} */ (null);
    this.busy = false;
    this.word = "";
  }

  /** @returns {import("../reach_model.js").Browser} */
  get browser() {
    const supported = "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
    return { supported, permission: supported ? Notification.permission : "default", endpoint: this.endpoint };
  }

  async load() {
    this.endpoint = (await subscriptionHere().catch(() => null))?.endpoint ?? null;
    this.known = await this.api.get("/api/notifications/");
    this.onChange();
  }

  /** One doing at a time; what it refuses is said where it was asked. @param {() => Promise<unknown>} doing */
  async run(doing) {
    if (this.busy) return false;
    this.busy = true;
    this.word = "";
    this.onChange();
    try {
      const said = await doing();
      this.word = typeof said === "string" ? said : "";
      await this.load();
      return true;
    } catch (error) {
      this.word = served(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      this.busy = false;
      this.onChange();
    }
  }

  subscribe() {
    return this.run(async () => {
      if ((await Notification.requestPermission()) !== "granted") throw new Error(pushWords("denied"));
      await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
      const registration = await ready();
      const applicationServerKey = keyBytes(this.known?.public_key ?? "");
      const old = await registration.pushManager.getSubscription();
      if (old) await old.unsubscribe(); // it may be of another key
      await sendSubscription(this.api, await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
    });
  }

  unsubscribe() {
    return this.run(async () => {
      const subscription = await subscriptionHere();
      if (!subscription) return;
      await this.api.once("POST", "/api/notifications/push/forget/", { endpoint: subscription.endpoint }, {});
      await subscription.unsubscribe();
    });
  }

  /** @param {string} kind @param {string} address @returns {Promise<boolean>} whether it was taken */
  add(kind, address) {
    return this.run(async () => {
      await this.api.once("POST", "/api/channels/", { kind, address }, {});
      return t("A code is on its way: give it back here.");
    });
  }

  /** @param {Channel} channel @param {string} what @param {Record<string, unknown>} body @param {string} word */
  change(channel, what, body, word = "") {
    return this.run(async () => {
      await this.api.once("POST", `/api/channels/${channel.id}/${what}/`, body, {});
      return word;
    });
  }
}

/** The push worker once it is at work. @returns {Promise<ServiceWorkerRegistration>} */
async function ready() {
  for (;;) {
    const registration = await navigator.serviceWorker.getRegistration(SCOPE);
    if (registration?.active) return registration;
    const coming = registration?.installing ?? registration?.waiting;
    if (!coming) throw new Error(t("This browser did not start what shows the messages."));
    await new Promise((done) => coming.addEventListener("statechange", done, { once: true }));
  }
}

/** @param {Reach} reach */
export function reachView(reach) {
  const { known, word, busy } = reach;
  if (!known) return html`<p role="status">${word || t("Asking the server")}</p>`;
  return html`<div class="reach" aria-busy=${busy}>
    <p role="status" class="said">${word}</p>
    ${deviceView(reach, known)}
    ${addressesView(reach, known)}
    ${sentView(known)}
  </div>`;
}

/** @param {Reach} reach @param {Known} known */
function deviceView(reach, known) {
  const state = pushState(known, reach.browser);
  const channel = pushChannel(known);
  return html`<section aria-labelledby="reach-device"><h2 id="reach-device">${t("This device")}</h2>
    <p>${pushWords(state)}</p>
    <div class="side-by-side">
      ${state === "off" ? html`<button type="button" class="button primary" ?disabled=${reach.busy} @click=${() => reach.subscribe()}>${t("Tell me on this device")}</button>` : nothing}
      ${state === "on" ? html`<button type="button" class="button" ?disabled=${reach.busy} @click=${() => reach.unsubscribe()}>${t("No more on this device")}</button>` : nothing}
      ${state === "on" && channel ? testButton(reach, channel) : nothing}
    </div></section>`;
}

/** @param {Reach} reach @param {Channel} channel */
function testButton(reach, channel) {
  return html`<button type="button" class="button" ?disabled=${reach.busy}
    @click=${() => reach.change(channel, "test", {}, t("A test is on its way."))}>${t("Send a test")}</button>`;
}

/** @param {Reach} reach @param {Known} known */
function addressesView(reach, known) {
  const kinds = addable(known);
  return html`<section aria-labelledby="reach-addresses"><h2 id="reach-addresses">${t("If that does not reach you")}</h2>
    <p>${t("While you are on shift and nobody acknowledges, these are tried next. They get the call's number and nothing else.")}</p>
    <ul class="channels">${addresses(known).map((channel) => channelView(reach, channel))}</ul>
    ${kinds.length === 0 ? html`<p>${t("Nothing else is set up here.")}</p>` : html`
      <form class="add" @submit=${(/** @type {Event} */ event) => addFrom(reach, event)}>
        <label>${t("Way")}<select name="kind">${kinds.map((kind) => html`<option value=${kind}>${CHANNEL_WORDS[kind]}</option>`)}</select></label>
        <label>${t("Number or address")}<input name="address" required maxlength="254" autocomplete="off"></label>
        <button type="submit" class="button" ?disabled=${reach.busy}>${t("Send a code there")}</button>
      </form>`}</section>`;
}

/** @param {Reach} reach @param {Event} event */
function addFrom(reach, event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const given = new FormData(form);
  void reach.add(String(given.get("kind")), String(given.get("address"))).then((taken) => taken && form.reset()); // what was refused stands there to be mended
}

/** @param {Reach} reach @param {Channel} channel */
function channelView(reach, channel) {
  const { busy } = reach;
  return html`<li><span class="what">${CHANNEL_WORDS[channel.kind]} <strong>${channel.address}</strong>
      ${channel.verified ? (channel.quiet ? t("(quiet)") : nothing) : t("(not proven yet)")}</span>
    <div class="side-by-side">
      ${channel.verified ? html`${testButton(reach, channel)}
        <button type="button" class="button" ?disabled=${busy} @click=${() => reach.change(channel, "quiet", { quiet: !channel.quiet })}>${channel.quiet ? t("Use it again") : t("Keep it quiet")}</button>`
      : html`<form @submit=${(/** @type {Event} */ event) => verifyFrom(reach, channel, event)}>
          <label>${t("Code")}<input name="code" required inputmode="numeric" maxlength="12" autocomplete="one-time-code"></label>
          <button type="submit" class="button" ?disabled=${busy}>${t("That is the code")}</button></form>`}
      <button type="button" class="button" ?disabled=${busy} @click=${() => reach.change(channel, "remove", {})}>${t("Remove")}</button>
    </div></li>`;
}

/** @param {Reach} reach @param {Channel} channel @param {Event} event */
function verifyFrom(reach, channel, event) {
  event.preventDefault();
  const code = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("code"));
  void reach.change(channel, "verify", { code });
}

/** @param {Known} known */
function sentView({ deliveries }) {
  if (deliveries.length === 0) return nothing;
  return html`<section aria-labelledby="reach-sent"><h2 id="reach-sent">${t("Sent to you lately")}</h2>
    <ul class="sent">${deliveries.map((one) => html`<li>${ABOUT_WORDS[one.kind] ?? one.kind}${one.call_number ? ` ${one.call_number}` : ""},
      ${CHANNEL_WORDS[one.channel]}: ${STATE_WORDS[one.state] ?? one.state}${one.opened_at ? `, ${t("opened")}` : ""}</li>`)}</ul></section>`;
}
