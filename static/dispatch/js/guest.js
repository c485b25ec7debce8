// @ts-check
/**
 * The page behind a crew's link works without this: every step is a form. While it is looked at, a socket says when the page is another
 * (and nothing else), so that an order to stay out is seen at once and without a tap; where there is no socket, and beside it, the page is
 * asked for again now and then. What somebody is typing or about to confirm stands in the fresh page too.
 */
const AGAIN_MS = 15_000;
const ANSWER_MS = 10_000;
/** After this long without an answer the page says that it is not up to date; also when the network swallows requests without a word. */
const STALE_MS = 40_000;

let heardAt = Date.now();
let failures = 0;
let isLive = false;
/** Requests are counted, so that a late answer never puts an older page in the place of a newer one. */
let asked = 0;
let answered = 0;

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

/** Says whether what is shown can be trusted. The clock may be set meanwhile: then it is said once too often. */
function tellAge() {
  const stale = document.getElementById("stale");
  if (stale) stale.hidden = failures < 2 && Math.abs(Date.now() - heardAt) < STALE_MS;
}

async function refresh() {
  if (document.visibilityState !== "visible") return;
  tellAge();
  const shown = partOf(document);
  if (!shown) return;
  asked += 1;
  const mine = asked;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store", signal: AbortSignal.timeout?.(ANSWER_MS) });
    // The page stays on the screen while the server is away for a moment, or is asked too often: only a link that is over takes it off.
    if (answer.status >= 500 || answer.status === 429) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine < answered) return;
    answered = mine;
    heardAt = Date.now();
    failures = 0;
    const fresh = partOf(page);
    if (!fresh) return location.reload();
    if (fresh.dataset.version !== partOf(document)?.dataset.version) {
      replace(/** @type {HTMLElement} */ (partOf(document)), fresh);
      navigator.vibrate?.(400);
    }
  } catch {
    failures += 1;
  } finally {
    tellAge();
  }
  return undefined;
}

/** The socket only says that there is something to fetch; it never says what. */
function follow() {
  const ticket = partOf(document)?.dataset.ticket;
  if (!ticket || isLive || document.visibilityState !== "visible") return;
  isLive = true;
  const address = new URL(`/ws/guest/?ticket=${encodeURIComponent(ticket)}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address);
  socket.onmessage = ({ data }) => {
    if (JSON.parse(data).version !== partOf(document)?.dataset.version) void refresh();
  };
  socket.onclose = () => {
    isLive = false;
    void refresh();
  };
}

function look() {
  follow();
  void refresh();
}

follow();
setInterval(tellAge, 5_000);
setInterval(look, AGAIN_MS);
document.addEventListener("visibilitychange", look);
window.addEventListener("online", look);
