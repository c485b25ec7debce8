// @ts-check
/**
 * The calls one desk has in hand: new ones without a place, calls with words that could not be saved, those opened lately, and those
 * that ring here. What was typed about a call that has no number yet survives a reload in this window's storage.
 */
import { t } from "./i18n.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./callform.js").CallForm} CallForm */
/** @typedef {import("./triage.js").Triage} Triage */
/** @typedef {{ form: CallForm, triage: Triage | null }} Begun */
/** @typedef {{ edits: [string, any][], answers: Record<string, string> }} Draft */
/** @typedef {{ key: string, short: string, label: string, mark: string, kind: "ringing" | "begun" | "call", current: boolean, open: () => unknown }} Chip */

const DRAFTS = "hearteam.drafts.";
const PLACE = "#field-location-text";
const MOST_LATELY = 6;
const RINGS_MS = 300_000;

export class InWork {
  /** @param {Storage | null} storage @param {string} owner who is signed in: nobody else gets these drafts */
  constructor(storage, owner) {
    this.storage = storage;
    this.owner = owner;
    /** @type {Begun[]} */
    this.begun = [];
    /** @type {Map<string, Begun>} */
    this.unsaved = new Map();
    /** @type {string[]} ids, the latest last */
    this.lately = [];
  }

  /** @param {string} id */
  opened(id) {
    if (!this.lately.includes(id)) this.lately = [...this.lately, id].slice(-MOST_LATELY);
  }

  /** The desk turns to another call: what cannot be saved now waits here. @param {CallForm | null} form @param {Triage | null} triage */
  keep(form, triage) {
    if (!form || form.edits.size === 0) return;
    const entry = { form, triage };
    if (form.isNew && !form.canSave()) this.begun.push(entry);
    else void form.save().then(() => this.settle(entry));
    if (form.id !== null) this.unsaved.set(form.id, entry);
  }

  /** @param {Begun} entry */
  settle(entry) {
    const { form } = entry;
    if (form.edits.size === 0 && form.id !== null) this.unsaved.delete(form.id);
    if (form.isNew && form.edits.size > 0 && !this.begun.includes(entry)) this.begun.push(entry);
    this.store(null);
  }

  /** A new call to go on with: the one begun last. @returns {Begun | null} */
  resume() {
    return this.begun.pop() ?? null;
  }

  /** What could not be saved of a call. @param {string} id @returns {Begun | null} */
  take(id) {
    const entry = this.unsaved.get(id) ?? null;
    this.unsaved.delete(id);
    return entry;
  }

  /** Keep what was typed about calls without a number. @param {Begun | null} current the one on the desk */
  store(current) {
    const all = [...this.begun, ...(current ? [current] : [])].filter(({ form }) => form.isNew && form.edits.size > 0);
    const drafts = all.map(({ form, triage }) => ({ edits: [...form.edits], answers: triage?.local ?? {} }));
    try {
      if (drafts.length > 0) this.storage?.setItem(DRAFTS + this.owner, JSON.stringify(drafts));
      else this.storage?.removeItem(DRAFTS + this.owner);
    } catch {
      this.storage = null;
    }
  }

  /** What an earlier page of this person left; drafts of others go. @returns {Draft[]} */
  drafts() {
    const { storage } = this;
    if (!storage) return [];
    const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? "").filter((key) => key.startsWith(DRAFTS));
    for (const key of keys) if (key !== DRAFTS + this.owner) storage.removeItem(key);
    try {
      const found = JSON.parse(storage.getItem(DRAFTS + this.owner) ?? "[]");
      return found.filter((/** @type {any} */ draft) => Array.isArray(draft?.edits) && draft.edits.length > 0);
    } catch {
      return [];
    }
  }

  /** Bring back what an earlier page left. @param {() => Begun} make an empty new call @returns {number} how many */
  restore(make) {
    for (const { edits, answers } of this.drafts()) {
      const entry = make();
      for (const [path, value] of edits) entry.form.edits.set(path, value);
      if (entry.triage) Object.assign(entry.triage.local, answers);
      this.begun.push(entry);
    }
    return this.begun.length;
  }
}

/** Whether a call's phone rings at this desk: for some minutes, while nobody has said what it is about or has it open. @param {Desk} desk @param {import("./apply.js").CallRow} call */
function ringsHere(desk, call) {
  if (call.status !== "pending" || call.type || call.tier !== null || desk.positions.elsewhere(call.id).length > 0) return false;
  if (desk.clock.now() - Date.parse(call.received_at) > RINGS_MS) return false;
  const position = (desk.positions.mine ?? "").toUpperCase();
  const word = (call.answering ?? "").toUpperCase();
  return word !== "" && (word === position || word === String(desk.me.username ?? "").toUpperCase());
}

/** The calls in hand, in the order they came to hand. @param {Desk} desk @returns {Chip[]} */
export function chips(desk) {
  const { inWork } = desk;
  const ringing = [...desk.board.calls.values()].filter((call) => ringsHere(desk, call) && !inWork.lately.includes(call.id));
  const known = inWork.lately.flatMap((id) => desk.board.calls.get(id) ?? []);
  const fresh = desk.form?.isNew ? [{ form: desk.form, triage: desk.triage }] : [];
  return [
    ...ringing.map((call) => chip(desk, call, "ringing")),
    ...known.map((call) => chip(desk, call, "call")),
    ...[...inWork.begun, ...fresh].map((entry, at) => ({
      key: `new-${at}`, kind: /** @type {const} */ ("begun"), current: entry.form === desk.form, mark: "",
      short: String(entry.form.value("caller.phone")).slice(-4) || t("New call"),
      label: String(entry.form.value("caller.phone") || entry.form.value("caller.name") || entry.form.value("location.text") || t("New call")),
      open: () => desk.resumeNew(entry),
    })),
  ];
}

/** @param {Desk} desk @param {import("./apply.js").CallRow} call @param {"ringing" | "call"} kind @returns {Chip} */
function chip(desk, call, kind) {
  const mark = [kind === "ringing" ? "☎" : "", call.unread_texts ? `✉${call.unread_texts}` : "", desk.inWork.unsaved.has(call.id) ? "!" : ""].join("");
  return { key: call.id, kind, mark, short: call.number.slice(-4), label: `${call.number.slice(-4)} ${call.location.text || t("no place yet")}`, current: desk.selected === call.id, open: () => desk.open(call.id) };
}

/** Shift+F2: the next call in hand, with the cursor in its place as soon as that is there. @param {Desk} desk @param {number} [step] */
export async function nextInWork(desk, step = 1) {
  const all = chips(desk);
  if (all.length === 0) return desk.say(t("No other call is in hand."));
  const at = all.findIndex((one) => one.current);
  const opened = all[(at + step + all.length) % all.length].open();
  desk.focus(PLACE);
  const { turn } = desk;
  await opened;
  const { activeElement, body } = document;
  if (desk.turn === turn && (activeElement === body || activeElement === null)) desk.focus(PLACE);
  return undefined;
}
