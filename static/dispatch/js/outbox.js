// @ts-check
/**
 * Every tap of a tablet until the server has answered it. A tap is stored before it is sent, keeps one Idempotency-Key through all
 * its tries, and leaves the store only with an answer; taps go out in the order in which they were made. Urgent ones (police,
 * emergency) wait for nobody. Pure: the browser's parts are given to it.
 */

/**
 * `saved`: on this tablet; `sent`: on its way, no answer yet; `confirmed`: the server did it; `refused`: the server said no, and why.
 * @typedef {"saved" | "sent" | "confirmed" | "refused"} TapState
 */
/**
 * @typedef {object} Tap
 * @property {string} id the Idempotency-Key
 * @property {number} seq order of the taps on this tablet
 * @property {string} kind what it is for, such as `status`
 * @property {string} label what the person did, in words
 * @property {string} path
 * @property {Record<string, unknown>} body
 * @property {boolean} urgent
 * @property {TapState} state
 * @property {number} savedAt local ms
 * @property {number} tries
 * @property {number} [answeredAt] local ms
 * @property {any} [answer] the server's JSON, when it confirmed
 * @property {string} [refusal] the server's reason, when it refused
 */
/** @typedef {{ kind: string, label: string, path: string, body: Record<string, unknown>, urgent?: boolean }} NewTap */
/** @typedef {Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">} TapStorage */
/**
 * @typedef {object} OutboxOptions
 * @property {(tap: Tap) => Promise<any>} send rejects with `{status, message}`; status 0 when nobody answered
 * @property {TapStorage | null} storage
 * @property {string} owner whose taps these are: nobody else's page sends them
 * @property {() => string} newKey
 * @property {(taps: Tap[]) => void} [onChange]
 * @property {() => number} [now] ms
 * @property {(run: () => void, ms: number) => any} [later]
 */

const WAITS_MS = [1000, 2000, 4000, 8000, 15_000];
const URGENT_WAIT_MS = 2000;
const CONFIRMED_KEPT = 8;
const PREFIX = "hearteam.outbox.";

/** Whether the same request may succeed later: no answer, signed out for now, too many, or a failure of the server. */
const mayPass = (/** @type {number} */ status) => [0, 401, 408, 425, 429].includes(status) || status >= 500;

export class Outbox {
  /** @param {OutboxOptions} options */
  constructor(options) {
    this.options = options;
    this.now = options.now ?? (() => Date.now());
    this.later = options.later ?? ((run, ms) => setTimeout(run, ms));
    /** False once the browser refused to store a tap: then a reload loses what is unsent. */
    this.durable = options.storage !== null;
    /** @type {Tap[]} */
    this.taps = this.restore();
    this.timer = /** @type {any} */ (null);
  }

  /** Taps that the server has not answered, oldest first. */
  get unsent() {
    return this.taps.filter((tap) => tap.state === "saved" || tap.state === "sent");
  }

  get refused() {
    return this.taps.filter((tap) => tap.state === "refused");
  }

  /** @param {NewTap} tap @returns {Tap} stored, and on its way if nothing stands before it */
  add(tap) {
    const last = this.taps.at(-1)?.seq ?? 0;
    const seq = Math.max(this.now(), last + 1);
    /** @type {Tap} */
    const added = { urgent: false, ...tap, id: this.options.newKey(), seq, state: "saved", savedAt: this.now(), tries: 0 };
    this.taps.push(added);
    this.store(added);
    this.flush();
    return added;
  }

  /** Try now: on opening, when the network is back, when the page is shown, and by the clock. */
  flush() {
    for (const tap of this.unsent) if (tap.urgent && tap.state === "saved") void this.attempt(tap);
    const first = this.unsent.find((tap) => !tap.urgent);
    if (first?.state === "saved") void this.attempt(first);
    this.tell();
  }

  /** Take a refused tap off the screen: the person has read why. @param {string} id */
  dismiss(id) {
    this.taps = this.taps.filter((tap) => tap.id !== id || tap.state !== "refused");
    this.tell();
  }

  /** @param {Tap} tap */
  async attempt(tap) {
    tap.state = "sent";
    tap.tries += 1;
    this.tell();
    try {
      this.settle(tap, "confirmed", await this.options.send(tap), "");
    } catch (error) {
      const { status = 0, message = "" } = /** @type {{ status?: number, message?: string }} */ (error);
      if (mayPass(status)) this.wait(tap);
      else this.settle(tap, "refused", null, message);
    }
  }

  /** @param {Tap} tap @param {"confirmed" | "refused"} state @param {any} answer @param {string} refusal */
  settle(tap, state, answer, refusal) {
    Object.assign(tap, { state, answer, refusal, answeredAt: this.now() });
    this.forget(tap);
    const confirmed = this.taps.filter((one) => one.state === "confirmed");
    const old = new Set(confirmed.slice(0, -CONFIRMED_KEPT));
    this.taps = this.taps.filter((one) => !old.has(one));
    this.flush();
  }

  /** @param {Tap} tap */
  wait(tap) {
    tap.state = "saved";
    const wait = tap.urgent ? URGENT_WAIT_MS : WAITS_MS[Math.min(tap.tries - 1, WAITS_MS.length - 1)];
    this.later(() => this.flush(), wait);
    this.tell();
  }

  tell() {
    this.options.onChange?.([...this.taps]);
  }

  get prefix() {
    return `${PREFIX}${this.options.owner}.`;
  }

  /** One entry a tap, so that two windows on one tablet never write over each other. @param {Tap} tap */
  key(tap) {
    return `${this.prefix}${String(tap.seq).padStart(16, "0")}.${tap.id}`;
  }

  /** @param {Tap} tap */
  store(tap) {
    try {
      this.options.storage?.setItem(this.key(tap), JSON.stringify(tap));
    } catch {
      this.durable = false;
    }
  }

  /** @param {Tap} tap */
  forget(tap) {
    try {
      this.options.storage?.removeItem(this.key(tap));
    } catch {
      this.durable = false;
    }
  }

  /** @returns {Tap[]} what an earlier page of this owner left unanswered, in order */
  restore() {
    const storage = this.options.storage;
    if (!storage) return [];
    const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
    /** @type {Tap[]} */
    const taps = [];
    for (const key of keys.filter((name) => name.startsWith(this.prefix)).sort()) {
      const tap = readTap(storage.getItem(key));
      if (tap) taps.push(tap);
      else storage.removeItem(key);
    }
    return taps;
  }
}

/** @param {string | null} text @returns {Tap | null} null when it is not a tap: storage can be edited or cut short */
function readTap(text) {
  try {
    const tap = JSON.parse(text ?? "");
    const whole = typeof tap.id === "string" && typeof tap.path === "string" && typeof tap.seq === "number";
    return whole ? { ...tap, state: "saved" } : null;
  } catch {
    return null;
  }
}

/** Whether anybody's taps wait in the storage: asked before a sign-out clears it. @param {TapStorage} storage */
export function storedTaps(storage) {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
  return keys.filter((key) => key.startsWith(PREFIX)).length;
}
