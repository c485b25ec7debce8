// @ts-check
/** What the tablet itself does for the crew: stays awake, says where it is, speaks, and is heard when a call comes. */
import { shownLanguage } from "../i18n.js";

/** @typedef {{ lat: number, lon: number, accuracy_m: number | null, speed_mps: number | null, heading: number | null, fix_at: string }} Fix */

const POSITION_EVERY_MS = 5000;

/** Keep the screen on while the page is shown, where the browser can. */
export function stayAwake() {
  const ask = () => {
    if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

/**
 * Follow the position. `onFix` gets every fix, `post` at most one in five seconds: the newest.
 * @param {(fix: Fix) => void} onFix @param {(fix: Fix) => Promise<unknown>} post
 */
export function followPosition(onFix, post) {
  if (!navigator.geolocation) return;
  let postedAt = 0;
  navigator.geolocation.watchPosition(
    (position) => {
      const fix = fixFrom(position);
      onFix(fix);
      if (Date.now() - postedAt < POSITION_EVERY_MS) return;
      postedAt = Date.now();
      post(fix).catch(() => {}); // the next fix is newer: nothing to repeat
    },
    () => {},
    { enableHighAccuracy: true, maximumAge: 2000, timeout: 30_000 },
  );
}

/** @param {GeolocationPosition} position @returns {Fix} */
function fixFrom({ coords, timestamp }) {
  const known = (/** @type {number | null} */ value) => (value === null || Number.isNaN(value) ? null : value);
  return {
    lat: coords.latitude, lon: coords.longitude, accuracy_m: known(coords.accuracy), speed_mps: known(coords.speed),
    heading: known(coords.heading), fix_at: new Date(timestamp).toISOString(),
  };
}

export const canSpeak = () => "speechSynthesis" in window;

/** @param {string} text */
export function speak(text) {
  speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(text);
  words.lang = shownLanguage() === "es" ? "es-US" : "en-US";
  speechSynthesis.speak(words);
}

export function beSilent() {
  if (canSpeak()) speechSynthesis.cancel();
}

/** @type {AudioContext | null} */
let audio = null;

/** Browsers keep a page silent until it is touched once. */
export function unlockSound() {
  addEventListener("pointerdown", () => {
    audio ??= new AudioContext();
    audio.resume().catch(() => {});
  });
}

/** Two rising tones and a buzz: a call came, an order stands, a check is due. */
export function callAttention() {
  navigator.vibrate?.([200, 100, 200]);
  if (!audio || audio.state !== "running") return;
  for (const [start, pitch] of [[0, 660], [0.25, 880]]) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.4, audio.currentTime + start);
    loudness.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + start + 0.22);
    tone.connect(loudness).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + 0.24);
  }
}
