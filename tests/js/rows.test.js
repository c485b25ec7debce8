// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { arrange, callTone, crewTimers, openRoles, sortCalls, sortUnits, unitFits, unitTone, visible } from "../../static/dispatch/js/rows.js";

const NOW = Date.parse("2026-10-14T22:00:00Z");
/** @param {number} seconds */
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();

/** @param {object} [more] */
const call = (more = {}) => /** @type {any} */ ({
  id: "1", status: "pending", priority: 3, received_at: at(-100), due_at: at(500), hold_until: null, callback_at: null, assignments: [], ...more,
});

test("a waiting call turns amber at 80 % of its limit and red when it is due", () => {
  assert.deepEqual(
    [at(26), at(25), at(0)].map((due_at) => callTone(call({ due_at }), NOW)),
    ["", "soon", "over"],
  );
});

test("a call is as late as its latest crew", () => {
  const crew = { status: "OS", since: at(-700), welfare_due_at: at(-1) };
  assert.equal(callTone(call({ status: "on_scene", assignments: [crew] }), NOW), "over");
  assert.equal(callTone(call({ status: "on_scene", assignments: [{ ...crew, welfare_due_at: at(59) }] }), NOW), "soon");
  assert.equal(callTone(call({ status: "on_scene", assignments: [{ ...crew, welfare_due_at: at(61) }] }), NOW), "");
});

test("a role is open as long as the row says so, however old the reading of the call is", () => {
  const slot = (/** @type {string} */ id, /** @type {string} */ status, /** @type {object} */ more = {}) => ({ id, role: "CRT", status, ...more });
  const read = [slot("7", "requested", { requested_at: at(-60) }), slot("8", "declined", { answer: "No crew" }), slot("9", "requested"), slot("10", "declined")];
  const shown = (/** @type {object[]} */ ...slots) => openRoles(call({ slots }), read).map((one) => `${one.id} ${one.status}`);
  assert.deepEqual(shown(slot("7", "assigned"), slot("9", "requested")), ["8 declined", "9 requested", "10 declined"]);
  assert.deepEqual(shown(slot("7", "requested"), slot("10", "requested"), slot("11", "requested")), ["7 requested", "8 declined", "10 requested", "11 requested"]);
  assert.equal(openRoles(call({ slots: [slot("7", "unfilled")] }), read)[0].requested_at, at(-60));
  assert.deepEqual(openRoles(call({ slots: [slot("7", "requested")] }), []).map((one) => one.id), ["7"]);
});

test("a role that was asked for after the row came is shown too, and one that the row knows to be gone is not", () => {
  const slot = (/** @type {string} */ id, /** @type {string} */ status) => ({ id, role: "CRT", status });
  const row = call({ version: 4, slots: [slot("7", "requested")] });
  const shown = (/** @type {number} */ version) => openRoles(row, [slot("7", "assigned"), slot("8", "requested"), slot("9", "assigned")], version).map((one) => `${one.id} ${one.status}`);
  assert.deepEqual(shown(5), ["7 requested", "8 requested"]);
  assert.deepEqual(shown(4), ["7 requested"]);
});

test("a hold that is over and a call-back that is due are red", () => {
  assert.equal(callTone(call({ status: "held", hold_until: at(-1) }), NOW), "over");
  assert.equal(callTone(call({ status: "held", hold_until: at(60) }), NOW), "");
  assert.equal(callTone(call({ callback_at: at(0) }), NOW), "over");
});

test("a dispatch without an answer is red after a minute, a late arrival after five", () => {
  const unit = (/** @type {object} */ more) => /** @type {any} */ ({ unit: "CRT1", assignment: "9", since: at(-61), ...more });
  assert.equal(unitTone(unit({ status: "DP" }), NOW), "over");
  assert.equal(unitTone(unit({ status: "ER", eta_at: at(-10) }), NOW), "soon");
  assert.equal(unitTone(unit({ status: "ER", eta_at: at(-301) }), NOW), "over");
  assert.equal(unitTone(unit({ status: "BK", assignment: null, until: at(-1) }), NOW), "over");
});

test("an order nobody acknowledged comes before everything else", () => {
  const timers = crewTimers({ status: "ER", since: at(-5), order: "STAGE", order_acknowledged_at: null, eta_at: at(60) }, NOW);
  assert.deepEqual(timers.map((timer) => timer.tone), ["over", ""]);
  assert.deepEqual(crewTimers({ status: "ER", since: at(-5), order: "STAGE", order_acknowledged_at: at(-1) }, NOW), []);
});

test("a silent crew is red where it is inside, and otherwise amber", () => {
  const unit = (/** @type {string} */ status) => /** @type {any} */ ({ unit: "CRT1", assignment: "9", since: at(-600), status, silent_since: at(-200) });
  assert.equal(unitTone(unit("OS"), NOW), "over");
  assert.equal(unitTone(unit("ER"), NOW), "soon");
});

test("overdue first, then priority, then age, held ones last", () => {
  const rows = [
    call({ id: "held", status: "held", priority: 1, hold_until: at(600) }),
    call({ id: "young", received_at: at(-10) }),
    call({ id: "old", received_at: at(-90) }),
    call({ id: "p1", priority: 1, due_at: at(50), received_at: at(-1) }),
    call({ id: "late", priority: 4, due_at: at(-1) }),
  ];
  assert.deepEqual(sortCalls(rows, NOW).map((row) => row.id), ["late", "p1", "old", "young", "held"]);
});

test("units stand by kind and number, off shift last", () => {
  const unit = (/** @type {string} */ name, /** @type {string} */ kind, status = "AV") => /** @type {any} */ ({ unit: name, kind, status });
  const rows = [unit("HPD10", "POLICE"), unit("HPD2", "POLICE"), unit("CRT2", "CIVILIAN", "OFF"), unit("CRT1", "CIVILIAN")];
  assert.deepEqual(sortUnits(rows).map((row) => row.unit), ["CRT1", "HPD2", "HPD10", "CRT2"]);
});

test("a filter takes several words", () => {
  const unit = /** @type {any} */ ({ unit: "CRT1", team: "CRT", status: "AV", kind: "CIVILIAN", agency: "CRT", call_number: null, languages: ["en", "es"], cit: false });
  assert.deepEqual(["", "crt av", "es", "crt os"].map((words) => unitFits(unit, words)), [true, true, true, false]);
});

test("while a list is read nothing moves, and what is new stands last and is counted", () => {
  assert.deepEqual(arrange(["b", "a"], ["new", "a", "b"], { frozen: true, selected: null }), { order: ["b", "a", "new"], added: 1 });
  assert.deepEqual(arrange(["b", "a"], ["a"], { frozen: true, selected: null }), { order: ["a"], added: 0 });
});

test("a new row never moves the selected one", () => {
  const { order } = arrange(["a", "b", "c"], ["new", "a", "b", "c"], { frozen: false, selected: "b" });
  assert.equal(order.indexOf("b"), 1);
  assert.deepEqual(order, ["new", "b", "a", "c"]);
  assert.deepEqual(arrange(["a", "b"], ["b"], { frozen: false, selected: "b" }).order, ["b"]);
  assert.deepEqual(arrange(["a", "b"], ["a"], { frozen: false, selected: "b" }).order, ["a"]);
});

test("a long list draws what is in sight", () => {
  assert.deepEqual(visible(100, 9999, 300, 26), { from: 0, to: 100 });
  assert.deepEqual(visible(500, 2600, 260, 26), { from: 90, to: 120 });
  assert.deepEqual(visible(500, 0, 260, 26), { from: 0, to: 20 });
});
