// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { alarmSounds, barsOf, Chimes, chimes, grouped, needsBar, sortAlerts, titleOf } from "../../static/dispatch/js/alarms.js";
import { fill } from "../../static/dispatch/js/sound.js";
import { TimersWatch } from "../../static/dispatch/js/watch.js";

const at = (/** @type {number} */ seconds) => new Date(Date.UTC(2026, 0, 5, 12, 0, seconds)).toISOString();
let made = 0;
/** @param {any} more @returns {any} */
const alert = (more) => ({ id: String((made += 1)), kind: "PENDING_OVERDUE", level: 2, text: "26-000001 waits", acknowledged_at: null, escalated_at: null, raised_at: at(0), ...more });
const seen = { acknowledged_at: at(9) };
const ids = (/** @type {any[]} */ rows) => rows.map((row) => row.id);
const dispatcher = { roles: ["dispatcher"], username: "ana" };
const supervisor = { roles: ["supervisor"], username: "sue" };

test("an L1 stays first until it is cleared, a crew's emergency before others, and what nobody has seen before what was seen", () => {
  const rows = [
    alert({ id: "l3", level: 3 }), alert({ id: "seen2", ...seen }), alert({ id: "amber" }), alert({ id: "red seen", level: 1, kind: "UPGRADE", ...seen }),
    alert({ id: "red late", level: 1, kind: "UPGRADE", raised_at: at(5) }), alert({ id: "red", level: 1, kind: "UPGRADE" }),
    alert({ id: "emergency", level: 1, kind: "EMERGENCY", raised_at: at(60) }), alert({ id: "emergency seen", level: 1, kind: "EMERGENCY", ...seen }),
  ];
  assert.deepEqual(ids(sortAlerts(rows)), ["emergency", "red", "red late", "emergency seen", "red seen", "amber", "l3", "seen2"]);
});

test("an acknowledged L2 needs no bar, an acknowledged L1 keeps it", () => {
  assert.deepEqual([{ level: 1, ...seen }, { level: 2, ...seen }, { level: 2 }, { level: 3 }].map((row) => needsBar(alert(row))), [true, false, true, false]);
});

test("a seen L1 and an unseen L2 both have a bar; with room for one the L2 has it and the L1 is named beside it", () => {
  const rows = sortAlerts([alert({ id: "amber" }), alert({ id: "red", level: 1, ...seen }), alert({ id: "red2", level: 1, ...seen })]);
  const tall = barsOf(rows, 2);
  assert.deepEqual([tall.shown.map((bar) => bar.key), tall.more, ids(tall.moreRed)], [["red", "amber"], 1, ["red2"]]);
  const short = barsOf(rows, 1);
  assert.deepEqual([short.shown.map((bar) => bar.key), short.more, ids(short.moreRed)], [["amber"], 2, ["red", "red2"]]);
});

test("L1 alerts are never grouped and hide amber ones, which are counted", () => {
  const red = ["a", "b", "c"].map((id) => alert({ id, level: 1, kind: "WELFARE_MISSED" }));
  const { shown, more, moreRed } = barsOf(sortAlerts([alert({ id: "amber" }), ...red]), 2);
  assert.deepEqual([shown.map((bar) => bar.key), more, ids(moreRed)], [["a", "b"], 2, ["c"]]);
});

test("a flood of one kind is one bar at the place of its oldest, others stay single", () => {
  const flood = [1, 2, 3, 4].map((n) => alert({ id: `p${n}`, raised_at: at(n) }));
  const rows = sortAlerts([...flood, alert({ id: "n", kind: "NOT_ACKNOWLEDGED", raised_at: at(2) }), alert({ id: "m", kind: "NOT_ACKNOWLEDGED", raised_at: at(3) })]);
  assert.deepEqual(grouped(rows).map((bar) => [bar.key, bar.alerts.length]), [["kind-PENDING_OVERDUE", 4], ["n", 1], ["m", 1]]);
  assert.deepEqual([barsOf(rows, 2).shown.map((bar) => bar.key), barsOf(rows, 2).more], [["kind-PENDING_OVERDUE", "n"], 1]);
});

