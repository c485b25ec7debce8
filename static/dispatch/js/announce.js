// @ts-check
/** What just happened, for ears and for whoever looks elsewhere: sounds, spoken lines, the tab's title. Works in a hidden tab. */
import { alarmSounds, Chimes, titleOf } from "./alarms.js";
import { served, t } from "./i18n.js";

/** @typedef {import("./apply.js").EventFrame} EventFrame */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./sound.js").Sound} Sound */

const still = matchMedia("(prefers-reduced-motion: reduce)");
const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Announcer {
  /** @param {Desk} desk @param {Sound} sound */
  constructor(desk, sound) {
    this.desk = desk;
    this.sound = sound;
    this.chimes = new Chimes();
    this.name = document.title;
  }

  /** Events that were just applied to the board. @param {EventFrame[]} events */
  told(events) {
    for (const event of events) this.speak(event);
    if (this.chimes.due(events, this.me, Date.now())) this.sound.play("chime");
    this.look();
  }

  /** Who hears: this person, at this position. */
  get me() {
    const { me, positions } = this.desk;
    const elsewhere = (/** @type {string} */ name) => positions.mine !== null && name !== positions.mine && positions.rows.some((row) => row.name === name && row.attended);
    return { roles: me.roles, username: me.username, elsewhere };
  }

  /** @param {EventFrame} event */
  speak(event) {
    const [alert] = event.data.changes?.alerts ?? [];
    if (event.type === "alert_raised" && alert && alert.level !== 3) byId("spoken-alert").textContent = t("Alert. {text}", { text: served(alert.text ?? "") });
    if (event.type === "text_received") this.wrote(event);
    if (event.type !== "call_received" || event.by === this.desk.me.username) return;
    const call = this.desk.board.calls.get(event.call ?? "");
    if (call && call.priority <= 2) this.sound.tick();
    if (call) byId("spoken").textContent = t("New call, priority {priority}, {text}", { priority: call.priority, text: call.location.text || t("no place yet") });
  }

  /** A caller wrote. @param {EventFrame} event */
  wrote(event) {
    const call = this.desk.board.calls.get(event.call ?? "");
    this.sound.tick();
    if (call) byId("spoken").textContent = t("Text from the caller of {number}", { number: call.number });
  }

  /** The alarm and the title as they are to be now. */
  look() {
    const { alerts, me } = this.desk;
    this.sound.alarm(alarmSounds(alerts, me));
    const turned = !still.matches && Math.floor(Date.now() / 1000) % 2 === 0;
    const title = titleOf(alerts, { name: this.name, turned, words: served });
    if (document.title !== title) document.title = title;
  }
}
