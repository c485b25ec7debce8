// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { entriesOf, groupOf, lastOwnNote, shown } from "../../static/dispatch/js/timeline_model.js";
import { lastAction } from "../../static/dispatch/js/undo.js";

let v = 0;
/** @param {string} type @param {Record<string, any>} [data] @param {{ at?: string, by?: string }} [more] @returns {any} */
const frame = (type, data = {}, { at, by = "ada" } = {}) => {
  v += 1;
  return { v, type, at: at ?? `2026-01-05T12:00:${String(v).padStart(2, "0")}Z`, by, data };
};
/** @param {string} note @param {string} text @param {Record<string, any>} [data] @param {{ by?: string }} [more] */
const note = (note, text, data = {}, more = {}) => frame("note_added", { note, text, audience: "ALL", kind: "NARRATIVE", corrects: null, ...data }, more);

test("a late report stands where it happened and says when it was told", () => {
  v = 0;
  const first = frame("call_held", { reason: "" }, { at: "2026-01-05T12:10:00Z" });
  const late = frame("note_added", { note: "1", text: "fell", occurred_at: "2026-01-05T12:00:00Z" }, { at: "2026-01-05T12:20:00Z" });
  assert.deepEqual(entriesOf([first, late]).map((entry) => [entry.frame.v, entry.late]), [[late.v, true], [first.v, false]]);
});

test("a corrected note keeps its place with what corrected it beneath, and a correction of that too", () => {
  v = 0;
  const frames = [note("1", "red"), note("2", "other"), note("3", "blue", { corrects: "1" }), note("4", "green", { corrects: "3" })];
  const entries = entriesOf(frames);
  assert.deepEqual(entries.map((entry) => [entry.frame.data.text, entry.corrections.map((one) => one.data.text)]), [["red", ["blue", "green"]], ["other", []]]);
});

test("one's last note that stands is the one to correct: none that is struck out, none of somebody else", () => {
  v = 0;
  const frames = [note("1", "mine"), note("2", "struck"), note("3", "", { corrects: "2", strikes: true }), note("4", "hers", {}, { by: "bea" })];
  assert.equal(lastOwnNote(entriesOf(frames), "ada")?.data.text, "mine");
  assert.equal(lastOwnNote(entriesOf([...frames, note("5", "better", { corrects: "1" })]), "ada")?.data.text, "better");
});

test("what was undone is marked, and the undo of several things is one line", () => {
  v = 0;
  const done = [frame("assignment_created", {}), frame("assignment_created", {})];
  const at = "2026-01-05T13:00:00Z";
  const undone = [1, 2].map(() => frame("action_undone", { undone: [1, 2], types: ["assignment_created"] }, { at }));
  const entries = entriesOf([...done, ...undone]);
  assert.deepEqual(entries.map((entry) => [entry.frame.type, entry.undone]), [["assignment_created", true], ["assignment_created", true], ["action_undone", false]]);
});

test("every filter lets its own through, and the search every word of it", () => {
  v = 0;
  const frames = [note("1", "Dog in the yard"), frame("assignment_status_changed", { status: "OS", note: "" }), frame("alert_raised", { level: 2, text: "late" }), frame("recommendation_made", { units: [], short_of: [] })];
  const entries = entriesOf(frames);
  const types = (/** @type {any} */ filter, search = "") => shown(entries, filter, search).map((entry) => entry.frame.type);
  assert.deepEqual(types("notes"), ["note_added"]);
  assert.deepEqual(types("units"), ["assignment_status_changed"]);
  assert.deepEqual(types("alerts"), ["alert_raised"]);
  assert.deepEqual(types("triage"), ["recommendation_made"]);
  assert.deepEqual(types("main"), ["note_added", "assignment_status_changed", "alert_raised"]);
  assert.equal(types("all").length, 4);
  assert.deepEqual(types("all", "YARD dog"), ["note_added"]);
  assert.deepEqual(types("all", "yard cat"), []);
  assert.equal(groupOf("something_new"), "all");
});

test("the last action of one's own is all that bears the same time, without what the screen does by itself", () => {
  v = 0;
  const at = "2026-01-05T12:00:30Z";
  const events = [frame("call_held", {}), frame("assignment_created", {}, { at }), frame("alert_cleared", {}, { at }), frame("recommendation_made", {}), frame("call_held", {}, { by: "bea" })];
  const last = lastAction(null, events, "ada");
  assert.deepEqual([last?.v, last?.types], [3, ["assignment_created", "alert_cleared"]]);
});
