// @ts-check
/**
 * Every tap of a tablet until a person or the server has settled it. A tap is stored before it is sent and keeps one Idempotency-Key
 * through all its tries; it leaves the store when the server did it, or when a person settled the server's refusal. Taps go out in the
 * order in which they were made; urgent ones (police, emergency) wait for nobody. Pure: the browser's parts are given to it.
 */
import { t } from "./i18n.js";
import { moving, overdue, sameTap, untimed } from "./taps.js";

/** @typedef {import("./taps.js").Tap} Tap */
/** @typedef {import("./taps.js").NewTap} NewTap */
/** @typedef {{ id: string, status: number, answer: any }} Answer what the server said to one tap of a list */
/**
 * @typedef {object} TapStorage
 * @property {() => Promise<Tap[]>} all of this owner, in order
 * @property {(taps: Tap[]) => Promise<unknown>} put on the disk when it resolves
 * @property {(ids: string[]) => Promise<unknown>} remove
 */
/**
 * @typedef {object} OutboxOptions
 * @property {(tap: Tap) => Promise<any>} send rejects with `{status, message}`; status 0 when nobody answered
 * @property {(taps: Tap[]) => Promise<Answer[]>} [sendMany] a list in order; answers may end early, what is left comes again
 * @property {TapStorage | null} storage
 * @property {string} owner whose taps these are: nobody else's page sends them
 * @property {string} [unit]
 * @property {() => string} newKey
 * @property {() => number} [version] of the state that was shown when it was tapped
 * @property {(taps: Tap[]) => void} [onChange]
 * @property {(taps: Tap[]) => void} [tell] the other windows of this tablet
 * @property {(run: () => Promise<void>) => Promise<unknown>} [alone] runs it in one window of the tablet at a time
 * @property {(tap: Tap) => string | null} [timeOf] when an untimed tap was made by the server's clock; null while that is not known
 * @property {() => number} [now] ms
 * @property {(run: () => void, ms: number) => any} [later]
 */

const WAITS_MS = [1000, 2000, 4000, 8000, 15_000];
const URGENT_WAIT_MS = 2000;
const CONFIRMED_KEPT = 8;
const MOST_AT_ONCE = 25;
const FAILURES_BEFORE_CARD = 6;
/** More unsent taps than this are not taken: the storage of a tablet is no bottomless one. */
export const MOST_UNSENT = 10_000;
/** The same tap again within this time is a shaking hand. */
const STORM_MS = 1000;

/** Whether the same request may succeed later: no answer, signed out for now, too many, or a failure of the server. */
const mayPass = (/** @type {number} */ status) => [0, 401, 408, 425, 429].includes(status) || status >= 500;
/** A failure by itself, not of the way there: a list that always fails at the same tap would hold up all after it. */
const ownFailure = (/** @type {number} */ status) => status === 500;

export class Outbox {
  /** @param {OutboxOptions} options */
  constructor(options) {
    this.options = options;
    this.now = options.now ?? (() => Date.now());
    this.later = options.later ?? ((run, ms) => setTimeout(run, ms));
    /** False once the browser refused to store a tap: then a reload loses what is unsent. */
    this.durable = options.storage !== null;
    /** @type {Tap[]} */
    this.taps = [];
    /** @type {Map<string, Promise<unknown>>} taps on their way to the disk */
    this.storing = new Map();
    /** @type {Set<string>} what the storage is known to hold */
    this.stored = new Set();
    /** @type {Set<string>} done with: should the storage still hold one of them, it is not read again */
    this.over = new Set();
    /** @type {Promise<unknown>} */
    this.removing = Promise.resolve();
    this.draining = false;
    this.again = false;
    this.retry = /** @type {any} */ (null);
    this.stopped = false;
    this.oneByOne = !options.sendMany;
  }

  /** Taps that the server has not answered, oldest first. */
  get unsent() {
    return this.taps.filter((tap) => tap.state === "saved" || tap.state === "sent");
  }

  /** Taps that the server refused and nobody has settled yet. */
  get refused() {
    return this.taps.filter((tap) => tap.state === "refused");
  }

  get full() {
    return this.taps.length >= MOST_UNSENT && this.unsent.length >= MOST_UNSENT;
  }

  /** Read what an earlier page of this owner left unsettled, then send it. */
  async open() {
    await this.refresh();
    this.flush();
  }

