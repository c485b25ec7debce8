// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { isNarrative, isQuiet, language, lineOf, reasonsOf, who } from "../../static/dispatch/js/wording.js";

/** @param {string} type @param {object} data @param {string} [unit] */
const line = (type, data, unit) => lineOf({ v: 1, type, at: "", by: "ana", unit, data });

test("the timeline reads like a log", () => {
  assert.equal(line("assignment_status_changed", { status: "OS", destination: "", late: false, note: "" }, "CRT1"), "CRT1 on scene");
  assert.equal(line("assignment_status_changed", { status: "AV", destination: "", late: true, note: "" }, "CRT1"), "CRT1 cleared (reported late)");
  assert.equal(line("call_triaged", { rule: "R8", tier: 4, response: ["CRT"], provisional: true, upgraded: false }), "Triage R8: T4 CRT (provisional)");
  assert.equal(line("handoff_recorded", { team: "WHEELER", attempt: 2, outcome: "no_answer", unit: null, eta_minutes: null }), "Hand-off to WHEELER, attempt 2: no answer");
  assert.equal(line("note_added", { text: "", audience: "CLINICAL" }), "clinical note");
});

test("a caller's details fill no line of the timeline, a change of place does", () => {
  const changed = (/** @type {string[]} */ ...fields) => isQuiet({ v: 1, type: "call_updated", at: "", by: "ana", data: { fields } });
  assert.deepEqual([changed("caller"), changed("caller", "person"), changed("caller", "location"), changed("priority")], [true, true, false, false]);
});

test("behind a triage stands why, as it was said then", () => {
  const frame = (/** @type {string} */ type) => ({ v: 1, type, at: "", by: "ana", data: { reasons: ["R8 T4 P3: CRT.", "Out of scope: WHEELER (adult)."] } });
  assert.deepEqual([reasonsOf(frame("call_triaged")), reasonsOf(frame("call_held"))], [["R8 T4 P3: CRT.", "Out of scope: WHEELER (adult)."], []]);
});

test("an event that is new to this console is named, not hidden", () => {
  assert.equal(line("something_new", {}), "something new");
});

test("every event type of the log that belongs to a call has words of its own", () => {
  const types = [...readFileSync(new URL("../../static/dispatch/js/types/events.d.ts", import.meta.url), "utf8").matchAll(/^ {2}([a-z_]+): [A-Za-z]+ & \{ changes/gm)].map((match) => match[1]);
  assert.ok(types.length > 20);
  const without = types.filter((type) => {
    try {
      return line(type, {}) === type.replaceAll("_", " ");
    } catch {
      return false; // it has words, they only need its data
    }
  });
  assert.deepEqual(without, ["command_alias_changed", "log_restarted", "roster_changed", "ruleset_published", "timer_limits_changed"]);
});

test("the system's own deeds carry a plain name, languages their English one", () => {
  assert.deepEqual([who("system:timers"), who("ana")], ["timers", "ana"]);
  assert.deepEqual([language("es"), language(""), language("not a code")], ["Spanish", "", "not a code"]);
  assert.equal(isNarrative({ v: 1, type: "note_added", at: "", by: "", data: {} }), true);
});
