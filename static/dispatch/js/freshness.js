// @ts-check
/**
 * As of when what is shown is whole: a page never calls itself live because a connection is open, only because nothing is missing.
 * Pure.
 */
import { STALE_AFTER_MS } from "./socket.js";

/** @typedef {import("./socket.js").LinkState} LinkState */
/** @typedef {"live" | "connecting" | "catching_up" | "stale" | "signed_out" | "refused"} Freshness */

export class Fresh {
  constructor() {
    /** Local ms; 0 while nothing was read. */
    this.asOf = 0;
  }

  /** Whether the newest version the server told of is applied. @param {LinkState} link @param {{ version: number }} store */
  isWhole(link, store) {
    return link.status === "live" && link.caughtUp && store.version >= link.head;
  }

  /** To be asked when either changed, and before it is shown. @param {LinkState} link @param {{ version: number, readAt: number }} store */
  see(link, store) {
    const heard = this.isWhole(link, store) ? link.heardAt : 0;
    this.asOf = Math.max(this.asOf, store.readAt, heard);
  }

  /** @param {LinkState} link @param {{ version: number, readAt: number }} store @param {number} now local ms @returns {Freshness} */
  state(link, store, now) {
    this.see(link, store);
    if (link.status === "signed_out" || link.status === "refused") return link.status;
    if (now - this.asOf >= STALE_AFTER_MS) return "stale";
    if (link.status !== "live") return "connecting";
    return this.isWhole(link, store) ? "live" : "catching_up";
  }
}
