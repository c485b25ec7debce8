// @ts-check
/** The phone's side of the open call: what the phone says of its place, the texts, the interpreter. */
import { t } from "./i18n.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./apply.js").EventFrame} EventFrame */
/** @typedef {{ id: string, at: string, lat: number | null, lon: number | null, uncertainty_m: number | null, confidence: number | null, address: string, used_at: string | null, used_by: string }} Bid */
/** @typedef {{ id: string, number: string, class_of_service: string, name: string, address: string, provider: string, position: string, raw: string, problems: string[], bids: Bid[] }} PhoneCall */
/** @typedef {{ id: string, direction: "IN" | "OUT", text: string, language: string, state: string, at: string, by: string, read_at: string | null, read_by: string }} TextLine */
/** @typedef {{ phone: PhoneCall[], texts: TextLine[], interpreters: any[] }} Side */

const CHANGES = new Set([
  "call_prefilled", "location_bid_received", "location_bid_used", "text_received", "text_sent", "text_state_changed", "texts_read",
  "interpreter_requested", "interpreter_joined", "interpreter_ended", "call_merged", "call_unmerged",
]);
const PAUSE_MS = 100;
const M_PER_DEGREE = 111_320;
/** Doors of one address are as far from each other. */
const NEAR_M = 100;
/** @type {Side} */
const NOTHING = { phone: [], texts: [], interpreters: [] };

/**
 * The newest word of the phone, while the call's place is not that. One that the place once followed, before somebody typed another, is
 * worth saying only where the two do not agree.
 * @param {Side} side @param {{ source?: string, lat?: number | null, lon?: number | null } | undefined} [location] the call's
 * @returns {{ phone: PhoneCall, bid: Bid } | null}
 */
export function offered(side, location) {
  const said = side.phone.flatMap((phone) => phone.bids.map((bid) => ({ phone, bid })));
  const last = said.sort((a, b) => a.bid.at.localeCompare(b.bid.at) || Number(a.bid.id) - Number(b.bid.id)).at(-1);
  if (!last || !placesSomebody(last.phone, last.bid)) return null;
  if (!last.bid.used_at) return last;
  const isPhones = (location?.source ?? "PHONE").startsWith("PHONE");
  return isPhones || agree(last.bid, location) ? null : last;
}

/** Whether a place lies within what the phone admits to be wrong by. @param {Bid} bid @param {{ lat?: number | null, lon?: number | null } | undefined} location */
function agree(bid, location) {
  if (bid.lat === null || bid.lon === null) return true;
  if (typeof location?.lat !== "number" || typeof location.lon !== "number") return false;
  const north = (location.lat - bid.lat) * M_PER_DEGREE;
  const east = (location.lon - bid.lon) * M_PER_DEGREE * Math.cos((bid.lat * Math.PI) / 180);
  return Math.hypot(north, east) <= Math.max(bid.uncertainty_m ?? 0, NEAR_M);
}

/** An address of a wireless phone is its tower's. @param {PhoneCall} phone @param {Bid} bid */
const placesSomebody = (phone, bid) => bid.lat !== null || (bid.address !== "" && !isTowers(phone));

/** @param {PhoneCall} phone */
export const isTowers = (phone) => /^(WPH|WRLS|MOBL|TLMA)/.test(phone.class_of_service);

/** Which words to say: what the person at the desk chose, else Spanish for who speaks it. @param {Desk} desk @returns {"en" | "es"} */
export function spokenLanguage(desk) {
  const told = String(desk.form?.value("caller.language") || desk.call?.language || "");
  return desk.phone.spoken || (told.startsWith("es") ? "es" : "en");
}

