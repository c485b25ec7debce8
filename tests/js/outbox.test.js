import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_UNSENT, Outbox } from "../../static/dispatch/js/outbox.js";
import { alreadyDone } from "../../static/dispatch/js/taps.js";

class MemoryStorage {
  constructor() { this.map = new Map(); }
  async all() { return [...this.map.values()].map((tap) => structuredClone(tap)).sort((a, b) => a.seq - b.seq); }
  async put(taps) { for (const tap of taps) this.map.set(tap.id, structuredClone(tap)); }
  async remove(ids) { for (const id of ids) this.map.delete(id); }
}

/** A server whose answers the test gives one by one. */
function server() {
  const asked = [];
  const send = (tap) => new Promise((resolve, reject) => {
    asked.push({ id: tap.id, path: tap.path, body: structuredClone(tap.body), ok: (answer) => resolve(answer), fail: (status, message) => reject({ status, message }) });
  });
  return { asked, send };
}

/** What two windows of one browser have: one runs, the others wait. */
function oneAtATime() {
  let last = Promise.resolve();
  return (run) => {
    last = last.then(run);
    return last;
  };
}

let keys = 0;

function outbox(overrides = {}) {
  const clock = { ms: 10_000, timers: [] };
  const made = server();
  const storage = overrides.storage ?? new MemoryStorage();
  const box = new Outbox({
    send: made.send, storage, owner: "ada", unit: "CRT1", newKey: () => `key-${(keys += 1)}`, now: () => clock.ms,
    later: (run, ms) => clock.timers.push({ run, ms }), ...overrides,
  });
  return { box, storage, clock, asked: made.asked };
}

const tap = (name, urgent = false) => ({ kind: "status", label: name, path: `/api/${name}/`, body: { name }, urgent });
const settled = async () => { for (let n = 0; n < 4; n += 1) await new Promise((resolve) => setImmediate(resolve)); };
const runTimers = (clock) => clock.timers.splice(0).forEach((timer) => timer.run());

test("a tap is on the disk before it is sent and leaves it with the answer", async () => {
  const storage = new MemoryStorage();
  let onDisk = () => {};
  storage.put = (taps) => new Promise((resolve) => { onDisk = () => resolve(MemoryStorage.prototype.put.call(storage, taps)); });
  const { box, asked } = outbox({ storage });
  const added = box.add(tap("er"));
  await settled();
  assert.deepEqual([added.state, asked.length], ["saved", 0]);
  onDisk();
  await settled();
  assert.deepEqual([added.state, storage.map.size], ["sent", 1]);
  asked[0].ok({ status: "ER" });
  await settled();
  assert.equal(added.state, "confirmed");
  assert.deepEqual(added.answer, { status: "ER" });
  assert.equal(storage.map.size, 0);
});

test("taps go out one at a time in the order they were made", async () => {
  const { box, asked } = outbox();
  box.add(tap("er"));
  box.add(tap("os"));
  await settled();
  assert.deepEqual(asked.map((one) => one.path), ["/api/er/"]);
  asked[0].ok({});
  await settled();
  assert.deepEqual(asked.map((one) => one.path), ["/api/er/", "/api/os/"]);
});

test("while nobody answers the first tap is tried again with the same key, and the rest wait behind it", async () => {
  const { box, clock, asked } = outbox();
  box.add(tap("er"));
  box.add(tap("os"));
  await settled();
  for (const status of [0, 503, 429]) {
    asked.at(-1).fail(status, "no");
    await settled();
    runTimers(clock);
    await settled();
  }
  assert.deepEqual(asked.map((one) => one.path), Array(4).fill("/api/er/"));
  assert.equal(new Set(asked.map((one) => one.id)).size, 1);
  assert.equal(box.unsent.length, 2);
});

test("waits grow to 15 seconds, and there is one at a time", async () => {
  const { box, clock, asked } = outbox();
  box.add(tap("er"));
  await settled();
  const waits = [];
  for (let n = 0; n < 6; n += 1) {
    asked.at(-1).fail(0, "");
    await settled();
    assert.equal(clock.timers.length, 1);
    waits.push(clock.timers[0].ms);
    runTimers(clock);
    await settled();
  }
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 15000, 15000]);
});

