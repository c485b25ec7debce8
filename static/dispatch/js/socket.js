// @ts-check
/**
 * One socket that is always there or says since when it is not: heartbeat watch, jittered back-off, replay by `?after`.
 * It only listens, pings, and says how long events take to reach this screen; commands travel over HTTP.
 */
import { Measure, screenEnvironment } from "./measure.js";

/** @typedef {"connecting" | "live" | "stale" | "signed_out" | "refused"} LinkStatus */
/**
 * `heardAt`: local ms of the last sign of life (0: never); `latencyMs`: round trip of the last ping; `head`: newest version;
 * `caughtUp`: what this connection missed was sent (the server's first heartbeat comes after it).
 * @typedef {{ status: LinkStatus, heardAt: number, latencyMs: number | null, head: number, caughtUp: boolean }} LinkState
 */
/**
 * @typedef {object} LinkOptions
 * @property {string} url `wss://host/ws/board/`
 * @property {() => number | null} version where to go on from; null: from now
 * @property {(frame: any) => void} onFrame every frame but pongs
 * @property {(state: LinkState) => void} onState
 * @property {() => Promise<boolean>} [signedIn] asked when a connection was refused before it opened
 * @property {LinkEnvironment} [environment]
 * @property {Measure} [measure] how long events take to the screen
 */
/**
 * What the link needs of the browser; tests give their own.
 * @typedef {object} LinkEnvironment
 * @property {(url: string) => any} open
 * @property {() => number} now ms
 * @property {() => number} random
 * @property {(run: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 */

export const STALE_AFTER_MS = 10_000;
const WATCH_MS = 1000;
const PING_EVERY_MS = 5000;
const CONNECT_TIMEOUT_MS = 8000;
const LONGEST_WAIT_MS = 10_000;
const SIGNED_OUT = 4401;
const REFUSED = 4403;
const RESTARTING = 1012;

/** @returns {LinkEnvironment} */
function browserEnvironment() {
  return {
    open: (url) => new WebSocket(url),
    now: () => Date.now(),
    random: () => Math.random(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  };
}

/**
 * Wait before attempt `n` (0-based): doubling from 0.5 s to 10 s, each a random half to whole of it.
 * @param {number} n @param {() => number} random @returns {number} ms
 */
export function backOff(n, random) {
  const whole = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(n, 10));
  return whole / 2 + (random() * whole) / 2;
}

export class Link {
  /** @param {LinkOptions} options */
  constructor(options) {
    this.options = options;
    this.environment = options.environment ?? browserEnvironment();
    /** @type {LinkState} */
    this.state = { status: "connecting", heardAt: 0, latencyMs: null, head: 0, caughtUp: false };
    this.socket = /** @type {any} */ (null);
    this.attempts = 0;
    this.opened = false;
    this.openedAt = 0;
    this.pingSentAt = 0;
    this.stopped = false;
    this.retryTimer = /** @type {any} */ (null);
    this.watchTimer = /** @type {any} */ (null);
  }

  start() {
    this.stopped = false;
    this.connect();
    this.watch();
  }

  stop() {
    this.stopped = true;
    this.environment.clearTimeout(this.retryTimer);
    this.environment.clearTimeout(this.watchTimer);
    this.drop();
  }

  /** The page became visible or the network came back: do not wait for the back-off. */
  wake() {
    if (this.stopped) return;
    if (this.socket && this.opened) this.ping();
    else if (!this.socket) this.connect();
  }

  connect() {
    this.environment.clearTimeout(this.retryTimer);
    const after = this.options.version();
    const socket = this.environment.open(this.options.url + (after === null ? "" : `${this.options.url.includes("?") ? "&" : "?"}after=${after}`));
    this.socket = socket;
    this.opened = false;
    this.openedAt = this.environment.now();
    socket.onopen = () => this.isCurrent(socket) && this.onOpen();
    socket.onmessage = (/** @type {{ data: any }} */ message) => this.isCurrent(socket) && this.onMessage(message.data);
    socket.onclose = (/** @type {{ code: number }} */ close) => this.isCurrent(socket) && this.onClose(close.code);
  }

