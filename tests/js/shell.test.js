import assert from "node:assert/strict";
import { createHash, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SCRIPT = readFileSync(new URL("../../static/dispatch/js/sw/shell.js", import.meta.url), "utf8");
const FILES = { "/static/unit.js": "import 'x';", "/static/unit.css": "body{}" };
const SHELLS = { en: "/unit/shell/?language=en", es: "/unit/shell/?language=es" };
const ORIGIN = "https://site.test";
const sha = (text) => createHash("sha256").update(text).digest("base64");

/** Cache storage as browsers have it, as far as the worker uses it. */
function cacheStorage() {
  const all = new Map();
  const open = async (name) => {
    if (!all.has(name)) all.set(name, new Map());
    const entries = all.get(name);
    return { match: async (key) => entries.get(key)?.clone(), put: async (key, answer) => void entries.set(key, answer) };
  };
  return { all, open, keys: async () => [...all.keys()], delete: async (name) => all.delete(name), match: async (key, { cacheName }) => all.get(cacheName)?.get(key)?.clone() };
}

/** A worker with a server behind it that the test changes: `server[address]` is a function that answers or throws. */
function worker(release = "r1", caches = cacheStorage()) {
  const listeners = {};
  const server = {};
  for (const [address, text] of Object.entries(FILES)) server[address] = () => new Response(text);
  for (const [language, address] of Object.entries(SHELLS)) server[address] = () => new Response(`shell ${language} ${release}`, { headers: { "HEARTeam-Release": release } });
  const asked = [];
  const self = {
    SHELL: { release, page: "/unit/", shells: SHELLS, files: Object.fromEntries(Object.entries(FILES).map(([address, text]) => [address, sha(text)])) },
    location: new URL(`${ORIGIN}/sw.js`), addEventListener: (name, run) => { listeners[name] = run; }, skipWaiting: async () => {}, clients: { claim: async () => {} },
  };
  const fetch = async (what) => {
    const address = typeof what === "string" ? what : what.url.slice(ORIGIN.length);
    asked.push(address);
    return server[address]();
  };
  vm.runInNewContext(SCRIPT, { self, caches, fetch, URL, Response, AbortController, setTimeout, clearTimeout, crypto: webcrypto, btoa, Uint8Array });
  const emit = async (name) => {
    let done = Promise.resolve();
    listeners[name]({ waitUntil: (promise) => { done = promise; } });
    await done;
  };
  const get = async (address, { mode = "cors", client = "c1", method = "GET", origin = ORIGIN } = {}) => {
    let answer = null;
    listeners.fetch({ request: { url: origin + address, method, mode }, clientId: client, resultingClientId: client, respondWith: (promise) => { answer = promise; } });
    return answer === null ? "untouched" : (await answer).text();
  };
  return { server, asked, caches, install: () => emit("install"), activate: () => emit("activate"), get };
}

const away = () => { throw new TypeError("Failed to fetch"); };
const navigate = { mode: "navigate" };

test("with a network the page is the server's, whatever it says", async () => {
  const one = worker();
  await one.install();
  one.server["/unit/"] = () => new Response("ada's page", { headers: { "HEARTeam-Release": "r1" } });
  assert.equal(await one.get("/unit/", navigate), "ada's page");
  one.server["/unit/"] = () => new Response("sign in", { status: 200 });
  assert.equal(await one.get("/unit/", navigate), "sign in");
});

test("without a network, or behind a front whose server is away, the shell opens in the tablet's language with its files", async () => {
  const one = worker();
  await one.install();
  one.asked.length = 0;
  for (const address of Object.keys(FILES)) one.server[address] = away;
  one.server["/unit/"] = away;
  assert.equal(await one.get("/unit/", navigate), "shell en r1");
  await (await one.caches.open("hearteam.language")).put("/unit/", new Response("es"));
  assert.equal(await one.get("/unit/", navigate), "shell es r1");
  one.server["/unit/"] = () => new Response("away", { status: 503 });
  assert.equal(await one.get("/unit/", navigate), "shell es r1");
  assert.equal(await one.get("/static/unit.js"), FILES["/static/unit.js"]);
  assert.deepEqual(one.asked, ["/unit/", "/unit/", "/unit/"]);
});

test("the API, other pages, commands and other sites are not touched", async () => {
  const one = worker();
  await one.install();
  for (const [address, how] of [["/api/unit/", {}], ["/api/taps/", { method: "POST" }], ["/", navigate], ["/login/", navigate], ["/unit/", {}], ["/static/other.js", {}]]) {
    assert.equal(await one.get(address, how), "untouched", address);
  }
  assert.equal(await one.get("/static/unit.js", { origin: "https://other.test" }), "untouched");
});

test("a page of a newer release gets its files from the network: two releases never mix", async () => {
  const one = worker();
  await one.install();
  one.server["/unit/"] = () => new Response("newer", { headers: { "HEARTeam-Release": "r2" } });
  await one.get("/unit/", { ...navigate, client: "new" });
  assert.equal(await one.get("/static/unit.js", { client: "new" }), "untouched");
  assert.equal(await one.get("/static/unit.js", { client: "old" }), FILES["/static/unit.js"]);
});

test("a release that is just being exchanged is not taken half", async () => {
  const changed = worker();
  changed.server["/static/unit.js"] = () => new Response("something newer");
  await assert.rejects(changed.install(), /another release/);
  const shell = worker();
  shell.server[SHELLS.es] = () => new Response("shell", { headers: { "HEARTeam-Release": "r2" } });
  await assert.rejects(shell.install(), /another release/);
});

test("a new release takes the place of the old one, and nothing else", async () => {
  const old = worker();
  await old.install();
  await old.caches.open("hearteam.language");
  const next = worker("r2", old.caches);
  await next.install();
  assert.deepEqual([...old.caches.all.keys()].sort(), ["hearteam.language", "hearteam.shell.r1", "hearteam.shell.r2"]);
  await next.activate();
  assert.deepEqual([...old.caches.all.keys()].sort(), ["hearteam.language", "hearteam.shell.r2"]);
});