test("a refused tap stays on the disk with the server's reason until a person settles it, and does not hold up the next", async () => {
  const { box, storage, asked } = outbox();
  const first = box.add(tap("os"));
  box.add(tap("av"));
  await settled();
  asked[0].fail(422, "The scene is not marked safe.");
  await settled();
  assert.deepEqual([first.state, first.refusal, asked[1].path], ["refused", "The scene is not marked safe.", "/api/av/"]);
  asked[1].ok({});
  await settled();

  const { box: reloaded, asked: anew } = outbox({ storage });
  await reloaded.open();
  await settled();
  assert.deepEqual(reloaded.refused.map((one) => one.refusal), ["The scene is not marked safe."]);
  assert.deepEqual(anew, [], "what was refused is not sent again by itself");
  reloaded.dismiss(first.id);
  await settled();
  assert.deepEqual([reloaded.refused.length, storage.map.size], [0, 0]);
});

test("trying again is a new command of the same thing, as the server keeps to its word on the old one", async () => {
  const { box, storage, asked } = outbox();
  const first = box.add({ ...tap("os"), body: { status: "OS", occurred_at: "2026-11-22T10:00:00Z" } });
  await settled();
  asked[0].fail(409, "no");
  await settled();
  box.tryAgain(first.id);
  await settled();
  assert.notEqual(asked[1].id, asked[0].id);
  assert.deepEqual(asked[1].body, asked[0].body);
  assert.deepEqual([...storage.map.keys()], [asked[1].id]);
  assert.equal(box.refused.length, 0);
});

test("an urgent tap waits for nobody and is tried every two seconds", async () => {
  const { box, clock, asked } = outbox();
  box.add(tap("er"));
  box.add(tap("emergency", true));
  await settled();
  assert.deepEqual(asked.map((one) => one.path).sort(), ["/api/emergency/", "/api/er/"]);
  const urgent = asked.find((one) => one.path === "/api/emergency/");
  urgent.fail(0, "");
  await settled();
  assert.deepEqual(clock.timers.map((timer) => timer.ms), [2000]);
  runTimers(clock);
  assert.deepEqual([asked.length, asked[2].id], [3, urgent.id]);
});

test("an urgent tap does not wait for a disk that hangs", () => {
  const storage = new MemoryStorage();
  storage.put = () => new Promise(() => {});
  const { box, asked } = outbox({ storage });
  box.add(tap("emergency", true));
  assert.deepEqual(asked.map((one) => one.path), ["/api/emergency/"]);
});

test("a battery that dies in the middle of a send: the same key again, in order", async () => {
  const before = outbox();
  before.box.add(tap("er"));
  before.box.add(tap("os"));
  await settled();
  assert.equal(before.asked.length, 1);
  const after = outbox({ storage: before.storage });
  await after.box.open();
  await settled();
  assert.equal(after.asked[0].id, before.asked[0].id);
  after.asked[0].ok({});
  await settled();
  assert.deepEqual(after.asked.map((one) => one.path), ["/api/er/", "/api/os/"]);
});

test("two taps within one millisecond keep their order over a reload", async () => {
  const before = outbox();
  for (const name of ["a", "b", "c", "d"]) before.box.add(tap(name));
  await settled();
  const after = outbox({ storage: before.storage });
  await after.box.open();
  assert.deepEqual(after.box.unsent.map((one) => one.label), ["a", "b", "c", "d"]);
});

test("a storage that fails is said, and the tap is sent all the same", async () => {
  const storage = new MemoryStorage();
  storage.put = () => Promise.reject(new Error("QuotaExceededError"));
  const { box, asked } = outbox({ storage });
  const added = box.add(tap("er"));
  await settled();
  assert.equal(box.durable, false);
  asked[0].ok({});
  await settled();
  assert.equal(added.state, "confirmed");
});

