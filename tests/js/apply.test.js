// @ts-check
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { applyEvent, boardFrom } from "../../static/dispatch/js/apply.js";

/** @typedef {import("../../static/dispatch/js/apply.js").Board} Board */

const CASES = new URL("../events/cases.json", import.meta.url);

/** A board as plain rows by key, for comparing. @param {Board} board */
const plain = ({ version, calls, units, alerts }) => ({
  version,
  calls: Object.fromEntries(calls),
  units: Object.fromEntries(units),
  alerts: Object.fromEntries(alerts),
});

/** @param {Partial<import("../../static/dispatch/js/apply.js").Snapshot>} rows */
const board = (rows) => boardFrom({ version: 1, at: "", calls: [], units: [], alerts: [], ...rows });

/** @param {object} changes */
const change = (changes) => ({ v: 2, type: "call_updated", at: "", by: "ana", data: { changes } });

const call = /** @type {any} */ ({ id: "7", number: "26-000007", status: "pending", priority: 2 });

test("a row merges into the known one", () => {
  const after = applyEvent(board({ calls: [call] }), change({ calls: [{ id: "7", priority: 1 }] }));
  assert.deepEqual(after.calls.get("7"), { ...call, priority: 1 });
  assert.equal(after.version, 2);
});

for (const status of ["closed", "cancelled", "merged"]) {
  test(`a ${status} call leaves the board`, () => {
    const after = applyEvent(board({ calls: [call] }), change({ calls: [{ id: "7", status }] }));
    assert.equal(after.calls.size, 0);
  });
}

test("a reopened call comes back", () => {
  const after = applyEvent(board({}), change({ calls: [call] }));
  assert.deepEqual([...after.calls.keys()], ["7"]);
});

test("a unit that is gone leaves, one that is off stays", () => {
  const units = /** @type {any[]} */ ([{ unit: "WHEELER1", status: "OS" }, { unit: "CRT1", status: "AV" }]);
  const after = applyEvent(
    board({ units }),
    change({ units: [{ unit: "WHEELER1", status: "GONE" }, { unit: "CRT1", status: "OFF" }] }),
  );
  assert.deepEqual([...after.units.keys()], ["CRT1"]);
});

test("a cleared alert leaves, an acknowledged one stays", () => {
  const alerts = /** @type {any[]} */ ([{ id: "1", level: 1 }, { id: "2", level: 2 }]);
  const after = applyEvent(
    board({ alerts }),
    change({ alerts: [{ id: "1", acknowledged_at: "t" }, { id: "2", cleared_at: "t" }] }),
  );
  assert.deepEqual([...after.alerts.keys()], ["1"]);
});

test("the board before an event is not touched", () => {
  const before = board({ calls: [call] });
  applyEvent(before, change({ calls: [{ id: "7", status: "closed" }] }));
  assert.equal(before.calls.get("7")?.status, "pending");
});

test("the shared cases: snapshot + events == expected", { skip: existsSync(CASES) ? false : "NOT RUN: tests/events/cases.json is absent" }, async (context) => {
  for (const one of JSON.parse(readFileSync(CASES, "utf8"))) {
    await context.test(one.name, () => {
      const reached = one.events.reduce(applyEvent, boardFrom(one.snapshot));
      assert.deepEqual(plain(reached), plain(boardFrom(one.expected)));
    });
  }
});
