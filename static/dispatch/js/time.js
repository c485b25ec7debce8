// @ts-check
/** The server's clock, and times as people read them: ages, and wall time in the center's zone. */

import { shownLanguage } from "./i18n.js";

const WINDOW = 12;
/** No stamp is this late: a clock that seems so far off was set meanwhile. */
const SET_MS = 60_000;

/**
 * The server's clock as well as it is known. A stamp arrives late by its latency and never early, so the largest offset of the
 * last few is the nearest to the truth.
 */
export class Clock {
  /** @param {() => number} [now] local ms, for tests */
  constructor(now = () => Date.now()) {
    this.local = now;
    /** @type {number[]} */
    this.offsets = [];
    this.offset = 0;
    /** Whether the server was heard by this page; before that the offset is a guess. */
    this.known = false;
  }

  /** A stamp of the server that just arrived. @param {string} at RFC 3339 */
  stamp(at) {
    const offset = Date.parse(at) - this.local();
    if (Number.isNaN(offset)) return;
    if (Math.abs(offset - this.offset) > SET_MS) this.offsets = [];
    this.known = true;
    this.offsets = [...this.offsets.slice(1 - WINDOW), offset];
    this.offset = Math.max(...this.offsets);
  }

  /** @returns {number} the server's time now, ms */
  now() {
    return this.local() + this.offset;
  }

  /** @returns {string} the server's time now, RFC 3339 */
  iso() {
    return new Date(this.now()).toISOString();
  }
}

/**
 * A duration as the boards show it: `0:41`, `12:07`, `1:02:33`; `2d 3h` from a day on; negative ones count down with a minus.
 * @param {number} ms
 */
export function formatDuration(ms) {
  const sign = ms < 0 ? "-" : "";
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const [s, m, h] = [seconds % 60, Math.floor(seconds / 60) % 60, Math.floor(seconds / 3600)];
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  if (h >= 24) return `${sign}${Math.floor(h / 24)}d ${h % 24}h`;
  if (h > 0) return `${sign}${h}:${two(m)}:${two(s)}`;
  return `${sign}${m}:${two(s)}`;
}

/** Time since (or, negative, until) a stamp. @param {string} at RFC 3339 @param {number} now ms */
export function formatAge(at, now) {
  return formatDuration(now - Date.parse(at));
}

/** A duration in words for speech and labels: `4 min`, `1 h 5 min`, `30 s`. @param {number} ms */
export function durationInWords(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} zone @param {Intl.DateTimeFormatOptions} options */
function format(zone, options) {
  const key = zone + JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(shownLanguage() === "es" ? "es-US" : "en-US", { timeZone: zone, hourCycle: "h23", ...options });
  formats.set(key, made);
  return made;
}

/** `22:41:07` in a zone. @param {number | string} at ms or RFC 3339 @param {string} zone IANA name */
export function timeOfDay(at, zone) {
  return format(zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(at));
}

/** `22:41` in a zone. @param {number | string} at @param {string} zone */
export function hourMinute(at, zone) {
  return format(zone, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** `Tue, Oct 14` in a zone. @param {number | string} at @param {string} zone */
export function dayOf(at, zone) {
  return format(zone, { weekday: "short", month: "short", day: "numeric" }).format(new Date(at));
}

/** `22:41` today, else `Oct 13 22:41`. @param {string} at @param {string} zone @param {number} now ms */
export function when(at, zone, now) {
  if (dayOf(at, zone) === dayOf(now, zone)) return hourMinute(at, zone);
  return `${format(zone, { month: "short", day: "numeric" }).format(new Date(at))} ${hourMinute(at, zone)}`;
}
