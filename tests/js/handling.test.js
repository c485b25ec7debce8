// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { isScheduled, nextFor, targets, townsCenter, townsServices, transferWords, waitingFor } from "../../static/dispatch/js/handling.js";

/** @param {object} fields @returns {any} */
const row = (fields) => ({ status: "pending", scheduled_for: null, hold_until: null, transfer: null, stacked_on: [], location: { in_city: true, town: "Hartford" }, ...fields });
/** @param {string} code @param {string} kind @param {object} [more] @returns {any} */
const resource = (code, kind, more = {}) => ({ code, name: code, kind, phone: "860-555-0100", towns: [], ...more });
const DIRECTORY = [
  resource("SHELTER", "COMMUNITY"), resource("PEER_LINE", "CRISIS_LINE"), resource("988", "CRISIS_LINE"), resource("211", "CRISIS_LINE"),
  resource("911-BLOOMFIELD", "CENTER", { towns: ["Bloomfield"] }), resource("TOWN", "TOWN", { towns: ["Bloomfield"] }), resource("NO_NUMBER", "COMMUNITY", { phone: "" }),
];

test("an offered transfer says to whom and since when, an accepted one that it was taken", () => {
  const transfer = { to: "2-1-1, press 1 for crisis", status: "offered", offered_at: "2026-01-05T12:00:00Z" };
  const now = Date.parse("2026-01-05T12:03:12Z");
  assert.equal(transferWords(row({ transfer }), now), "XFR 2-1-1 offered 3:12");
  assert.equal(transferWords(row({ transfer: { ...transfer, status: "accepted" } }), now), "XFR 2-1-1 accepted");
  assert.equal(transferWords(row({}), now), "");
});

test("a call is scheduled while it is held for its own time, not when it came back or is held for another reason", () => {
  const at = "2026-01-05T14:30:00Z";
  assert.equal(isScheduled(row({ status: "held", scheduled_for: at, hold_until: at })), true);
  assert.equal(isScheduled(row({ status: "pending", scheduled_for: at })), false);
  assert.equal(isScheduled(row({ status: "held", scheduled_for: at, hold_until: "2026-01-05T15:00:00Z" })), false);
});

test("a unit takes what waits for it by place, and only what is pending", () => {
  const calls = new Map([
    ["1", row({ id: "1", stacked_on: [{ unit: "CRT1", place: 1000001 }, { unit: "CRT2", place: 1000001 }] })],
    ["2", row({ id: "2", stacked_on: [{ unit: "CRT1", place: 999999 }], status: "held" })],
    ["3", row({ id: "3" })],
  ]);
  assert.deepEqual(waitingFor(calls, "CRT1").map((call) => call.id), ["2", "1"]);
  assert.equal(nextFor(calls, "CRT1")?.id, "1");
  assert.equal(nextFor(calls, "CRT3"), null);
});

test("first comes the town's own center, then what the rule names, then other lines; who has no number is no target", () => {
  const outside = row({ location: { in_city: false, town: "BLOOMFIELD" } });
  const named = [{ kind: "TRANSFER", resources: ["988"] }, { kind: "HOLD" }];
  assert.deepEqual(targets(outside, DIRECTORY, named).map((one) => one.code), ["911-BLOOMFIELD", "988", "211", "PEER_LINE", "SHELTER", "TOWN"]);
  assert.deepEqual(targets(row({}), DIRECTORY, []).map((one) => one.code).at(-1), "911-BLOOMFIELD");
  assert.equal(townsCenter(outside, DIRECTORY)?.code, "911-BLOOMFIELD");
  assert.equal(townsCenter(row({}), DIRECTORY), null);
  assert.deepEqual(townsServices(outside, DIRECTORY).map((one) => one.code), ["TOWN"]);
});
