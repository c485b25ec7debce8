// @ts-check
/** The page to sign in leaves nothing of whoever was there before. */
import assert from "node:assert/strict";
import { test } from "node:test";

test("the sheet that a console kept is not left to whoever comes next", async () => {
  const deleted = /** @type {string[]} */ ([]);
  Object.assign(globalThis, {
    document: { querySelector: () => ({ dataset: { signedOut: "no" } }) },
    caches: { delete: async (/** @type {string} */ name) => deleted.push(name) },
  });
  await import("../../static/dispatch/js/login.js");
  assert.deepEqual(deleted, ["hearteam.paper"]);
});
