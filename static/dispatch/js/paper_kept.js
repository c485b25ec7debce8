// @ts-check
/** The console keeps the newest paper sheet in its browser, so that `/paper/` opens there when no server answers (sw/paper.js). */

const CACHE = "hearteam.paper";
const PAGE = "/paper/";
const WORKER = "/paper/worker.js";
const EVERY_MS = 300_000;
const SIGNED_OUT = [401, 403];
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Keep the sheet of now. One that cannot be fetched leaves the last one; whoever may not read it leaves none behind. @param {number} now ms */
export async function keepSheet(now) {
  const answer = await fetch(`${PAGE}?kept=1`, { redirect: "manual", cache: "no-store" }).catch(() => null);
  if (answer === null || answer.status >= 500) return;
  const cache = await caches.open(CACHE);
  if (answer.type === "opaqueredirect" || SIGNED_OUT.includes(answer.status)) {
    await cache.delete(PAGE);
    return;
  }
  if (!answer.ok) return;
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY, "Kept-At": String(now) };
  await cache.put(PAGE, new Response(await answer.text(), { headers }));
}

/** Now and every few minutes, each console at a moment of its own. */
export function keepPaper() {
  if (!("serviceWorker" in navigator) || !("caches" in globalThis)) return;
  navigator.serviceWorker.register(WORKER, { scope: PAGE }).catch(() => {});
  const keep = () => void keepSheet(Date.now()).catch(() => {});
  setTimeout(() => {
    keep();
    setInterval(keep, EVERY_MS);
  }, 2000 + Math.random() * 8000);
}
