// @ts-check
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import vm from "node:vm";

const script = await readFile(new URL("../../static/dispatch/js/sw/push.js", import.meta.url), "utf8");

/** The worker with these windows open. @param {string[]} [windows] */
function worker(windows = []) {
  /** @type {Record<string, Function>} */
  const on = {};
  /** @type {any[]} */
  const did = [];
  const self = {
    addEventListener: (/** @type {string} */ name, /** @type {Function} */ run) => { on[name] = run; },
    registration: { showNotification: (/** @type {string} */ title, /** @type {any} */ more) => did.push(["shown", title, more]) },
    clients: {
      matchAll: async () => windows.map((url) => ({ url, focus: async () => did.push(["focused", url]) })),
      openWindow: (/** @type {string} */ url) => did.push(["opened", url]),
    },
  };
  const fetch = async (/** @type {string} */ url) => did.push(["fetched", url]);
  vm.runInNewContext(script, { self, fetch, URL });
  /** @param {string} name @param {object} event */
  const fire = async (name, event) => {
    let waits;
    on[name]({ ...event, waitUntil: (/** @type {Promise<any>} */ what) => { waits = what; } });
    await waits;
    return did;
  };
  return { fire };
}

test("a push shows what it says and keeps where it leads", async () => {
  const data = { json: () => ({ title: "HEARTeam", text: "Call 26-000001: open the app.", tag: "notice-7", url: "/opened/k/" }) };
  const [[, title, more]] = await worker().fire("push", { data });
  assert.deepEqual([title, more.body, more.tag, more.data.url], ["HEARTeam", "Call 26-000001: open the app.", "notice-7", "/opened/k/"]);
});

test("a push without anything to read is shown all the same", async () => {
  for (const data of [null, { json: () => { throw new Error("no JSON"); } }]) assert.equal((await worker().fire("push", { data })).length, 1);
});

const clicked = { notification: { close() {}, data: { url: "/opened/k/" } } };

test("a click opens the page that notes it", async () => {
  assert.deepEqual(await worker(["https://a.example/reach/"]).fire("notificationclick", clicked), [["opened", "/opened/k/"]]);
});

test("a click brings the page that is open to the front, and what is typed there stays", async () => {
  const unit = "https://a.example/unit/";
  assert.deepEqual(await worker([unit]).fire("notificationclick", clicked), [["focused", unit], ["fetched", "/opened/k/"]]);
});
