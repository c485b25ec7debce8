// @ts-check
/** How a person is reached: what this browser can do, and the words for channels and for what was sent. Pure. */
import { t } from "./i18n.js";

/** @typedef {{ endpoint: string, user_agent: string, created_at: string, last_success_at: string | null }} Subscribed */
/** @typedef {{ id: string, kind: string, address: string, verified: boolean, quiet: boolean, browsers: Subscribed[] }} Channel */
/** @typedef {{ id: string, kind: string, channel: string, call_number: string | null, state: string, why: string, at: string, opened_at: string | null }} Sent */
/** @typedef {{ offered: string[], public_key: string | null, channels: Channel[], deliveries: Sent[] }} Known */
/** @typedef {{ supported: boolean, permission: string, endpoint: string | null }} Browser what this one says of itself */

/** @type {Record<string, string>} */
export const CHANNEL_WORDS = { PUSH: t("Message on this device"), SMS: t("Text message"), VOICE: t("Voice call"), EMAIL: t("E-mail") };

/** @type {Record<string, string>} */
export const STATE_WORDS = {
  queued: t("waiting to be sent"), sending: t("being sent"), sent: t("message sent"), failed: t("not sent"), dropped: t("not needed any more"),
};

/** @type {Record<string, string>} */
export const ABOUT_WORDS = {
  DISPATCH: t("Dispatched"), ORDER: t("Order"), CANCELLED: t("Taken off the call"), WELFARE: t("Welfare check"), ALERT: t("Red alert"),
  TEST: t("Test"), VERIFY: t("Code"),
};

/** @param {Known} known @param {Browser} browser @returns {"unavailable" | "unsupported" | "denied" | "on" | "off"} */
export function pushState(known, browser) {
  if (!known.public_key) return "unavailable";
  if (!browser.supported) return "unsupported";
  if (browser.permission === "denied") return "denied";
  return pushChannel(known)?.browsers.some((one) => one.endpoint === browser.endpoint) ? "on" : "off";
}

/** @param {Known} known */
export const pushChannel = (known) => known.channels.find((channel) => channel.kind === "PUSH");

/** Channels with an address. @param {Known} known */
export const addresses = (known) => known.channels.filter((channel) => channel.kind !== "PUSH");

/** Kinds that an address may be given for. @param {Known} known */
export const addable = (known) => known.offered.filter((kind) => kind !== "PUSH");

/** base64url as the bytes that `pushManager.subscribe` takes. @param {string} text */
export function keyBytes(text) {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4);
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

/** @param {ReturnType<typeof pushState>} state */
export function pushWords(state) {
  if (state === "on") return t("This device tells you of calls while you are on shift, also when the page is closed.");
  if (state === "denied") return t("This browser blocks messages: allow them for this site in its settings.");
  if (state === "unsupported") return t("This browser cannot show messages. On a phone, put the page on the home screen first.");
  if (state === "unavailable") return t("Messages on devices are not set up here.");
  return t("This device does not tell you of calls while the page is closed.");
}
