// @ts-check
/**
 * One dispatcher's desk: which call is open, what is being typed, what has the eye. Views read it, keys and buttons change it,
 * and every change asks for a drawing. What the server knows is in the store and in the open call's detail.
 */
import { acknowledge, alertsOf, cardOf } from "./alertdesk.js";
import { formOf, triageOf } from "./deskforms.js";
import { Duplicates } from "./duplicates.js";
import { t } from "./i18n.js";
import { knownTo } from "./known.js";
import { newLine } from "./linehistory.js";
import { Fresh } from "./freshness.js";
import { readReference, rulesChanged } from "./limits.js";
import { InWork } from "./inwork.js";
import { Lists } from "./lists.js";
import { PhoneSide } from "./phoneside.js";
import { Positions } from "./positions.js";
import { rank } from "./ranking.js";
import { decisionKey } from "./triage.js";
import { Undo } from "./undo.js";
import { TimersWatch } from "./watch.js";

/** @typedef {import("./apply.js").Board} Board */
/** @typedef {import("./callform.js").CallForm} CallForm */
/** @typedef {import("./triage.js").Triage} Triage */
/** @typedef {import("./apply.js").CallRow} CallRow */
/** @typedef {import("./apply.js").EventFrame} EventFrame */
/** @typedef {import("./api.js").Unsent} Unsent */
/** @typedef {{ id: number, tone: "info" | "error", text: string, at: number }} Notice */
/** @typedef {{ kind: string, call?: CallRow | null, unit?: string, assignment?: string, alert?: string, about?: Record<string, string>, values: Record<string, any>, error: string, busy: boolean }} DialogState */
/**
 * @typedef {object} DeskOptions
 * @property {import("./api.js").Api} api
 * @property {import("./requests.js").Requests} requests
 * @property {import("./store.js").Store<Board>} store
 * @property {import("./time.js").Clock} clock
 * @property {any} me `GET /api/me/`
 * @property {any} reference `GET /api/reference/`
 * @property {Storage} [workstation] where this workstation keeps its name
 * @property {(now: boolean) => void} draw soon; `now`: with the next frame
 * @property {() => void} drawNow before it returns
 * @property {() => void} [drawLine] the command line alone, with the next frame: a key typed there changes nothing else
 * @property {Storage} [storage] keeps what is typed about a call without a number over a reload
 */

const DETAIL_PAUSE_MS = 150;
const NOTICE_MS = 8000;
const NEW_CALL = { origin: "911", channel: "voice" };

export class Desk {
  /** @type {string | null} the open call */
  selected = null;
  turn = 0; // counts how often another call was turned to
  /** @type {CallForm | null} */
  form = null;
  /** @type {Triage | null} */
  triage = null;
  /** @type {any} */
  detail = null;
  /** @type {any} */
  recommendation = null;
  /** @type {Promise<void> | null} */
  ranking = null;
  /** @type {EventFrame[]} */
  timeline = [];
  /** @type {string[]} files of the archive that hold what came before */
  archived = [];
  note = "";
  /** @type {Map<string, string>} notes begun and not added, by call */
  begunNotes = new Map();
  /** @type {{ filter: import("./timeline_model.js").Filter, search: string }} */
  log = { filter: "main", search: "" };
  /** @type {any[]} */
  candidates = [];
  candidate = -1;
  /** @type {any} */
  handoff = null;
  /** @type {Notice[]} */
  notices = [];
  /** @type {DialogState | null} */
  dialog = null;
  /** @type {any[] | null} */
  found = null;
  /** @type {"" | "help" | "alerts" | "palette" | "tools"} */
  overlay = "";
  /** @type {import("./history.js").Listing | null} */
  listing = null;
  armed = "";
  /** @type {boolean | null} null: by itself */
  triageOpen = null;
  hiddenCard = "";
  watch = new TimersWatch();
  soundOn = false;
  volume = 0.6;
  /** @type {import("./socket.js").LinkState} */
  link = { status: "connecting", heardAt: 0, latencyMs: null, head: 0, caughtUp: false };
  fresh = new Fresh();
  /** @type {Unsent[]} */
  unsent = [];
  /** the board's version that was followed last; 0 before it was loaded */
  followed = 0;
  /** @type {any} */
  detailTimer = null;

  /** @param {DeskOptions} options */
  constructor(options) {
    this.api = options.api;
    this.requests = options.requests;
    this.store = options.store;
    this.clock = options.clock;
    this.me = options.me;
    this.reference = options.reference;
    this.draw = options.draw;
    this.drawNow = options.drawNow;
    this.drawLine = options.drawLine ?? (() => this.changed());
    this.inWork = new InWork(options.storage ?? null, options.me.username ?? "");
    this.phone = new PhoneSide(this);
    this.positions = new Positions(this, options.workstation ?? null);
    this.undo = new Undo(this);
    this.lists = new Lists(this);
    this.duplicates = new Duplicates(this);
    this.line = newLine(this.me.username);
    /** Told after each drawing: the map follows the open call. */
    this.onDrawn = () => {};
    /** Set by the page, which has the sounds. @param {number} volume 0 to 1 */
    this.setVolume = (volume) => { this.volume = volume; };
  }

