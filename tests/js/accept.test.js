// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { accept } from "../../static/dispatch/js/accept.js";
import { Desk } from "../../static/dispatch/js/desk.js";

/** A desk with one open call that is triaged; requests are noted, and rankings answered when the test says so. */
async function triaged() {
  const dispatched = /** @type {string[][]} */ ([]);
  const rankings = /** @type {((picks: string[]) => void)[]} */ ([]);
  const call = { id: "7", number: "26-000007", response: ["CRT"], version: 1 };
  const desk = new Desk(/** @type {any} */ ({
    api: { get: () => new Promise((resolve) => { rankings.push((picks) => resolve({ units: picks.map((unit) => ({ unit, pick: true })), short_of: [] })); }) },
    requests: { dispatch: async (/** @type {string} */ _, /** @type {string[]} */ units) => dispatched.push(units) },
    store: { state: { calls: new Map([["7", call]]), units: new Map(), alerts: new Map() } },
    clock: { now: () => 0 }, me: { permissions: [] }, draw: () => {}, drawNow: () => {},
    reference: { questions: [{ field: "weapon", label: "Weapon", answers: [{ code: "NONE", label: "None", key: "N", clear: true }] }] },
  }));
  desk.selected = "7";
  desk.triage = desk.newTriage({ answers: { weapon: "NONE" }, decision: decision("R8", ["CRT"]) });
  return { desk, dispatched, rankings };
}

/** @param {string} rule @param {string[]} response @param {boolean} [provisional] */
const decision = (rule, response, provisional = false) => ({ rule, tier: 4, response, provisional });
const settle = async () => { for (let n = 0; n < 20; n += 1) await Promise.resolve(); };

test("units ranked for an earlier decision are never sent for a later one", async () => {
  const { desk, dispatched, rankings } = await triaged();
  desk.recommendation = { units: [{ unit: "HPD9", pick: true }], short_of: [] };
  desk.decided();
  const accepted = accept(desk);
  await settle();
  assert.deepEqual(dispatched, []);
  rankings[0](["CRT1"]);
  await settle();
  rankings[1](["CRT1"]);
  await accepted;
  assert.deepEqual(dispatched, [["CRT1"]]);
});

test("without a list of units one is made before anything is sent", async () => {
  const { desk, dispatched, rankings } = await triaged();
  desk.recommendation = null;
  const accepted = accept(desk);
  await settle();
  rankings[0](["CRT1"]);
  await settle();
  rankings[1]([]);
  await accepted;
  assert.deepEqual(dispatched, [["CRT1"]]);
});

test("of two rankings the later one counts, whichever answers first", async () => {
  const { desk, rankings } = await triaged();
  void desk.recommend();
  void desk.recommend();
  rankings[1](["CRT1"]);
  await settle();
  rankings[0](["HPD9"]);
  await settle();
  assert.equal(desk.recommendation.units[0].unit, "CRT1");
});

/** A last answer that is on its way; what it is decided to is up to the test. @param {Desk} desk */
function answerOnItsWay(desk) {
  const triage = /** @type {any} */ (desk.triage);
  const way = { decide: (/** @type {any} */ _) => {} };
  triage.options.send = () => new Promise((resolve) => { way.decide = resolve; });
  triage.call = "7";
  triage.answer("weapon", "NONE");
  return way;
}

test("an answer on its way that changes the decision stops the acceptance of what was shown", async () => {
  const { desk, dispatched } = await triaged();
  desk.recommendation = { units: [{ unit: "CRT1", pick: true }], short_of: [] };
  const way = answerOnItsWay(desk);
  const accepted = accept(desk);
  await settle();
  way.decide(decision("R1", ["POLICE", "EMS"]));
  await accepted;
  assert.deepEqual(dispatched, []);
  assert.match(desk.notices[0].text, /look again/);
});

test("an answer on its way that changes nothing is waited for", async () => {
  const { desk, dispatched, rankings } = await triaged();
  const way = answerOnItsWay(desk);
  const accepted = accept(desk);
  await settle();
  assert.deepEqual(dispatched, []);
  way.decide(decision("R8", ["CRT"]));
  await settle();
  rankings[0](["CRT1"]);
  await settle();
  rankings[1]([]);
  await accepted;
  assert.deepEqual(dispatched, [["CRT1"]]);
});

test("answers that cannot be sent yet are not passed over", async () => {
  const { desk, dispatched } = await triaged();
  desk.recommendation = { units: [{ unit: "CRT1", pick: true }], short_of: [] };
  /** @type {any} */ (desk.triage).local = { weapon: "IN_HAND" };
  await accept(desk);
  assert.deepEqual(dispatched, []);
});

test("a provisional recommendation is sent at the second press only, and a new decision asks again", async () => {
  const { desk, dispatched, rankings } = await triaged();
  /** @type {any} */ (desk.triage).decision = decision("R4", ["POLICE"], true);
  desk.recommendation = { units: [{ unit: "HPD9", pick: true }], short_of: [] };
  await accept(desk);
  assert.deepEqual([dispatched.length, desk.armed], [0, "accept"]);
  desk.decided();
  assert.equal(desk.armed, "");
  rankings[0](["HPD9"]);
  await settle();
  await accept(desk);
  assert.equal(dispatched.length, 0);
  const second = accept(desk);
  await settle();
  rankings[1]([]);
  await second;
  assert.deepEqual(dispatched, [["HPD9"]]);
});

test("a team reached by phone gets its form instead", async () => {
  const { desk, dispatched } = await triaged();
  const focused = /** @type {string[]} */ ([]);
  desk.focus = (selector) => { focused.push(selector); };
  desk.recommendation = { units: [], short_of: ["WHEELER"], by_phone: [{ team: "WHEELER", name: "Wheeler", phone: "860-555-0100" }] };
  await accept(desk);
  assert.deepEqual([dispatched, desk.handoff, focused], [[], { team: "WHEELER" }, [".handoff input"]]);
});
