// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { backOff, Link } from "../../static/dispatch/js/socket.js";

/** A clock and sockets in the test's hand. */
function world() {
  let now = 1_000_000;
  /** @type {{ at: number, run: () => void }[]} */
  let timers = [];
  /** @type {any[]} */
  const sockets = [];
  return {
    sockets,
    get socket() { return sockets[sockets.length - 1]; },
    /** @param {number} ms */
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const due = timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers = timers.filter((one) => one !== due);
        now = due.at;
        due.run();
      }
      now = end;
    },
    environment: {
      open: (/** @type {string} */ url) => {
        const socket = { url, sent: /** @type {string[]} */ ([]), closed: false,
          send(/** @type {string} */ text) { this.sent.push(text); }, close() { this.closed = true; } };
        sockets.push(socket);
        return socket;
      },
      now: () => now,
      random: () => 0.5,
      setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => {
        const timer = { at: now + ms, run };
        timers.push(timer);
        return timer;
      },
      clearTimeout: (/** @type {any} */ timer) => { timers = timers.filter((one) => one !== timer); },
    },
  };
}

/** @param {{ signedIn?: () => Promise<boolean>, version?: () => number | null }} [options] */
function started(options = {}) {
  const w = world();
  const frames = /** @type {any[]} */ ([]);
  const link = new Link({
    url: "ws://x/ws/board/", version: () => 41, onFrame: (frame) => frames.push(frame), onState: () => {},
    environment: w.environment, ...options,
  });
  link.start();
  return { w, link, frames };
}

/** @param {any} socket @param {object} frame */
const send = (socket, frame) => socket.onmessage({ data: JSON.stringify(frame) });

test("it asks for what came after the version", () => {
  const { w } = started();
  assert.equal(w.socket.url, "ws://x/ws/board/?after=41");
});

test("without a version it starts from now", () => {
  const { w } = started({ version: () => null });
  assert.equal(w.socket.url, "ws://x/ws/board/");
});

test("ten seconds of silence are stale, and the half-open connection is replaced", () => {
  const { w, link } = started();
  w.socket.onopen();
  w.pass(9_500);
  assert.equal(link.state.status, "live");
  w.pass(1_500);
  assert.equal(link.state.status, "stale");
  assert.equal(w.sockets[0].closed, true);
  w.pass(1_000);
  assert.equal(w.sockets.length, 2);
});

test("heartbeats keep it live and tell the head", () => {
  const { w, link, frames } = started();
  w.socket.onopen();
  for (let beat = 0; beat < 6; beat += 1) {
    w.pass(5_000);
    send(w.socket, { type: "heartbeat", head: 44 });
  }
  assert.equal(link.state.status, "live");
  assert.equal(link.state.head, 44);
  assert.equal(frames.length, 6);
});

test("the answer to a ping is the latency and no frame", () => {
  const { w, link, frames } = started();
  w.socket.onopen();
  assert.deepEqual(w.socket.sent, ['{"type":"ping"}']);
  w.pass(120);
  send(w.socket, { type: "pong" });
  assert.equal(link.state.latencyMs, 120);
  assert.equal(frames.length, 0);
});

test("a closed connection is opened again, later and later", () => {
  const { w } = started();
  for (let n = 0; n < 4; n += 1) w.socket.onclose({ code: 1006 }), w.pass(20_000);
  assert.equal(w.sockets.length >= 5, true);
  const whole = () => 1;
  assert.deepEqual([0, 1, 2, 3, 4, 5, 9].map((n) => backOff(n, whole)), [500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test("a restarting server is back within a second", () => {
  const { w } = started();
  w.socket.onopen();
  w.socket.onclose({ code: 1012 });
  w.pass(1_000);
  assert.equal(w.sockets.length, 2);
});

test("a session that ended is not retried", () => {
  const { w, link } = started();
  w.socket.onopen();
  w.socket.onclose({ code: 4401 });
  w.pass(60_000);
  assert.equal(link.state.status, "signed_out");
  assert.equal(w.sockets.length, 1);
});

test("refused before it opened and no longer signed in: the link ends", async () => {
  const { w, link } = started({ signedIn: async () => false });
  w.socket.onclose({ code: 1006 });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(link.state.status, "signed_out");
});

test("waking connects at once instead of waiting", () => {
  const { w, link } = started();
  w.socket.onclose({ code: 1006 });
  link.wake();
  assert.equal(w.sockets.length, 2);
});

test("a dropped socket's late messages do not count", () => {
  const { w, frames } = started();
  const [old] = w.sockets;
  old.onopen();
  w.pass(12_000);
  send(old, { type: "heartbeat", head: 99 });
  assert.equal(frames.length, 0);
});
