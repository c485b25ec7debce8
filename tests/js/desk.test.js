// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { Desk } from "../../static/dispatch/js/desk.js";

const NEW_QUESTION = { field: "dog", label: "Dog", ask_en: "", ask_es: "", hint: "", answers: [] };

/** A desk with two calls; what is sent is noted. */
function desk() {
  const sent = /** @type {any[]} */ ([]);
  const call = (/** @type {string} */ id) => ({ id, number: `26-00000${id}`, status: "pending", version: 1, received_at: "2026-10-14T22:00:00Z", priority: 2, assignments: [] });
  const calls = new Map(["1", "2"].map((id) => [id, call(id)]));
  const made = new Desk(/** @type {any} */ ({
    api: { get: async (/** @type {string} */ path) => {
      if (path === "/api/reference/") return { questions: [NEW_QUESTION] };
      return path.endsWith("timeline/") ? { events: [] } : { ...call(path.split("/")[3]), units: [], short_of: [] };
    } },
    requests: {
      receive: async (/** @type {any} */ fields) => { sent.push(fields); return { id: "9", number: "26-000009", version: 1 }; },
      change: async (/** @type {string} */ id, /** @type {number} */ _, /** @type {any} */ fields) => { sent.push({ id, ...fields }); return { version: 2 }; },
    },
    store: { version: 1, state: { calls, units: new Map(), alerts: new Map() } }, clock: { now: () => 0 }, me: { permissions: [] },
    reference: { questions: [] }, draw: () => {}, drawNow: () => {},
  }));
  return { desk: made, sent };
}
const settle = async () => { for (let n = 0; n < 30; n += 1) await Promise.resolve(); };

test("a note begun for one call waits there while another is open", async () => {
  const { desk: d } = desk();
  d.open("1");
  d.note = "half a sent";
  d.open("2");
  assert.equal(d.note, "");
  d.open("1");
  assert.equal(d.note, "half a sent");
  await settle();
});

test("a new call without a place waits, and F2 goes on with it", async () => {
  const { desk: d, sent } = desk();
  d.openNew();
  d.form?.set("caller.phone", "860-555-0142");
  d.open("1");
  await settle();
  assert.deepEqual(sent, []);
  d.openNew();
  assert.equal(d.form?.value("caller.phone"), "860-555-0142");
  d.form?.set("location.text", "415 Park St", { commit: true });
  await settle();
  assert.equal(sent[0].caller.phone, "860-555-0142");
});

test("opening another call sends what was typed about this one at once", async () => {
  const { desk: d, sent } = desk();
  d.open("1");
  await settle();
  d.form?.set("caller.name", "Ann");
  d.open("2");
  await settle();
  assert.deepEqual(sent, [{ id: "1", caller: { name: "Ann" } }]);
  assert.equal(d.form?.value("caller.name"), "");
});

test("a call of one's own that is saved stays open under its number, another's save does not take the desk", async () => {
  const { desk: d } = desk();
  d.openNew("415 Park St");
  await settle();
  assert.equal(d.selected, "9");
  d.openNew("88 Albany Av");
  d.open("1");
  await settle();
  assert.equal(d.selected, "1");
});

test("a refusal stays until the next thing works, and names who has the unit", async () => {
  const { desk: d } = desk();
  d.refuse({ message: "Taken.", problem: { holder: { unit: "CRT1", call_number: "26-000002" } } });
  assert.equal(d.notices[0].text, "Taken. CRT1 is on 26-000002.");
  await d.did(Promise.resolve({}), "Done.");
  assert.deepEqual(d.notices.map((notice) => notice.text), ["Done."]);
  assert.equal(d.said, "Done.");
});

test("a ruleset that takes effect brings its questions to the open call, and the desk says so", async () => {
  const { desk: d } = desk();
  d.open("1");
  await settle();
  d.follow([/** @type {any} */ ({ v: 2, type: "ruleset_published", data: { name: "Hartford", version: 3, changes: {} } })]);
  await settle();
  assert.deepEqual(d.triage?.options.questions, [NEW_QUESTION]);
  assert.equal(d.notices.at(-1)?.text, "Hartford v3 decides from now on.");
});

test("a board that was loaded afresh may have missed one, a position has not", async () => {
  const { desk: d } = desk();
  d.follow([]);
  d.follow([]);
  await settle();
  assert.deepEqual(d.reference.questions, []);
  d.store.version = 9;
  d.follow([]);
  await settle();
  assert.deepEqual(d.reference.questions, [NEW_QUESTION]);
});
