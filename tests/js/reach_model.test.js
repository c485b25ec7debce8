// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { addable, addresses, keyBytes, pushState } from "../../static/dispatch/js/reach_model.js";

/** @param {object} [more] @returns {import("../../static/dispatch/js/reach_model.js").Known} */
const known = (more = {}) => ({ offered: ["PUSH", "SMS"], public_key: "BA", channels: [], deliveries: [], ...more });
const browser = { supported: true, permission: "default", endpoint: null };
/** @param {string} endpoint */
const subscribed = (endpoint) => ({
  id: "1", kind: "PUSH", address: "", verified: true, quiet: false,
  browsers: [{ endpoint, user_agent: "", created_at: "", last_success_at: null }],
});

test("a device is on only when the server knows this very subscription", () => {
  const mine = known({ channels: [subscribed("https://push.example/a")] });
  assert.equal(pushState(mine, { ...browser, endpoint: "https://push.example/a" }), "on");
  assert.equal(pushState(mine, { ...browser, endpoint: "https://push.example/b" }), "off");
  assert.equal(pushState(mine, browser), "off");
  assert.equal(pushState(known(), { ...browser, endpoint: "https://push.example/a" }), "off");
});

test("what cannot be is said: no key here, no push in the browser, blocked by the person", () => {
  assert.equal(pushState(known({ public_key: null }), browser), "unavailable");
  assert.equal(pushState(known(), { ...browser, supported: false }), "unsupported");
  assert.equal(pushState(known(), { ...browser, permission: "denied" }), "denied");
});

test("addresses are given for everything but push", () => {
  assert.deepEqual(addable(known()), ["SMS"]);
  assert.deepEqual(addresses(known({ channels: [subscribed("x")] })), []);
});

test("a key is read as the bytes it stands for", () => {
  assert.deepEqual([...keyBytes("-_8")], [251, 255]);
  assert.deepEqual([...keyBytes("AQID")], [1, 2, 3]);
});
