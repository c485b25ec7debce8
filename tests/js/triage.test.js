// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { asking, onDemand, picksOf, Triage } from "../../static/dispatch/js/triage.js";

/** @param {string} field @param {string[]} keys code's first letter is its key */
const question = (field, keys) => ({
  field, label: field[0].toUpperCase() + field.slice(1), ask_en: "", ask_es: "", hint: "",
  answers: keys.map((code) => ({ code, label: code.toLowerCase(), key: code[0], clear: code === "NONE" })),
});
const questions = [question("weapon", ["NONE", "HAND"]), question("violence", ["NONE", "ACTIVE"]), question("age", ["ADULT"])];

/** @param {any} [kept] */
function begun(kept) {
  const sent = /** @type {any[]} */ ([]);
  const refused = /** @type {any[]} */ ([]);
  const decisions = /** @type {string[]} */ ([]);
  const gate = {
    open: () => {}, closed: false, error: /** @type {Error | null} */ (null), errors: /** @type {Error[]} */ ([]),
    asks: /** @type {any[] | null} */ (questions),
  };
  const triage = new Triage({
    questions,
    send: async (call, answers, source, decision) => {
      sent.push({ call, answers, source });
      decisions.push(decision);
      if (gate.closed) await new Promise((resolve) => { gate.open = () => resolve(undefined); });
      const error = gate.errors.shift() ?? gate.error;
      if (error) throw error;
      return { tier: 4, provisional: true };
    },
    reload: async () => gate.asks,
    onChange: () => {}, onDecision: () => {}, onRefused: (error) => refused.push(error),
  }, kept);
  return { triage, sent, refused, gate, decisions };
}
const settle = async () => { for (let n = 0; n < 10; n += 1) await Promise.resolve(); };

test("one key answers and goes on to the next open question", async () => {
  const { triage, sent } = begun();
  triage.begin("7");
  assert.equal(triage.press("n"), true);
  assert.equal(triage.current, "violence");
  await settle();
  assert.deepEqual(sent, [{ call: "7", answers: { weapon: "NONE" }, source: "CALLER" }]);
});

test("a key that means nothing here is left to others", () => {
  const { triage } = begun();
  assert.equal(triage.press("z"), false);
  assert.equal(triage.value("weapon"), "");
});

test("answers given while one request is on its way go together in the next, with all before", async () => {
  const { triage, sent, gate } = begun();
  triage.begin("7");
  gate.closed = true;
  triage.press("h");
  triage.press("a");
  triage.press("a");
  gate.closed = false;
  gate.open();
  await settle();
  assert.deepEqual(sent.map((one) => one.answers), [{ weapon: "HAND" }, { weapon: "HAND", violence: "ACTIVE", age: "ADULT" }]);
  assert.equal(triage.complete, true);
});

test("answers given before the call is saved are sent once it is", async () => {
  const { triage, sent } = begun();
  triage.press("n");
  await settle();
  assert.equal(sent.length, 0);
  triage.begin("9");
  await settle();
  assert.deepEqual(sent[0], { call: "9", answers: { weapon: "NONE" }, source: "CALLER" });
});

test("an answer can be taken back", async () => {
  const { triage, sent } = begun({ answers: { weapon: "NONE", violence: "NONE" }, decision: { tier: 4 } });
  triage.begin("7");
  triage.current = "weapon";
  triage.press("Backspace");
  await settle();
  assert.deepEqual(sent[0].answers, { violence: "NONE" });
});

test("a refused answer is not shown as given", async () => {
  const { triage, refused, gate } = begun();
  gate.error = new Error("no");
  triage.begin("7");
  triage.press("n");
  await settle();
  assert.equal(triage.value("weapon"), "");
  assert.equal(refused.length, 1);
});

const malformed = () => Object.assign(new Error("There is no such question."), { status: 400, problem: {} });

test("a question that is asked no more takes no danger with it: the rest is sent again with the questions of now", async () => {
  const { triage, sent, refused, gate } = begun({ answers: { violence: "NONE" }, decision: { id: "41" } });
  gate.errors = [malformed()];
  gate.asks = questions.filter((one) => one.field !== "violence");
  triage.begin("7");
  triage.answer("weapon", "HAND");
  await settle();
  assert.deepEqual(sent.map((one) => one.answers), [{ violence: "NONE", weapon: "HAND" }, { weapon: "HAND" }]);
  assert.deepEqual([refused.length, triage.value("weapon"), triage.value("violence"), triage.undecided], [0, "HAND", "", false]);
});

test("answers are sent again once only, and stay while the questions of now cannot be read", async () => {
  const { triage, sent, refused, gate } = begun();
  gate.error = malformed();
  triage.begin("7");
  triage.answer("weapon", "HAND");
  await settle();
  assert.deepEqual([sent.length, refused.length, triage.value("weapon")], [2, 1, ""]);
  gate.asks = null;
  triage.answer("weapon", "HAND");
  await settle();
  assert.deepEqual([sent.length, refused.length, triage.value("weapon"), triage.undecided], [3, 2, "HAND", true]);
});

