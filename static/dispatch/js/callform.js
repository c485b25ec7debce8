// @ts-check
/**
 * What is being typed about one call: saved by itself as soon as there is a place, one request at a time, with the call's
 * version. When somebody else changed the call meanwhile, only fields both changed are a conflict; nothing typed is lost.
 */

/** @typedef {{ path: string, mine: string, theirs: string }} Clash */
/**
 * @typedef {object} FormOptions
 * @property {{ receive: (fields: object) => Promise<any>, change: (id: string, version: number, fields: object) => Promise<any> }} requests
 * @property {(id: string) => Promise<any>} load the call's detail
 * @property {() => void} onChange
 * @property {(answer: any, form: CallForm) => void} onCreated
 * @property {(error: any) => void} onRefused
 * @property {(run: () => void, ms: number) => any} [later]
 * @property {(timer: any) => void} [never]
 */

const PAUSE_MS = 900;
const ENOUGH_OF_A_PLACE = 3;

/** Fields of the location go together: a new text makes old coordinates wrong. */
const LOCATION = ["text", "unit"];

/** @param {any} detail @param {string} path `caller.phone` */
export function read(detail, path) {
  const value = path.split(".").reduce((part, name) => part?.[name], detail);
  return value === null || value === undefined ? "" : value;
}

/** @param {any} detail @param {string} path @param {any} value @returns {any} a copy with the value set */
function write(detail, path, value) {
  const [head, ...rest] = path.split(".");
  return { ...detail, [head]: rest.length > 0 ? write(detail?.[head] ?? {}, rest.join("."), value) : value };
}

export class CallForm {
  /**
   * One form for one call; another call gets another form, and this one finishes its saving on its own.
   * @param {FormOptions} options @param {any} detail the call's detail; for a new call the defaults, without `id`
   */
  constructor(options, detail) {
    this.options = options;
    this.later = options.later ?? ((run, ms) => setTimeout(run, ms));
    this.never = options.never ?? ((timer) => clearTimeout(timer));
    /** @type {string | null} */
    this.id = detail.id === undefined ? null : String(detail.id);
    this.saved = detail;
    /** @type {Map<string, any>} */
    this.edits = new Map();
    /** @type {string | null} a call type that is still being typed: half a code is never sent */
    this.halfType = null;
    /** @type {Map<string, any>} what a field was when its editing began */
    this.bases = new Map();
    /** @type {Clash[]} */
    this.clashes = [];
    /** @type {Record<string, string[]>} */
    this.errors = {};
    /** @type {Promise<void> | null} */
    this.saving = null;
    this.timer = /** @type {any} */ (null);
    /** @type {any} a detail that came while saving */
    this.late = null;
  }

  /**
   * A fresh detail of this call. A field that is being typed in and that somebody else changed is a conflict from now on: saving
   * with the fresh version would overwrite theirs unseen. While our own save is on its way the detail waits for its answer.
   * @param {any} detail
   */
  refresh(detail) {
    if (this.saving) {
      this.late = detail;
      return;
    }
    if (detail.version < (this.saved.version ?? 0)) return;
    this.saved = detail;
    this.findClashes();
  }

  /** The phone's own word on the place never stands against what a person typed: it is offered beside it. */
  findClashes() {
    const isPhones = this.saved.location?.source === "PHONE";
    this.clashes = [...this.edits]
      .filter(([path, mine]) => path !== "location.at" && !(isPhones && path === "location.text") && read(this.saved, path) !== this.bases.get(path) && read(this.saved, path) !== mine)
      .map(([path, mine]) => ({ path, mine: String(mine), theirs: String(read(this.saved, path)) }));
  }

  /**
   * The call changed by something that touches none of these fields (triage, a dispatch): its next version is as good as ours.
   * @param {number} version
   */
  follow(version) {
    if (version === this.saved.version + 1) this.saved = { ...this.saved, version };
  }

  /** @param {string} path @returns {any} what the field shows */
  value(path) {
    return this.edits.has(path) ? this.edits.get(path) : read(this.saved, path);
  }

  /** @param {string} path @param {any} value @param {{ commit?: boolean }} [how] `commit`: save without waiting for a pause */
  set(path, value, how = {}) {
    if (!this.edits.has(path)) this.bases.set(path, read(this.saved, path));
    this.edits.set(path, value);
    if (path === "location.text") this.edits.delete("location.at");
    delete this.errors[path.split(".")[0]];
    this.never(this.timer);
    this.options.onChange();
    if (how.commit) void this.save();
    else this.timer = this.later(() => void this.save(), PAUSE_MS);
  }

  /** @param {string} text what stands in the field of the type before it is left */
  typeType(text) {
    this.halfType = text;
    this.options.onChange();
  }

  leaveType() {
    this.halfType = null;
    this.options.onChange();
  }

  /** The type's field holds another type than when it was entered. @param {string} text */
  setType(text) {
    this.halfType = null;
    this.set("type", text.trim().toUpperCase(), { commit: true });
  }

