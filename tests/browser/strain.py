"""A slower machine than this one, on demand: races between a person's keys and late answers show here, not only in CI.

`HEARTEAM_SLOW_BROWSER=4 pytest tests/browser/..` makes every page's processor four times slower, and holds up each
request, each answer and each frame of a socket by a random time, most shortly, some for most of a second. Frames stay
in order.
`HEARTEAM_SLOW_SEED` (default 1) draws other times. Without the variable nothing is laid on a page.
"""

from __future__ import annotations

import os

from playwright.sync_api import BrowserContext, Page

RATE = float(os.environ.get("HEARTEAM_SLOW_BROWSER", "0"))
SEED = int(os.environ.get("HEARTEAM_SLOW_SEED", "1"))

# Runs before anything of the page, also before a test's own clock: delays are in real time.
HOLD_UP = """seed => {
  let state = seed * 2654435761 >>> 0;
  const random = () => {
    state = (state + 0x6D2B79F5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const later = window.setTimeout.bind(window);
  const pause = () => new Promise((resolve) => later(resolve, random() < 0.15 ? 300 + 500 * random() : 80 * random()));
  const send = window.fetch.bind(window);
  window.fetch = async (...asked) => {
    await pause();
    const answer = await send(...asked);
    await pause();
    return answer;
  };
  const { set, get } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  const Heard = new WeakMap();
  const inOrder = (socket, listener) => (event) => {
    const before = Heard.get(socket) ?? Promise.resolve();
    Heard.set(socket, before.then(pause).then(() => listener.call(socket, event)));
  };
  Object.defineProperty(WebSocket.prototype, "onmessage", {
    configurable: true, get, set(listener) { set.call(this, listener && inOrder(this, listener)); },
  });
  const listen = WebSocket.prototype.addEventListener;
  WebSocket.prototype.addEventListener = function (kind, listener, ...more) {
    return listen.call(this, kind, kind === "message" ? inOrder(this, listener) : listener, ...more);
  };
}"""


def lay_on(context: BrowserContext) -> None:
    """To be called before the context's first page."""
    if RATE:
        context.add_init_script(f"({HOLD_UP})({SEED})")
        context.on("page", slow_down)


def slow_down(page: Page) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": RATE})