test("a set of answers names the decision it was made on", async () => {
  for (const [kept, seen] of [[undefined, ""], [{ answers: { weapon: "NONE" }, decision: { id: "41" } }, "41"]]) {
    const { triage, decisions } = begun(kept);
    triage.begin("7");
    triage.press(kept ? "a" : "n");
    await settle();
    assert.deepEqual(decisions, [seen]);
  }
});

test("answers that meet graver ones are dropped, and the graver ones are shown", async () => {
  const { triage, refused, gate, sent } = begun({ answers: { weapon: "NONE" }, decision: { id: "41", tier: 4 } });
  const newest = { answers: { weapon: "HAND" }, decision: { id: "42", tier: 1 } };
  gate.error = Object.assign(new Error("triaged meanwhile"), { status: 409, problem: { triage: newest } });
  triage.begin("7");
  triage.press("n");
  triage.press("a");
  await settle();
  assert.deepEqual([triage.value("weapon"), triage.value("violence"), triage.decision.id], ["HAND", "", "42"]);
  assert.deepEqual([refused.length, sent.length, triage.undecided], [1, 1, false]);
});

test("it begins at the first open question and passes over answered ones", () => {
  const { triage } = begun({ answers: { weapon: "NONE", age: "ADULT" }, decision: null });
  assert.equal(triage.current, "violence");
  triage.press("n");
  assert.equal(triage.current, "violence");
});

test("what the server learns meanwhile is shown, what is on its way stays", async () => {
  const { triage, gate } = begun();
  triage.begin("7");
  gate.closed = true;
  triage.press("n");
  triage.refresh({ answers: { age: "ADULT" }, decision: null });
  assert.deepEqual([triage.value("weapon"), triage.value("age")], ["NONE", ""]);
  gate.open();
  await settle();
  triage.refresh({ answers: { weapon: "NONE", age: "ADULT" }, decision: null });
  assert.equal(triage.value("age"), "ADULT");
});

test("a look at the call from before our last answer does not bring the old decision back", () => {
  const { triage } = begun({ answers: { weapon: "NONE" }, decision: { id: "12", tier: 4 } });
  triage.refresh({ answers: {}, decision: { id: "11", tier: 2 } });
  assert.deepEqual([triage.value("weapon"), triage.decision.tier], ["NONE", 4]);
  triage.refresh({ answers: {}, decision: { id: "13", tier: 1 } });
  assert.deepEqual([triage.value("weapon"), triage.decision.tier], ["", 1]);
});

test("accepting sends the picks that are not on the call yet", () => {
  const units = [{ unit: "CRT1", pick: true }, { unit: "HPD4", pick: true, on_this_call: true }, { unit: "CRT2", pick: false }];
  assert.deepEqual(picksOf({ units }), ["CRT1"]);
  assert.deepEqual(picksOf(null), []);
});

test("a decision says on demand what it said when it was made, a few changes of each kind", () => {
  const change = (/** @type {string} */ direction, /** @type {string} */ text) => ({ answers: {}, tier: 1, response: [], direction, text });
  const decision = {
    would_change: [...["a", "b", "c", "d"].map((text) => change("RAISES", text)), change("KEEPS", "another team")],
    further: ["LOWERS"],
    out_of_scope_reasons: { CRT: "a weapon within reach", WHEELER: "adult" },
  };
  assert.deepEqual(onDemand(decision), {
    scope: ["CRT out of scope: a weapon within reach", "WHEELER out of scope: adult"],
    changes: ["a", "b", "c", "another team", "Three or more other answers, to lower it"],
  });
});

test("a decision from before changes had words of their own says its codes", () => {
  const decision = { would_change: [{ answers: { weapon: "IN_HAND", scene: "UNSAFE" }, tier: 1, response: ["POLICE", "EMS"] }] };
  assert.deepEqual(onDemand(decision), { scope: [], changes: ["weapon in hand and scene unsafe: T1 POLICE + EMS"] });
});

test("questions a city added are asked, counted and complete like the others", async () => {
  const { triage, sent } = begun({ answers: { weapon: "NONE", violence: "NONE" }, decision: null });
  triage.options.questions = [...questions, question("firearm", ["NONE", "LOOSE"])];
  triage.begin("7");
  triage.press("a");
  assert.deepEqual([triage.answered, triage.complete, triage.current], [3, false, "firearm"]);
  triage.press("l");
  await settle();
  assert.equal(triage.complete, true);
  assert.deepEqual(sent.at(-1).answers, { weapon: "NONE", violence: "NONE", age: "ADULT", firearm: "LOOSE" });
});

test("a type asks at once, offers, or leaves it to a person; without a type and once begun nothing is said", () => {
  const call = { tier: null, type: "EDP", reported_type: "", behavioural: "YES" };
  assert.equal(asking(call), "asked");
  assert.equal(asking({ ...call, behavioural: "UNKNOWN" }), "offered");
  assert.equal(asking({ ...call, behavioural: "NO" }), "not asked");
  assert.equal(asking({ ...call, type: "", reported_type: "DISORDERLY SAMPLE", behavioural: "UNKNOWN" }), "offered");
  assert.equal(asking({ ...call, type: "", behavioural: "UNKNOWN" }), "");
  assert.equal(asking({ ...call, tier: 4 }), "");
  assert.equal(asking(null), "");
});