  get zone() {
    return this.reference.time_zone ?? "America/New_York";
  }

  get board() {
    return this.store.state;
  }

  /** The open call as the board has it, else as its detail says (an ended call is on no board). @returns {CallRow | null} */
  get call() {
    if (this.selected === null) return null;
    return this.board.calls.get(this.selected) ?? (this.detail?.id === this.selected ? this.detail : null);
  }

  /** @param {string} permission */
  may(permission) {
    return this.me.permissions.includes(permission);
  }

  /** Something changed. @param {boolean} [now] by the person's own hand: draw at once */
  changed(now = true) {
    this.draw(now);
  }

  /** Draw, then put the focus on an element: a key pressed right after must find it. @param {string} selector */
  focus(selector) {
    this.drawNow();
    const element = /** @type {HTMLElement | null} */ (document.querySelector(selector));
    element?.focus();
    element?.closest(".block")?.scrollIntoView({ block: "nearest" });
  }

  // -- which call ---------------------------------------------------------------------------------------------------

  /** Open a call in pane 4. @param {string} id @returns {Promise<void>} when what is known of it is shown */
  async open(id) {
    if (this.selected === id) return;
    this.leave();
    this.selected = id;
    this.inWork.opened(id);
    Object.assign(this, this.inWork.take(id));
    this.note = this.begunNotes.get(id) ?? "";
    this.phone.opened(id);
    this.changed();
    await this.loadDetail();
  }

  /** Start a new call, or go on with the one that has no place yet; from that one, start another. @param {string} [place] */
  openNew(place = "") {
    const isAnother = this.form?.isNew && this.form.edits.size > 0;
    this.leave();
    const { form, triage } = (isAnother ? null : this.inWork.resume()) ?? this.emptyCall();
    Object.assign(this, { form, triage });
    if (place) form.set("location.text", place, { commit: true });
    this.changed();
  }

  /** Go on with a new call that waits. @param {import("./inwork.js").Begun} entry */
  resumeNew(entry) {
    if (entry.form === this.form) return;
    this.leave();
    this.inWork.begun = this.inWork.begun.filter((one) => one !== entry);
    Object.assign(this, entry);
    this.changed();
  }

  emptyCall() {
    return { form: this.newForm(NEW_CALL), triage: this.newTriage(null) };
  }

  /** Nothing typed is lost: what can be saved is saved, the rest waits for its call to be opened again. */
  leave() {
    this.turn += 1;
    this.inWork.keep(this.form, this.triage);
    this.phone.leave(this.selected);
    if (this.selected !== null) this.begunNotes.set(this.selected, this.note);
    clearTimeout(this.detailTimer);
    this.duplicates.forget();
    Object.assign(this, {
      selected: null, form: null, triage: null, detail: null, recommendation: null, ranking: null, timeline: [], archived: [], note: "", candidates: [],
      handoff: null, armed: "", triageOpen: null,
    });
  }

  /** @param {any} detail */
  newForm(detail) {
    return formOf(this, detail);
  }

  /** @param {any} kept */
  newTriage(kept) {
    return triageOf(this, kept);
  }

  // -- what the server knows of the open call ------------------------------------------------------------------------

  async loadDetail() {
    const id = this.selected;
    if (id === null) return;
    void this.phone.load(id);
    try {
      const [detail, timeline] = await Promise.all([this.api.get(`/api/calls/${id}/`), this.api.get(`/api/calls/${id}/timeline/`)]);
      if (this.selected !== id) return;
      this.takeDetail(detail);
      this.archived = timeline.archived ?? [];
      const known = new Set(timeline.events.map((/** @type {EventFrame} */ frame) => frame.v));
      this.timeline = [...timeline.events, ...this.timeline.filter((frame) => !known.has(frame.v))].sort((a, b) => a.v - b.v);
      this.changed();
      if (!this.recommendation) void this.recommend();
    } catch (error) {
      this.refuse(error);
    }
  }

  /** @param {any} detail */
  takeDetail(detail) {
    if (this.detail && detail.version < this.detail.version) return;
    this.detail = detail;
    if (this.form && this.form.id === detail.id) this.form.refresh(detail);
    else this.form = this.newForm(detail);
    this.duplicates.look();
    const known = this.triage !== null;
    const before = decisionKey(this.triage?.decision);
    if (this.triage) this.triage.refresh(detail.triage);
    else this.triage = this.newTriage(detail.triage);
    this.triage.begin(detail.id);
    if (decisionKey(this.triage.decision) !== before && known) this.decided();
  }

