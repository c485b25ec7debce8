// @ts-check
/**
 * The command line's language: one table, one parser. Pure; `run.js` does what a parsed command says.
 *
 * A line is `VERB arguments [/text]`. What kind of argument a word is shows in its shape (4421 is a call, 20M are minutes,
 * CRT1 is a unit), so an omitted call can default to the selected one without a place-holder.
 */

/** @typedef {import("./apply.js").CallRow} CallRow */
/** @typedef {import("./apply.js").UnitRow} UnitRow */
/**
 * What the parser may know.
 * @typedef {object} Known
 * @property {Map<string, UnitRow>} units
 * @property {CallRow[]} calls the open ones
 * @property {CallRow | null} selected
 * @property {{ name: string, label: string, apco: string }[]} dispositions
 * @property {string[]} roles team codes and POLICE, EMS, FIRE
 * @property {string[]} phoneTeams teams reached by phone
 * @property {string[]} places names of facilities
 */
/**
 * @typedef {object} Arguments
 * @property {UnitRow[]} units
 * @property {CallRow | null} call
 * @property {CallRow | null} other the second call of a merge
 * @property {string} digits a call by number that need not be on the board
 * @property {number | null} minutes
 * @property {number | null} number
 * @property {string} word a disposition's name, a role or a team
 * @property {string} rest the free words of a place or a search
 */
/** @typedef {Arguments & { verb: string, text: string, preview: string }} Parsed */
/** @typedef {{ ok: true, command: Parsed } | { ok: false, error: string }} Result */
/** @typedef {"units" | "call" | "other" | "digits" | "minutes" | "number" | "disposition" | "role" | "team" | "rest"} Kind */
/**
 * @typedef {object} Command
 * @property {string} verb
 * @property {string[]} [aliases]
 * @property {Kind[]} takes in order of typing
 * @property {Kind[]} [optional] which of them may be left out; a call then is the selected one
 * @property {boolean} [reason] `/text` is mandatory
 * @property {string} usage
 * @property {string} help
 * @property {(given: Arguments) => string} says what will happen, in words
 */

/** @param {Arguments} given */
const units = (given) => given.units.map((unit) => unit.unit).join(", ");
/** @param {Arguments} given */
const call = (given) => given.call?.number ?? "";
/** @param {Arguments} given */
const where = (given) => (given.call ? `${given.call.number} ${given.call.location?.text ?? ""}`.trim() : "");
/** @param {string} status */
const sets = (status) => (/** @type {Arguments} */ given) => `${units(given)} ${status}`;
/** @param {string} what */
const dispatches = (what) => (/** @type {Arguments} */ given) => `Dispatch ${units(given)} to ${where(given)}${what}`;

