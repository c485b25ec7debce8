// @ts-check
/**
 * The state a page shows and the version it is at. Events come from the socket, which is only a hint: what is older than
 * the version is dropped, and a gap is filled from `GET /api/events/` (or by loading afresh).
 */
import { applyEvent, applyPosition, boardFrom, emptyBoard } from "./apply.js";

/** @typedef {import("./apply.js").Board} Board */
/** @typedef {import("./apply.js").EventFrame} EventFrame */
/** @typedef {{ events: EventFrame[], head: number }} Tail */

/**
 * @template S
 * @typedef {object} Source
 * @property {() => Promise<{ state: S, version: number }>} load the whole state with the version it is at
 * @property {(after: number) => Promise<Tail>} [tail] later events; without it a gap is filled by `load`
 * @property {(state: S, event: EventFrame) => S} reduce
 * @property {(state: S, frame: any) => S} [ephemeral] frames without a version, such as positions
 * @property {(run: () => void, ms: number) => unknown} [later] `setTimeout`, for tests
 */

/**
 * @template S
 * @callback Listener
 * @param {S} state
 * @param {EventFrame[]} events what was applied since the last call; empty after a load or a position
 * @returns {void}
 */

const RETRY_MS = [500, 1000, 2000, 4000];
const TAIL_TOO_LONG = 2000;

/**
 * @template S
 */
export class Store {
  /** @param {Source<S>} source @param {S} empty */
  constructor(source, empty) {
    this.source = source;
    /** @type {S} */
    this.state = empty;
    this.version = 0;
    /** Local ms of the answer that was read whole last; 0: none yet. */
    this.readAt = 0;
    this.loaded = false;
    /** @type {EventFrame[]} */
    this.waiting = [];
    /** @type {Set<Listener<S>>} */
    this.listeners = new Set();
    /** @type {Promise<void> | null} */
    this.catchingUp = null;
    this.mustReload = false;
    this.failures = 0;
  }

  /** @param {Listener<S>} listener @returns {() => void} stops it */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What was known before, until the server answers. @param {S} state */
  show(state) {
    if (this.loaded) return;
    this.state = state;
    this.tell([]);
  }

  /** Nothing is known any more, nothing that comes is shown, until the server answers again. @param {S} empty */
  forget(empty) {
    this.state = empty;
    this.loaded = false;
    this.waiting = [];
    this.tell([]);
  }

  /** Load everything afresh (start, resync). Resolves when the state is there; a failure is retried by itself. */
  reload() {
    this.mustReload = true;
    return this.catchUp();
  }

  /** Take a frame of the socket: an event, a heartbeat, a resync or a position. @param {any} frame */
  receive(frame) {
    if (typeof frame.v === "number") this.receiveEvent(frame);
    else if (frame.type === "heartbeat") this.receiveHead(frame.head);
    else if (frame.type === "resync") void this.reload();
    else if (this.loaded && this.source.ephemeral) {
      this.state = this.source.ephemeral(this.state, frame);
      this.tell([]);
    }
  }

  /** @param {EventFrame} event */
  receiveEvent(event) {
    if (this.loaded && event.v <= this.version) return;
    this.waiting.push(event);
    if (!this.loaded) return;
    this.drain();
    if (this.waiting.length > 0) void this.catchUp();
  }

  /** A last event that was lost leaves no gap to see; the heartbeat's head shows it. @param {number} head */
  receiveHead(head) {
    if (!this.loaded) return;
    if (head > this.version) void this.catchUp();
    else if (head < this.version) void this.reload();
  }

  /** Apply what waits and follows on. */
  drain() {
    this.waiting.sort((a, b) => a.v - b.v);
    /** @type {EventFrame[]} */
    const applied = [];
    while (this.waiting.length > 0) {
      const event = this.waiting[0];
      const before = event.prev ?? event.v - 1;
      if (event.v > this.version && before > this.version) break;
      this.waiting.shift();
      if (event.v <= this.version) continue;
      this.state = this.source.reduce(this.state, event);
      this.version = event.v;
      applied.push(event);
    }
    if (applied.length > 0) this.tell(applied);
  }

  /** @returns {Promise<void>} one catch-up at a time */
  catchUp() {
    this.catchingUp ??= this.fetchMissing()
      .then(() => { this.failures = 0; })
      .catch(() => this.retryLater())
      .finally(() => { this.catchingUp = null; });
    return this.catchingUp;
  }

  /** Until nothing is missing: a reload asked for while an answer was on its way may want what that answer did not hold. */
  async fetchMissing() {
    do await this.fetchOnce();
    while (this.mustReload);
  }

  async fetchOnce() {
    if (!this.loaded || this.mustReload || !this.source.tail) return this.loadAll();
    for (;;) {
      const asked = this.version;
      const { events, head } = await this.source.tail(asked);
      if (head < this.version || head - asked > TAIL_TOO_LONG) return this.loadAll();
      this.waiting.push(...events);
      this.drain();
      if (this.version >= head) return undefined;
      if (this.version === asked) return this.loadAll();
    }
  }

  async loadAll() {
    this.mustReload = false;
    try {
      const { state, version } = await this.source.load();
      this.state = state;
      this.version = version;
      this.loaded = true;
      this.readAt = Date.now();
    } catch (error) {
      this.mustReload = true;
      throw error;
    }
    this.tell([]);
    this.drain();
  }

  retryLater() {
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    const later = this.source.later ?? setTimeout;
    later(() => void this.catchUp(), wait);
  }

  /** @param {EventFrame[]} events */
  tell(events) {
    for (const listener of this.listeners) listener(this.state, events);
  }
}

/**
 * The store of the whole board.
 * @param {{ get: (path: string) => Promise<any> }} api
 * @param {(run: () => void, ms: number) => unknown} [later]
 * @returns {Store<Board>}
 */
export function boardStore(api, later) {
  return new Store(
    {
      load: async () => {
        const snapshot = await api.get("/api/board/");
        return { state: boardFrom(snapshot), version: snapshot.version };
      },
      tail: (after) => api.get(`/api/events/?after=${after}&limit=500`),
      reduce: applyEvent,
      ephemeral: (board, frame) => (frame.type === "position" ? applyPosition(board, frame) : board),
      later,
    },
    emptyBoard(),
  );
}
