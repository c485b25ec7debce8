// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { boardStore, Store } from "../../static/dispatch/js/store.js";

/** @param {number} v @param {object[]} [units] */
const event = (v, units = []) => ({ v, type: "unit_status_changed", at: "2026-10-14T22:00:00Z", by: "ana", data: { changes: { units } } });

/** A server whose log and snapshot the test sets. */
function server() {
  const log = /** @type {any[]} */ ([]);
  const asked = /** @type {string[]} */ ([]);
  const failures = { left: 0 };
  return {
    log,
    asked,
    failures,
    /** @param {string} path */
    async get(path) {
      asked.push(path);
      if (failures.left > 0) {
        failures.left -= 1;
        throw new Error("down");
      }
      const head = log.length;
      if (path === "/api/board/") return { version: head, at: "", calls: [], units: [], alerts: [] };
      const after = Number(new URL(path, "http://x").searchParams.get("after"));
      return { events: log.slice(after), head };
    },
  };
}

/** Timers that fire as soon as the promises in flight are done. */
const soon = (/** @type {() => void} */ run) => setImmediate(run);

async function started() {
  const backend = server();
  const store = boardStore(backend, soon);
  await store.reload();
  backend.asked.length = 0;
  return { backend, store };
}

/** @param {() => boolean} condition */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test("events in order are applied without asking the server", async () => {
  const { backend, store } = await started();
  store.receive(event(1, [{ unit: "CRT1", status: "AV" }]));
  store.receive(event(2, [{ unit: "CRT1", status: "BK" }]));
  assert.equal(store.version, 2);
  assert.equal(store.state.units.get("CRT1")?.status, "BK");
  assert.deepEqual(backend.asked, []);
});

test("an event that was already applied is dropped", async () => {
  const { store } = await started();
  store.receive(event(1, [{ unit: "CRT1", status: "AV" }]));
  let told = 0;
  store.subscribe(() => { told += 1; });
  store.receive(event(1, [{ unit: "CRT1", status: "OFF" }]));
  assert.equal(store.state.units.get("CRT1")?.status, "AV");
  assert.equal(told, 0);
});

test("a gap is filled from the log, each event once and in order", async () => {
  const { backend, store } = await started();
  const order = /** @type {number[]} */ ([]);
  store.subscribe((_, events) => order.push(...events.map((one) => one.v)));
  backend.log.push(event(1), event(2), event(3));
  store.receive(event(3));
  await until(() => store.version === 3);
  assert.deepEqual(order, [1, 2, 3]);
  assert.deepEqual(backend.asked, ["/api/events/?after=0&limit=500"]);
});

test("events that arrive while the gap is fetched are kept", async () => {
  const { backend, store } = await started();
  backend.log.push(event(1), event(2));
  store.receive(event(2));
  store.receive(event(4));
  store.receive(event(3));
  await until(() => store.version === 4);
});

test("a heartbeat with a newer head fetches the event that was lost", async () => {
  const { backend, store } = await started();
  backend.log.push(event(1, [{ unit: "CRT1", status: "OO" }]));
  store.receive({ type: "heartbeat", head: 1 });
  await until(() => store.version === 1);
  assert.equal(store.state.units.get("CRT1")?.status, "OO");
});

test("a head behind ours means another history: everything is loaded afresh", async () => {
  const { backend, store } = await started();
  store.receive(event(1));
  store.receive({ type: "heartbeat", head: 0 });
  await until(() => backend.asked.includes("/api/board/"));
  await until(() => store.version === 0);
});

test("a resync loads the snapshot", async () => {
  const { backend, store } = await started();
  store.receive({ type: "resync" });
  await until(() => backend.asked.includes("/api/board/"));
});

test("a reload asked for while an answer is on its way is made after it", async () => {
  const answers = /** @type {((version: number) => void)[]} */ ([]);
  const load = () => new Promise((resolve) => answers.push((version) => resolve({ state: `at ${version}`, version })));
  const store = new Store({ load, reduce: (state) => state }, "");
  const first = store.reload();
  const again = store.reload();
  answers[0](1);
  await until(() => answers.length === 2);
  answers[1](2);
  await Promise.all([first, again]);
  assert.equal(store.state, "at 2");
  assert.equal(answers.length, 2);
});

test("events before the first snapshot wait for it", async () => {
  const backend = server();
  backend.log.push(event(1));
  const store = boardStore(backend, soon);
  store.receive(event(2, [{ unit: "CRT2", status: "AV" }]));
  await store.reload();
  assert.equal(store.version, 2);
  assert.equal(store.state.units.get("CRT2")?.status, "AV");
});

test("a server that does not answer is asked again until it does", async () => {
  const backend = server();
  backend.failures.left = 3;
  const store = boardStore(backend, soon);
  await store.reload();
  await until(() => store.loaded);
  assert.equal(backend.asked.length, 4);
});

test("an older position never replaces a newer one", async () => {
  const { store } = await started();
  store.receive({ type: "position", unit: "CRT1", lat: 2, lon: 2, fix_at: "2026-10-14T22:00:05Z" });
  store.receive({ type: "position", unit: "CRT1", lat: 1, lon: 1, fix_at: "2026-10-14T22:00:01Z" });
  assert.equal(store.state.presence.get("CRT1")?.lat, 2);
});

test("what a tablet kept is shown until the server answers, and never over its answer", async () => {
  const backend = server();
  const store = new Store({ load: async () => ({ state: await backend.get("/api/board/"), version: 0 }), reduce: (state) => state }, /** @type {any} */ (null));
  /** @type {any[]} */
  const told = [];
  store.subscribe((state) => told.push(state));
  store.show({ kept: true });
  assert.deepEqual([told.at(-1), store.loaded], [{ kept: true }, false]);
  await store.reload();
  store.show({ kept: true });
  assert.equal(told.at(-1).version, 0);
});

test("once a session ended nothing is shown, not even what still comes, until the server answers again", async () => {
  const { store, backend } = await started();
  store.forget(/** @type {any} */ (null));
  backend.log.push(event(1));
  store.receive(event(1));
  assert.equal(store.state, null);
  await store.reload();
  assert.equal(store.version, 1);
});
