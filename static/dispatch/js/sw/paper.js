// @ts-check
/**
 * The service worker of `/paper/`: the server's sheet where it answers, else the one that the console kept last (paper_kept.js), as
 * long as it is not older than a day. A classic script: `/paper/worker.js` imports it.
 */
(() => {
  const worker = /** @type {any} */ (self);
  const CACHE = "hearteam.paper";
  const PAGE = "/paper/";
  const KEPT_MS = 24 * 3600_000;
  const PATIENCE_MS = 4000;

  worker.addEventListener("install", () => worker.skipWaiting());
  worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

  worker.addEventListener("fetch", (/** @type {any} */ event) => {
    const address = new URL(event.request.url);
    if (event.request.mode === "navigate" && address.pathname === PAGE) event.respondWith(openSheet(event.request));
  });

  /** @param {Request} request */
  async function openSheet(request) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(request, { signal: stop.signal });
      return answer.status >= 500 ? ((await kept()) ?? answer) : answer;
    } catch {
      return (await kept()) ?? Response.error();
    } finally {
      clearTimeout(timer);
    }
  }

  /** @returns {Promise<Response | null>} */
  async function kept() {
    const cache = await caches.open(CACHE);
    const sheet = await cache.match(PAGE);
    if (!sheet) return null;
    if (Date.now() - Number(sheet.headers.get("Kept-At")) <= KEPT_MS) return sheet;
    await cache.delete(PAGE);
    return null;
  }
})();