test("an L1 sounds at dispatchers at once and at everybody once nobody acknowledged it", () => {
  const red = alert({ level: 1 });
  assert.deepEqual([dispatcher, supervisor].map((me) => alarmSounds([red], me)), [true, false]);
  assert.deepEqual([dispatcher, supervisor].map((me) => alarmSounds([{ ...red, escalated_at: at(30) }], me)), [true, true]);
  assert.equal(alarmSounds([{ ...red, escalated_at: at(30), ...seen }, alert({})], dispatcher), false);
});

test("an L2 chimes once for who works its call and did not raise it, and once more everywhere when it goes to everybody; L3 never", () => {
  const event = (/** @type {string} */ type, /** @type {any} */ row, by = "system:timers") => /** @type {any} */ ({ type, by, data: { changes: { alerts: [row] } } });
  const amber = alert({});
  assert.equal(chimes(event("alert_raised", amber), dispatcher), true);
  assert.equal(chimes(event("alert_raised", amber, "ana"), dispatcher), false);
  assert.equal(chimes(event("alert_raised", amber), supervisor), false);
  assert.equal(chimes(event("alert_escalated", amber), supervisor), true);
  assert.equal(chimes(event("alert_acknowledged", { ...amber, ...seen }), dispatcher), false);
  assert.equal(chimes(event("alert_raised", alert({ level: 3 })), dispatcher), false);
  const worked = event("alert_raised", amber);
  worked.data.changes.calls = [{ position: "D2" }];
  const at = (/** @type {string} */ mine) => ({ ...dispatcher, elsewhere: (/** @type {string} */ name) => name !== mine });
  assert.deepEqual([chimes(worked, at("D1")), chimes(worked, at("D2")), chimes({ ...worked, type: "alert_escalated" }, at("D1"))], [false, true, true]);
  const many = new Chimes();
  const raised = [event("alert_raised", amber)];
  assert.deepEqual([many.due(raised, dispatcher, 0), many.due(raised, dispatcher, 4000), many.due(raised, dispatcher, 6000)], [true, false, true]);
});

test("the title counts what waits and says that an L1 is among it", () => {
  const how = { name: "HEARTeam", turned: false, words: (/** @type {string} */ text) => text };
  assert.equal(titleOf([alert({ level: 3 }), alert(seen)], how), "HEARTeam");
  assert.equal(titleOf([alert({})], how), "(1) HEARTeam");
  const rows = sortAlerts([alert({}), alert({ level: 1, text: "CRT1 EMERGENCY" })]);
  assert.deepEqual([titleOf(rows, how), titleOf(rows, { ...how, turned: true })], ["(2!) HEARTeam", "■ CRT1 EMERGENCY"]);
});

test("timers that stand still alarm at the desk itself until they run again", () => {
  const watch = new TimersWatch();
  watch.heard({ at: at(29), timers_at: at(0) });
  assert.equal(watch.alert, null);
  watch.heard({ at: at(30), timers_at: at(0) });
  assert.equal(alarmSounds([/** @type {any} */ (watch.alert)], supervisor), true);
  watch.acknowledge("sue", Date.parse(at(33)));
  watch.heard({ at: at(34), timers_at: at(0) });
  assert.equal(watch.alert?.acknowledged_by, "sue");
  watch.heard({ at: at(36), timers_at: at(35) });
  assert.equal(watch.alert, null);
});

test("a tone swells and fades, with silence after it", () => {
  const wave = new Float32Array(200);
  fill(wave, 100, [[10, 0.2, 1]]);
  assert.equal(wave.subarray(0, 21).every((value) => value === 0), true);
  assert.ok(wave.some((value) => Math.abs(value) > 0.5));
  assert.equal(wave.subarray(120).every((value) => value === 0), true);
});
