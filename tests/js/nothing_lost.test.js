// @ts-check
/** What is typed while an answer is out stays with what it was typed about. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { accept } from "../../static/dispatch/js/accept.js";
import { Desk } from "../../static/dispatch/js/desk.js";
import { Drafts } from "../../static/dispatch/js/drafts.js";
import { addNote } from "../../static/dispatch/js/notes.js";
import { run, SCREEN } from "../../static/dispatch/js/run.js";

/** @param {string} id */
const callOf = (id) => ({ id, number: `26-00000${id}`, status: "pending", version: 1, received_at: "2026-10-14T22:00:00Z", priority: 2, assignments: [], response: [], location: { text: "" } });
const settle = async () => { for (let n = 0; n < 30; n += 1) await Promise.resolve(); };

/** A desk with two calls; `answer()` lets the oldest request that waits have its answer, `refuse()` refuses it. */
function desk() {
  const waiting = /** @type {{ name: string, given: any[], resolve: (answer: any) => void, reject: (error: any) => void }[]} */ ([]);
  const ask = (/** @type {string} */ name) => (/** @type {any[]} */ ...given) => new Promise((resolve, reject) => { waiting.push({ name, given, resolve, reject }); });
  const next = (/** @type {string} */ name) => {
    const at = waiting.findIndex((one) => one.name === name);
    assert.notEqual(at, -1, `${name} was asked for`);
    return waiting.splice(at, 1)[0];
  };
  const found = ask("find");
  const made = new Desk(/** @type {any} */ ({
    api: { get: async (/** @type {string} */ path) => {
      if (path.startsWith("/api/calls/?q=")) return found();
      if (path.endsWith("/intake/")) return { phone: [], texts: [], interpreters: [] };
      return path.endsWith("timeline/") ? { events: [] } : { ...callOf(path.split("/")[3]), units: [{ unit: "CRT1", pick: true }], short_of: [] };
    } },
    requests: { note: ask("note"), change: ask("change"), dispatch: ask("dispatch"), commandLine: ask("commandLine") },
    store: { version: 1, state: { calls: new Map(["1", "2"].map((id) => [id, callOf(id)])), units: new Map(), alerts: new Map() } },
    clock: { now: () => 0 }, me: { permissions: [], username: "ann" }, reference: { questions: [] }, draw: () => {}, drawNow: () => {},
  }));
  return { desk: made, next };
}

test("what is typed while a note waits for its call to be saved is the next note", async () => {
  const { desk: d, next } = desk();
  d.open("1");
  await settle();
  d.form?.set("caller.name", "Luz Ejemplo");
  d.note = "she is calm";
  void addNote(d);
  await settle();
  d.note = "a dog barks";
  next("change").resolve({ version: 2 });
  await settle();
  const { given, resolve } = next("note");
  assert.deepEqual(given, ["1", "she is calm"]);
  resolve({});
  await settle();
  assert.equal(d.note, "a dog barks");
});

test("a note is added once, however often Enter is pressed", async () => {
  const { desk: d, next } = desk();
  d.open("1");
  await settle();
  d.note = "she is calm";
  void addNote(d);
  void addNote(d);
  await settle();
  next("note").resolve({});
  await settle();
  assert.throws(() => next("note"));
});

test("a note that is refused after another call was opened waits at its own", async () => {
  const { desk: d, next } = desk();
  d.open("1");
  await settle();
  d.note = "she is calm";
  void addNote(d);
  await settle();
  d.open("2");
  await settle();
  next("note").reject(new Error("no"));
  await settle();
  assert.equal(d.note, "");
  d.open("1");
  assert.equal(d.note, "she is calm");
  await settle();
});

test("a call that had to be searched for does not open over one that was begun meanwhile", async () => {
  const { desk: d, next } = desk();
  const opened = SCREEN.S?.(d, /** @type {any} */ ({ digits: "9999" }));
  await settle();
  d.openNew("415 Park St");
  next("find").resolve({ calls: [{ id: "9", number: "26-009999" }] });
  await opened;
  assert.equal(d.selected, null);
  assert.equal(d.form?.value("location.text"), "415 Park St");
});

test("what was typed about a call is saved before the line that ends it goes", async () => {
  const { desk: d, next } = desk();
  d.open("1");
  await settle();
  d.form?.set("caller.name", "Luz Ejemplo");
  const done = run(d, /** @type {any} */ ({ verb: "C", line: "C 18", preview: "Close", units: [], otherUnit: null, lowers: false }));
  await settle();
  assert.throws(() => next("commandLine"));
  next("change").resolve({ version: 2 });
  await settle();
  next("commandLine").resolve({ calls: [] });
  assert.equal(await done, true);
});

test("units that were sent leave the questions of another call as they are", async () => {
  const { desk: d, next } = desk();
  d.open("1");
  await settle();
  const accepted = accept(d);
  await settle();
  d.open("2");
  await settle();
  d.triageOpen = true;
  next("dispatch").resolve([]);
  await accepted;
  assert.equal(d.triageOpen, true);
  assert.notEqual(d.recommendation, null);
});

test("a text begun to a caller stands there as soon as the call is opened again", async () => {
  const { desk: d } = desk();
  d.open("1");
  await settle();
  d.phone.draft = "Where are";
  d.open("2");
  assert.equal(d.phone.draft, "");
  d.open("1");
  assert.equal(d.phone.draft, "Where are");
  d.phone.draft = "Where are you?";
  await settle();
  assert.equal(d.phone.draft, "Where are you?");
});

test("drafts are kept for what they are about", () => {
  const drafts = new Drafts();
  drafts.put("1 WHEELER", "contact", "Sam");
  assert.deepEqual(drafts.of("2 WHEELER"), {});
  assert.equal(drafts.has("2 WHEELER"), false);
  assert.deepEqual(drafts.of("1 WHEELER"), { contact: "Sam" });
  assert.equal(drafts.has("1 WHEELER"), true);
});

test("of a draft that was sent only what was typed over meanwhile is left", () => {
  const drafts = new Drafts();
  for (const [name, words] of [["contact", "Sam"], ["eta", "25"], ["school", "Ines Ejemplo"]]) drafts.put("1", name, words);
  const sent = drafts.of("1");
  drafts.put("1", "contact", "Kim");
  drafts.sent("1", sent, ["contact", "eta"]);
  assert.deepEqual(drafts.of("1"), { contact: "Kim", school: "Ines Ejemplo" });
});
