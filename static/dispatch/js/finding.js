// @ts-check
/** Calls that need not be on the board: found by number, place or phone. */
import { t } from "./i18n.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {Desk} desk @param {string} words @param {number} limit @returns {Promise<any[]>} */
async function callsLike(desk, words, limit) {
  const { calls } = await desk.api.get(`/api/calls/?q=${encodeURIComponent(words)}&limit=${limit}`);
  return calls;
}

/** Open a call that had to be asked for, unless the person turned to another meanwhile: their keys belong there. @param {Desk} desk @param {string} id @param {number} turn the desk's of then */
export function openUnlessGone(desk, id, turn) {
  if (desk.turn === turn) desk.open(id);
}

/** A call by the end of its number. @param {Desk} desk @param {string} digits */
export async function lookUp(desk, digits) {
  const known = [...desk.board.calls.values()].filter((call) => call.number === digits || call.number.endsWith(digits));
  if (known.length === 1) return known[0];
  const found = (await callsLike(desk, digits, 10)).filter((call) => call.number.endsWith(digits));
  if (found.length === 0) throw new Error(t("No call {digits}.", { digits }));
  if (found.length > 1) throw new Error(t("{word} is {calls}: type more digits.", { word: digits, calls: found.map((call) => call.number).join(t(" and ")) }));
  return found[0];
}

/** @param {Desk} desk @param {string} words */
export async function search(desk, words) {
  const calls = await callsLike(desk, words, 20);
  desk.found = calls;
  if (calls.length === 0) desk.say(t("Nothing found for {words}.", { words }));
  desk.changed();
}

/** Open a call and rank the units for it again. @param {Desk} desk @param {import("./commands.js").Parsed} command */
export async function goForRecommendation(desk, command) {
  desk.open(command.call?.id ?? "");
  await desk.recommend();
}