  /**
   * Stored, and on its way if nothing stands before it. The same tap within a second is the one before it.
   * @param {NewTap} made @returns {Tap | null} null when this tablet can hold no more
   */
  add(made) {
    const justNow = (/** @type {Tap} */ tap) => Math.abs(this.now() - tap.savedAt) < STORM_MS;
    const before = made.urgent ? undefined : this.taps.findLast((tap) => justNow(tap) && sameTap(tap, made));
    if (before) {
      before.repeats = (before.repeats ?? 0) + 1;
      this.tell();
      return before;
    }
    if (this.full && !made.urgent) return null;
    const { owner, unit = "", newKey, version } = this.options;
    /** @type {Tap} */
    const added = {
      urgent: false, ...made, id: newKey(), owner, unit, seq: Math.max(this.now(), (this.taps.at(-1)?.seq ?? 0) + 1),
      version: version?.() ?? 0, state: "saved", savedAt: this.now(), tries: 0,
    };
    this.taps.push(added);
    this.store([added]);
    this.flush();
    return added;
  }

  /** Try now: on opening, when the network is back, when the page is shown, and by the clock. */
  flush() {
    if (this.stopped) return;
    for (const tap of this.taps) if (tap.urgent && tap.state === "saved") void this.sendUrgent(tap);
    void this.drain();
    this.tell();
  }

  /** Nothing is sent any more: somebody else signs in here. */
  stop() {
    this.stopped = true;
  }

  /** Throw a refused tap away: the person said so. @param {string} id */
  dismiss(id) {
    const tap = this.refused.find((one) => one.id === id);
    if (tap) this.settle([{ ...tap, state: "settled" }]);
  }

  /** The same once more, as a new command: the server keeps to its word on the old one. @param {string} id */
  tryAgain(id) {
    const tap = this.refused.find((one) => one.id === id);
    if (!tap) return;
    const { refusal: _, refusedStatus: __, failures: ___, ...rest } = tap;
    /** @type {Tap} */
    const anew = { ...rest, id: this.options.newKey(), state: "saved", tries: 0 };
    this.taps = this.taps.map((one) => (one === tap ? anew : one));
    this.store([anew]);
    this.settle([{ ...tap, state: "settled" }]);
  }

  /** One window at a time sends, and reads first what the others have stored or settled. */
  async drain() {
    if (this.draining) {
      this.again = true;
      return;
    }
    this.draining = true;
    try {
      await (this.options.alone ?? ((run) => run()))(async () => {
        await this.refresh();
        while (!this.stopped && (await this.sendNext())) this.again = false;
        await this.removing;
      });
    } finally {
      this.draining = false;
    }
    if (this.again && !this.stopped) {
      this.again = false;
      if (!this.retry) void this.drain();
    }
  }

  /** @returns {Promise<boolean>} whether to go on */
  async sendNext() {
    const waiting = this.taps.filter((tap) => !tap.urgent && tap.state === "saved").slice(0, this.oneByOne ? 1 : MOST_AT_ONCE);
    const ready = await this.timed(waiting);
    if (ready.length === 0) return false;
    await Promise.all(ready.map((tap) => this.storing.get(tap.id)));
    for (const tap of ready) Object.assign(tap, { state: "sent", tries: tap.tries + 1 });
    this.tell();
    return ready.length === 1 ? this.sendOne(ready[0]) : this.sendList(ready);
  }

  /** Taps made while the server's clock was not known get their time now, once: a command never changes between two tries. @param {Tap[]} taps */
  async timed(taps) {
    const upto = taps.findIndex((tap) => untimed(tap) && !this.options.timeOf?.(tap));
    const ready = upto < 0 ? taps : taps.slice(0, upto);
    const late = ready.filter(untimed);
    for (const tap of late) tap.body = { ...tap.body, occurred_at: this.options.timeOf?.(tap), time_unsure: true };
    if (late.length > 0) await this.store(late);
    return ready;
  }

  /** @param {Tap} tap */
  async sendUrgent(tap) {
    Object.assign(tap, { state: "sent", tries: tap.tries + 1 });
    this.tell();
    if (!(await this.sendOne(tap))) this.later(() => this.flush(), URGENT_WAIT_MS);
  }

  /** @param {Tap} tap @returns {Promise<boolean>} whether it was answered for good */
  async sendOne(tap) {
    try {
      return this.take([{ id: tap.id, status: 200, answer: await this.options.send(tap) }], [tap]);
    } catch (error) {
      const { status = 0, message = "" } = /** @type {{ status?: number, message?: string }} */ (error);
      return this.take([{ id: tap.id, status, answer: { detail: message } }], [tap]);
    }
  }

  /** @param {Tap[]} taps @returns {Promise<boolean>} */
  async sendList(taps) {
    try {
      return this.take((await this.options.sendMany?.(taps)) ?? [], taps);
    } catch (error) {
      const { status = 0 } = /** @type {{ status?: number }} */ (error);
      if (mayPass(status) && !ownFailure(status)) return this.take([], taps);
      this.oneByOne = true; // a list that is not taken as a whole: each by itself
      for (const tap of taps) tap.state = "saved";
      return true;
    }
  }