test("being signed out keeps the taps for the next sign-in", async () => {
  const { box, storage, asked } = outbox();
  box.add(tap("er"));
  await settled();
  asked[0].fail(401, "Sign in");
  await settled();
  assert.deepEqual([box.unsent.length, storage.map.size], [1, 1]);
});

test("flushing while a tap is on its way does not send it twice", async () => {
  const { box, asked } = outbox();
  box.add(tap("er"));
  box.flush();
  await settled();
  box.flush();
  await settled();
  assert.equal(asked.length, 1);
});

test("a shaking hand: the same tap within a second counts once, and says how often it was made", async () => {
  const { box, clock, asked } = outbox();
  const first = box.add({ ...tap("ok"), body: { occurred_at: "2026-11-22T10:00:00.000Z" } });
  clock.ms += 900;
  assert.equal(box.add({ ...tap("ok"), body: { occurred_at: "2026-11-22T10:00:00.900Z" } }), first);
  assert.equal(first.repeats, 1);
  clock.ms += 200;
  assert.notEqual(box.add(tap("ok")), first);
  await settled();
  assert.equal(asked[0].body.occurred_at, "2026-11-22T10:00:00.000Z");
  assert.equal(box.taps.length, 2);
});

test("two windows of one tablet: what one keeps the other shows, and each tap is sent once", async () => {
  const [storage, alone] = [new MemoryStorage(), oneAtATime()];
  /** @type {any[]} */
  const windows = [];
  const open = () => {
    const one = outbox({ storage, alone, tell: (taps) => windows.filter((other) => other !== one).forEach((other) => other.box.learn(structuredClone(taps))) });
    windows.push(one);
    return one;
  };
  const [left, right] = [open(), open()];
  left.box.add(tap("er"));
  await settled();
  right.clock.ms += 5;
  right.box.add(tap("os"));
  await settled();
  assert.deepEqual(right.box.unsent.map((one) => one.label), ["er", "os"]);
  assert.deepEqual([left.asked.length, right.asked.length], [1, 0], "the second waits for the first");
  left.asked[0].ok({});
  await settled();
  const sent = [...left.asked, ...right.asked].map((one) => one.path);
  assert.deepEqual(sent.sort(), ["/api/er/", "/api/os/"]);
  [...left.asked, ...right.asked].at(-1).ok({});
  await settled();
  assert.deepEqual([left.box.unsent.length, right.box.unsent.length, storage.map.size], [0, 0, 0]);
  assert.deepEqual(right.box.taps.map((one) => one.state), ["confirmed", "confirmed"]);
});

test("what another window has settled without a word is not sent", async () => {
  const first = outbox();
  first.box.add(tap("er"));
  await settled();
  const second = outbox({ storage: first.storage });
  await second.box.refresh();
  assert.equal(second.box.unsent.length, 1);
  first.asked[0].ok({});
  await settled();
  second.box.flush();
  await settled();
  assert.deepEqual([second.asked.length, second.box.unsent.length], [0, 0]);
});

test("ten thousand taps flush in order by lists, the next is not taken, an emergency is", async () => {
  const storage = new MemoryStorage();
  for (let n = 1; n <= MOST_UNSENT; n += 1) storage.map.set(`k${n}`, { ...tap(`t${n}`), id: `k${n}`, owner: "ada", seq: n, savedAt: n, state: "saved", tries: 0 });
  const applied = [];
  let online = false;
  const sendMany = async (taps) => {
    if (!online) throw { status: 0 };
    applied.push(...taps.map((one) => one.id));
    return taps.map(({ id }) => ({ id, status: 200, answer: {} }));
  };
  const { box, asked } = outbox({ storage, sendMany });
  await box.open();
  await settled();
  assert.equal(box.unsent.length, MOST_UNSENT);
  assert.equal(box.add(tap("more")), null);
  box.add(tap("emergency", true));
  assert.deepEqual(asked.map((one) => one.path), ["/api/emergency/"]);
  online = true;
  await box.drain();
  while (box.unsent.length > 1) await settled();
  assert.deepEqual(applied, Array.from({ length: MOST_UNSENT }, (_, n) => `k${n + 1}`));
});

