// @ts-check
/** The alerts of one desk: which there are, whose card is shown, and what acknowledging does. */
import { grouped, sortAlerts } from "./alarms.js";
import { served, t } from "./i18n.js";
import { TIMERS_ALERT } from "./watch.js";

/** @typedef {import("./apply.js").AlertRow} AlertRow */
/** @typedef {import("./desk.js").Desk} Desk */

/** @param {Desk} desk @returns {AlertRow[]} the board's, and the desk's own when the timers stand still */
export const alertsOf = (desk) => sortAlerts([...desk.board.alerts.values(), ...(desk.watch.alert ? [desk.watch.alert] : [])]);

/** The L1 whose card is shown: the highest, unless it was put away. @param {Desk} desk */
export function cardOf(desk) {
  const first = desk.alerts.find((alert) => alert.level === 1);
  return first && first.id !== desk.hiddenCard ? first : null;
}

/**
 * Acknowledge one. By default the highest nobody has acknowledged; where that is one of many in a bar they are shown first, because
 * nothing is acknowledged unseen.
 * @param {Desk} desk @param {string} [id]
 */
export function acknowledge(desk, id) {
  const alert = desk.alerts.find((one) => (id ? one.id === id : !one.acknowledged_at));
  if (!alert) return desk.say(t("No alert to acknowledge."));
  if (!id && desk.overlay !== "alerts" && kinOf(desk, alert).length > 1) {
    desk.overlay = "alerts";
    return desk.changed();
  }
  if (alert.id !== TIMERS_ALERT) return desk.did(desk.requests.acknowledgeAlert(alert.id), t("Acknowledged: {text}", { text: served(alert.text) }));
  desk.watch.acknowledge(desk.me.username, desk.clock.now());
  return desk.changed();
}

/** Those that share a bar with this one. @param {Desk} desk @param {AlertRow} alert @returns {AlertRow[]} */
function kinOf(desk, alert) {
  if (alert.level !== 2) return [alert];
  const waiting = desk.alerts.filter((one) => one.level === 2 && !one.acknowledged_at);
  return grouped(waiting).find((bar) => bar.alerts.includes(alert))?.alerts ?? [alert];
}

/** Acknowledge each of these by name. @param {Desk} desk @param {AlertRow[]} alerts */
export async function acknowledgeAll(desk, alerts) {
  for (const alert of alerts) await desk.did(desk.requests.acknowledgeAlert(alert.id));
  desk.say(t("{count} alerts acknowledged.", { count: alerts.length }));
}