  /** Units ranked for the decision before must never be sent for this one. */
  decided() {
    Object.assign(this, { armed: "", recommendation: null });
    void this.recommend();
  }

  /** Rank the units of the open call. Of several at once the last one counts. @returns {Promise<void>} */
  recommend() {
    return rank(this);
  }

  /** Events that were just applied to the board; none when it was loaded afresh, or for a position. @param {EventFrame[]} events */
  follow(events) {
    const isAfresh = events.length === 0 && this.followed > 0 && this.store.version !== this.followed;
    this.followed = this.store.version;
    const changed = rulesChanged(events);
    if (changed) this.say(changed);
    if (changed || isAfresh) void this.refreshReference();
    this.duplicates.follow(events);
    const mine = events.filter((event) => event.call !== undefined && event.call === this.selected);
    this.phone.follow(mine);
    if (mine.length > 0) {
      const known = new Set(this.timeline.map((frame) => frame.v));
      this.timeline = [...this.timeline, ...mine.filter((frame) => !known.has(frame.v))];
      for (const event of mine) if (event.type !== "call_updated") this.followVersion(event);
      clearTimeout(this.detailTimer);
      this.detailTimer = setTimeout(() => void this.refreshDetail(mine), DETAIL_PAUSE_MS);
    }
    this.changed(false);
  }

  /** Read anew what there is to choose from. @returns {Promise<boolean>} whether it could be read */
  refreshReference() {
    return readReference(this);
  }

  /** @param {EventFrame} event */
  followVersion(event) {
    const row = event.data.changes?.calls?.find((call) => call.id === this.selected);
    if (row?.version !== undefined && this.form?.id === row.id) this.form?.follow(row.version);
  }

  /** @param {EventFrame[]} events */
  async refreshDetail(events) {
    const id = this.selected;
    if (id === null) return;
    const detail = await this.api.get(`/api/calls/${id}/`).catch(() => null);
    if (detail && this.selected === id) this.takeDetail(detail);
    this.changed(false);
    if (events.some((event) => event.type !== "recommendation_made" && event.type !== "note_added")) await this.recommend();
  }

  // -- talking to the person -------------------------------------------------------------------------------------------

  /** @param {string} text @param {"info" | "error"} [tone] */
  say(text, tone = "info") {
    const notice = { id: Math.random(), tone, text, at: Date.now() };
    this.notices = [...this.notices.filter((one) => one.text !== text).slice(-3), notice];
    this.changed();
  }

  /** A refusal stays until it is dismissed or the next thing works. @param {any} error */
  refuse(error) {
    if (error?.problem?.discarded) return;
    const holder = error?.problem?.holder;
    const text = error?.message ?? String(error);
    this.say(holder && !text.includes(holder.unit) ? `${text} ${t("{unit} is on {number}.", { unit: holder.unit, number: holder.call_number })}` : text, "error");
  }

  /** What went well, for as long as it is news. @returns {string | undefined} */
  get said() {
    return this.notices.filter((notice) => notice.tone === "info" && Date.now() - notice.at < NOTICE_MS).at(-1)?.text;
  }

  /** @param {number} id */
  dismiss(id) {
    this.notices = this.notices.filter((notice) => notice.id !== id);
    this.changed();
  }

  /**
   * Do a request and say how it went.
   * @param {Promise<any>} request @param {string} [done] what to say when it worked
   * @returns {Promise<any>} the answer; undefined when it was refused
   */
  async did(request, done = "") {
    try {
      const answer = await request;
      this.notices = this.notices.filter((notice) => notice.tone !== "error");
      if (done) this.say(done);
      this.changed();
      return answer ?? null;
    } catch (error) {
      this.refuse(error);
      return undefined;
    }
  }

  // -- alerts -----------------------------------------------------------------------------------------------------------

  get alerts() {
    return alertsOf(this);
  }

  get card() {
    return cardOf(this);
  }

  /** @param {string} [id] the highest unacknowledged one by default */
  acknowledge(id) {
    return acknowledge(this, id);
  }

  // -- dialogs ------------------------------------------------------------------------------------------------------------

  /** It stands there before this returns: the first key typed after belongs to it. @param {string} kind @param {Partial<DialogState>} [more] */
  ask(kind, more = {}) {
    this.dialog = { kind, call: this.call, values: {}, error: "", busy: false, ...more };
    this.drawNow();
  }

  /** The keys go to the command line: back in a form, a command typed next would be taken for its data. */
  closeDialog() {
    if (!this.dialog) return;
    this.dialog = null;
    this.toCommandLine();
  }

  /** A refused command is kept there and selected: what is typed next replaces it. */
  toCommandLine() {
    this.focus("#command");
    /** @type {HTMLInputElement | null} */ (document.querySelector("#command"))?.select();
  }

  /** @returns {import("./commands.js").Known} */
  get known() {
    return knownTo(this);
  }
}
