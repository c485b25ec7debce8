// @ts-check
/** The three lists of the console: in which order their rows stand now, and which row the keys are on. */
import { arrange, isPending, sortCalls, sortUnits, unitFits } from "./rows.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {"pending" | "active" | "units"} ListName */
/** @typedef {{ order: string[], added: number, focused: boolean, under: boolean, cursor: string | null }} ListState */

/** @returns {ListState} */
const empty = () => ({ order: [], added: 0, focused: false, under: false, cursor: null });

export class Lists {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.pending = empty();
    this.active = empty();
    this.units = empty();
    this.unitFilter = "";
    /** @type {Map<ListName, { of: unknown[], keys: string[] }>} */
    this.kept = new Map();
  }

  /**
   * A list's rows in the order in which they are shown now.
   * @param {ListName} name @returns {any[]}
   */
  rows(name) {
    const state = this[name];
    const { keys, byKey } = this.sorted(name);
    const selected = name === "units" ? state.cursor : this.desk.selected;
    const arranged = arrange(state.order, keys, { frozen: state.focused || state.under, selected });
    state.order = arranged.order;
    state.added = arranged.added;
    return arranged.order.map((key) => byKey.get(key));
  }

  /**
   * The order a list should have. Kept while the rows and the second are the same: a key that is typed sorts nothing.
   * @param {ListName} name @returns {{ keys: string[], byKey: Map<string, any> }}
   */
  sorted(name) {
    const { board, clock } = this.desk;
    const now = clock.now();
    const byKey = /** @type {Map<string, any>} */ (name === "units" ? board.units : board.calls);
    const of = name === "units" ? [byKey, this.unitFilter] : [byKey, Math.floor(now / 1000)];
    const kept = this.kept.get(name);
    if (kept && kept.of.every((part, at) => part === of[at])) return { keys: kept.keys, byKey };
    const keys = name === "units" ? this.sortedUnits() : this.sortedCalls(name === "pending", now);
    this.kept.set(name, { of, keys });
    return { keys, byKey };
  }

  sortedUnits() {
    const units = [...this.desk.board.units.values()];
    return sortUnits(units.filter((unit) => unitFits(unit, this.unitFilter))).map((unit) => unit.unit);
  }

  /** @param {boolean} pending @param {number} now ms */
  sortedCalls(pending, now) {
    const calls = [...this.desk.board.calls.values()].filter((call) => isPending(call) === pending);
    return sortCalls(calls, now).map((call) => call.id);
  }

  /** Sort now although the list is being read. @param {ListName} name */
  resort(name) {
    this[name].order = this.sorted(name).keys;
    this[name].added = 0;
    this.desk.changed();
  }

  /** @param {ListName} name @param {Partial<ListState>} change */
  change(name, change) {
    Object.assign(this[name], change);
    this.desk.changed();
  }

  /** @param {string} words */
  filterUnits(words) {
    this.unitFilter = words;
    this.resort("units");
  }
}
