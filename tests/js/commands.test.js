// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { COMMANDS, complete, parse } from "../../static/dispatch/js/commands.js";
import { DEEDS } from "../../static/dispatch/js/run.js";

/** @param {string} id @param {string} number @param {string} text */
const call = (id, number, text) => /** @type {any} */ ({ id, number, location: { text } });
const park = call("1", "26-004421", "415 Park St");
const main = call("2", "26-004422", "1200 Main St");
const twin = call("3", "26-014422", "88 Albany Av");

/** @param {string} unit @param {string} status @param {object} [more] */
const unit = (unit, status, more = {}) => /** @type {any} */ ({ unit, status, call: null, call_number: null, ...more });

const known = {
  units: new Map([unit("CRT1", "AV"), unit("CRT2", "OS", { call: "2", call_number: "26-004422" }), unit("HPD4", "AV")].map((row) => [row.unit, row])),
  calls: [park, main, twin],
  selected: park,
  dispositions: [{ name: "referred", label: "Referred", apco: "15" }, { name: "settled_by_phone", label: "Settled", apco: "05" }],
  roles: ["POLICE", "EMS", "FIRE", "CRT", "WHEELER"],
  phoneTeams: ["WHEELER"],
  places: ["Saint Francis Hospital"],
};

/** @param {string} line @param {object} [more] */
function good(line, more = {}) {
  const result = parse(line, { ...known, ...more });
  assert.ok(result.ok, `${line}: ${result.ok ? "" : result.error}`);
  return result.command;
}

/** @param {string} line @param {object} [more] */
function bad(line, more = {}) {
  const result = parse(line, { ...known, ...more });
  assert.ok(!result.ok, `${line} was taken`);
  return result.error;
}

test("the call is the selected one, a dot, or the end of a number", () => {
  assert.equal(good("D CRT1").call, park);
  assert.equal(good("d crt1 .").call, park);
  assert.equal(good("D CRT1 4421").call, park);
  assert.equal(good("D CRT1 26-004422").call, main);
  assert.equal(bad("D CRT1", { selected: null }), "Which call? None is selected.");
});

test("several units, and the text as it was typed", () => {
  const command = good("D CRT1,HPD4 4421 /Enter from Squire St");
  assert.deepEqual(command.units.map((row) => row.unit), ["CRT1", "HPD4"]);
  assert.equal(command.text, "Enter from Squire St");
  assert.equal(command.preview, "Dispatch CRT1, HPD4 to 26-004421 415 Park St: Enter from Squire St");
});

test("the number itself wins over a longer one that ends alike; two that end alike are refused", () => {
  assert.equal(good("S 4422").digits, "4422");
  assert.equal(good("P1 4422").call, main);
  assert.match(bad("P1 422"), /26-004422 and 26-014422: type more digits/);
});

test("a unit that is not on the roster is named", () => {
  assert.equal(bad("ER CRT9"), "CRT9 is not on the roster.");
});

test("the preview warns of a unit that is on another call", () => {
  assert.match(good("D CRT2").preview, /\(CRT2 is OS on 26-004422\)$/);
  assert.doesNotMatch(good("D CRT2 4422").preview, /is OS on/);
});

test("words are told apart by their shape, so the call may be left out", () => {
  assert.deepEqual([good("H 20M /waits for sister").call, good("H 20M /x").minutes], [park, 20]);
  assert.deepEqual([good("H 4422 20M /x").call, good("H 4422 5M /x").minutes], [main, 5]);
  assert.equal(good("C 15").word, "referred");
  assert.equal(good("C 4422 settled_by_phone").word, "settled_by_phone");
  assert.equal(good("HO WHEELER").word, "WHEELER");
  assert.equal(good("HO 4422 WHEELER").call, main);
  assert.equal(good("RQ FD").word, "FIRE");
  assert.equal(good("RQ EMS 4422").call, main);
});

test("what must carry a reason says so", () => {
  for (const line of ["OO CRT1", "X CRT1", "H 20M", "CAN", "REO 4421", "UMG 4421", "MRG 4421 4422", "NOTE"]) assert.match(bad(line), /^Say why/, line);
  assert.equal(good("MRG 4421 4422 /same event").other, main);
  assert.deepEqual([good("UMG 4421 /another street").digits, good("UMG . /no").preview], ["4421", "Unmerge call 26-004421: no"]);
});

test("aliases are the same command", () => {
  assert.deepEqual(["EN CRT1", "AR CRT1", "AO CRT1", "CL CRT1", "IS CRT1"].map((line) => good(line).verb), ["ER", "OS", "OS", "AV", "AV"]);
});

test("a place keeps its case and its own slash", () => {
  assert.equal(good("TR CRT1 Saint Francis Hospital").rest, "Saint Francis Hospital");
  assert.equal(good("N 12 1/2 Main St").rest, "12 1/2 Main St");
  assert.equal(bad("TR CRT1").startsWith("Which place?"), true);
});

test("search takes the rest", () => {
  assert.deepEqual([good("? park st").verb, good("?555-0142").rest], ["?", "555-0142"]);
});

test("nonsense is refused with what would be right", () => {
  assert.equal(bad("FOO"), "No command FOO. F1 lists them.");
  assert.equal(bad(""), "");
  assert.match(bad("ER CRT1 SOON"), /What is SOON\? ER units/);
  assert.match(bad("C 99"), /No disposition 99/);
  assert.match(bad("HO CRT"), /No team reached by phone CRT: WHEELER/);
  assert.match(bad("H /x"), /How many minutes/);
});

test("Tab completes verbs, units after a comma, dispositions and places", () => {
  assert.deepEqual(complete("C", known), ["CB", "CAN"]);
  assert.deepEqual(complete("ER CR", known), ["ER CRT1", "ER CRT2"]);
  assert.deepEqual(complete("D CRT1,H", known), ["D CRT1,HPD4"]);
  assert.deepEqual(complete("C ref", known), ["C REFERRED"]);
  assert.deepEqual(complete("TR CRT1 sai", known), ["TR CRT1 Saint Francis Hospital"]);
  assert.deepEqual(complete("NOTE /par", known), []);
});

test("every command has one spelling and tells how it is used", () => {
  const words = COMMANDS.flatMap((one) => [one.verb, ...(one.aliases ?? [])]);
  assert.equal(new Set(words).size, words.length);
  for (const one of COMMANDS) assert.ok(one.usage.startsWith(one.verb) && one.help, one.verb);
});

test("every command of the table is done by something", () => {
  for (const one of COMMANDS) assert.equal(typeof DEEDS[one.verb], "function", one.verb);
});
