// @ts-check
/** Where this person sits, who else sits where with which call open, and shifts handed over. */
import { served, t } from "./i18n.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./apply.js").EventFrame} EventFrame */
/** @typedef {{ name: string, holder: string | null, attended: boolean, open_call: string | null, open_call_number: string | null, calls: number }} PositionRow */
/** @typedef {{ id: string, position: string, from: string, to: string, note: string, calls: { id: string, number: string }[], offered_at: string }} HandoverRow */
/**
 * What is left behind.
 * @typedef {{ position: string | null, calls: any[], alerts: any[], callbacks: any[], transfers: any[], colleagues: { username: string, position: string }[] }} ShiftEnd
 */

const KEPT = "hearteam.position";
const AGAIN_MS = 30_000;
const FOLLOWED = ["position_claimed", "position_released", "call_taken", "handover_offered", "handover_answered"];

export class Positions {
  /** @param {Desk} desk @param {Storage | null} kept where this workstation keeps its name */
  constructor(desk, kept = null) {
    this.desk = desk;
    this.kept = kept;
    /** @type {string | null} */
    this.mine = null;
    /** @type {PositionRow[]} */
    this.rows = [];
    /** @type {HandoverRow[]} */
    this.handovers = [];
    /** @type {(ShiftEnd & { to: string, note: string, error: string, leaving: boolean, offered: string | null }) | null} the form of the end of a shift */
    this.ending = null;
    this.told = /** @type {string | null} */ (null);
    this.leave = () => {};
  }

  /** Sit down where this workstation sat before, else at the first free position. */
  async start() {
    const name = this.kept?.getItem(KEPT) ?? "";
    await this.claim(name).catch(() => (name ? this.claim("") : undefined)).catch((error) => this.desk.refuse(error));
    setInterval(() => void this.load(), AGAIN_MS);
  }

  /** @param {string} name */
  async claim(name) {
    const position = await this.desk.requests.claim(name);
    this.mine = position.name;
    this.kept?.setItem(KEPT, position.name);
    this.told = null;
    await this.load();
    this.tellOpen();
    return position;
  }

  async load() {
    const answer = await this.desk.api.get("/api/positions/").catch(() => null);
    if (!answer) return;
    const unseated = this.mine !== null && answer.mine === null;
    Object.assign(this, { rows: answer.positions, mine: answer.mine, handovers: answer.handovers });
    if (unseated) await this.claim("").catch((error) => this.desk.refuse(error));
    this.desk.changed(false);
  }

  /** @param {EventFrame[]} events */
  follow(events) {
    for (const event of events) {
      if (event.type !== "handover_answered" || event.data.handover !== this.ending?.offered) continue;
      if (event.data.answer === "accepted" && this.ending?.leaving) return this.leave();
      if (this.ending) Object.assign(this.ending, { offered: null, error: event.data.answer === "accepted" ? "" : t("{name} did not take them.", { name: event.data.to }) });
      if (event.data.answer === "accepted") this.ending = null;
    }
    if (events.some((event) => FOLLOWED.includes(event.type))) void this.load();
    return undefined;
  }

  /** A console said which call is open there. @param {{ position: string, holder: string, call: string | null }} frame */
  opened(frame) {
    const row = this.rows.find((one) => one.name === frame.position);
    if (!row) void this.load();
    else Object.assign(row, { open_call: frame.call, holder: frame.holder });
    this.desk.changed(false);
  }

  /** Where else the call is open. @param {string} call @returns {PositionRow[]} */
  elsewhere(call) {
    return this.rows.filter((row) => row.open_call === call && row.name !== this.mine && row.holder !== null && row.attended !== false);
  }

  /** Tell the others which call is open here. */
  tellOpen() {
    const { selected } = this.desk;
    if (this.mine === null || this.told === selected) return;
    this.told = selected;
    void this.desk.api.once("POST", "/api/positions/open/", { call: selected }, {}).catch(() => { this.told = null; });
  }

  /** Open the form of the end of a shift; with nothing to hand over nobody is asked. @param {() => void} leave what signs out */
  async end(leave) {
    this.leave = leave;
    const left = await this.desk.api.get("/api/handover/").catch(() => null);
    if (!left || (left.calls.length === 0 && left.alerts.length === 0)) return leave();
    const waiting = this.handovers.find((one) => one.from === this.desk.me.username);
    this.ending = { ...left, to: waiting?.to ?? "", note: waiting?.note ?? "", error: "", leaving: true, offered: waiting?.id ?? null };
    this.desk.changed();
    return undefined;
  }

  /** Offer what is left behind to a colleague, who answers on their own console. */
  async offer() {
    const { ending } = this;
    if (!ending) return;
    if (!ending.to) {
      ending.error = t("Choose a colleague.");
      return this.desk.changed();
    }
    ending.error = "";
    try {
      const offered = await this.desk.requests.handOver(ending.to, ending.note);
      if (this.ending === ending) ending.offered = offered.id;
    } catch (/** @type {any} */ error) {
      ending.error = served(error.message);
    }
    this.desk.changed();
  }

  /** @param {string} id @param {"accepted" | "declined" | "withdrawn"} answer */
  async answer(id, answer) {
    const words = { accepted: t("The calls are yours."), declined: t("Declined."), withdrawn: t("Withdrawn.") }[answer];
    const answered = await this.desk.did(this.desk.requests.answerHandover(id, answer), words);
    if (answered) this.handovers = this.handovers.filter((one) => one.id !== id);
    if (answered && answer === "withdrawn" && this.ending) this.ending.offered = null;
    this.desk.changed();
  }
}
