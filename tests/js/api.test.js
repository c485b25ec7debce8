// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { Api, ApiError } from "../../static/dispatch/js/api.js";

/** An Api whose server gives these answers in turn; a number is a status, "down" no answer at all. @param {(object | number | "down")[]} answers */
function against(answers) {
  const requests = /** @type {any[]} */ ([]);
  const seen = { unsent: /** @type {any[]} */ ([]), signedOut: 0, now: 0 };
  const api = new Api({
    fetch: /** @type {any} */ (async (/** @type {string} */ path, /** @type {any} */ options) => {
      requests.push({ path, ...options });
      const answer = answers.shift();
      if (answer === "down") throw new TypeError("Failed to fetch");
      if (typeof answer === "number") return new Response(JSON.stringify({ detail: `no (${answer})` }), { status: answer });
      return new Response(JSON.stringify(answer), { status: 201 });
    }),
    csrfToken: () => "token",
    onUnsent: (unsent) => { seen.unsent = unsent.map(({ label, status }) => ({ label, status })); },
    onSignedOut: () => { seen.signedOut += 1; },
    later: (run) => setImmediate(run),
    now: () => seen.now,
  });
  return { api, requests, seen };
}

test("a command is repeated with the same key until it is answered", async () => {
  const { api, requests, seen } = against(["down", 503, 500, { id: "1" }]);
  assert.deepEqual(await api.post("/api/calls/", { a: 1 }), { id: "1" });
  assert.equal(requests.length, 4);
  assert.equal(new Set(requests.map((one) => one.headers["Idempotency-Key"])).size, 1);
  assert.equal(new Set(requests.map((one) => one.body)).size, 1);
  assert.deepEqual(seen.unsent, []);
});

test("two commands have two keys", async () => {
  const { api, requests } = against([{}, {}]);
  await api.post("/api/calls/", {});
  await api.post("/api/calls/", {});
  assert.notEqual(requests[0].headers["Idempotency-Key"], requests[1].headers["Idempotency-Key"]);
});

test("a refusal is not repeated and says why", async () => {
  const { api, requests } = against([409]);
  await assert.rejects(api.post("/api/calls/", {}), (error) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, 409);
    assert.equal(error.message, "no (409)");
    return true;
  });
  assert.equal(requests.length, 1);
});

test("a command without an answer is shown, and given up by itself only after two minutes", async () => {
  const { api, seen } = against(["down", "down", "down", {}]);
  const sent = api.post("/api/units/CRT1/emergency/", {}, { label: "EMG CRT1" });
  while (seen.unsent[0]?.status !== "waiting") await new Promise((resolve) => setImmediate(resolve));
  seen.now = 121_000;
  while (seen.unsent[0]?.status !== "given_up") await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(seen.unsent, [{ label: "EMG CRT1", status: "given_up" }]);
  api.unsent[0].retry();
  while (seen.unsent[0]?.status === "sending") await new Promise((resolve) => setImmediate(resolve));
  api.unsent[0]?.retry();
  await sent;
  assert.deepEqual(seen.unsent, []);
});

test("a command that was withdrawn is not sent again", async () => {
  const { api, requests, seen } = against(["down"]);
  seen.now = 0;
  const sent = api.post("/api/calls/", {});
  const withdrawn = assert.rejects(sent, (error) => error instanceof ApiError && error.problem.discarded === true);
  while (seen.unsent[0]?.status !== "waiting") await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
  api.unsent[0].discard();
  await withdrawn;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(requests.length, 1);
});

test("an answer of 401 is told", async () => {
  const { api, seen } = against([401]);
  await assert.rejects(api.get("/api/board/"));
  assert.equal(seen.signedOut, 1);
});

test("reads carry neither token nor key, commands both", async () => {
  const { api, requests } = against([{}, {}]);
  await api.get("/api/board/");
  await api.patch("/api/calls/1/", {});
  assert.equal(requests[0].headers["X-CSRFToken"], undefined);
  assert.equal(requests[1].headers["X-CSRFToken"], "token");
  assert.equal(requests[1].method, "PATCH");
});

test("a page says for whom it was made, so that nobody acts in another's name", async () => {
  /** @type {any} */
  let sent;
  const api = new Api({ user: "ana ñ", csrfToken: () => "token", fetch: /** @type {any} */ (async (/** @type {string} */ _, /** @type {any} */ options) => {
    sent = options;
    return new Response("{}");
  }) });
  await api.get("/api/unit/");
  assert.equal(sent.headers["HEARTeam-User"], "ana%20%C3%B1");
});
