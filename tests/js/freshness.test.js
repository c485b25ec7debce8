// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { Fresh } from "../../static/dispatch/js/freshness.js";

/** @param {object} [more] */
const link = (more = {}) => /** @type {any} */ ({ status: "live", heardAt: 100_000, latencyMs: null, head: 7, caughtUp: true, ...more });
const whole = { version: 7, readAt: 90_000 };

test("a page is live when nothing is missing, not when a connection is open", () => {
  const fresh = new Fresh();
  assert.equal(fresh.state(link({ caughtUp: false }), whole, 95_000), "catching_up");
  assert.equal(fresh.state(link({ head: 9 }), whole, 95_000), "catching_up");
  assert.equal(fresh.state(link(), whole, 101_000), "live");
});

test("an open connection that cannot bring what is missing is stale after ten seconds", () => {
  const fresh = new Fresh();
  fresh.see(link(), whole);
  const behind = link({ heardAt: 109_000, head: 9 });
  assert.equal(fresh.state(behind, whole, 109_999), "catching_up");
  assert.equal(fresh.state(behind, whole, 110_000), "stale");
  assert.equal(fresh.asOf, 100_000);
});

test("a page whose socket never opened says since when: since it read the board", () => {
  const fresh = new Fresh();
  const never = link({ status: "connecting", heardAt: 0, head: 0, caughtUp: false });
  assert.equal(fresh.state(never, whole, 99_000), "connecting");
  assert.equal(fresh.state(never, whole, 100_000), "stale");
  assert.equal(fresh.asOf, 90_000);
});

test("it stays stale until it has caught up", () => {
  const fresh = new Fresh();
  fresh.see(link(), whole);
  const back = link({ heardAt: 200_000, head: 7, caughtUp: false });
  assert.equal(fresh.state(back, whole, 200_000), "stale");
  assert.equal(fresh.state(link({ heardAt: 200_100, head: 9 }), { version: 9, readAt: 90_000 }, 200_100), "live");
});

test("who is signed out or refused is told so, however fresh", () => {
  for (const status of ["signed_out", "refused"]) assert.equal(new Fresh().state(link({ status }), whole, 91_000), status);
});
