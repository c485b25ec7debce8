import assert from "node:assert/strict";
import { test } from "node:test";

import { callLines, counts, page, unitLines } from "../../static/dispatch/js/views/wallboard_model.js";

const NOW = Date.parse("2026-11-02T12:00:00Z");
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();
const call = (id, more) => ({
  id, number: `26-00442${id}`, priority: 2, tier: 4, status: "pending", type_name: "Welfare check", received_at: at(-30), due_at: at(150),
  hold_until: null, callback_at: null, assignments: [], response: ["CRT"], location: { text: "415 Park St", unit: "3B" }, ...more,
});
const unit = (name, more) => ({
  unit: name, team: "CRT", kind: "CIVILIAN", status: "AV", on_shift: true, since: at(-60), call: null, call_number: null, assignment: null,
  eta_at: null, welfare_due_at: null, order: null, until: null, languages: [], ...more,
});
const board = (calls, units = [], alerts = []) => ({
  version: 1, presence: new Map(), calls: new Map(calls.map((row) => [row.id, row])),
  units: new Map(units.map((row) => [row.unit, row])), alerts: new Map(alerts.map((row) => [row.id, row])),
});

test("counts pending, active, overdue, gravest alerts and free units", () => {
  const units = [unit("CRT1"), unit("HPD1", { kind: "POLICE" }), unit("HPD2", { kind: "POLICE", status: "OS" }), unit("CRT2", { on_shift: false })];
  const shown = counts(board([call("1"), call("2", { status: "on_scene", due_at: null }), call("3", { due_at: at(-5) })], units, [{ id: "9", level: 1 }, { id: "8", level: 3 }]), NOW);
  assert.deepEqual(shown.map(({ label, value }) => [label, value]), [
    ["Pending", 2], ["Active", 1], ["Overdue", 1], ["L1 alerts", 1], ["Crisis teams free", 1], ["Others free", 1],
  ]);
});

test("a line of a call holds no name, no narrative and no apartment", () => {
  const row = call("1", { caller: { name: "Ana Prado" }, notes: ["a story"] });
  const text = JSON.stringify(callLines(board([row]), NOW));
  assert.match(text, /415 Park St/);
  assert.doesNotMatch(text, /Prado|story|3B/);
});

test("the overdue call stands first", () => {
  const lines = callLines(board([call("1", { priority: 1 }), call("2", { priority: 3, due_at: at(-1) })]), NOW);
  assert.deepEqual(lines.pending.map((line) => line.key), ["2", "1"]);
  assert.equal(lines.pending[0].tone, "over");
});

test("units at work stand before those on a break; free ones are named; units off shift are absent", () => {
  const units = [
    unit("CRT1"), unit("CRMHC1", { status: "BK" }), unit("HPD2", { kind: "POLICE", status: "ER", call: "1", call_number: "26-004421" }),
    unit("CRT3", { on_shift: false }),
  ];
  const { busy, free } = unitLines(board([], units), NOW);
  assert.deepEqual(busy.map((line) => [line.unit, line.call]), [["HPD2", "4421"], ["CRMHC1", ""]]);
  assert.deepEqual(free, ["CRT1"]);
});

test("every line of a list without room for it comes by, a page after the other", () => {
  const lines = ["a", "b", "c", "d", "e"];
  assert.deepEqual(page(lines, 5, 3), { lines, from: 1, to: 5 });
  assert.deepEqual([0, 1, 2, 3].map((turn) => page(lines, 2, turn).lines.join("")), ["ab", "cd", "e", "ab"]);
  assert.deepEqual(page(lines, 2, 2), { lines: ["e"], from: 5, to: 5 });
  assert.deepEqual(page([], 2, 1), { lines: [], from: 1, to: 0 });
});