  /** What the type's field shows: what is typed, else the center's own word, else our code. */
  get shownType() {
    if (this.halfType !== null) return this.halfType;
    return String(this.edits.has("type") ? this.value("type") : this.saved.reported_type || this.saved.type || "");
  }

  /** A place picked from candidates: text and coordinates belong together. @param {{ text: string, lat: number, lon: number }} place */
  pick(place) {
    this.set("location.text", place.text);
    this.edits.set("location.at", { lat: place.lat, lon: place.lon });
    void this.save();
  }

  canSave() {
    if (this.id !== null) return true;
    return String(this.value("location.text")).trim().length >= ENOUGH_OF_A_PLACE;
  }

  get isNew() {
    return this.id === null;
  }

  /** @returns {Promise<void>} when everything typed up to now is saved or refused */
  async save() {
    this.never(this.timer);
    while (this.saving) await this.saving;
    if (this.edits.size === 0 || !this.canSave() || this.clashes.length > 0) return undefined;
    this.saving = this.send(new Map(this.edits)).finally(() => {
      this.saving = null;
      if (this.late) this.refresh(this.late);
      this.late = null;
      this.options.onChange();
    });
    return this.saving;
  }

  /** @param {Map<string, any>} sent */
  async send(sent) {
    const { id, saved } = this;
    try {
      const fields = body(sent, saved);
      if (id !== null) return this.accept(sent, await this.options.requests.change(id, saved.version, fields));
      const call = await this.options.requests.receive(fields);
      this.accept(sent, call);
      this.id = String(call.id);
      this.options.onCreated(call, this);
    } catch (/** @type {any} */ error) {
      if (error.status === 409 && id !== null) await this.merge(id, error);
      else this.refuse(error, sent);
    }
    return undefined;
  }

  /** The server says what a type stands for. @param {Map<string, any>} sent @param {any} answer */
  accept(sent, answer) {
    for (const [path, value] of sent) if (path !== "location.at") this.saved = write(this.saved, path, value);
    if (sent.has("type") && answer?.type !== undefined) this.saved = { ...this.saved, type: answer.type, reported_type: answer.reported_type };
    for (const [path, value] of sent) {
      if (this.edits.get(path) === value) {
        this.edits.delete(path);
        this.bases.delete(path);
      } else this.bases.set(path, path === "location.at" ? value : read(this.saved, path));
    }
    this.saved = { ...this.saved, version: answer?.version ?? this.saved.version };
    this.errors = {};
  }

  /** Somebody else was first: what they did not touch is sent again on top of theirs. @param {string} id @param {any} error */
  async merge(id, error) {
    const theirs = await this.options.load(id).catch(() => null);
    if (theirs === null) return this.refuse(error, this.edits);
    this.saved = theirs;
    this.findClashes();
    if (this.clashes.length === 0) this.timer = this.later(() => void this.save(), 0);
    return undefined;
  }

  /** @param {any} error @param {Map<string, any>} sent */
  refuse(error, sent) {
    this.errors = error.fields ?? {};
    if (error.status >= 400 && error.status < 500) for (const path of sent.keys()) this.bases.set(path, read(this.saved, path));
    this.options.onRefused(error);
  }

  /** Saved once every field is settled. @param {"mine" | "theirs"} whose @param {string} [only] one field; all without it */
  settle(whose, only) {
    const settled = this.clashes.filter(({ path }) => only === undefined || path === only);
    for (const { path } of settled) {
      if (whose === "theirs") this.edits.delete(path);
      this.bases.set(path, read(this.saved, path));
    }
    this.clashes = this.clashes.filter((one) => !settled.includes(one));
    this.options.onChange();
    void this.save();
  }

  /** Leave off what was typed in these fields: something better has come. @param {string[]} paths */
  forget(paths) {
    for (const path of paths) {
      this.edits.delete(path);
      this.bases.delete(path);
    }
    this.findClashes();
    this.options.onChange();
  }

  /** Put the fields back to what is saved. */
  discard() {
    this.edits.clear();
    this.bases.clear();
    this.clashes = [];
    this.errors = {};
    this.options.onChange();
  }
}

/**
 * The request of some edits: nested, with the whole location when any part of it changed.
 * @param {Map<string, any>} edits @param {any} saved @returns {any}
 */
export function body(edits, saved) {
  /** @type {any} */
  let fields = {};
  for (const [path, value] of edits) if (path !== "location.at") fields = write(fields, path, value);
  if (fields.location) {
    const whole = Object.fromEntries(LOCATION.map((name) => [name, fields.location[name] ?? saved.location?.[name] ?? ""]));
    const text = edits.has("location.text");
    const at = edits.get("location.at") ?? (text || !saved.location?.lat ? {} : { lat: saved.location.lat, lon: saved.location.lon });
    fields.location = { ...whole, ...at };
  }
  return fields;
}
