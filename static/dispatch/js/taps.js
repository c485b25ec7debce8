// @ts-check
/** What a tap is, and what can be told from it alone. Pure. */

/**
 * `saved`: on this tablet; `sent`: on its way, no answer yet; `confirmed`: the server did it; `refused`: the server said no, and why;
 * `settled`: thrown away by a person.
 * @typedef {"saved" | "sent" | "confirmed" | "refused" | "settled"} TapState
 */
/**
 * @typedef {object} Tap
 * @property {string} id the Idempotency-Key
 * @property {string} owner user name of the person who tapped
 * @property {string} unit
 * @property {number} seq order of the taps on this tablet
 * @property {number} version of the state that was shown
 * @property {string} kind what it is for, such as `status`
 * @property {string} label what the person did, in words
 * @property {string} path
 * @property {Record<string, any>} body
 * @property {boolean} urgent
 * @property {{ id: string, number: string } | null} [call] what it was about
 * @property {TapState} state
 * @property {number} savedAt local ms
 * @property {number} [madeAt] ms of the page's own steady clock, while this page lives
 * @property {number} tries
 * @property {number} [repeats] how often it was tapped again at once
 * @property {number} [failures] how often the server failed at it
 * @property {number} [answeredAt] local ms
 * @property {any} [answer] the server's JSON, when it confirmed
 * @property {string} [refusal] the server's reason, when it refused
 * @property {number} [refusedStatus]
 */
/** @typedef {Pick<Tap, "kind" | "label" | "path" | "body"> & Partial<Pick<Tap, "urgent" | "call" | "madeAt">>} NewTap */

/** Whether the tap still needs a time: it was made while the server's clock was not known. @param {Pick<Tap, "body">} tap */
export const untimed = (tap) => "occurred_at" in tap.body && tap.body.occurred_at === null;

/** On its way now. @param {Tap} tap */
export const moving = (tap) => tap.state === "sent";

/** @param {Tap} tap @param {number} most */
export const overdue = (tap, most) => (tap.failures ?? 0) >= most;

/** @param {Record<string, any>} body */
const withoutTime = ({ occurred_at: _, time_unsure: __, ...rest }) => JSON.stringify(rest);

/** Whether they do the same thing. @param {NewTap} a @param {NewTap} b */
export const sameTap = (a, b) => a.kind === b.kind && a.path === b.path && withoutTime(a.body) === withoutTime(b.body);

/**
 * What happened to a tap that the server took and had before: the other tablet of the crew, or the dispatcher, was earlier.
 * @param {Tap} tap
 */
export const alreadyDone = (tap) => tap.state === "confirmed" && tap.answer?.already === true;

/** What can be told of a tap in a note; a note that was refused is not told in another. */
const TOLD_AS_NOTE = new Set(["status", "acknowledge", "welfare", "scene", "interventions"]);

/** Whether it can go to the call's record in words. @param {Tap} tap */
export const canBeNote = (tap) => TOLD_AS_NOTE.has(tap.kind) && Boolean(tap.call);

const STATUS_TOLD = /** @type {Record<string, string>} */ ({
  ER: "en route", ST: "staging", OS: "on scene", TR: "transporting", AD: "at destination", AV: "clear of the call",
});

/**
 * A refused tap in words for the record: English, as all that others read.
 * @param {Tap} tap @param {(at: string) => string} timeOf @returns {string}
 */
export function noteText(tap, timeOf) {
  const { status, destination, codes } = tap.body;
  const what = {
    status: `${STATUS_TOLD[status] ?? status}${destination ? ` to ${destination}` : ""}`, acknowledge: "order acknowledged", welfare: "crew is OK",
    scene: tap.path.endsWith("scene-unsafe/") ? "scene is not safe" : "scene is safe", interventions: `what was done: ${(codes ?? []).join(", ")}`,
  }[tap.kind] ?? tap.kind;
  const at = typeof tap.body.occurred_at === "string" ? ` at ${timeOf(tap.body.occurred_at)}` : "";
  const unsure = tap.body.time_unsure ? " (by the tablet's own clock)" : "";
  return `${tap.unit}: ${what}${at}${unsure}. The system did not take it: ${tap.refusal ?? ""}`.slice(0, 1000);
}

const OLD_PREFIX = "hearteam.outbox.";

/**
 * Taps that the version before kept in localStorage: of this owner, in order. They are removed there once `taken`.
 * @param {Pick<Storage, "length" | "key" | "getItem" | "removeItem">} storage @param {string} owner @param {string} unit
 * @returns {{ taps: Tap[], taken: () => void }}
 */
export function oldTaps(storage, owner, unit) {
  const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
  const own = names.filter((name) => name.startsWith(`${OLD_PREFIX}${owner}.`)).sort();
  const taps = own.map((name) => readTap(storage.getItem(name), owner, unit)).filter((tap) => tap !== null);
  return { taps, taken: () => own.forEach((name) => storage.removeItem(name)) };
}

/** @param {string | null} text @param {string} owner @param {string} unit @returns {Tap | null} null when it is not a tap: storage can be edited or cut short */
function readTap(text, owner, unit) {
  try {
    const tap = JSON.parse(text ?? "");
    const whole = typeof tap.id === "string" && typeof tap.path === "string" && typeof tap.seq === "number" && typeof tap.body === "object";
    return whole ? { version: 0, ...tap, owner, unit, state: "saved" } : null;
  } catch {
    return null;
  }
}
