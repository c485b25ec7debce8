// @ts-check
/**
 * The part of the service worker that opens the responder page without a network. It keeps the page's shell, which names nobody, and
 * the files it is made of, each proven by its hash, all of one release. It never touches the API, sockets or any other page.
 * A classic script: `/sw.js` names the release in `self.SHELL` and imports this.
 */
(() => {
  const worker = /** @type {any} */ (self);
  /** @type {{ release: string, page: string, shells: Record<string, string>, files: Record<string, string> }} `files`: address -> SHA-256 in base64 */
  const { release, page, shells, files } = worker.SHELL;
  const PREFIX = "hearteam.shell.";
  const CACHE = PREFIX + release;
  const LANGUAGE = "hearteam.language";
  const PATIENCE_MS = 4000;
  /** @type {Map<string, boolean>} windows whose page came from the network -> whether it was of another release */
  const ofOther = new Map();

  worker.addEventListener("install", (/** @type {any} */ event) => {
    event.waitUntil(install().then(() => worker.skipWaiting()));
  });

  worker.addEventListener("activate", (/** @type {any} */ event) => {
    event.waitUntil(removeOld().then(() => worker.clients.claim()));
  });

  worker.addEventListener("fetch", (/** @type {any} */ event) => {
    const { request } = event;
    const address = new URL(request.url);
    if (request.method !== "GET" || address.origin !== worker.location.origin) return;
    if (request.mode === "navigate") {
      if (address.pathname === page) event.respondWith(openPage(event));
    } else if (decodeURIComponent(address.pathname) in files && !ofOther.get(event.clientId)) {
      event.respondWith(keptFile(request, decodeURIComponent(address.pathname)));
    }
  });

  /** All or nothing: a release that is just being exchanged is not taken half, and tried again at the next visit. */
  async function install() {
    const cache = await caches.open(CACHE);
    await Promise.all([...Object.keys(files), ...Object.values(shells)].map(async (address) => {
      const answer = await fetch(address, { cache: "no-cache", credentials: "omit" });
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      if (address in files && (await hashOf(await answer.clone().arrayBuffer())) !== files[address]) throw new Error(`${address} is of another release`);
      if (!(address in files) && answer.headers.get("HEARTeam-Release") !== release) throw new Error("the shell is of another release");
      await cache.put(address, answer);
    }));
  }

  /** @param {ArrayBuffer} bytes */
  async function hashOf(bytes) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return btoa(String.fromCharCode(...hash));
  }

  async function removeOld() {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  }

  /** The server's page where it answers in time, whatever it says (a sign-in, a refusal); the shell where nobody does. @param {any} event */
  async function openPage(event) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(event.request, { signal: stop.signal });
      if ([502, 503, 504].includes(answer.status)) return await shell(answer);
      ofOther.set(event.resultingClientId, answer.headers.get("HEARTeam-Release") !== release);
      return answer;
    } catch {
      return await shell(Response.error());
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {Response} otherwise */
  async function shell(otherwise) {
    const cache = await caches.open(CACHE);
    const language = await (await caches.match(page, { cacheName: LANGUAGE }))?.text();
    return (await cache.match(shells[language ?? ""] ?? shells.en)) ?? otherwise;
  }

  /** @param {Request} request @param {string} address */
  async function keptFile(request, address) {
    const cache = await caches.open(CACHE);
    return (await cache.match(address)) ?? fetch(request);
  }
})();
