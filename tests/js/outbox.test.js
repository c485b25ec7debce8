import assert from "node:assert/strict";
import { test } from "node:test";

import { Outbox, storedTaps } from "../../static/dispatch/js/outbox.js";

class MemoryStorage {
  constructor() { this.map = new Map(); }
  get length() { return this.map.size; }
  key(index) { return [...this.map.keys()][index] ?? null; }
  getItem(key) { return this.map.get(key) ?? null; }
  setItem(key, value) { this.map.set(key, value); }
  removeItem(key) { this.map.delete(key); }
}

/** A server whose answers the test gives one by one. */
function server() {
  const asked = [];
  const send = (tap) => new Promise((resolve, reject) => {
    asked.push({ id: tap.id, path: tap.path, body: tap.body, ok: (answer) => resolve(answer), fail: (status, message) => reject({ status, message }) });
  });
  return { asked, send };
}

function outbox(overrides = {}) {
  const clock = { ms: 1000, timers: [] };
  const made = server();
  let keys = 0;
  const storage = overrides.storage ?? new MemoryStorage();
  const box = new Outbox({
    send: made.send, storage, owner: "ada", newKey: () => `key-${(keys += 1)}-${clock.ms}`, now: () => clock.ms,
    later: (run, ms) => clock.timers.push({ run, ms }), ...overrides,
  });
  return { box, storage, clock, asked: made.asked };
}

const tap = (name, urgent = false) => ({ kind: "status", label: name, path: `/api/${name}/`, body: { name }, urgent });
const settled = () => new Promise((resolve) => setImmediate(resolve));
const runTimers = (clock) => clock.timers.splice(0).forEach((timer) => timer.run());

test("a tap is stored before it is answered and leaves the store with the answer", async () => {
  const { box, storage, asked } = outbox();
  const added = box.add(tap("er"));
  assert.equal(storage.length, 1);
  assert.equal(added.state, "sent");
  asked[0].ok({ status: "ER" });
  await settled();
  assert.equal(added.state, "confirmed");
  assert.deepEqual(added.answer, { status: "ER" });
  assert.equal(storage.length, 0);
});

test("taps go out one at a time in the order they were made", async () => {
  const { box, asked } = outbox();
  box.add(tap("er"));
  box.add(tap("os"));
  assert.deepEqual(asked.map((one) => one.path), ["/api/er/"]);
  asked[0].ok({});
  await settled();
  assert.deepEqual(asked.map((one) => one.path), ["/api/er/", "/api/os/"]);
});

test("while nobody answers the first tap is tried again with the same key, and the rest wait behind it", async () => {
  const { box, clock, asked } = outbox();
  box.add(tap("er"));
  box.add(tap("os"));
  for (const status of [0, 503, 429]) {
    asked.at(-1).fail(status, "no");
    await settled();
    runTimers(clock);
  }
  assert.deepEqual(asked.map((one) => one.path), Array(4).fill("/api/er/"));
  assert.equal(new Set(asked.map((one) => one.id)).size, 1);
  assert.equal(box.unsent.length, 2);
});

test("waits grow to 15 seconds", async () => {
  const { box, clock, asked } = outbox();
  box.add(tap("er"));
  const waits = [];
  for (let n = 0; n < 6; n += 1) {
    asked.at(-1).fail(0, "");
    await settled();
    waits.push(clock.timers[0].ms);
    runTimers(clock);
  }
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 15000, 15000]);
});

test("a refused tap keeps the server's reason until it was read, and does not hold up the next", async () => {
  const { box, storage, asked } = outbox();
  const first = box.add(tap("os"));
  box.add(tap("av"));
  asked[0].fail(422, "The scene is not marked safe.");
  await settled();
  assert.equal(first.state, "refused");
  assert.equal(first.refusal, "The scene is not marked safe.");
  assert.equal(asked[1].path, "/api/av/");
  asked[1].ok({});
  await settled();
  assert.equal(storage.length, 0);
  box.dismiss(first.id);
  assert.deepEqual(box.refused, []);
});

