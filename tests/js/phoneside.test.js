// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { offered, PhoneSide, spokenLanguage } from "../../static/dispatch/js/phoneside.js";

const bid = (/** @type {string} */ id, more = {}) => ({ id, at: `2026-10-14T22:00:0${id}Z`, lat: 41.76, lon: -72.68, uncertainty_m: 20, confidence: 90, address: "", used_at: null, used_by: "", ...more });
const phone = (/** @type {any[]} */ bids, more = {}) => ({ id: "1", number: "860-555-0142", class_of_service: "WPH2", name: "", address: "", provider: "", position: "", raw: "", problems: [], bids, ...more });
const side = (/** @type {any[]} */ ...phones) => ({ phone: phones, texts: [], interpreters: [] });

test("only the newest word of the phone is offered, and none that the call's place has followed", () => {
  assert.equal(offered(side(phone([bid("1"), bid("2")])))?.bid.id, "2");
  assert.equal(offered(side(phone([bid("1"), bid("2", { used_at: "2026-10-14T22:00:09Z" })]))), null);
  assert.equal(offered(side(phone([bid("3")]), phone([bid("2")])))?.bid.id, "3");
  assert.equal(offered(side()), null);
});

test("a place typed over the phone's word is measured by it: one that does not agree is said", () => {
  const followed = side(phone([bid("1", { used_at: "2026-10-14T22:00:09Z" })]));
  assert.equal(offered(followed, { source: "ADDRESS", lat: 41.7604, lon: -72.6803 }), null);
  assert.equal(offered(followed, { source: "ADDRESS", lat: 41.79, lon: -72.66 })?.bid.id, "1");
  assert.equal(offered(followed, { source: "NONE", lat: null, lon: null })?.bid.id, "1");
  assert.equal(offered(followed, { source: "PHONE_CHOSEN", lat: 41.76, lon: -72.68 }), null);
});

test("the address of a wireless phone's tower is never offered", () => {
  const tower = bid("1", { lat: null, lon: null, address: "1 Tower Rd" });
  assert.equal(offered(side(phone([tower]))), null);
  assert.equal(offered(side(phone([tower], { class_of_service: "RESD" })))?.bid.address, "1 Tower Rd");
});

/** @param {any} [answer] an Error is thrown */
function writing(answer = { state: "QUEUED" }, language = "") {
  const sent = /** @type {any[]} */ ([]);
  const said = /** @type {any[]} */ ([]);
  const desk = /** @type {any} */ ({
    selected: "7", call: { unread_texts: 2 }, form: { value: () => language }, changed: () => {}, focus: () => {}, say: (/** @type {string} */ text) => said.push(text),
    requests: { onCall: async (/** @type {string} */ id, /** @type {string} */ path, /** @type {any} */ body) => { sent.push([id, path, body]); if (answer instanceof Error) throw answer; return answer; } },
    did: (/** @type {Promise<any>} */ request) => request.catch(() => undefined),
  });
  desk.phone = new PhoneSide(desk);
  return { desk, sent, said };
}
const WHERE = { code: "WHERE", en: "Where are you?", es: "¿Dónde está usted?" };

test("an approved phrase goes out as that while nobody touches it, in the caller's language", async () => {
  const { desk, sent } = writing(undefined, "es");
  desk.phone.choose(WHERE);
  await desk.phone.send();
  desk.phone.choose(WHERE);
  desk.phone.draft += " Rápido.";
  await desk.phone.send();
  assert.deepEqual(sent.map(([, , body]) => body), [{ phrase: "WHERE", language: "es" }, { text: "¿Dónde está usted? Rápido." }]);
});

test("a text that was refused stands in the field again, one without a gateway is said not to be sent", async () => {
  const refused = writing(new Error("no"));
  refused.desk.phone.draft = "Where?";
  await refused.desk.phone.send();
  assert.equal(refused.desk.phone.draft, "Where?");
  const { desk, said } = writing({ state: "NO_GATEWAY" });
  desk.phone.draft = "Where?";
  await desk.phone.send();
  assert.match(said[0], /Not sent/);
});

test("the words to say are Spanish for who speaks it, and one key changes them until another call is opened", () => {
  const { desk } = writing(undefined, "es");
  assert.equal(spokenLanguage(desk), "es");
  desk.phone.toggleSpoken();
  assert.equal(spokenLanguage(desk), "en");
  desk.phone.leave("7");
  assert.equal(spokenLanguage(desk), "es");
});
