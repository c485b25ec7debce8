// @ts-check
/**
 * What becomes of a line that was understood. What only concerns this screen is done here; everything else goes to the server as the
 * line in full, which carries it out whole or not at all.
 */
import { goForRecommendation, lookUp, openUnlessGone, search } from "./finding.js";
import { locationHistory, unitHistory } from "./history.js";
import { t } from "./i18n.js";
import { picksOf } from "./triage.js";

/** @typedef {import("./commands.js").Parsed} Parsed */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {(desk: Desk, command: Parsed) => Promise<unknown> | unknown} Deed */

/**
 * Send units. A reason goes with the assignment only where it is not what was recommended.
 * @param {Desk} desk @param {string} call @param {string[]} units @param {string} reason
 */
export async function sendUnits(desk, call, units, reason) {
  const picks = desk.selected === call ? picksOf(desk.recommendation) : [];
  const deviates = units.some((unit) => !picks.includes(unit));
  return desk.requests.dispatch(call, units, deviates ? reason : "");
}

/** Commands of the screen. @type {Record<string, Deed | undefined>} */
export const SCREEN = {
  S: async (desk, command) => {
    const { turn } = desk;
    openUnlessGone(desk, (await lookUp(desk, command.digits)).id, turn);
  },
  R: goForRecommendation,
  HO: (desk, command) => {
    desk.open(command.call?.id ?? "");
    desk.handoff = { team: command.word };
    desk.changed();
  },
  N: (desk, command) => desk.openNew(command.place),
  A: (desk, command) => {
    const alert = command.number === null ? undefined : desk.alerts[command.number - 1];
    if (command.number !== null && !alert) throw new Error(t("There is no alert {number}.", { number: command.number }));
    return desk.acknowledge(alert?.id);
  },
  UH: (desk, command) => unitHistory(desk, command.units),
  LH: (desk, command) => locationHistory(desk, command.place),
  SND: (desk, command) => {
    desk.setVolume((command.number ?? 0) / 100);
    desk.say(command.preview);
  },
  "?": (desk, command) => search(desk, command.place),
};

/** What the desk's own request does better than the line: an undo names the action that is meant. @type {Record<string, Deed | undefined>} */
const OWN = { Z: (desk) => desk.undo.now() };

/** Verbs after which the call is open: it was on no board before. */
const OPENS = new Set(["REO", "UMG"]);

/** Verbs that end a call: what was typed about it goes first, or it would come to a call that takes nothing more. */
const ENDS = new Set(["C", "CAN", "MRG"]);

/** @param {Desk} desk @param {Parsed} command */
async function send(desk, command) {
  const { turn } = desk;
  if (ENDS.has(command.verb)) await desk.form?.save();
  const named = command.otherUnit ? [...command.units, command.otherUnit] : command.units;
  const seen = Object.fromEntries(named.map((unit) => [unit.unit, unit.assignment ?? ""]));
  const answer = await desk.requests.commandLine(command.line, { seen, ...(desk.selected ? { selected: desk.selected } : {}), ...(command.lowers ? { confirmed: true } : {}) });
  if (OPENS.has(command.verb) && answer.calls[0]) openUnlessGone(desk, answer.calls[0].id, turn);
  return answer;
}

/** @param {Desk} desk @param {Parsed} command @returns {Promise<boolean>} whether it worked */
export async function run(desk, command) {
  const deed = SCREEN[command.verb] ?? OWN[command.verb];
  const done = deed ? Promise.resolve().then(() => deed(desk, command)) : send(desk, command);
  const answer = await desk.did(done, deed ? "" : t("{preview}. Done.", { preview: command.preview }));
  return answer !== undefined;
}