/** @type {Command[]} */
export const COMMANDS = [
  { verb: "D", takes: ["units", "call"], optional: ["call"], usage: "D units [call] [/note]", help: "Dispatch", says: dispatches("") },
  { verb: "DE", takes: ["units", "call"], optional: ["call"], usage: "DE units [call]", help: "Dispatch, already en route", says: dispatches(", en route") },
  { verb: "DO", takes: ["units", "call"], optional: ["call"], usage: "DO units [call]", help: "Dispatch, already on scene", says: dispatches(", on scene") },
  { verb: "ER", aliases: ["EN"], takes: ["units"], usage: "ER units", help: "En route", says: sets("en route") },
  { verb: "ST", takes: ["units"], usage: "ST units", help: "Staging", says: sets("staging") },
  { verb: "OS", aliases: ["AR", "AO"], takes: ["units"], usage: "OS units", help: "On scene", says: sets("on scene") },
  { verb: "TR", takes: ["units", "rest"], usage: "TR units place", help: "Transporting to a place", says: (given) => `${units(given)} transporting to ${given.rest}` },
  { verb: "AD", takes: ["units"], usage: "AD units", help: "At destination", says: sets("at destination") },
  { verb: "AV", aliases: ["CL", "IS"], takes: ["units"], usage: "AV units", help: "Available, cleared from its call", says: sets("available") },
  { verb: "BK", takes: ["units", "minutes"], optional: ["minutes"], usage: "BK units [20M]", help: "On a break", says: (given) => `${units(given)} on a break${given.minutes ? ` for ${given.minutes} min` : ""}` },
  { verb: "OO", aliases: ["OOS"], takes: ["units"], reason: true, usage: "OO units /reason", help: "Out of service", says: sets("out of service") },
  { verb: "OK", takes: ["units", "minutes"], optional: ["minutes"], usage: "OK units [15M]", help: "Welfare check passed", says: (given) => `${units(given)} is OK${given.minutes ? `, next check in ${given.minutes} min` : ""}` },
  { verb: "EMG", takes: ["units"], usage: "EMG units", help: "Emergency of a unit", says: (given) => `EMERGENCY for ${units(given)}` },
  { verb: "PD", takes: ["call"], optional: ["call"], usage: "PD [call]", help: "Request police", says: (given) => `Request police for ${where(given)}` },
  { verb: "X", takes: ["units", "call"], optional: ["call"], reason: true, usage: "X units [call] /reason", help: "Release a unit from its call", says: (given) => `Release ${units(given)} from its call` },
  ...[1, 2, 3, 4].map((level) => ({
    verb: `P${level}`, takes: /** @type {Kind[]} */ (["call"]), optional: /** @type {Kind[]} */ (["call"]), usage: `P${level} [call]`, help: `Priority ${level}`,
    says: (/** @type {Arguments} */ given) => `Priority ${level} for ${where(given)}`,
  })),
  { verb: "H", takes: ["call", "minutes"], optional: ["call"], reason: true, usage: "H [call] 20M /reason", help: "Hold", says: (given) => `Hold ${where(given)} for ${given.minutes} min` },
  { verb: "CB", takes: ["call", "minutes"], optional: ["call"], usage: "CB [call] 15M", help: "Call back in", says: (given) => `Call back about ${call(given)} in ${given.minutes} min` },
  { verb: "C", takes: ["call", "disposition"], optional: ["call"], usage: "C [call] disposition [/note]", help: "Close", says: (given) => `Close ${where(given)} as ${given.word}` },
  { verb: "CAN", takes: ["call"], optional: ["call"], reason: true, usage: "CAN [call] /reason", help: "Cancel", says: (given) => `Cancel ${where(given)}` },
  { verb: "REO", takes: ["digits"], reason: true, usage: "REO call /reason", help: "Reopen", says: (given) => `Reopen call ${given.digits}` },
  { verb: "MRG", takes: ["call", "other"], reason: true, usage: "MRG call call /reason", help: "Merge the first call into the second", says: (given) => `Merge ${where(given)} into ${given.other?.number}` },
  { verb: "UMG", takes: ["digits"], reason: true, usage: "UMG call /reason", help: "Undo a merge: a call of its own again", says: (given) => `Unmerge call ${given.digits}` },
  { verb: "S", takes: ["digits"], usage: "S call", help: "Select a call", says: (given) => `Select call ${given.digits}` },
  { verb: "R", takes: ["call"], optional: ["call"], usage: "R [call]", help: "Recommend again", says: (given) => `Recommend units again for ${where(given)}` },
  { verb: "RQ", takes: ["role", "call"], optional: ["call"], usage: "RQ role [call] [/reason]", help: "Request a role", says: (given) => `Request ${given.word} for ${where(given)}` },
  { verb: "HO", takes: ["call", "team"], optional: ["call"], usage: "HO [call] team", help: "Hand off by phone", says: (given) => `Phone hand-off of ${call(given)} to ${given.word}` },
  { verb: "SAFE", takes: ["call"], optional: ["call"], usage: "SAFE [call] [/who says so]", help: "Scene safe, on an officer's word", says: (given) => `Mark the scene of ${where(given)} safe` },
  { verb: "STG", takes: ["units"], usage: "STG units [/reason]", help: "Order to stage", says: (given) => `Order ${units(given)} to stage` },
  { verb: "WD", takes: ["units"], usage: "WD units [/reason]", help: "Order to withdraw", says: (given) => `Order ${units(given)} to withdraw` },
  { verb: "NOTE", takes: ["call"], optional: ["call"], reason: true, usage: "NOTE [call] /text", help: "Add to the narrative", says: (given) => `Note on ${call(given)}` },
  { verb: "N", takes: ["rest"], optional: ["rest"], usage: "N [place]", help: "New call", says: (given) => `New call${given.rest ? ` at ${given.rest}` : ""}` },
  { verb: "A", takes: ["number"], optional: ["number"], usage: "A [n]", help: "Acknowledge the highest alert, or the n-th", says: (given) => `Acknowledge alert ${given.number ?? 1}` },
];