test("an urgent tap waits for nobody and is tried every two seconds", async () => {
  const { box, clock, asked } = outbox();
  box.add(tap("er"));
  box.add(tap("emergency", true));
  assert.deepEqual(asked.map((one) => one.path), ["/api/er/", "/api/emergency/"]);
  asked[1].fail(0, "");
  await settled();
  assert.equal(clock.timers[0].ms, 2000);
  runTimers(clock);
  assert.deepEqual(asked.map((one) => one.path), ["/api/er/", "/api/emergency/", "/api/emergency/"]);
  assert.equal(asked[1].id, asked[2].id);
});

test("a reload finds what was unanswered, in order, with the same keys", async () => {
  const before = outbox();
  before.box.add(tap("er"));
  before.clock.ms += 5;
  before.box.add(tap("os"));
  const after = outbox({ storage: before.storage });
  assert.deepEqual(after.box.unsent.map((one) => one.label), ["er", "os"]);
  after.box.flush();
  assert.equal(after.asked[0].id, before.asked[0].id);
  after.asked[0].ok({});
  await settled();
  assert.deepEqual(after.asked.map((one) => one.path), ["/api/er/", "/api/os/"]);
});

test("two taps within one millisecond keep their order over a reload", () => {
  const before = outbox();
  for (const name of ["a", "b", "c", "d"]) before.box.add(tap(name));
  const after = outbox({ storage: before.storage });
  assert.deepEqual(after.box.unsent.map((one) => one.label), ["a", "b", "c", "d"]);
});

test("another person's taps are neither shown nor sent", () => {
  const ada = outbox();
  ada.box.add(tap("er"));
  const bob = outbox({ storage: ada.storage, owner: "bob" });
  bob.box.flush();
  assert.deepEqual(bob.box.taps, []);
  assert.deepEqual(bob.asked, []);
  assert.equal(storedTaps(ada.storage), 1);
});

test("what is not a tap in the storage is thrown away", () => {
  const storage = new MemoryStorage();
  storage.setItem("hearteam.outbox.ada.0000000000000001.x", "{broken");
  storage.setItem("hearteam.outbox.ada.0000000000000002.y", '{"id":1}');
  storage.setItem("hearteam.theme", "glare");
  const { box } = outbox({ storage });
  assert.deepEqual(box.taps, []);
  assert.equal(storage.length, 1);
});

test("a full storage is said, and the tap is sent all the same", async () => {
  const storage = new MemoryStorage();
  storage.setItem = () => { throw new Error("QuotaExceededError"); };
  const { box, asked } = outbox({ storage });
  const added = box.add(tap("er"));
  assert.equal(box.durable, false);
  asked[0].ok({});
  await settled();
  assert.equal(added.state, "confirmed");
});

test("being signed out keeps the taps for the next sign-in", async () => {
  const { box, storage, asked } = outbox();
  box.add(tap("er"));
  asked[0].fail(401, "Sign in");
  await settled();
  assert.equal(box.unsent.length, 1);
  assert.equal(storage.length, 1);
});

test("flushing while a tap is on its way does not send it twice", () => {
  const { box, asked } = outbox();
  box.add(tap("er"));
  box.flush();
  box.flush();
  assert.equal(asked.length, 1);
});

test("ten minutes of taps offline are applied once each and in order when the network is back", async () => {
  const { box, clock, asked } = outbox();
  const names = ["er", "note", "os", "ok", "tr", "ad", "av"];
  for (const name of names) {
    box.add(tap(name));
    asked.at(-1).fail(0, "");
    await settled();
    clock.ms += 90_000;
    runTimers(clock);
  }
  const applied = [];
  while (box.unsent.length > 0) {
    applied.push(asked.at(-1).path);
    asked.at(-1).ok({});
    await settled();
  }
  assert.deepEqual(applied, names.map((name) => `/api/${name}/`));
});
