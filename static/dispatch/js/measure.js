// @ts-check
/**
 * How long it takes from an event's time at the server until this screen has painted it, and how sure that is.
 *
 * The server's clock is known by pings: its time in the pong lies between sending and receiving, so half the round trip
 * bounds the error; the best of the last two minutes counts, with what the two clocks may drift since. Of what is
 * measured only counts by class go to the server, once a minute and only when there is something to say.
 */

/** Upper ends of the classes, ms; one class more is for the rest. The server has the same (a test holds them equal). */
export const CLASSES_MS = [25, 50, 100, 200, 300, 500, 750, 1000, 2000, 5000, 15000];
const REPORT_EVERY_MS = 60_000;
const SAMPLE_LASTS_MS = 120_000;
const DRIFT = 1e-4;
const MOST_WAITING = 500;
const MOST_COUNTED = 5000;

/**
 * @typedef {object} MeasureEnvironment
 * @property {() => number} now ms of a clock that is never set
 * @property {() => boolean} hidden whether nothing is painted now
 * @property {(run: () => void) => void} afterPaint calls when what was drawn is on the screen
 */

/** @returns {MeasureEnvironment} */
export function screenEnvironment() {
  return {
    now: () => performance.now(),
    hidden: () => document.hidden,
    afterPaint: (run) => { requestAnimationFrame(() => { setTimeout(run, 0); }); },
  };
}

/** @returns {number[]} */
const noCounts = () => new Array(CLASSES_MS.length + 1).fill(0);

export class Measure {
  /** @param {MeasureEnvironment} environment */
  constructor(environment) {
    this.environment = environment;
    /** When the pings went out that have no answer yet. @type {number[]} */
    this.pings = [];
    /** @type {{ offset: number, error: number, at: number }[]} */
    this.samples = [];
    /** @type {{ v: number, at: number }[]} */
    this.waiting = [];
    /** What was painted and when, on our clock. @type {{ at: number, now: number }[]} */
    this.shown = [];
    this.asked = false;
    this.reportedAt = environment.now();
    this.counts = noCounts();
    this.counted = 0;
    this.worstError = 0;
  }

  empty() {
    this.counts = noCounts();
    this.counted = 0;
    this.worstError = 0;
  }

  /** A new connection: what is on its way on the old one never comes, and another server may have another clock. */
  connected() {
    this.settle();
    this.pings = [];
    this.samples = [];
    this.waiting = [];
  }

  pinged() {
    this.pings.push(this.environment.now());
  }

  /** Pongs come in the order of the pings. @param {string | undefined} at the server's time in it */
  ponged(at) {
    const sent = this.pings.shift();
    const server = Date.parse(at ?? "");
    if (sent === undefined || Number.isNaN(server)) return;
    const now = this.environment.now();
    this.samples = this.samples.filter((sample) => now - sample.at < SAMPLE_LASTS_MS);
    this.samples.push({ offset: server - (sent + now) / 2, error: (now - sent) / 2, at: now });
  }

  /** The server's time less ours, and by how much that may be wrong, ms; null while unknown. */
  clock() {
    const now = this.environment.now();
    let best = /** @type {{ offset: number, error: number } | null} */ (null);
    for (const { offset, error, at } of this.samples) {
      const since = error + (now - at) * DRIFT;
      if (now - at < SAMPLE_LASTS_MS && (best === null || since < best.error)) best = { offset, error: since };
    }
    return best;
  }

  /**
   * An event came that nobody had to ask for. @param {{ v: number, at: string }} event
   * @param {() => number | null} shown the version that the page shows
   */
  came(event, shown) {
    if (this.environment.hidden() || this.waiting.length >= MOST_WAITING) return;
    this.waiting.push({ v: event.v, at: Date.parse(event.at) });
    if (this.asked) return;
    this.asked = true;
    this.environment.afterPaint(() => {
      this.asked = false;
      this.painted(shown() ?? 0);
    });
  }

  /** What a screen in the background would have shown says nothing. */
  wentAway() {
    this.waiting = [];
  }

  /** @param {number} version what is on the screen now */
  painted(version) {
    const now = this.environment.now();
    const shown = this.waiting.filter((event) => event.v <= version);
    this.waiting = this.waiting.filter((event) => event.v > version);
    if (this.environment.hidden()) return;
    for (const { at } of shown) if (this.shown.length < MOST_COUNTED) this.shown.push({ at, now });
  }

  /** Put what was shown into its classes, by the best that is known of the server's clock at the end. */
  settle() {
    const clock = this.clock();
    const shown = this.shown;
    this.shown = [];
    if (clock === null) return;
    for (const { at, now } of shown) {
      if (this.counted >= MOST_COUNTED) return;
      const took = now + clock.offset - at;
      const index = CLASSES_MS.findIndex((end) => took <= end);
      this.counts[index < 0 ? CLASSES_MS.length : index] += 1;
      this.counted += 1;
      this.worstError = Math.max(this.worstError, clock.error);
    }
  }

  /** The message that tells the server, when it is time and there is something to tell; what was told starts at 0. */
  due() {
    const now = this.environment.now();
    if (now - this.reportedAt < REPORT_EVERY_MS) return null;
    this.settle();
    if (this.counted === 0) return null;
    const message = { type: "painted", counts: this.counts, error_ms: Math.round(this.worstError * 10) / 10 };
    this.reportedAt = now;
    this.empty();
    return JSON.stringify(message);
  }
}
