// @ts-check
/** What can follow on the command line; `dispatch/rules/command_completion.py` does the same. Pure. */
import { dispositions, fits, kindAt, languages, optionalAt, parse, resources, REST, SPACE, split, tableOf, trim, verbOf, wordsOf } from "./commands.js";

/** @typedef {import("./commands.js").Known} Known */
/** @typedef {import("./commands.js").Verb} Verb */
/** @typedef {import("./commands.js").Offered} Offered */

const SHORTEST = 3;

/**
 * What Tab offers for the word at the end of the line, best first: whole lines, each right or right as far as it goes.
 * @param {string} line @param {Known} known @returns {string[]}
 */
export function complete(line, known) {
  const { head } = split(line);
  if (head !== trim(line)) return [];
  const words = wordsOf(head);
  const begun = words.length > 0 && !SPACE.test(line.slice(-1)) ? /** @type {string} */ (words.pop()) : "";
  if (words.length === 0) return [...tableOf(known).verbs.keys()].filter((word) => word.startsWith(begun.toUpperCase()) && word !== begun.toUpperCase());
  const verb = verbOf(words[0].toUpperCase(), known);
  if (!verb) return [];
  const offers = openKinds(verb, words.slice(1), known).flatMap(({ kind, at }) => {
    if (!REST.has(kind)) return fitting(words, begun, OFFERS[kind]?.(known, begun) ?? []);
    const typed = [...words.slice(1 + at), ...(begun ? [begun] : [])].join(" ");
    return fitting(words.slice(0, 1 + at), typed, kind === "place" ? known.places : []);
  });
  return [...new Set(offers)].filter((offer) => {
    const result = parse(offer, known);
    return result.ok || result.incomplete;
  });
}

/** @param {string[]} before @param {string} begun @param {string[]} offered */
function fitting(before, begun, offered) {
  const start = begun.toUpperCase();
  return offered.filter((word) => word.toUpperCase().startsWith(start) && word.toUpperCase() !== start).map((word) => [...before, word].join(" "));
}

/** The kinds that the next word may be of, after these; `at` is where one of all words left began. @param {Verb} verb @param {string[]} words @param {Known} known */
function openKinds(verb, words, known) {
  /** @type {{ kind: string, at: number }[]} */
  const open = [];
  let at = 0;
  for (let position = 0; position < verb.takes.length; position += 1) {
    const kind = kindAt(verb, position);
    const optional = optionalAt(verb, position);
    if (REST.has(kind)) return [...open, { kind, at }];
    if (at < words.length) {
      if (fits(known, verb, position, words[at].toUpperCase(), words.length - at + 1)) at += 1;
      else if (!optional) return open;
      continue;
    }
    open.push({ kind, at });
    if (!optional) return open;
  }
  return open;
}

/** Each call by the fewest digits that name it alone, in full where a part of its number was typed. @param {Known} known @param {string} begun */
function callOffers(known, begun) {
  if (begun.includes("-")) return known.calls.map((call) => call.number);
  const short = known.calls.map((call) => call.number.slice(3).replace(/^0+/, "").padStart(SHORTEST, "0"));
  return short.map((digits, index) => (short.indexOf(digits) === short.lastIndexOf(digits) ? digits : known.calls[index].number));
}

/** After a comma those not named yet. @param {Known} known @param {string} begun */
function unitOffers(known, begun) {
  const named = begun.toUpperCase().split(",").slice(0, -1);
  return [...known.units.keys()].filter((callsign) => !named.includes(callsign)).map((callsign) => [...named, callsign].join(","));
}

/** @param {Offered[]} offered */
const upper = (offered) => offered.map((one) => one.word.toUpperCase());

/** @type {Record<string, (known: Known, begun: string) => string[]>} */
const OFFERS = {
  units: unitOffers, unit: (known) => [...known.units.keys()], other_unit: (known) => [...known.units.keys()],
  call: callOffers, their_call: callOffers, other_call: callOffers, any_call: callOffers,
  disposition: (known) => upper(dispositions(known)), resource: (known) => upper(resources(known)), language: (known) => languages(known).flatMap((one) => [one.word.toUpperCase(), ...one.also]).filter((word) => !word.includes(" ")),
  role: (known) => known.roles, team: (known) => known.phoneTeams,
};
