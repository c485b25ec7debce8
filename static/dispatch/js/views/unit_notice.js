// @ts-check
/** What is new on the responder page that the crew must not miss. Pure. */
import { addressOf } from "./unit_model.js";

/** @typedef {import("./unit_model.js").UnitState} UnitState */
/** @typedef {{ call: string, before: string, at: number }} PlaceNews the call's place was another one until `at` (server's ms) */

export class Notices {
  constructor() {
    this.noticed = { assignment: "", order: "", welfare: "", place: "" };
    this.started = false;
    this.call = "";
    this.address = "";
    /** @type {PlaceNews | null} */
    this.place = null;
  }

  /**
   * A new call, a new order, a check that is due, another place of the same call: the crew may not be looking.
   * @param {UnitState | null} state @param {number} serverNow ms @param {boolean} loaded whether the server has answered
   * @returns {boolean} whether to call for attention
   */
  take(state, serverNow, loaded) {
    const assignment = state?.assignment;
    const due = assignment?.welfare_due_at ?? "";
    this.followPlace(state, serverNow);
    const now = {
      assignment: assignment?.id ?? "", order: assignment?.order_acknowledged_at ? "" : (assignment?.order ?? ""),
      welfare: due && Date.parse(due) <= serverNow ? due : "", place: this.place ? `${this.place.at}` : "",
    };
    const isNew = /** @type {(keyof typeof now)[]} */ (Object.keys(now)).some((name) => now[name] && now[name] !== this.noticed[name]);
    const wasStarted = this.started;
    this.noticed = now;
    this.started = loaded;
    return isNew && wasStarted;
  }

  /** @param {UnitState | null} state @param {number} serverNow */
  followPlace(state, serverNow) {
    const call = state?.call?.id ?? "";
    const address = state?.call ? addressOf(state.call) : "";
    if (call !== this.call) this.place = null;
    else if (call && address !== this.address && state?.assignment?.status !== "TR") this.place = { call, before: this.address, at: serverNow };
    this.call = call;
    this.address = address;
  }
}