/** @type {Map<string, Command>} */
const BY_WORD = new Map(COMMANDS.flatMap((command) => [command.verb, ...(command.aliases ?? [])].map((word) => [word, command])));

/** @type {Record<Kind, RegExp>} what a word of a kind looks like */
const SHAPES = {
  units: /^[A-Z0-9]+(,[A-Z0-9]+)*,?$/,
  call: /^(\.|\d{3,6}|\d\d-\d{6})$/,
  other: /^(\.|\d{3,6}|\d\d-\d{6})$/,
  digits: /^(\.|\d{3,6}|\d\d-\d{6})$/,
  minutes: /^\d{1,3}M$/,
  number: /^\d{1,2}$/,
  disposition: /^([A-Z_]+|\d\d)$/,
  role: /^[A-Z]+$/,
  team: /^[A-Z]+$/,
  rest: /./,
};

/** @type {Record<Kind, string>} what to say when it is missing */
const MISSING = {
  units: "Which unit?", call: "Which call? None is selected.", other: "Into which call?", digits: "Which call?",
  minutes: "How many minutes? For example 20M.", number: "Which one?", disposition: "Which disposition?",
  role: "Which role?", team: "Which team?", rest: "Which place?",
};

class Refusal extends Error {}

/**
 * @param {string} line @param {Known} known
 * @returns {Result}
 */
export function parse(line, known) {
  const { head, text } = split(line);
  if (head.startsWith("?")) return search(head.slice(1).trim());
  const [word = "", ...words] = head.toUpperCase().split(/\s+/).filter(Boolean);
  const command = BY_WORD.get(word);
  if (!command) return { ok: false, error: word ? `No command ${word}. F1 lists them.` : "" };
  try {
    const given = take(command, words, head, known);
    if (command.reason && !text) throw new Refusal(`Say why: ${command.usage}`);
    return { ok: true, command: { ...given, verb: command.verb, text, preview: preview(command, given, text) } };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.message };
    throw error;
  }
}

/** @param {string} words @returns {Result} */
function search(words) {
  if (!words) return { ok: false, error: "Search for what? A number, an address or a phone." };
  return { ok: true, command: { ...nothing(), rest: words, verb: "?", text: "", preview: `Search for ${words}` } };
}

/** @returns {Arguments} */
const nothing = () => ({ units: [], call: null, other: null, digits: "", minutes: null, number: null, word: "", rest: "" });

