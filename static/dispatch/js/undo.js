// @ts-check
/** What this person did last, as long as it can be undone: ten seconds by the server's clock. */
import { t } from "./i18n.js";

/** @typedef {import("./apply.js").EventFrame} EventFrame */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {{ v: number, at: number, types: string[] }} Last */

/** What a screen does by itself in a person's name. */
const NO_ACTION = new Set(["recommendation_made", "texts_read", "position_claimed", "position_released"]);

/**
 * The person's last action after these events. Events of one action bear the same time. Pure.
 * @param {Last | null} last @param {EventFrame[]} events @param {string} username @returns {Last | null}
 */
export function lastAction(last, events, username) {
  let found = last;
  for (const event of events) {
    if (event.by !== username || NO_ACTION.has(event.type)) continue;
    const at = Date.parse(event.at);
    found = found && found.at === at ? { v: event.v, at, types: [...found.types, event.type] } : { v: event.v, at, types: [event.type] };
  }
  return found;
}

export class Undo {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {Last | null} */
    this.last = null;
  }

  /** @param {EventFrame[]} events */
  follow(events) {
    this.last = lastAction(this.last, events, this.desk.me.username);
  }

  /** Seconds left to undo it; 0 when there is nothing that a key takes back. */
  get secondsLeft() {
    const { seconds = 0, types = [] } = this.desk.reference.undo ?? {};
    if (!this.last || !this.last.types.every((type) => types.includes(type))) return 0;
    return Math.max(0, Math.ceil((this.last.at + seconds * 1000 - this.desk.clock.now()) / 1000));
  }

  /** Undo it, or say why not: the server decides. */
  async now() {
    const v = this.secondsLeft > 0 ? this.last?.v : undefined;
    return this.desk.did(this.desk.requests.undo(v), t("Undone."));
  }
}
