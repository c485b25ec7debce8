// @ts-check
/**
 * What a tablet keeps, in IndexedDB: the taps that are not settled, and the last known state of the one person it is signed in for.
 * Every record says whose it is; nobody reads another's.
 */
import { openDB } from "../../vendor/idb@8.0.4/index.js";

/** @typedef {import("./taps.js").Tap} Tap */
/** @typedef {import("../../vendor/idb@8.0.4/index.d.ts").IDBPDatabase<any>} Database */
/**
 * Who the tablet is signed in for, as the page's own HTML says it.
 * @typedef {object} Owner
 * @property {string} user
 * @property {string} unit
 * @property {string} zone
 * @property {string} clinician `yes` or `no`
 * @property {string} police `yes` or `no`
 * @property {number} until local ms at which the session ends
 */
/** `offset`: server's clock less the tablet's. @typedef {{ state: any, reference: any, keptAt: number, heardAt: number, offset: number }} KeptState local ms */

const NAME = "hearteam.tablet";
const VERSION = 1;
const PATIENCE_MS = 4000;

/** What is older is not shown any more: whoever comes back after it asks the server first. */
export const SHOWN_FOR_MS = 12 * 3600_000;

/**
 * The database of this browser. Rejects where the browser keeps none, or does not answer.
 * @param {string} [name] for tests @returns {Promise<Database>}
 */
export function openTablet(name = NAME) {
  return inTime(openDB(name, VERSION, {
    upgrade(database) {
      database.createObjectStore("taps", { keyPath: "id" }).createIndex("owner", ["owner", "seq"]);
      database.createObjectStore("kept");
    },
    blocking: (_, __, event) => /** @type {IDBDatabase} */ (event.target).close(),
  }));
}

/** @template T @param {Promise<T>} promise @returns {Promise<T>} rejects when it takes too long: a stuck disk must not hold up an emergency */
function inTime(promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the storage does not answer")), PATIENCE_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The taps of one owner, for the outbox. */
export class TapStore {
  /** @param {Database} database @param {string} owner */
  constructor(database, owner) {
    this.database = database;
    this.owner = owner;
  }

  /** @returns {Promise<Tap[]>} */
  all() {
    const own = IDBKeyRange.bound([this.owner, 0], [this.owner, Number.MAX_SAFE_INTEGER]);
    return inTime(this.database.getAllFromIndex("taps", "owner", own));
  }

  /** @param {Tap[]} taps */
  put(taps) {
    return this.change((store) => taps.map((tap) => store.put(tap)));
  }

  /** @param {string[]} ids */
  remove(ids) {
    return this.change((store) => ids.map((id) => store.delete(id)));
  }

  /** Resolves when it is on the disk, not only in the browser's memory: a battery may die. @param {(store: any) => Promise<unknown>[]} act */
  change(act) {
    const transaction = this.database.transaction("taps", "readwrite", { durability: "strict" });
    return inTime(Promise.all([...act(transaction.store), transaction.done]));
  }
}

/** @param {Database} database @returns {Promise<Owner | undefined>} */
export const keptOwner = (database) => inTime(database.get("kept", "owner"));

/** @param {Database} database @param {KeptState} kept */
export const keepState = (database, kept) => inTime(database.put("kept", kept, "state"));

/** Nothing of the call stays; taps do, and wait for the same person. @param {Database} database */
export const forgetState = (database) => inTime(database.clear("kept"));

/**
 * The last known state, for the owner who is there: not after the session's end, and not when it is too old.
 * @param {Database} database @param {Owner} owner @param {number} now local ms @returns {Promise<KeptState | null>}
 */
export async function keptState(database, owner, now) {
  /** @type {[Owner | undefined, KeptState | undefined]} */
  const [kept, state] = await inTime(Promise.all([database.get("kept", "owner"), database.get("kept", "state")]));
  if (!state || kept?.user !== owner.user || kept.unit !== owner.unit) return null;
  if (isShown(kept, state, now)) return state;
  await database.delete("kept", "state");
  return null;
}

/** @param {Owner} owner @param {KeptState | undefined} state @param {number} now local ms */
export function isShown(owner, state, now) {
  return now < owner.until && (!state || now - state.keptAt < SHOWN_FOR_MS);
}

/**
 * The server says who is signed in: what anybody else left here goes, taps and all.
 * @param {Database} database @param {Owner} owner @returns {Promise<number>} how many taps of others were never sent
 */
export async function takeOver(database, owner) {
  const transaction = database.transaction(["taps", "kept"], "readwrite", { durability: "strict" });
  const [taps, kept] = [transaction.objectStore("taps"), transaction.objectStore("kept")];
  /** @type {Owner | undefined} */
  const before = await kept.get("owner");
  if (before && (before.user !== owner.user || before.unit !== owner.unit)) await kept.clear();
  await kept.put(owner, "owner");
  let others = 0;
  for (let cursor = await taps.openCursor(); cursor; cursor = await cursor.continue()) {
    if (cursor.value.owner === owner.user) continue;
    others += 1;
    await cursor.delete();
  }
  await transaction.done;
  return others;
}

/**
 * Signed out: nothing stays. `leaving`: whose session the server may still have to end, where there is no network for it now.
 * @param {Database} database @param {string} [leaving]
 */
export async function wipe(database, leaving = "") {
  const transaction = database.transaction(["taps", "kept"], "readwrite", { durability: "strict" });
  const [taps, kept] = [transaction.objectStore("taps"), transaction.objectStore("kept")];
  await Promise.all([taps.clear(), kept.clear(), leaving ? kept.put(leaving, "leaving") : null, transaction.done]);
}

/** Whether this person signed out here while the server could not be told. @param {Database} database @param {string} user @returns {Promise<boolean>} */
export const isLeaving = async (database, user) => (await inTime(database.get("kept", "leaving"))) === user;

/** @param {Database} database @returns {Promise<number>} taps of anybody */
export const countTaps = (database) => database.count("taps");

/**
 * A state without what is not kept on a tablet: clinical notes, care plans and earlier calls are read from the server, where each reading is written down.
 * @param {any} state
 */
export function withoutClinical(state) {
  if (!state?.call) return state;
  const { notes = [], premise, ...call } = state.call;
  const cautions = (premise?.cautions ?? []).filter((/** @type {any} */ caution) => caution.class !== "CARE_PLAN");
  const plain = notes.filter((/** @type {any} */ note) => note.audience !== "CLINICAL");
  return { ...state, call: { ...call, notes: plain, premise: premise ? { ...premise, cautions, history: [], last: null } : null } };
}
