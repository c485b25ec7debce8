// @ts-check
/**
 * The command line's language: a line -> what is asked for, or why not. Pure. The table is data of the server
 * (`dispatch/rules/command_grammar.json`, served in the reference); `dispatch/rules/command_line.py` interprets it in the same way, and
 * both are held to `tests/command_line/cases.json`. `run.js` does what a parsed command says.
 *
 * A line is `VERB arguments [/text]`. What kind of argument a word is shows in its shape (4421 is a call, 20M are minutes,
 * CRT1 is a unit), so a call that is left out can be the selected one without a place-holder.
 */
import { served, t } from "./i18n.js";

/** @typedef {import("./apply.js").CallRow} CallRow */
/** @typedef {import("./apply.js").UnitRow} UnitRow */
/** @typedef {"" | "optional" | "required"} TextUse */
/**
 * @typedef {object} Verb a line of the table; a kind that ends with `?` may be left out
 * @property {string} verb
 * @property {string} group
 * @property {string[]} takes
 * @property {TextUse} text
 * @property {string} usage
 * @property {string} help
 * @property {string} says
 * @property {Record<string, string>} [says_with]
 * @property {boolean} [screen] changes only what this screen shows
 * @property {boolean} [on_call]
 * @property {boolean} [warns_busy]
 * @property {number} [level]
 */
/**
 * @typedef {object} Grammar
 * @property {Record<string, { shape: string, asks: string }>} kinds
 * @property {Record<string, string>} reasons
 * @property {Verb[]} verbs
 * @property {Record<string, string>} aliases word -> verb
 */
/**
 * What the parser may know.
 * @typedef {object} Known
 * @property {Grammar} grammar
 * @property {Map<string, UnitRow>} units
 * @property {CallRow[]} calls the open ones
 * @property {CallRow | null} selected
 * @property {{ name: string, label: string, apco: string }[]} dispositions
 * @property {string[]} roles team codes and POLICE, EMS, FIRE
 * @property {string[]} phoneTeams teams reached by phone
 * @property {{ code: string, name: string }[]} resources whom a call may be transferred to
 * @property {{ code: string, name: string }[]} languages
 * @property {string[]} places names of facilities
 */
/**
 * @typedef {object} Parsed
 * @property {string} verb
 * @property {UnitRow[]} units
 * @property {UnitRow | null} otherUnit
 * @property {CallRow | null} call
 * @property {CallRow | null} otherCall
 * @property {string} digits a call by number that need not be on the board
 * @property {number | null} minutes
 * @property {string} time of the day, `22:30`
 * @property {number | null} number
 * @property {string} word a disposition, role, team, service or language
 * @property {string} name the same as people call it
 * @property {string} place the free words of a place or a search
 * @property {string} text
 * @property {number | null} level
 * @property {boolean} lowers less protection than now: asked for twice
 * @property {string} line the same line with every call and word in full
 * @property {string} preview
 */
/** @typedef {{ ok: true, command: Parsed }} Accepted */
/** @typedef {{ ok: false, code: string, error: string, incomplete: boolean, verb: string }} Refused */
/** @typedef {Accepted | Refused} Result */
/** @typedef {{ word: string, name: string, also: string[] }} Offered */
/** @typedef {{ verb: Verb, words: string[], text: string, known: Known, parsed: Parsed, at: number, full: string[] }} Line */
/** @typedef {{ verbs: Map<string, Verb>, shapes: Record<string, RegExp> }} Table */

export const SPACE = /[ \t\n\r\f\v\u00a0]+/;
const TEXT = /(?:^|[ \t\n\r\f\v\u00a0])\//;
const BLANKS = /^[ \t\n\r\f\v\u00a0]+|[ \t\n\r\f\v\u00a0]+$/g;
const INCOMPLETE = new Set(["missing", "no_call_selected", "no_text"]);
export const REST = new Set(["place", "words"]);
/** @type {Record<string, string>} */
const SPOKEN_ROLES = { FD: "FIRE", PD: "POLICE" };

/** @type {WeakMap<Grammar, Table>} */
const tables = new WeakMap();

/** @param {Known} known @returns {Table} */
export function tableOf({ grammar }) {
  let table = tables.get(grammar);
  if (!table) {
    table = {
      verbs: new Map(grammar.verbs.map((verb) => [verb.verb, verb])),
      shapes: Object.fromEntries(Object.entries(grammar.kinds).map(([kind, { shape }]) => [kind, new RegExp(`^(?:${shape})$`)])),
    };
    tables.set(grammar, table);
  }
  return table;
}

