// @ts-check
/** Three sounds, made here: the L1 alarm that repeats until it is acknowledged, the L2 chime, the tick of a new urgent call. */

const ALARM_EVERY_MS = 2000;
const TICK_AT_MOST_EVERY_MS = 10_000;

/** Pitch (Hz), start and length (s) of each tone. @type {Record<"alarm" | "chime" | "tick", [number, number, number][]>} */
const TONES = {
  alarm: [[880, 0, 0.18], [660, 0.22, 0.18], [880, 0.44, 0.18]],
  chime: [[740, 0, 0.16], [988, 0.18, 0.28]],
  tick: [[1320, 0, 0.06]],
};

export class Sound {
  constructor() {
    /** @type {AudioContext | null} */
    this.context = null;
    this.volume = 0.6;
    this.alarming = false;
    this.tickedAt = 0;
    this.timer = /** @type {any} */ (null);
  }

  get started() {
    return this.context !== null;
  }

  /** Browsers give sound only after a click: "Start shift" is that click, and its tone shows that sound works. */
  async start() {
    this.context ??= new AudioContext();
    await this.context.resume();
    this.play("chime");
    this.alarm(this.alarming);
  }

  /** @param {number} volume 0 to 1 */
  setVolume(volume) {
    this.volume = volume;
    this.play("chime");
  }

  /** @param {"alarm" | "chime" | "tick"} name */
  play(name) {
    const { context } = this;
    if (!context || this.volume === 0) return;
    for (const [pitch, start, length] of TONES[name]) {
      const tone = context.createOscillator();
      const gain = context.createGain();
      const from = context.currentTime + start;
      tone.frequency.value = pitch;
      gain.gain.setValueAtTime(0, from);
      gain.gain.linearRampToValueAtTime(this.volume * 0.4, from + 0.01);
      gain.gain.setValueAtTime(this.volume * 0.4, from + length - 0.02);
      gain.gain.linearRampToValueAtTime(0, from + length);
      tone.connect(gain).connect(context.destination);
      tone.start(from);
      tone.stop(from + length);
    }
  }

  /** A new urgent call; several at once are one tick. */
  tick() {
    if (Date.now() - this.tickedAt < TICK_AT_MOST_EVERY_MS) return;
    this.tickedAt = Date.now();
    this.play("tick");
  }

  /** @param {boolean} on whether an L1 is unacknowledged */
  alarm(on) {
    this.alarming = on;
    if (on && this.timer === null && this.context) {
      this.play("alarm");
      this.timer = setInterval(() => this.play("alarm"), ALARM_EVERY_MS);
    } else if (!on && this.timer !== null) {
      clearInterval(this.timer);
      this.timer = null;
    }
  }
}
