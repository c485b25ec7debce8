// @ts-check
/** The page behind a crew's link runs on whatever phone a clinician has, and shows the newest page that it got. */
import assert from "node:assert/strict";
import { test } from "node:test";

/** @param {string} version what stands on the screen, or comes with an answer */
const part = (version) => ({
  dataset: { version }, contains: () => false, querySelectorAll: () => [], querySelector: () => null,
  replaceWith: (/** @type {any} */ fresh) => { shown = fresh; },
});
let shown = part("1");
const waiting = /** @type {((version: string) => void)[]} */ ([]);
const listeners = /** @type {Record<string, () => void>} */ ({});
const settle = async () => { for (let n = 0; n < 20; n += 1) await Promise.resolve(); };

Object.defineProperty(AbortSignal, "timeout", { value: undefined }); // as on an older phone
Object.assign(globalThis, {
  document: {
    visibilityState: "visible",
    getElementById: (/** @type {string} */ id) => (id === "now" ? shown : null),
    addEventListener: (/** @type {string} */ kind, /** @type {() => void} */ run) => { listeners[kind] = run; },
  },
  window: { addEventListener: () => {} },
  location: { href: "https://dispatch.example.org/guest/x/" },
  setInterval: () => 0,
  DOMParser: class { parseFromString(/** @type {string} */ version) { return { getElementById: () => part(version) }; } },
  fetch: () => new Promise((resolve) => { waiting.push((version) => resolve({ status: 200, text: async () => version })); }),
});
// @ts-ignore (a page's script, no module of ours)
await import("../../static/dispatch/js/guest.js");

test("a phone that cannot end a request by time asks all the same", async () => {
  listeners.visibilitychange();
  waiting.shift()?.("2");
  await settle();
  assert.equal(shown.dataset.version, "2");
});

test("an answer that was overtaken does not bring an older page back", async () => {
  listeners.visibilitychange();
  listeners.visibilitychange();
  const [early, late] = waiting.splice(0);
  late("4 stay out");
  await settle();
  early("3");
  await settle();
  assert.equal(shown.dataset.version, "4 stay out");
});