class Refusal extends Error {
  /** @param {Known} known @param {string} code @param {import("./i18n.js").Values} [values] */
  constructor(known, code, values = {}) {
    super(t(known.grammar.reasons[code], values));
    this.code = code;
  }
}

/** @param {Line} line @param {string} code @param {import("./i18n.js").Values} [values] */
const refuse = (line, code, values = {}) => new Refusal(line.known, code, { verb: line.verb.verb, usage: t(line.verb.usage), ...values });

/** @param {string} text */
export const trim = (text) => text.replace(BLANKS, "");

/**
 * @param {string} text @param {Known} known
 * @returns {Result}
 */
export function parse(text, known) {
  const { head, text: said } = split(text);
  const words = wordsOf(head);
  if (words.length === 0) return { ok: false, code: "", error: "", incomplete: false, verb: "" };
  const word = words[0].toUpperCase();
  const verb = verbOf(word, known);
  try {
    if (!verb) throw new Refusal(known, "unknown_verb", { word });
    const line = { verb, words, text: said, known, parsed: nothingOf(verb, said), at: 1, full: [] };
    verb.takes.forEach((_, position) => take(line, position));
    return { ok: true, command: finished(line) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, code: error.code, error: error.message, incomplete: INCOMPLETE.has(error.code), verb: verb?.verb ?? "" };
  }
}

/** @param {Verb} verb @param {string} text @returns {Parsed} */
const nothingOf = (verb, text) => ({
  verb: verb.verb, units: [], otherUnit: null, call: null, otherCall: null, digits: "", minutes: null, time: "", number: null,
  word: "", name: "", place: "", text, level: verb.level ?? null, lowers: false, line: "", preview: "",
});

/** The text starts at the first slash after a space: an address such as 12 1/2 Main St keeps its own. @param {string} line */
export function split(line) {
  const found = TEXT.exec(line);
  if (!found) return { head: trim(line), text: "" };
  return { head: trim(line.slice(0, found.index)), text: trim(line.slice(found.index + found[0].length)) };
}

/** A question mark needs no space after it. @param {string} head */
export const wordsOf = (head) => (head.startsWith("?") ? `? ${head.slice(1)}` : head).split(SPACE).filter(Boolean);

/** The verb of a word in upper case, by its own name or an alias. @param {string} word @param {Known} known */
export function verbOf(word, known) {
  const { verbs } = tableOf(known);
  const { aliases } = known.grammar;
  return verbs.get(word) ?? verbs.get(Object.hasOwn(aliases, word) ? aliases[word] : "");
}

/** @param {Verb} verb @param {number} position */
export const kindAt = (verb, position) => verb.takes[position].replace("?", "");
/** @param {Verb} verb @param {number} position */
export const optionalAt = (verb, position) => verb.takes[position].endsWith("?");

/**
 * Whether a word can be this argument. One that may be left out does not take the last word from those that may not: XFR 988 is a
 * service, H 4421 a call without its minutes.
 * @param {Known} known @param {Verb} verb @param {number} position @param {string} word @param {number} left words
 */
export function fits(known, verb, position, word, left) {
  const { shapes } = tableOf(known);
  if (!shapes[kindAt(verb, position)].test(word)) return false;
  const wanted = verb.takes.slice(position + 1).filter((kind) => !kind.endsWith("?"));
  return !optionalAt(verb, position) || left > wanted.length || !wanted.some((kind) => shapes[kind].test(word));
}

/** @param {Line} line @param {number} position */
function take(line, position) {
  const kind = kindAt(line.verb, position);
  const left = line.words.slice(line.at);
  if (REST.has(kind)) return takeRest(line, left, kind, optionalAt(line.verb, position));
  const word = (left[0] ?? "").toUpperCase();
  if (word && fits(line.known, line.verb, position, word, left.length)) {
    line.at += 1;
    READ[kind](line, word);
  } else if (optionalAt(line.verb, position)) leaveOut(line, kind);
  else throw refuse(line, word ? "not_that" : "missing", { asks: t(line.known.grammar.kinds[kind].asks), word });
}

