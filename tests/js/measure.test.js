// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { CLASSES_MS, Measure } from "../../static/dispatch/js/measure.js";
import { Link } from "../../static/dispatch/js/socket.js";

const SERVER_AHEAD = 3_600_000;
const EPOCH = Date.parse("2026-11-23T12:00:00Z");

/** A screen whose clock, visibility and painting are in the test's hand; the server's clock is an hour ahead. */
function screen() {
  let now = 5_000;
  let hidden = false;
  /** @type {(() => void)[]} */
  let painting = [];
  const measure = new Measure({ now: () => now, hidden: () => hidden, afterPaint: (run) => painting.push(run) });
  const server = (/** @type {number} */ at = now) => new Date(EPOCH + at + SERVER_AHEAD).toISOString();
  return {
    measure, server,
    pass: (/** @type {number} */ ms) => { now += ms; },
    hide: (/** @type {boolean} */ is) => { hidden = is; },
    paint: () => { const all = painting; painting = []; for (const run of all) run(); },
    /** A ping that takes so long there and back. @param {number} there @param {number} back */
    ping(there, back) {
      measure.pinged();
      now += there;
      const at = server();
      now += back;
      measure.ponged(at);
    },
  };
}

/** @param {Measure} measure counts by upper end, without the zeros */
function counted(measure) {
  measure.settle();
  return Object.fromEntries(measure.counts.flatMap((number, index) => (number ? [[String(CLASSES_MS[index] ?? "more"), number]] : [])));
}

test("the clock's error is within half of the round trip, and the best ping counts", () => {
  const s = screen();
  s.ping(200, 0);
  let clock = s.measure.clock();
  assert.ok(clock && Math.abs(clock.offset - EPOCH - SERVER_AHEAD) <= clock.error && clock.error === 100);
  s.pass(5_000);
  s.ping(4, 6);
  clock = s.measure.clock();
  assert.ok(clock && clock.error < 6 && Math.abs(clock.offset - EPOCH - SERVER_AHEAD) <= clock.error);
  s.pass(119_000);
  clock = s.measure.clock();
  assert.ok(clock && clock.error > 15, "what the clocks may drift since is part of it");
  s.pass(2_000);
  assert.equal(s.measure.clock(), null);
});

test("pongs belong to the pings in their order", () => {
  const s = screen();
  s.measure.pinged();
  s.pass(40);
  s.measure.pinged();
  s.pass(10);
  s.measure.ponged(s.server());
  assert.equal(s.measure.clock()?.error, 25);
});

test("an event counts once it is painted, by the server's clock", () => {
  const s = screen();
  s.ping(1, 1);
  const at = s.server();
  s.pass(60);
  s.measure.came({ v: 7, at }, () => 7);
  s.pass(30);
  assert.deepEqual(counted(s.measure), {});
  s.paint();
  assert.deepEqual(counted(s.measure), { 100: 1 });
});

test("an event that waits for another counts when it is shown", () => {
  const s = screen();
  s.ping(1, 1);
  s.measure.came({ v: 9, at: s.server() }, () => 7);
  s.paint();
  assert.deepEqual(counted(s.measure), {});
  s.pass(400);
  s.measure.came({ v: 8, at: s.server() }, () => 9);
  s.paint();
  assert.deepEqual(counted(s.measure), { 25: 1, 500: 1 });
});

test("nothing is measured in the background or without the server's clock", () => {
  const s = screen();
  s.measure.came({ v: 1, at: s.server() }, () => 1);
  s.paint();
  assert.deepEqual(counted(s.measure), {});
  s.ping(1, 1);
  s.measure.came({ v: 2, at: s.server() }, () => 2);
  s.hide(true);
  s.measure.wentAway();
  s.pass(60_000);
  s.hide(false);
  s.paint();
  s.hide(true);
  s.measure.came({ v: 3, at: s.server() }, () => 3);
  assert.deepEqual(counted(s.measure), {});
});

test("a better ping that comes later judges what was painted before, and an old connection's clock its own", () => {
  const s = screen();
  s.ping(300, 0);
  s.measure.came({ v: 1, at: s.server() }, () => 1);
  s.pass(240);
  s.paint();
  s.ping(1, 1);
  s.measure.connected();
  assert.deepEqual(counted(s.measure), { 300: 1 });
  assert.equal(s.measure.clock(), null);
});

test("it reports once a minute, only what was measured, and begins anew", () => {
  const s = screen();
  s.pass(61_000);
  s.ping(1, 1);
  assert.equal(s.measure.due(), null, "nothing was measured");
  s.measure.came({ v: 1, at: s.server() }, () => 1);
  s.paint();
  const told = JSON.parse(s.measure.due() ?? "null");
  assert.deepEqual(Object.keys(told), ["type", "counts", "error_ms"]);
  assert.equal(told.counts[0], 1);
  assert.equal(told.error_ms, 1);
  s.measure.came({ v: 2, at: s.server() }, () => 2);
  s.paint();
  assert.equal(s.measure.due(), null, "a minute has not passed");
  s.pass(60_000);
  assert.ok(s.measure.due());
});

test("a link measures what comes live, and never what it missed", () => {
  const s = screen();
  const sent = /** @type {string[]} */ ([]);
  const socket = /** @type {any} */ ({ send: (/** @type {string} */ text) => sent.push(text), close() {} });
  const link = new Link({
    url: "ws://x/", version: () => 50, onFrame: () => {}, onState: () => {}, measure: s.measure,
    environment: { open: () => socket, now: () => 0, random: () => 0, setTimeout: () => 0, clearTimeout: () => {} },
  });
  const take = (/** @type {object} */ frame) => socket.onmessage({ data: JSON.stringify(frame) });
  link.start();
  socket.onopen();
  take({ type: "pong", at: s.server() });
  take({ v: 41, type: "x", at: s.server(-60_000) });
  take({ type: "heartbeat", head: 41 });
  s.paint();
  assert.deepEqual(counted(s.measure), {});
  take({ v: 42, type: "x", at: s.server() });
  s.paint();
  assert.deepEqual(counted(s.measure), { 25: 1 });
  s.pass(60_000);
  link.ping();
  assert.equal(JSON.parse(sent[sent.length - 1]).type, "painted");
});
