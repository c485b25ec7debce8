import assert from "node:assert/strict";
import { test } from "node:test";

import { canBeNote, noteText, oldTaps } from "../../static/dispatch/js/taps.js";

const tap = (name) => ({ kind: "status", label: name, path: `/api/${name}/`, body: { name }, urgent: false });

test("taps that the version before kept are taken over once, those of others are left, broken ones thrown away", () => {
  const map = new Map(Object.entries({
    "hearteam.outbox.ada.0000000000000002.b": JSON.stringify({ ...tap("os"), id: "b", seq: 2, state: "sent" }),
    "hearteam.outbox.ada.0000000000000001.a": JSON.stringify({ ...tap("er"), id: "a", seq: 1, state: "saved" }),
    "hearteam.outbox.ada.0000000000000003.x": "{broken", "hearteam.outbox.bob.0000000000000001.c": "{}", "hearteam.theme": "glare",
  }));
  const storage = {
    get length() { return map.size; }, key: (index) => [...map.keys()][index] ?? null, getItem: (key) => map.get(key) ?? null, removeItem: (key) => map.delete(key),
  };
  const { taps, taken } = oldTaps(storage, "ada", "CRT1");
  assert.deepEqual(taps.map((one) => [one.id, one.state, one.owner, one.unit]), [["a", "saved", "ada", "CRT1"], ["b", "saved", "ada", "CRT1"]]);
  taken();
  assert.deepEqual([...map.keys()], ["hearteam.outbox.bob.0000000000000001.c", "hearteam.theme"]);
});

test("a refused tap in words for the record: what, when, whose clock, and why it was not taken", () => {
  const made = { ...tap("x"), unit: "CRT1", call: { id: "1", number: "26-000001" }, refusal: "The unit was cleared from this call." };
  const about = (body, more = {}) => noteText({ ...made, ...more, body }, (at) => at.slice(11, 16));
  assert.equal(about({ status: "OS", occurred_at: "2026-11-22T22:41:07Z" }), "CRT1: on scene at 22:41. The system did not take it: The unit was cleared from this call.");
  assert.equal(about({ status: "TR", destination: "Hartford Hospital", occurred_at: "2026-11-22T22:41:07Z", time_unsure: true }),
    "CRT1: transporting to Hartford Hospital at 22:41 (by the tablet's own clock). The system did not take it: The unit was cleared from this call.");
  assert.equal(about({}, { kind: "scene", path: "/api/calls/1/scene-unsafe/" }), "CRT1: scene is not safe. The system did not take it: The unit was cleared from this call.");
  assert.deepEqual([canBeNote(made), canBeNote({ ...made, call: null }), canBeNote({ ...made, kind: "note" })], [true, false, false]);
});
