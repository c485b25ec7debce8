import assert from "node:assert/strict";
import { test } from "node:test";

import * as field from "../../static/dispatch/js/views/unit_field_model.js";

const TEAMS = [
  { code: "CRMHC", name: "Mobile crisis", role: "CRMHC", civilian: true, phone: "" },
  { code: "CRT", name: "Community responders", role: "CRT", civilian: true, phone: "" },
  { code: "WHEELER", name: "Wheeler", role: "WHEELER", civilian: true, phone: "860-555-0117" },
  { code: "HPD", name: "Police", role: "POLICE", civilian: false, phone: "" },
];
const CALL = { response: ["CRT"], joins: [], slots: [], assignments: [], triage: null };
const asks = (call) => field.asksOf({ ...CALL, ...call }, TEAMS);
const one = (call, role) => asks(call).find((ask) => ask.role === role);

test("what the rules name stands first, public safety last, each once", () => {
  assert.deepEqual(asks({}).map((ask) => ask.role), ["CRT", "CRMHC", "WHEELER", "EMS", "FIRE", "POLICE"]);
  assert.deepEqual(asks({ response: ["POLICE", "WHEELER"] }).map((ask) => ask.role), ["WHEELER", "POLICE", "CRMHC", "CRT", "EMS", "FIRE"]);
  assert.equal(one({}, "WHEELER").phone, "860-555-0117");
});

test("what a crew asked for and waits for is not asked for again, what only the rules ask for still is", () => {
  const slot = (more) => ({ slots: [{ role: "EMS", status: "requested", asked_from: null, ...more }] });
  assert.deepEqual([one(slot({ asked_from: "HPD1" }), "EMS").waits, one(slot({}), "EMS").waits, one(slot({ status: "unfilled" }), "EMS").waits], [true, false, false]);
  assert.match(one(slot({ asked_from: "HPD1" }), "EMS").word, /HPD1/);
  assert.match(one(slot({ status: "unfilled", asked_from: "HPD1" }), "EMS").word, /nobody can come/);
});

test("a civilian team that is on the call is there once; of public safety there may be more", () => {
  const assignments = [{ unit: "CRT1", role: "CRT", status: "ER" }, { unit: "EMS1", role: "EMS", status: "OS" }];
  assert.deepEqual([one({ assignments }, "CRT").waits, one({ assignments }, "EMS").waits], [true, false]);
  assert.match(one({ assignments }, "CRT").word, /CRT1 en route/);
});

test("the officer reads who waits outside for their word, until it is given", () => {
  const assignments = [{ unit: "CRT1", role: "CRT", status: "ST" }, { unit: "HPD2", role: "POLICE", status: "ST" }, { unit: "CRMHC1", role: "CRMHC", status: "ER" }];
  assert.deepEqual(field.waitingOutside({ ...CALL, assignments }), ["CRT1"]);
  assert.deepEqual(field.waitingOutside({ ...CALL, assignments, scene_safe_at: "2026-11-22T12:00:00Z" }), []);
});

test("the short form asks only what nobody has answered, and sends all that is known with it", () => {
  const call = { ...CALL, triage: { answers: { weapon: "NONE", age: "" } } };
  const questions = [{ field: "weapon" }, { field: "age" }];
  assert.deepEqual(field.questionsToAsk(call, questions, false).map((question) => question.field), ["age"]);
  assert.equal(field.questionsToAsk(call, questions, true).length, 2);
  assert.deepEqual(field.answersOf(call, { age: "ADULT" }), { weapon: "NONE", age: "ADULT" });
  assert.deepEqual(field.answersOf(call, { weapon: "" }), {}, "an answer taken back is not sent");
});

test("what the rules say is told as soon as they say something", () => {
  const decision = { tier: 4, response: ["CRT"], provisional: false };
  assert.equal(field.ruledWords(CALL), "");
  assert.equal(field.ruledWords({ ...CALL, triage: { decision } }), "The rules say: T4, CRT");
  assert.match(field.ruledWords({ ...CALL, triage: { decision: { ...decision, provisional: true } } }), /not all answered/);
});

test("only police, fire and medical crews that are free start a call", () => {
  const may = (kind, status) => field.mayStartCalls({ kind, status });
  assert.deepEqual([may("POLICE", "AV"), may("EMS", "AV"), may("CIVILIAN", "AV"), may("POLICE", "OS"), field.mayStartCalls(undefined)], [true, true, false, false, false]);
});
