// @ts-check
/** How alerts are told: in which order, in how many bars, which of them sound at this desk, and what the tab's title says. Pure. */

/** @typedef {import("./apply.js").AlertRow} AlertRow */
/** @typedef {import("./apply.js").EventFrame} EventFrame */
/** `elsewhere`: whether somebody sits at another position of this name. @typedef {{ roles: string[], username: string, elsewhere?: (position: string) => boolean }} Me */
/** One line over the panes: an alert, or several L2 of a kind. @typedef {{ key: string, alerts: AlertRow[] }} Bar */

/** From so many L2 alerts of a kind on they are one bar. */
const GROUP_FROM = 3;
const CHIME_AT_MOST_EVERY_MS = 5000;

/**
 * Alerts as they are shown. An L1 stands before everything else until it is cleared, because acknowledging it does not make its crew
 * safe: those nobody acknowledged first, a crew's emergency before the others. Then L2 and L3 that nobody has seen, then the rest.
 * @param {Iterable<AlertRow>} alerts @returns {AlertRow[]}
 */
export function sortAlerts(alerts) {
  return [...alerts].sort((a, b) => rank(a) - rank(b) || a.raised_at.localeCompare(b.raised_at) || Number(a.id) - Number(b.id));
}

/** @param {AlertRow} alert */
function rank(alert) {
  const seen = Boolean(alert.acknowledged_at);
  if (alert.level === 1) return (seen ? 2 : 0) + (alert.kind === "EMERGENCY" ? 0 : 1);
  return (seen ? 4 : 2) + alert.level;
}

/** Worth a bar: an L1 until it is cleared, an L2 until it is acknowledged. @param {AlertRow} alert */
export const needsBar = (alert) => alert.level === 1 || (alert.level === 2 && !alert.acknowledged_at);

/**
 * Which bars to show where there is room for some. An L1 is never grouped. The last place goes to what nobody has acknowledged yet, so
 * that neither an L1 that was seen nor a flood of L2 hides the other; what finds no place is counted, L1 apart.
 * @param {AlertRow[]} alerts sorted @param {number} room
 * @returns {{ shown: Bar[], more: number, moreRed: AlertRow[] }}
 */
export function barsOf(alerts, room) {
  const red = alerts.filter((alert) => alert.level === 1);
  const amber = grouped(alerts.filter((alert) => alert.level === 2 && needsBar(alert)));
  const unseen = red.filter((alert) => !alert.acknowledged_at).map(single);
  const seen = red.filter((alert) => alert.acknowledged_at).map(single);
  const shown = unseen.slice(0, room);
  const left = room - shown.length;
  const forAmber = Math.min(amber.length, Math.max(Math.min(left, 1), left - seen.length));
  shown.push(...seen.slice(0, left - forAmber), ...amber.slice(0, forAmber));
  const named = new Set(shown.flatMap((bar) => bar.alerts));
  const hidden = [...red, ...amber.flatMap((bar) => bar.alerts)].filter((alert) => !named.has(alert));
  return { shown, more: hidden.length, moreRed: hidden.filter((alert) => alert.level === 1) };
}

/** @param {AlertRow} alert @returns {Bar} */
const single = (alert) => ({ key: alert.id, alerts: [alert] });

/** Many of a kind as one, at the place of the first. @param {AlertRow[]} alerts @returns {Bar[]} */
export function grouped(alerts) {
  /** @type {Map<string, AlertRow[]>} */
  const kinds = new Map();
  for (const alert of alerts) kinds.set(alert.kind, [...(kinds.get(alert.kind) ?? []), alert]);
  /** @type {Bar[]} */
  const bars = [];
  for (const alert of alerts) {
    const kin = /** @type {AlertRow[]} */ (kinds.get(alert.kind));
    if (kin.length < GROUP_FROM) bars.push(single(alert));
    else if (kin[0] === alert) bars.push({ key: `kind-${alert.kind}`, alerts: kin });
  }
  return bars;
}

/** Whether this desk hears alerts at once; others hear them when nobody acknowledged them in time. @param {Me} me */
const hearsAtOnce = (me) => me.roles.includes("dispatcher");

/** Whether the alarm that repeats sounds here: an L1 nobody acknowledged. @param {Iterable<AlertRow>} alerts @param {Me} me */
export const alarmSounds = (alerts, me) =>
  [...alerts].some((alert) => alert.level === 1 && !alert.acknowledged_at && (hearsAtOnce(me) || Boolean(alert.escalated_at)));

/**
 * Whether an event chimes here: an L2 that somebody else or the system raised, unless its call is worked at another position; and
 * everywhere one that nobody acknowledged in time.
 * @param {EventFrame} event @param {Me} me
 */
export function chimes(event, me) {
  const alert = event.data.changes?.alerts?.[0];
  if (alert?.level !== 2 || alert.acknowledged_at || alert.cleared_at) return false;
  if (event.type === "alert_escalated") return true;
  const position = event.data.changes?.calls?.[0]?.position;
  if (position && me.elsewhere?.(position)) return false;
  return event.type === "alert_raised" && hearsAtOnce(me) && event.by !== me.username;
}

/** Several chimes at once are one. */
export class Chimes {
  constructor() {
    this.soundedAt = -Infinity;
  }

  /** @param {EventFrame[]} events @param {Me} me @param {number} now ms @returns {boolean} whether to sound */
  due(events, me, now) {
    if (!events.some((event) => chimes(event, me)) || now - this.soundedAt < CHIME_AT_MOST_EVERY_MS) return false;
    this.soundedAt = now;
    return true;
  }
}

/**
 * The tab's title: how many alerts wait, "!" with an L1 among them. While one sounds the title turns between its text and the count.
 * @param {AlertRow[]} alerts sorted @param {{ name: string, turned: boolean, words: (text: string) => string }} how
 */
export function titleOf(alerts, { name, turned, words }) {
  const waiting = alerts.filter((alert) => !alert.acknowledged_at && alert.level < 3);
  if (waiting.length === 0) return name;
  const red = waiting[0].level === 1;
  if (red && turned) return `■ ${words(waiting[0].text)}`;
  return `(${waiting.length}${red ? "!" : ""}) ${name}`;
}
