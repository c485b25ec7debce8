// @ts-check
/**
 * The page behind a crew's link works without this: every step is a form. While it is looked at, the page is asked for again now and
 * then, so that an order to stay out is seen without a tap. What somebody is typing or about to confirm stands in the fresh page too.
 */
const AGAIN_MS = 15_000;

let failures = 0;

/** @param {Document} page */
const partOf = (page) => page.getElementById("now");

/** @param {HTMLElement} shown @param {HTMLElement} fresh */
function carryOver(shown, fresh) {
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (shown.querySelectorAll("input[id]"))) {
    const same = /** @type {HTMLInputElement | null} */ (fresh.querySelector(`#${field.id}`));
    if (same) same.value = field.value;
  }
  if (shown.querySelector("details.police[open]")) fresh.querySelector("details.police")?.setAttribute("open", "");
}

/** @param {HTMLElement} shown @param {HTMLElement} fresh */
function replace(shown, fresh) {
  const typing = shown.contains(document.activeElement) ? document.activeElement?.id : "";
  carryOver(shown, fresh);
  shown.replaceWith(fresh);
  if (typing) document.getElementById(typing)?.focus();
}

async function refresh() {
  if (document.visibilityState !== "visible") return;
  const shown = partOf(document);
  const stale = document.getElementById("stale");
  if (!shown || !stale) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    // The page stays on the screen while the server is away for a moment, or is asked too often: only a link that is over takes it off.
    if (answer.status >= 500 || answer.status === 429) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    failures = 0;
    stale.hidden = true;
    const fresh = partOf(page);
    if (!fresh) return location.reload();
    if (fresh.dataset.version !== shown.dataset.version) {
      replace(shown, fresh);
      navigator.vibrate?.(400);
    }
  } catch {
    failures += 1;
    stale.hidden = failures < 2;
  }
  return undefined;
}

setInterval(() => void refresh(), AGAIN_MS);
document.addEventListener("visibilitychange", () => void refresh());
window.addEventListener("online", () => void refresh());
