// @ts-check
/**
 * Three sounds, made here: the L1 alarm that repeats until it is acknowledged, the L2 chime, the tick of a new urgent call.
 *
 * The alarm is one loop in the audio thread: it goes on by itself in a tab that is hidden, whose timers browsers hold back.
 */

const TICK_AT_MOST_EVERY_MS = 10_000;
/** Muted or not, an L1 is heard. */
const LEAST_ALARM_VOLUME = 0.3;
const RAMP_S = 0.01;

/** Pitch (Hz), start and length (s) of each tone. @type {Record<"alarm" | "chime" | "tick", [number, number, number][]>} */
const TONES = {
  alarm: [[880, 0, 0.18], [660, 0.22, 0.18], [880, 0.44, 0.18]],
  chime: [[740, 0, 0.16], [988, 0.18, 0.28]],
  tick: [[1320, 0, 0.06]],
};
/** Length of each sound with the silence after it (s): the alarm comes again after as long. */
const LENGTH_S = { alarm: 2, chime: 0.5, tick: 0.1 };

export class Sound {
  constructor() {
    /** @type {AudioContext | null} */
    this.context = null;
    this.volume = 0.6;
    this.alarming = false;
    this.tickedAt = 0;
    /** @type {{ source: AudioBufferSourceNode, gain: GainNode } | null} */
    this.loop = null;
    /** Told when sound begins or is taken away, as by the system. */
    this.onState = () => {};
  }

  /** Whether sound can be heard now. */
  get started() {
    return this.context?.state === "running";
  }

  /** Browsers give sound only after a click: "Start shift" is that click, and its tone shows that sound works. */
  async start() {
    if (!this.context) {
      this.context = new AudioContext();
      this.context.onstatechange = () => this.onState();
    }
    await this.context.resume();
    this.play("chime");
    this.alarm(this.alarming);
  }

  /** @param {number} volume 0 to 1 */
  setVolume(volume) {
    this.volume = volume;
    if (this.loop) this.loop.gain.gain.value = this.alarmVolume;
    else this.play("chime");
  }

  get alarmVolume() {
    return Math.max(this.volume, LEAST_ALARM_VOLUME) * 0.4;
  }

  /** @param {"chime" | "tick"} name */
  play(name) {
    if (this.context && this.volume > 0) this.sound(this.context, name, this.volume * 0.4).source.start();
  }

  /** A new urgent call; several at once are one tick. */
  tick() {
    if (Date.now() - this.tickedAt < TICK_AT_MOST_EVERY_MS) return;
    this.tickedAt = Date.now();
    this.play("tick");
  }

  /** @param {boolean} on whether an L1 sounds at this desk */
  alarm(on) {
    this.alarming = on;
    const { context } = this;
    if (on && this.loop === null && context) {
      if (context.state === "suspended") void context.resume();
      this.loop = this.sound(context, "alarm", this.alarmVolume);
      this.loop.source.loop = true;
      this.loop.source.start();
    } else if (!on && this.loop !== null) {
      this.loop.source.stop();
      this.loop = null;
    }
  }

  /** @param {AudioContext} context @param {"alarm" | "chime" | "tick"} name @param {number} volume */
  sound(context, name, volume) {
    const source = context.createBufferSource();
    const gain = context.createGain();
    source.buffer = context.createBuffer(1, Math.ceil(LENGTH_S[name] * context.sampleRate), context.sampleRate);
    fill(source.buffer.getChannelData(0), context.sampleRate, TONES[name]);
    gain.gain.value = volume;
    source.connect(gain).connect(context.destination);
    return { source, gain };
  }
}

/**
 * Write tones as waves, each swelling and fading so that nothing clicks.
 * @param {Float32Array} wave @param {number} rate samples a second @param {[number, number, number][]} tones
 */
export function fill(wave, rate, tones) {
  for (const [pitch, start, length] of tones) {
    const first = Math.round(start * rate);
    const count = Math.min(Math.round(length * rate), wave.length - first);
    for (let n = 0; n < count; n += 1) {
      const edge = Math.min(n, count - n) / (RAMP_S * rate);
      wave[first + n] = Math.sin((2 * Math.PI * pitch * n) / rate) * Math.min(1, edge);
    }
  }
}