/** @param {Line} line @param {string[]} left @param {string} kind @param {boolean} optional */
function takeRest(line, left, kind, optional) {
  line.parsed.place = left.join(" ");
  if (!line.parsed.place && !optional) throw refuse(line, "missing", { asks: t(line.known.grammar.kinds[kind].asks) });
  line.at = line.words.length;
  line.full.push(line.parsed.place);
}

/** @param {Line} line @param {string} kind */
function leaveOut(line, kind) {
  if (kind === "call") setCall(line, selected(line));
  if (kind === "their_call") {
    const [common, ...others] = new Set(line.parsed.units.map((unit) => unit.call));
    const found = others.length === 0 ? line.known.calls.find((call) => call.id === common) : undefined;
    if (found) setCall(line, found);
  }
}

/** @param {Line} line @param {CallRow} call */
function setCall(line, call) {
  line.parsed.call = call;
  line.full.push(call.number);
}

/** @param {Line} line @returns {CallRow} */
function selected(line) {
  if (!line.known.selected) throw refuse(line, "no_call_selected");
  return line.known.selected;
}

/** @param {Line} line @param {string} callsign @returns {UnitRow} */
function unit(line, callsign) {
  const found = line.known.units.get(callsign);
  if (!found) throw refuse(line, "off_the_roster", { unit: callsign });
  return found;
}

/** @param {Line} line @param {string} word */
function readUnits(line, word) {
  const callsigns = [...new Set(word.split(",").filter(Boolean))];
  line.parsed.units = callsigns.map((callsign) => unit(line, callsign));
  line.full.push(callsigns.join(","));
}

/** @param {Line} line @param {string} word */
function readOtherUnit(line, word) {
  if (line.parsed.units.some((one) => one.unit === word)) throw refuse(line, "same_unit");
  line.parsed.otherUnit = unit(line, word);
  line.full.push(word);
}

/** An open call by the end of its number; the number itself wins over a longer one that ends alike. @param {Line} line @param {string} word */
function findCall(line, word) {
  if (word === ".") return selected(line);
  const { calls } = line.known;
  const exact = calls.filter((one) => one.number === word || (!word.includes("-") && Number(one.number.slice(3)) === Number(word)));
  const found = exact.length > 0 ? exact : calls.filter((one) => one.number.endsWith(word));
  if (found.length === 0) throw refuse(line, "no_open_call", { word });
  if (found.length > 1) throw refuse(line, "several_calls", { word, calls: found.map((one) => one.number).join(t(" and ")) });
  return found[0];
}

/** @param {Line} line @param {string} word */
function readOtherCall(line, word) {
  const other = findCall(line, word);
  if (other.id === line.parsed.call?.id) throw refuse(line, "same_call");
  line.parsed.otherCall = other;
  line.full.push(other.number);
}

/** @param {Line} line @param {string} word */
function readAnyCall(line, word) {
  line.parsed.digits = word === "." ? selected(line).number : word;
  line.full.push(line.parsed.digits);
}

/** @param {Line} line @param {string} word */
function readMinutes(line, word) {
  const minutes = Number(word.slice(0, -1));
  if (minutes === 0) throw refuse(line, "bad_minutes", { word });
  line.parsed.minutes = minutes;
  line.full.push(`${minutes}M`);
}

/** @param {Line} line @param {string} word */
function readTime(line, word) {
  if (word.endsWith("M")) return readMinutes(line, word);
  const [hours, minutes] = word.split(":").map(Number);
  if (hours > 23 || minutes > 59) throw refuse(line, "bad_time", { word });
  line.parsed.time = [hours, minutes].map((part) => String(part).padStart(2, "0")).join(":");
  line.full.push(line.parsed.time);
}

/** @param {Line} line @param {string} word */
function readNumber(line, word) {
  line.parsed.number = Number(word);
  line.full.push(String(line.parsed.number));
}

/** @param {Line} line @param {string} word */
function readVolume(line, word) {
  if (Number(word) > 100) throw refuse(line, "bad_volume", { word });
  readNumber(line, word);
}

/** @param {(known: Known) => Offered[]} offered @param {string} code @returns {(line: Line, word: string) => void} */
const choose = (offered, code) => (line, word) => {
  const found = offered(line.known).find((one) => one.word.toUpperCase() === word || one.also.includes(word));
  if (!found) throw refuse(line, code, { word });
  Object.assign(line.parsed, { word: found.word, name: found.name });
  line.full.push(found.word.toUpperCase());
};

