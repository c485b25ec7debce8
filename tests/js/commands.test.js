// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { parse } from "../../static/dispatch/js/commands.js";
import { complete } from "../../static/dispatch/js/completion.js";
import { rulesChanged } from "../../static/dispatch/js/limits.js";
import { SCREEN } from "../../static/dispatch/js/run.js";

/** @param {string} path from the project's folder */
const read = (path) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
const grammar = read("dispatch/rules/command_grammar.json");
const shared = read("tests/command_line/cases.json");

/** @param {string} [number] of the selected call */
const known = (number) => ({
  ...shared.known,
  grammar: { ...grammar, aliases: shared.known.aliases },
  units: new Map(shared.known.units.map((/** @type {any} */ row) => [row.unit, row])),
  selected: shared.known.calls.find((/** @type {any} */ row) => row.number === number) ?? null,
});

/** What was understood, as the cases write it: without what is empty. @param {any} command */
function asCase(command) {
  const { line, preview, name, ...rest } = command;
  const found = { ...rest, units: rest.units.map((/** @type {any} */ row) => row.unit), otherUnit: rest.otherUnit?.unit, call: rest.call?.number, otherCall: rest.otherCall?.number };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)));
}

for (const one of shared.cases) {
  test(`${one.refused === undefined ? "taken" : "refused"}: ${one.line || "nothing"}`, () => {
    const result = parse(one.line, known(one.selected));
    if (!result.ok) return assert.deepEqual([result.code, result.error], [one.code, one.refused]);
    return assert.deepEqual([asCase(result.command), result.command.line, result.command.preview], [one.parse, one.full, one.preview]);
  });
}

for (const one of shared.completions) {
  test(`Tab after ${one.line || "nothing"}`, () => assert.deepEqual(complete(one.line, known("26-004421")), one.offers));
}

test("another word of the center is read by open consoles", () => {
  const event = (/** @type {string} */ type) => /** @type {any} */ ({ v: 1, type, data: {} });
  assert.notEqual(rulesChanged([event("command_alias_changed")]), "");
  assert.equal(rulesChanged([event("note_added")]), "");
});

test("what only concerns the screen is done by the screen, and nothing else", () => {
  const screen = grammar.verbs.filter((/** @type {any} */ verb) => verb.screen).map((/** @type {any} */ verb) => verb.verb);
  assert.deepEqual(Object.keys(SCREEN).sort(), screen.sort());
});