  /** @param {any} socket a late call-back of a dropped socket must not count */
  isCurrent(socket) {
    return this.socket === socket;
  }

  onOpen() {
    this.opened = true;
    this.attempts = 0;
    this.heard({ status: "live", caughtUp: false });
    this.options.measure?.connected();
    this.ping();
  }

  /** @param {unknown} text */
  onMessage(text) {
    if (typeof text !== "string") return;
    const frame = JSON.parse(text);
    if (frame.type === "pong") {
      this.options.measure?.ponged(frame.at);
      this.heard({ status: "live", latencyMs: this.environment.now() - this.pingSentAt });
      return;
    }
    const beats = frame.type === "heartbeat";
    const head = beats ? frame.head : Math.max(this.state.head, frame.v ?? 0);
    this.heard({ status: "live", head, caughtUp: beats || this.state.caughtUp });
    this.options.onFrame(frame);
    if (typeof frame.v === "number" && this.state.caughtUp) this.options.measure?.came(frame, this.options.version);
  }

  /** @param {number} code */
  onClose(code) {
    const refusedBeforeOpen = !this.opened;
    this.socket = null;
    this.opened = false;
    if (code === SIGNED_OUT) return this.end("signed_out");
    if (code === REFUSED) return this.end("refused");
    if (refusedBeforeOpen && this.options.signedIn) void this.askWhetherSignedIn();
    this.change({ status: this.isOld() ? "stale" : "connecting" });
    const wait = code === RESTARTING ? 200 + this.environment.random() * 800 : backOff(this.attempts, this.environment.random);
    this.attempts += 1;
    this.retryTimer = this.environment.setTimeout(() => this.connect(), wait);
    return undefined;
  }

  async askWhetherSignedIn() {
    const signedIn = await this.options.signedIn?.().catch(() => true);
    if (signedIn === false && !this.stopped) this.end("signed_out");
  }

  /** @param {LinkStatus} status */
  end(status) {
    this.stop();
    this.change({ status });
  }

  watch() {
    this.watchTimer = this.environment.setTimeout(() => this.watch(), WATCH_MS);
    const waited = this.environment.now() - this.openedAt;
    if (this.socket && !this.opened && waited > CONNECT_TIMEOUT_MS) return this.again();
    if (this.opened && this.environment.now() - this.pingSentAt >= PING_EVERY_MS) this.ping();
    if (!this.isOld()) return undefined;
    this.change({ status: "stale" });
    return this.opened ? this.again() : undefined;
  }

  /** The connection is silent: a half-open one would stay so for minutes, so take a new one. */
  again() {
    this.drop();
    this.onClose(0);
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    this.opened = false;
    socket?.close();
  }

  ping() {
    this.pingSentAt = this.environment.now();
    this.options.measure?.pinged();
    this.socket.send('{"type":"ping"}');
    const told = this.options.measure?.due();
    if (told) this.socket.send(told);
  }

  isOld() {
    return this.environment.now() - this.state.heardAt >= STALE_AFTER_MS && this.state.heardAt > 0;
  }

  /** @param {Partial<LinkState>} change */
  heard(change) {
    this.change({ ...change, heardAt: this.environment.now() });
  }

  /** @param {Partial<LinkState>} change */
  change(change) {
    this.state = { ...this.state, ...change };
    this.options.onState(this.state);
  }
}

/**
 * The link of a page: also wakes when the page is shown again or the network is back.
 * @param {string} path `/ws/board/` @param {Omit<LinkOptions, "url">} options @returns {Link}
 */
export function pageLink(path, options) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const measure = new Measure(screenEnvironment());
  const link = new Link({ ...options, measure, url: `${scheme}://${location.host}${path}` });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") link.wake();
    else measure.wentAway();
  });
  addEventListener("online", () => link.wake());
  addEventListener("pagehide", () => link.stop());
  addEventListener("pageshow", (event) => {
    if (event.persisted) link.start();
  });
  return link;
}
