// Hears a day's events (one JSON object a line on standard input) as a dispatcher's console does, and counts what sounds.
import { readFileSync } from "node:fs";

import { alarmSounds, Chimes } from "../static/dispatch/js/alarms.js";

const TICK_AT_MOST_EVERY_MS = 10_000;
const me = { roles: ["dispatcher"], username: "dispatcher" };
const alerts = new Map();
const chimes = new Chimes();
const heard = { alarms: 0, chimes: 0, ticks: 0 };
let sounding = false;
let tickedAt = -Infinity;

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const event = JSON.parse(line);
  for (const row of event.data.changes?.alerts ?? []) {
    if (row.cleared_at) alerts.delete(row.id);
    else alerts.set(row.id, row);
  }
  const now = alarmSounds(alerts.values(), me);
  if (now && !sounding) heard.alarms += 1;
  sounding = now;
  if (chimes.due([event], me, event.at)) heard.chimes += 1;
  const call = event.type === "call_received" ? event.data.changes?.calls?.[0] : undefined;
  if (call && call.priority <= 2 && event.at - tickedAt >= TICK_AT_MOST_EVERY_MS) {
    tickedAt = event.at;
    heard.ticks += 1;
  }
}
console.log(`${heard.alarms + heard.chimes} audible alarms (${heard.alarms} L1, ${heard.chimes} L2 chimes), ${heard.ticks} ticks of new urgent calls`);