test("a list: what was refused stands as a card, what was not reached comes again with its key", async () => {
  const lists = [];
  const answers = [[["a", 200], ["b", 409]], [["c", 200]]];
  const sendMany = async (taps) => {
    lists.push(taps.map((one) => [one.label, one.id]));
    const said = new Map(answers.shift());
    return taps.filter((one) => said.has(one.label)).map((one) => ({ id: one.id, status: said.get(one.label), answer: { detail: "The dispatcher cleared the unit." } }));
  };
  const { box, clock } = outbox({ sendMany, alone: async (run) => { await settled(); await run(); } });
  for (const name of ["a", "b", "c", "d"]) box.add(tap(name));
  await settled();
  await settled();
  assert.deepEqual(box.refused.map((one) => [one.label, one.refusal]), [["b", "The dispatcher cleared the unit."]]);
  assert.deepEqual(box.unsent.map((one) => one.label), ["c", "d"]);
  runTimers(clock);
  await settled();
  await settled();
  assert.deepEqual(lists[1], lists[0].slice(2));
});

test("where the server takes no lists, taps go one by one", async () => {
  const { box, asked } = outbox({ sendMany: () => Promise.reject({ status: 404 }), alone: async (run) => { await settled(); await run(); } });
  box.add(tap("a"));
  box.add(tap("b"));
  await settled();
  await settled();
  assert.deepEqual(asked.map((one) => one.path), ["/api/a/"]);
});

test("a tap at which the server always fails becomes a card instead of holding up the rest for ever", async () => {
  const { box, clock, asked } = outbox();
  const bad = box.add(tap("bad"));
  box.add(tap("good"));
  await settled();
  for (let n = 0; n < 6; n += 1) {
    asked.at(-1).fail(500, "");
    await settled();
    runTimers(clock);
    await settled();
  }
  assert.equal(bad.state, "refused");
  assert.equal(asked.at(-1).path, "/api/good/");
});

test("a tap from before the server was heard gets its time once, says that it is unsure, and keeps to it", async () => {
  let offset = null;
  const timeOf = (one) => (offset === null ? null : new Date(one.savedAt + offset).toISOString());
  const { box, clock, asked, storage } = outbox({ timeOf });
  box.add({ ...tap("er"), body: { status: "ER", occurred_at: null } });
  await settled();
  assert.equal(asked.length, 0, "nothing goes out without a time");
  offset = 3_600_000;
  box.flush();
  await settled();
  assert.deepEqual(asked[0].body, { status: "ER", occurred_at: "1970-01-01T01:00:10.000Z", time_unsure: true });
  assert.deepEqual([...storage.map.values()][0].body, asked[0].body);
  offset = 0;
  asked[0].fail(0, "");
  await settled();
  runTimers(clock);
  await settled();
  assert.deepEqual(asked[1].body, asked[0].body);
});

test("ten minutes of taps offline are applied once each and in order when the network is back", async () => {
  const { box, clock, asked } = outbox();
  const names = ["er", "note", "os", "ok", "tr", "ad", "av"];
  for (const name of names) {
    box.add(tap(name));
    await settled();
    asked.at(-1).fail(0, "");
    await settled();
    clock.ms += 90_000;
    runTimers(clock);
    await settled();
  }
  const applied = [];
  while (box.unsent.length > 0) {
    applied.push(asked.at(-1).path);
    asked.at(-1).ok({});
    await settled();
  }
  assert.deepEqual(applied, names.map((name) => `/api/${name}/`));
});

test("the other tablet was earlier: taken, and said so", async () => {
  const { box, asked } = outbox();
  const added = box.add(tap("er"));
  await settled();
  asked[0].ok({ status: "ER", already: true });
  await settled();
  assert.equal(alreadyDone(added), true);
});
