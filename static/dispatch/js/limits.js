// @ts-check
/**
 * What a desk knows of the rules in force (`GET /api/reference/`), when it reads them anew, and the time limits that rows are coloured
 * by: the programme's until the center's own are read.
 */
import { t } from "./i18n.js";

export const limits = { amber: 0.8, acknowledgeMs: 60_000, overrunMs: 300_000 };

/** @param {{ amber_fraction: number, acknowledge_s: number, eta_overrun_s: number } | undefined} timers */
export function takeLimits(timers) {
  if (!timers) return;
  limits.amber = timers.amber_fraction;
  limits.acknowledgeMs = timers.acknowledge_s * 1000;
  limits.overrunMs = timers.eta_overrun_s * 1000;
}

/** What to say when another ruleset or other limits hold since these events: the reference is to be read anew. @param {import("./apply.js").EventFrame[]} events */
export function rulesChanged(events) {
  const published = events.findLast((event) => event.type === "ruleset_published")?.data;
  if (published) return t("{name} v{version} decides from now on.", { name: published.name, version: published.version });
  if (events.some((event) => event.type === "command_alias_changed")) return t("The command line has another word.");
  return events.some((event) => event.type === "timer_limits_changed") ? t("Other time limits hold from now on.") : "";
}

/** Read anew what there is to choose from: other questions may count, for the open call too. @param {import("./desk.js").Desk} desk @returns {Promise<boolean>} whether it could be read */
export async function readReference(desk) {
  const reference = await desk.api.get("/api/reference/").catch(() => null);
  if (!reference) {
    desk.say(t("What changed in the rules could not be read: load the page again."), "error");
    return false;
  }
  desk.reference = reference;
  takeLimits(reference.timers);
  desk.triage?.ask(reference.questions);
  for (const { triage } of desk.inWork.begun) triage?.ask(reference.questions);
  desk.changed(false);
  return true;
}