/** @param {Line} line @param {string} word @param {string[]} offered @param {string} code */
function chooseWord(line, word, offered, code) {
  if (!offered.includes(word)) throw refuse(line, code, { word, offered: offered.join(", ") || t("none") });
  Object.assign(line.parsed, { word, name: word });
  line.full.push(word);
}

/** @param {Known} known @returns {Offered[]} */
export const dispositions = (known) => known.dispositions.map((one) => ({ word: one.name, name: one.label, also: one.apco ? [one.apco] : [] }));
/** @param {Known} known @returns {Offered[]} */
export const resources = (known) => known.resources.map((one) => ({ word: one.code, name: one.name, also: /^\d+$/.test(one.code) ? [[...one.code].join("-")] : [] }));
/** @param {Known} known @returns {Offered[]} */
export const languages = (known) => known.languages.map((one) => ({ word: one.code, name: one.name, also: [one.name.toUpperCase()] }));

/** @type {Record<string, (line: Line, word: string) => void>} */
const READ = {
  units: readUnits, unit: readUnits, other_unit: readOtherUnit,
  call: (line, word) => setCall(line, findCall(line, word)), their_call: (line, word) => setCall(line, findCall(line, word)),
  other_call: readOtherCall, any_call: readAnyCall,
  minutes: readMinutes, time: readTime, number: readNumber, volume: readVolume,
  disposition: choose(dispositions, "no_disposition"), resource: choose(resources, "no_resource"), language: choose(languages, "no_language"),
  role: (line, word) => chooseWord(line, SPOKEN_ROLES[word] ?? word, line.known.roles, "no_role"),
  team: (line, word) => chooseWord(line, word, line.known.phoneTeams, "no_team"),
};

/** @param {Line} line @returns {Parsed} */
function finished(line) {
  const { verb, parsed } = line;
  if (line.at < line.words.length) throw refuse(line, "left_over", { words: line.words.slice(line.at).join(" ").toUpperCase() });
  for (const one of verb.on_call ? parsed.units : []) {
    if (!one.assignment) throw refuse(line, "on_no_call", { unit: one.unit });
    if (verb.takes.includes("their_call?") && parsed.call && one.call !== parsed.call.id) throw refuse(line, "not_on_that_call", { unit: one.unit, call: parsed.call.number });
  }
  if (verb.text === "required" && !line.text) throw refuse(line, "no_text");
  if (!verb.text && line.text) throw refuse(line, "takes_no_text");
  const tier = verb.says_with?.lowers ? parsed.call?.tier ?? null : null;
  parsed.lowers = tier !== null && parsed.level !== null && parsed.level > tier;
  parsed.line = [verb.verb, ...line.full, line.text ? `/${line.text}` : ""].filter(Boolean).join(" ");
  parsed.preview = preview(verb, parsed);
  return parsed;
}

/** @param {CallRow | null} call */
const where = (call) => (call ? `${call.number} ${call.location?.text ?? ""}`.trim() : "");

/** @param {Verb} verb @param {Parsed} parsed */
function preview(verb, parsed) {
  const name = served(parsed.name);
  /** @type {Record<string, string>} */
  const values = {
    units: parsed.units.map((one) => one.unit).join(", "), unit: parsed.units[0]?.unit ?? "", other_unit: parsed.otherUnit?.unit ?? "",
    call: where(parsed.call), other_call: where(parsed.otherCall), number: parsed.digits || (parsed.number === null ? "" : String(parsed.number)),
    minutes: parsed.minutes === null ? "" : String(parsed.minutes), volume: String(parsed.number ?? 0), time: parsed.time,
    place: parsed.place, words: parsed.place, text: parsed.text, lowers: parsed.lowers ? "yes" : "", no_voice: parsed.call?.never_voice_call ? "yes" : "",
    disposition: name, role: name, team: name, resource: name, language: name,
  };
  const special = Object.entries(verb.says_with ?? {}).find(([given]) => values[given]);
  const busy = verb.warns_busy ? parsed.units.filter((one) => one.call && one.call !== parsed.call?.id) : [];
  const warning = busy.map((one) => ` ${t("({unit} is {status} on {call})", { unit: one.unit, status: one.status, call: one.call_number })}`).join("");
  return `${t(special ? special[1] : verb.says, values)}${warning}${parsed.text ? `: ${parsed.text}` : ""}`;
}