export class PhoneSide {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {Side} */
    this.side = NOTHING;
    this.draft = "";
    /** @type {Map<string, string>} texts begun and not sent, by call */
    this.drafts = new Map();
    /** @type {{ code: string, text: string } | null} the approved phrase that stands in the field unchanged */
    this.phrase = null;
    /** @type {"" | "en" | "es"} chosen for the words to say and the phrases; empty: by the caller's language */
    this.spoken = "";
    this.isSending = false;
    this.timer = /** @type {any} */ (null);
  }

  /** Another call is opened: what was begun here waits. @param {string | null} left */
  leave(left) {
    if (left !== null) this.drafts.set(left, this.draft);
    clearTimeout(this.timer);
    Object.assign(this, { side: NOTHING, draft: "", phrase: null, spoken: "" });
  }

  /** What was begun there stands in the field before the first key. @param {string} id */
  opened(id) {
    this.draft = this.drafts.get(id) ?? "";
    this.drafts.delete(id);
  }

  /** @param {string} id */
  async load(id) {
    const side = await this.desk.api.get(`/api/calls/${id}/intake/`).catch(() => null);
    if (!side?.texts || this.desk.selected !== id) return;
    this.side = side;
    this.desk.changed(false);
  }

  /** @param {EventFrame[]} events of the open call */
  follow(events) {
    const id = this.desk.selected;
    if (id === null || !events.some((event) => CHANGES.has(event.type))) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.load(id), PAUSE_MS);
  }

  get offer() {
    return offered(this.side, this.desk.call?.location);
  }

  /** Ctrl+Shift+L: take the phone's word for the place. */
  async useBid() {
    const { desk, offer } = this;
    if (!offer || desk.selected === null) return desk.say(t("The phone offers no other place."));
    desk.form?.forget(["location.text", "location.at"]);
    return desk.did(desk.requests.onCall(desk.selected, "bid", { bid: offer.bid.id }, t("The phone's place")), t("The call is where the phone says."));
  }

  /** @param {{ code: string, en: string, es: string }} phrase */
  choose(phrase) {
    const text = phrase[spokenLanguage(this.desk)];
    this.phrase = { code: phrase.code, text };
    this.draft = text;
    this.desk.focus("#text-draft");
  }

  /** Send what stands in the field: an approved phrase that was not touched goes as that. */
  async send() {
    const { desk, draft, phrase } = this;
    const id = desk.selected;
    const text = draft.trim();
    if (!text || id === null || this.isSending) return;
    const words = phrase?.text === text ? { phrase: phrase.code, language: spokenLanguage(desk) } : { text };
    const body = { ...words, ...this.shown };
    this.isSending = true;
    Object.assign(this, { draft: "", phrase: null });
    const sent = await desk.did(desk.requests.onCall(id, "texts", body, t("Text to the caller")));
    this.isSending = false;
    if (sent === undefined && desk.selected === id && !this.draft) Object.assign(this, { draft, phrase });
    else if (sent === undefined) this.drafts.set(id, draft);
    else if (sent?.state === "NO_GATEWAY") desk.say(t("Not sent: there is no text gateway."), "error");
    desk.changed();
  }

  /** Up to which line it is shown here: what the caller wrote since nobody has read. */
  get shown() {
    const last = this.side.texts.at(-1);
    return last ? { upto: last.id } : {};
  }

  /** The caller's words have been read by whoever puts the cursor into the answer. */
  read() {
    const id = this.desk.selected;
    if (id === null || !this.desk.call?.unread_texts) return;
    void this.desk.did(this.desk.requests.onCall(id, "texts/read", this.shown, t("Texts read")));
  }

  /** Shift+F4: the words to say and the phrases in the other language. */
  toggleSpoken() {
    this.spoken = spokenLanguage(this.desk) === "es" ? "en" : "es";
    this.desk.changed();
  }

  /** @param {"joined" | "ended"} step @param {string} [interpreter] */
  interpreter(step, interpreter = "") {
    const id = this.desk.selected;
    if (id === null) return undefined;
    const done = step === "joined" ? t("Interpreter on the line.") : t("Interpreter ended.");
    return this.desk.did(this.desk.requests.onCall(id, "interpreter", { step, ...(interpreter ? { interpreter } : {}) }, t("Interpreter")), done);
  }
}

/** Ctrl+Shift+Y: the cursor into the answer to the caller's texts. @param {Desk} desk */
export function goToTexts(desk) {
  if (!document.getElementById("text-draft")) return desk.say(t("This call has no texts and no number to write to."));
  return desk.focus("#text-draft");
}
