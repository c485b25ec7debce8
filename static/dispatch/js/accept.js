// @ts-check
/** The two single keys that send somebody: accepting a recommendation, and police for an L1. */
import { openUnlessGone } from "./finding.js";
import { kept, t } from "./i18n.js";
import { sendUnits } from "./run.js";
import { decisionKey, picksOf } from "./triage.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./apply.js").CallRow} CallRow */

/**
 * Ctrl+Enter: send the picks for the decision that is shown. Answers and rankings still on their way are waited for; when the answers
 * change the decision, nothing is sent and the person looks again. A provisional recommendation needs a second press.
 * @param {Desk} desk @param {CallRow | null} [call]
 */
export async function accept(desk, call = desk.call) {
  if (!call) return;
  const from = globalThis.document?.activeElement;
  const shown = decisionKey(desk.triage?.decision);
  if (desk.triage && !((await desk.triage.settled()) && decisionKey(desk.triage.decision) === shown)) {
    return desk.say(t("The last answers were not decided yet when you accepted: look again."), "error");
  }
  await (desk.ranking ?? (desk.recommendation === null ? desk.recommend() : null));
  if (desk.call?.id !== call.id) return;
  const picks = picksOf(desk.recommendation);
  if (picks.length === 0) return phoneFirst(desk, from);
  if (desk.triage?.decision?.provisional && desk.armed !== "accept") {
    desk.armed = "accept";
    return desk.changed();
  }
  desk.armed = "";
  const { turn } = desk;
  const sent = await desk.did(sendUnits(desk, call.id, picks, ""), t("{picks} dispatched to {number}.", { picks: picks.join(" + "), number: call.number }));
  if (sent === undefined || desk.turn !== turn) return;
  Object.assign(desk, { triageOpen: null, recommendation: null });
  await desk.recommend();
}

/** Nobody to send, but a team that is reached by phone: its form. Whoever went on to type elsewhere meanwhile stays there. @param {Desk} desk @param {Element | null | undefined} from */
function phoneFirst(desk, from) {
  const phone = desk.recommendation?.by_phone?.[0];
  if (!phone) return desk.say(t("There is no unit to send: see what it is short of."), "error");
  desk.handoff = { team: phone.team };
  const at = globalThis.document?.activeElement;
  return at === from || at === globalThis.document?.body ? desk.focus(".handoff input") : desk.changed();
}

/**
 * Shift+F8: police for the L1 that is shown. A unit in trouble without a call gets one at its last position first.
 * @param {Desk} desk
 */
export async function sendPolice(desk) {
  const { card } = desk;
  if (!card) return desk.say(t("No L1 alert is shown."), "error");
  if (card.call) return desk.did(desk.requests.police(card.call, card.text), t("Police requested for {number}.", { number: card.call_number }));
  const place = desk.board.presence.get(card.unit ?? "");
  const { turn } = desk;
  const location = { text: kept("Last position of {unit}", { unit: card.unit ?? "the unit" }), ...(place?.lat ? { lat: place.lat, lon: place.lon } : {}) };
  const call = await desk.did(desk.requests.receive({ location, origin: "FIELD", priority: 1, narrative: card.text }));
  if (!call) return undefined;
  openUnlessGone(desk, String(call.id), turn);
  return desk.did(desk.requests.police(call.id, card.text), t("Police requested for {number}.", { number: call.number }));
}
