// @ts-check
/** Who watches the watchers: each heartbeat says when the timers last had nothing left undone. Silent for long, this desk itself alarms. */
import { t } from "./i18n.js";

/** @typedef {import("./apply.js").AlertRow} AlertRow */

/** As long as the server waits before it sends no civilian crew any more. */
const SILENT_MS = 30_000;
export const TIMERS_ALERT = "timers";

export class TimersWatch {
  constructor() {
    /** @type {AlertRow | null} */
    this.alert = null;
  }

  /** @param {{ at: string, timers_at?: string }} frame a heartbeat; one of an older server says nothing of the timers */
  heard(frame) {
    if (!frame.timers_at) return;
    const isSilent = Date.parse(frame.at) - Date.parse(frame.timers_at) >= SILENT_MS;
    if (!isSilent) this.alert = null;
    else this.alert ??= stopped(frame.timers_at);
  }

  /** Seen at this desk; the timers are told by nobody. @param {string} who @param {number} now ms */
  acknowledge(who, now) {
    if (this.alert) this.alert = { ...this.alert, acknowledged_at: new Date(now).toISOString(), acknowledged_by: who };
  }
}

/** @param {string} at @returns {AlertRow} */
function stopped(at) {
  return {
    id: TIMERS_ALERT, kind: "TIMERS_STOPPED", level: 1, call: null, call_number: null, unit: null,
    text: t("THE TIMERS STAND STILL: no welfare check, no alert comes by itself"),
    what_to_do: [
      t("Call every crew on scene by voice radio now, and again every 10 minutes."),
      t("Watch pending calls and police requests by hand: they raise no alert."),
      t("No civilian crew can be sent until the timers run again."),
      t("Tell whoever looks after the system: the timers process must be started."),
    ],
    raised_at: at, sounded_at: at, acknowledged_at: null, acknowledged_by: "", acknowledged_after_s: null, escalated_at: at, cleared_at: null,
  };
}
