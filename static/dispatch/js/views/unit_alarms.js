// @ts-check
/** What became of the crew's own alarms: that the server has one is no word that anybody saw it. */
import { html, nothing } from "lit-html";

import { t } from "../i18n.js";
import { hourMinute } from "../time.js";

/** @typedef {{ kind: string, raised_at: string, acknowledged_at: string | null, acknowledged_by: string }} CrewAlarm */

/** @type {Record<string, string>} */
const NAMES = { EMERGENCY: t("EMERGENCY"), POLICE_REQUESTED: t("Police asked for"), POLICE_UNASSIGNED: t("Police asked for, none assigned yet") };

/** @param {{ alarms?: CrewAlarm[] }} state @param {string} zone */
export function alarmsView({ alarms = [] }, zone) {
  if (alarms.length === 0) return nothing;
  return html`<div class="card alarms" role="status" aria-label=${t("Your alarms")}>${alarms.map((alarm) => html`<p>
    <strong>${NAMES[alarm.kind] ?? alarm.kind} <span class="number">${hourMinute(alarm.raised_at, zone)}</span></strong>
    ${alarm.acknowledged_at ? t("Seen by {who} at {time}.", { who: alarm.acknowledged_by, time: hourMinute(alarm.acknowledged_at, zone) })
      : t("At the center. Nobody has said yet that they saw it.")}</p>`)}</div>`;
}