/** The text starts at the first slash after a space: an address such as 12 1/2 Main St keeps its own. @param {string} line */
function split(line) {
  const at = line.search(/(^|\s)\//);
  if (at < 0) return { head: line.trim(), text: "" };
  return { head: line.slice(0, at).trim(), text: line.slice(at).trim().slice(1).trim() };
}

/**
 * @param {Command} command @param {string[]} words @param {string} head as typed, for free words @param {Known} known
 * @returns {Arguments}
 */
function take(command, words, head, known) {
  const given = nothing();
  const left = [...words];
  for (const kind of command.takes) {
    if (kind === "rest") {
      given.rest = head.trim().split(/\s+/).slice(1 + words.length - left.length).join(" ");
      left.length = 0;
      if (!given.rest && !command.optional?.includes("rest")) throw new Refusal(MISSING.rest);
      continue;
    }
    const next = left[0] ?? "";
    if (SHAPES[kind].test(next)) READ[kind](given, /** @type {string} */ (left.shift()), known);
    else omit(command, kind, given, next, known);
  }
  if (left.length > 0) throw new Refusal(`What is ${left.join(" ")}? ${command.usage}`);
  return given;
}

/** @param {Command} command @param {Kind} kind @param {Arguments} given @param {string} next @param {Known} known */
function omit(command, kind, given, next, known) {
  if (!command.optional?.includes(kind)) throw new Refusal(next ? `${MISSING[kind]} Not ${next}. ${command.usage}` : `${MISSING[kind]} ${command.usage}`);
  if (kind !== "call") return;
  given.call = known.selected;
  if (!given.call && command.verb !== "X") throw new Refusal(MISSING.call);
}

/** @type {Record<Exclude<Kind, "rest">, (given: Arguments, word: string, known: Known) => void>} */
const READ = {
  units: (given, word, known) => {
    given.units = word.split(",").filter(Boolean).map((callsign) => {
      const unit = known.units.get(callsign);
      if (!unit) throw new Refusal(`${callsign} is not on the roster.`);
      return unit;
    });
  },
  call: (given, word, known) => { given.call = findCall(word, known); },
  other: (given, word, known) => { given.other = findCall(word, known); },
  digits: (given, word, known) => {
    given.digits = word === "." ? findCall(word, known).number : word;
  },
  minutes: (given, word) => { given.minutes = Number(word.slice(0, -1)); },
  number: (given, word) => { given.number = Number(word); },
  disposition: (given, word, known) => {
    const found = known.dispositions.find((one) => one.apco === word || one.name.toUpperCase() === word);
    if (!found) throw new Refusal(`No disposition ${word}. Tab lists them.`);
    given.word = found.name;
  },
  role: (given, word, known) => { given.word = among(word === "FD" ? "FIRE" : word === "PD" ? "POLICE" : word, known.roles, "role"); },
  team: (given, word, known) => { given.word = among(word, known.phoneTeams, "team reached by phone"); },
};

/** @param {string} word @param {string[]} offered @param {string} what */
function among(word, offered, what) {
  if (!offered.includes(word)) throw new Refusal(`No ${what} ${word}: ${offered.join(", ") || "none"}.`);
  return word;
}

/** A call by the end of its number. Two that end alike are refused. @param {string} word @param {Known} known */
function findCall(word, known) {
  if (word === ".") {
    if (!known.selected) throw new Refusal(MISSING.call);
    return known.selected;
  }
  const exact = known.calls.filter((one) => one.number === word || Number(one.number.slice(3)) === Number(word));
  const found = exact.length > 0 ? exact : known.calls.filter((one) => one.number.endsWith(word));
  if (found.length === 0) throw new Refusal(`No open call ${word}.`);
  if (found.length > 1) throw new Refusal(`${word} is ${found.map((one) => one.number).join(" and ")}: type more digits.`);
  return found[0];
}

/** @param {Command} command @param {Arguments} given @param {string} text */
function preview(command, given, text) {
  const busy = command.verb.startsWith("D") ? given.units.filter((unit) => unit.call && unit.call !== given.call?.id) : [];
  const warning = busy.map((unit) => ` (${unit.unit} is ${unit.status} on ${unit.call_number})`).join("");
  return `${command.says(given)}${warning}${text ? `: ${text}` : ""}`;
}

/**
 * What Tab offers for the word at the end of the line, best first.
 * @param {string} line @param {Known} known @returns {string[]} whole lines
 */
export function complete(line, known) {
  const words = line.split(/\s+/);
  const part = (words.pop() ?? "").toUpperCase();
  const before = words.join(" ");
  if (line.includes(" /")) return [];
  const command = BY_WORD.get((words[0] ?? "").toUpperCase());
  const offers = words.length === 0 ? COMMANDS.map((one) => one.verb) : command ? offersFor(command, part, known) : [];
  const fitting = offers.filter((word) => word.toUpperCase().startsWith(part) && word.toUpperCase() !== part);
  return [...new Set(fitting)].map((word) => (before ? `${before} ${word}` : word));
}

/** @param {Command} command @param {string} part @param {Known} known */
function offersFor(command, part, known) {
  const comma = part.lastIndexOf(",") + 1;
  /** @type {Partial<Record<Kind, string[]>>} */
  const lists = {
    units: [...known.units.keys()].map((callsign) => part.slice(0, comma) + callsign),
    call: known.calls.map((one) => one.number.slice(-4)),
    digits: known.calls.map((one) => one.number.slice(-4)),
    disposition: known.dispositions.map((one) => one.name.toUpperCase()),
    role: known.roles,
    team: known.phoneTeams,
    rest: command.verb === "TR" ? known.places : [],
  };
  return command.takes.flatMap((kind) => lists[kind] ?? []);
}