  /**
   * @param {Answer[]} answers @param {Tap[]} sent those without an answer, or with a passing one, wait
   * @returns {boolean} whether all were answered for good
   */
  take(answers, sent) {
    const byId = new Map(answers.map((one) => [one.id, one]));
    /** @type {Tap[]} */
    const settled = [];
    for (const tap of sent) {
      const { status, answer } = byId.get(tap.id) ?? { status: 0, answer: null };
      if (ownFailure(status)) tap.failures = (tap.failures ?? 0) + 1;
      if (status >= 200 && status < 300) settled.push({ ...tap, state: "confirmed", answer });
      else if (overdue(tap, FAILURES_BEFORE_CARD)) settled.push({ ...tap, state: "refused", refusal: t("The server fails at this again and again."), refusedStatus: status });
      else if (mayPass(status)) tap.state = "saved";
      else settled.push({ ...tap, state: "refused", refusal: answer?.detail ?? "", refusedStatus: status });
    }
    this.settle(settled);
    const left = sent.filter((tap) => tap.state === "saved");
    if (left.length > 0 && !left[0].urgent) this.wait(left[0]);
    return left.length === 0;
  }

  /** @param {Tap[]} taps as they are now: done, thrown away, or refused and kept until a person has settled them */
  settle(taps) {
    if (taps.length === 0) return;
    for (const tap of taps) tap.answeredAt = this.now();
    this.merge(taps);
    const refused = taps.filter((tap) => tap.state === "refused");
    if (refused.length > 0) this.store(refused);
    this.forget(taps.filter((tap) => tap.state !== "refused").map((tap) => tap.id));
    this.options.tell?.(taps);
    this.flush();
  }

  /** Taps as another window of this tablet left them. @param {Tap[]} taps */
  learn(taps) {
    this.merge(taps.filter((tap) => tap.owner === this.options.owner).map((tap) => ({ ...tap, state: tap.state === "sent" ? "saved" : tap.state })));
    this.tell();
  }

  /** @param {Tap[]} taps */
  merge(taps) {
    const byId = new Map(this.taps.map((tap) => [tap.id, tap]));
    for (const tap of taps) {
      const known = byId.get(tap.id);
      if (known) Object.assign(known, tap, moving(known) && tap.state === "saved" ? { state: "sent" } : {});
      else if (tap.state !== "settled" && tap.state !== "confirmed") this.taps.push(tap);
    }
    const old = new Set(this.taps.filter((tap) => tap.state === "confirmed").slice(0, -CONFIRMED_KEPT));
    this.taps = this.taps.filter((tap) => tap.state !== "settled" && !old.has(tap)).sort((a, b) => a.seq - b.seq);
  }

  /** @param {Tap} tap */
  wait(tap) {
    this.retry ??= this.later(() => {
      this.retry = null;
      this.flush();
    }, WAITS_MS[Math.min(Math.max(tap.tries, 1) - 1, WAITS_MS.length - 1)]) ?? true;
    this.tell();
  }

  tell() {
    this.options.onChange?.([...this.taps]);
  }

  /** @param {Tap[]} taps */
  store(taps) {
    if (!this.options.storage) return Promise.resolve();
    const kept = taps.map((tap) => ({ ...tap, state: /** @type {Tap["state"]} */ (tap.state === "sent" ? "saved" : tap.state) }));
    const stored = this.options.storage.put(kept.map(({ madeAt: _, ...tap }) => tap)).then(
      () => {
        for (const tap of taps) this.stored.add(tap.id);
        this.options.tell?.(kept);
      },
      () => { this.durable = false; },
    ).then(() => { for (const tap of taps) this.storing.delete(tap.id); });
    for (const tap of taps) this.storing.set(tap.id, stored);
    return stored;
  }

  /** @param {string[]} ids */
  forget(ids) {
    if (ids.length === 0 || !this.options.storage) return;
    const { storage } = this.options;
    const before = Promise.all([this.removing, ...ids.map((id) => this.storing.get(id))]);
    this.removing = before.then(() => storage.remove(ids)).catch(() => { this.durable = false; });
    for (const id of ids) {
      this.stored.delete(id);
      this.over.add(id);
    }
  }

  /** What other windows have stored is ours too; what they have settled and said nothing of is gone. */
  async refresh() {
    if (!this.options.storage) return;
    const before = new Set(this.stored);
    const kept = await this.options.storage.all().catch(() => null);
    if (kept === null) {
      this.durable = false;
      return;
    }
    const there = new Set(kept.map((tap) => tap.id));
    const gone = new Set([...before].filter((id) => !there.has(id) && this.stored.has(id)));
    this.taps = this.taps.filter((tap) => !gone.has(tap.id) || moving(tap) || tap.state === "confirmed");
    const known = new Set(this.taps.map((tap) => tap.id));
    this.merge(kept.filter((tap) => !known.has(tap.id) && !this.over.has(tap.id)).map((tap) => ({ ...tap, state: tap.state === "refused" ? "refused" : "saved" })));
    this.stored = there;
  }
}
