// @ts-check
/**
 * Calls that may be about the same event as the one in pane 4: looked for while its place and call-back number are typed.
 * `nearbyWords` is pure.
 */
import { t, tn } from "./i18n.js";
import { durationInWords } from "./time.js";
import { CALL_STATUS_WORDS, STATUS_WORDS } from "./wording.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./callform.js").CallForm} CallForm */
/** @typedef {import("./apply.js").CallRow & { distance_m: number | null, same_phone: boolean }} NearbyRow */

const PAUSE_MS = 400;
const AGAIN_MS = 2000;
const ENDED = ["closed", "cancelled", "merged"];
const ENOUGH_DIGITS = 7;

/** @param {{ status: string }} call */
export const isOpen = (call) => !ENDED.includes(call.status);

/**
 * One of the calls in a line: `2 calls nearby: 26-000123 415 Park St, 4 min ago, CRT1 on scene`.
 * @param {NearbyRow[]} rows @param {number} at which of them @param {number} now ms
 */
export function nearbyWords(rows, at, now) {
  const row = rows[at];
    const head = rows.some((one) => one.distance_m !== null) ? tn("{count} call nearby", "{count} calls nearby", rows.length) : tn("{count} call from this phone", "{count} calls from this phone", rows.length);
  const crews = row.assignments.filter((crew) => crew.status !== "AV").map((crew) => `${crew.unit} ${STATUS_WORDS[crew.status]}`);
  const facts = [
    `${row.number} ${row.location.text}`.trim(),
    t("{time} ago", { time: durationInWords(now - Date.parse(row.received_at)) }),
    ...(crews.length > 0 ? crews : [CALL_STATUS_WORDS[row.status]]),
    ...(row.same_phone && row.distance_m !== null ? [t("same call-back")] : []),
  ];
  return `${head}${at > 0 ? ` (${t("{at} of {all}", { at: at + 1, all: rows.length })})` : ""}: ${facts.join(", ")}`;
}

/**
 * What to ask for: the place as picked or as the geofile understands what is typed, the number once it is one. Empty for nothing.
 * @param {CallForm} form @param {{ text: string, lat: number, lon: number } | null} understood
 */
export function nearbyQuery(form, understood) {
  const text = String(form.value("location.text")).trim();
  const known = form.edits.has("location.text") || typeof form.saved.location?.lat !== "number" ? null : form.saved.location;
  const point = form.edits.get("location.at") ?? known ?? (understood?.text === text ? understood : null);
  const phone = String(form.value("caller.phone"));
  const query = new URLSearchParams();
  if (typeof point?.lat === "number" && typeof point.lon === "number") {
    query.set("lat", String(point.lat));
    query.set("lon", String(point.lon));
  }
  if (phone.replace(/\D/g, "").length >= ENOUGH_DIGITS) query.set("phone", phone);
  if (query.size > 0 && form.id !== null) query.set("except", form.id);
  return query.toString();
}

export class Duplicates {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {NearbyRow[]} as they were found */
    this.found = [];
    /** Which of them is shown. */
    this.at = 0;
    this.query = "";
    /** @type {{ text: string, lat: number, lon: number } | null} */
    this.understood = null;
    this.timer = /** @type {any} */ (null);
    this.again = /** @type {any} */ (null);
  }

  /** The calls found as the board has them now; one that was merged meanwhile is none. @returns {NearbyRow[]} */
  get rows() {
    return this.found.map((row) => ({ ...row, ...this.desk.board.calls.get(row.id) })).filter((row) => row.status !== "merged" && row.id !== this.desk.selected);
  }

  /** @returns {NearbyRow | null} the one that is shown */
  get shown() {
    return this.rows[this.at] ?? this.rows[0] ?? null;
  }

  next() {
    this.at = this.rows.length > 0 ? (this.at + 1) % this.rows.length : 0;
    this.desk.changed();
  }

  /** The geofile's answer to what is typed as the place. @param {string} text @param {any} location */
  understand(text, location) {
    this.understood = typeof location?.lat === "number" ? { text, lat: location.lat, lon: location.lon } : null;
    this.look();
  }

  /** Look, after a pause, if what is typed asks for something else than before. */
  look() {
    const { form } = this.desk;
    const query = form ? nearbyQuery(form, this.understood) : "";
    if (query === this.query) return;
    this.query = query;
    clearTimeout(this.timer);
    if (query) this.timer = setTimeout(() => void this.load(), PAUSE_MS);
    else this.found = [];
  }

  /** Another call opens. */
  forget() {
    clearTimeout(this.timer);
    Object.assign(this, { found: [], at: 0, query: "", understood: null });
  }

  /** Calls that came in or came back may be near; looked for together. @param {import("./apply.js").EventFrame[]} events */
  follow(events) {
    if (!this.query || this.again || !events.some((event) => ["call_received", "call_reopened", "call_unmerged"].includes(event.type))) return;
    this.again = setTimeout(() => {
      this.again = null;
      if (this.query) void this.load();
    }, AGAIN_MS);
  }

  async load() {
    const { query } = this;
    const answer = await this.desk.api.get(`/api/calls/duplicates/?${query}`).catch(() => null);
    if (query !== this.query || !answer?.calls) return;
    const shown = this.shown?.id;
    this.found = answer.calls;
    this.at = Math.max(0, this.rows.findIndex((row) => row.id === shown));
    this.desk.changed(false);
  }

  /** Keep the caller of the open call beside those of the one shown. */
  async addCaller() {
    const { desk, shown } = this;
    const { form } = desk;
    if (!form || !shown) return;
    const contact = Object.fromEntries(["name", "phone", "relationship", "language"].map((name) => [name, form.value(`caller.${name}`)]));
    await desk.did(desk.requests.onCall(shown.id, "contacts", contact, t("Another caller")), t("The caller is kept with {number} too.", { number: shown.number }));
  }
}
