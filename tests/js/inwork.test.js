// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { Desk } from "../../static/dispatch/js/desk.js";
import { chips, nextInWork } from "../../static/dispatch/js/inwork.js";

class Storage {
  constructor() {
    /** @type {Map<string, string>} */
    this.items = new Map();
  }

  get length() { return this.items.size; }
  /** @param {number} at */
  key(at) { return [...this.items.keys()][at] ?? null; }
  /** @param {string} key */
  getItem(key) { return this.items.get(key) ?? null; }
  /** @param {string} key @param {string} value */
  setItem(key, value) { this.items.set(key, value); }
  /** @param {string} key */
  removeItem(key) { this.items.delete(key); }
}

/** @param {{ storage?: Storage, username?: string, refuse?: boolean }} [how] */
function desk({ storage = new Storage(), username = "dana", refuse = false } = {}) {
  const sent = /** @type {any[]} */ ([]);
  const call = (/** @type {string} */ id, more = {}) => ({ id, number: `26-00000${id}`, status: "pending", version: 1, location: { text: `${id} Park St` }, received_at: new Date(0).toISOString(), priority: 2, type: "", tier: null, assignments: [], answering: "", unread_texts: 0, ...more });
  const calls = new Map([["1", call("1")], ["2", call("2")], ["3", call("3", { answering: "DANA", location: { text: "" } })]]);
  const answer = (/** @type {any} */ what, /** @type {any} */ good) => {
    sent.push(what);
    if (refuse) throw Object.assign(new Error("no"), { status: 400, fields: {} });
    return good;
  };
  const made = new Desk(/** @type {any} */ ({
    api: { get: async (/** @type {string} */ path) => (path.endsWith("timeline/") ? { events: [] } : { ...calls.get(path.split("/")[3]), units: [], short_of: [] }) },
    requests: {
      receive: async (/** @type {any} */ fields) => answer(fields, { id: "9", number: "26-000009", version: 1 }),
      change: async (/** @type {string} */ id, /** @type {number} */ _, /** @type {any} */ fields) => answer({ id, ...fields }, { version: 2 }),
    },
    store: { version: 1, state: { calls, units: new Map(), alerts: new Map() } }, clock: { now: () => 0 }, me: { permissions: [], username },
    reference: { questions: [] }, draw: () => {}, drawNow: () => {}, storage,
  }));
  return { desk: made, sent, storage };
}
const settle = async () => { for (let n = 0; n < 40; n += 1) await Promise.resolve(); };
globalThis.document ??= /** @type {any} */ ({ querySelector: () => null, getElementById: () => null });

test("what is typed about a call without a place survives a reload, for the same person only", async () => {
  const { desk: d, storage } = desk();
  d.openNew();
  d.form?.set("caller.phone", "860-555-0142");
  d.triage?.answer("weapon", "NONE");
  d.form?.set("caller.name", "Ada");
  const { desk: again } = desk({ storage });
  assert.equal(again.inWork.restore(() => again.emptyCall()), 1);
  again.openNew();
  assert.equal(again.form?.value("caller.phone"), "860-555-0142");
  assert.equal(again.form?.value("caller.name"), "Ada");
  assert.equal(again.triage?.value("weapon"), "NONE");
  const { desk: other } = desk({ storage, username: "drew" });
  assert.equal(other.inWork.restore(() => other.emptyCall()), 0);
  assert.equal(storage.length, 0);
  await settle();
});

test("a call that got its number leaves no draft behind", async () => {
  const { desk: d, storage } = desk();
  d.openNew();
  d.form?.set("caller.phone", "860-555-0142");
  assert.equal(storage.length, 1);
  d.form?.set("location.text", "415 Park St", { commit: true });
  await settle();
  assert.equal(d.selected, "9");
  assert.equal(storage.length, 0);
});

test("what could not be saved waits with its call and is there when it is opened again", async () => {
  const { desk: d } = desk({ refuse: true });
  d.open("1");
  await settle();
  d.form?.set("caller.name", "Ann");
  d.open("2");
  await settle();
  assert.match(chips(d)[1].mark, /!/);
  d.open("1");
  await settle();
  assert.equal(d.form?.value("caller.name"), "Ann");
});

test("a new call that was refused is not lost either", async () => {
  const { desk: d } = desk({ refuse: true });
  d.openNew("415 Park St");
  d.open("1");
  await settle();
  d.openNew();
  assert.equal(d.form?.value("location.text"), "415 Park St");
});

test("F2 in a begun call starts another, and both are in hand", async () => {
  const { desk: d } = desk();
  d.openNew();
  d.form?.set("caller.phone", "860-555-0101");
  d.openNew();
  assert.equal(d.form?.value("caller.phone"), "");
  d.form?.set("caller.phone", "860-555-0102");
  assert.deepEqual(chips(d).filter((one) => one.kind === "begun").map((one) => [one.label, one.current]), [["860-555-0101", false], ["860-555-0102", true]]);
  await settle();
});

test("a phone that rings here is in hand before it is answered, one key goes round", async () => {
  const { desk: d } = desk();
  assert.deepEqual(chips(d).map((one) => [one.key, one.mark]), [["3", "☎"]]);
  d.open("1");
  nextInWork(d);
  assert.equal(d.selected, "3");
  assert.deepEqual(chips(d).map((one) => one.mark), ["", ""]);
  nextInWork(d);
  assert.equal(d.selected, "1");
  await settle();
});

test("a phone rings for five minutes at most, and not once somebody said what it is about", () => {
  const { desk: d } = desk();
  d.clock.now = () => 301_000;
  assert.deepEqual(chips(d), []);
  d.clock.now = () => 0;
  const call = /** @type {any} */ (d.board.calls.get("3"));
  call.type = "EDP";
  assert.deepEqual(chips(d), []);
});
