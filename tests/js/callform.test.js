// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { body, CallForm } from "../../static/dispatch/js/callform.js";

const detail = { id: "7", version: 3, location: { text: "415 Park St", unit: "3B", lat: 41.7, lon: -72.6 }, caller: { name: "", phone: "" }, type: "", priority: 2 };

/** A form whose server the test plays: `answers` are given in turn; an Error is thrown. @param {any[]} [answers] @param {any} [fresh] */
function open(answers = [], fresh = detail, opened = /** @type {any} */ (detail)) {
  const sent = /** @type {any[]} */ ([]);
  const created = /** @type {any[]} */ ([]);
  const refused = /** @type {any[]} */ ([]);
  /** @type {Map<object, () => void>} */
  const timers = new Map();
  const answer = async (/** @type {any} */ request) => {
    sent.push(request);
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next ?? { id: "7", version: 4 };
  };
  const form = new CallForm({
    requests: {
      receive: (fields) => answer({ fields }),
      change: (id, version, fields) => answer({ id, version, fields }),
    },
    load: async () => fresh,
    onChange: () => {},
    onCreated: (one) => created.push(one),
    onRefused: (error) => refused.push(error),
    later: (run) => { const timer = {}; timers.set(timer, run); return timer; },
    never: (timer) => { timers.delete(timer); },
  }, opened);
  return { form, sent, created, refused, pause: async () => { const runs = [...timers.values()]; timers.clear(); runs.forEach((run) => run()); for (let n = 0; n < 10; n += 1) await Promise.resolve(); } };
}

/** @param {number} status @param {object} [more] */
const problem = (status, more = {}) => Object.assign(new Error("no"), { status, fields: {}, ...more });

test("a new call is saved once there is a place and typing pauses, with all that was typed before", async () => {
  const { form, sent, created, pause } = open([{ id: "9", version: 1 }], detail, { origin: "911" });
  form.set("caller.phone", "860-555-0142");
  await pause();
  assert.deepEqual(sent, []);
  form.set("location.text", "415 Park St");
  await pause();
  assert.deepEqual(sent, [{ fields: { caller: { phone: "860-555-0142" }, location: { text: "415 Park St", unit: "" } } }]);
  assert.equal(form.id, "9");
  assert.equal(created.length, 1);
});

test("two letters are no place yet", async () => {
  const { form, sent, pause } = open([], detail, {});
  form.set("location.text", "41");
  await pause();
  assert.deepEqual(sent, []);
});

test("what is typed while a save is on its way goes with the next one", async () => {
  const { form, sent, pause } = open([{ id: "7", version: 4 }, { id: "7", version: 5 }]);
  form.set("caller.name", "Ann");
  const first = form.save();
  form.set("caller.name", "Ann Lee");
  await first;
  assert.equal(form.value("caller.name"), "Ann Lee");
  await pause();
  assert.deepEqual(sent.map((one) => [one.version, one.fields.caller.name]), [[3, "Ann"], [4, "Ann Lee"]]);
});

test("a field shows what was typed until the saved call says the same", async () => {
  const { form } = open();
  form.set("caller.name", "Ann");
  await form.save();
  assert.equal(form.value("caller.name"), "Ann");
  assert.equal(form.edits.size, 0);
});

test("a change elsewhere in the call is no conflict: ours goes on top of theirs", async () => {
  const theirs = { ...detail, version: 8, type: "WELFARE" };
  const { form, sent, pause } = open([problem(409), { version: 9 }], theirs);
  form.set("caller.name", "Ann", { commit: true });
  await form.save();
  await pause();
  assert.deepEqual(sent.map((one) => one.version), [3, 8]);
  assert.equal(form.value("type"), "WELFARE");
  assert.deepEqual(form.clashes, []);
});

test("a change that touches no field is followed, one that may have is not skipped over", async () => {
  const { form, sent } = open();
  form.follow(4);
  form.follow(6);
  form.set("caller.name", "Ann", { commit: true });
  await form.save();
  assert.equal(sent[0].version, 4);
});

test("the same field changed by two is shown, both values kept, and a person decides", async () => {
  const theirs = { ...detail, version: 8, caller: { name: "Anna", phone: "" } };
  const { form, sent, pause } = open([problem(409), { version: 9 }], theirs);
  form.set("caller.name", "Ann", { commit: true });
  await form.save();
  assert.deepEqual(form.clashes, [{ path: "caller.name", mine: "Ann", theirs: "Anna" }]);
  form.settle("mine");
  await pause();
  assert.deepEqual(sent[1], { id: "7", version: 8, fields: { caller: { name: "Ann" } } });
});

test("of two fields changed by two each is chosen by itself, and only then saved", async () => {
  const theirs = { ...detail, version: 8, caller: { name: "Anna", phone: "860-555-0199" } };
  const { form, sent } = open([problem(409), { version: 9 }], theirs);
  form.set("caller.name", "Ann");
  form.set("caller.phone", "860-555-0142", { commit: true });
  await form.save();
  form.settle("theirs", "caller.phone");
  await form.save();
  assert.equal(sent.length, 1);
  assert.deepEqual(form.clashes.map((one) => one.path), ["caller.name"]);
  assert.equal(form.value("caller.phone"), "860-555-0199");
  form.settle("mine", "caller.name");
  await form.save();
  assert.deepEqual(sent[1], { id: "7", version: 8, fields: { caller: { name: "Ann" } } });
});

test("a fresh detail does not hide that somebody else changed the field being typed in", async () => {
  const { form, sent } = open();
  form.set("caller.name", "Ann");
  form.refresh({ ...detail, version: 4, caller: { name: "Anna", phone: "" } });
  await form.save();
  assert.deepEqual(form.clashes, [{ path: "caller.name", mine: "Ann", theirs: "Anna" }]);
  assert.deepEqual(sent, []);
});

test("a detail that came while saving waits: our own earlier word is nobody else's", async () => {
  const { form, sent } = open([{ version: 4 }, { version: 5 }]);
  form.set("caller.name", "Ann");
  const first = form.save();
  form.set("caller.name", "Ann Lee");
  form.refresh({ ...detail, version: 4, caller: { name: "Ann", phone: "" } });
  await first;
  await form.save();
  assert.deepEqual(form.clashes, []);
  assert.deepEqual(sent.map((one) => one.fields.caller.name), ["Ann", "Ann Lee"]);
});

test("taking theirs drops ours and sends nothing", async () => {
  const { form, sent } = open([problem(409)], { ...detail, version: 8, caller: { name: "Anna", phone: "" } });
  form.set("caller.name", "Ann", { commit: true });
  await form.save();
  form.settle("theirs");
  assert.equal(form.value("caller.name"), "Anna");
  assert.equal(sent.length, 1);
});

test("a refused field keeps what was typed and says why", async () => {
  const { form, refused } = open([problem(400, { fields: { type: ["Not a call type."] } })]);
  form.set("type", "XX");
  await form.save();
  assert.equal(form.value("type"), "XX");
  assert.deepEqual(form.errors, { type: ["Not a call type."] });
  assert.equal(refused.length, 1);
});

test("saving does not wait for a pause", async () => {
  const { form, sent } = open();
  form.set("caller.name", "Ann");
  await form.save();
  assert.deepEqual(sent, [{ id: "7", version: 3, fields: { caller: { name: "Ann" } } }]);
});

test("a fresh detail that is older than what we saved is not shown", async () => {
  const { form } = open([{ version: 9 }]);
  form.set("type", "WELFARE", { commit: true });
  await form.save();
  form.refresh({ ...detail, version: 4, type: "OLD" });
  assert.equal(form.value("type"), "WELFARE");
});

test("a new text drops the old coordinates, another apartment keeps them, a picked candidate brings its own", () => {
  assert.deepEqual(body(new Map([["location.text", "88 Albany Av"]]), detail).location, { text: "88 Albany Av", unit: "3B" });
  assert.deepEqual(body(new Map([["location.unit", "4"]]), detail).location, { text: "415 Park St", unit: "4", lat: 41.7, lon: -72.6 });
  const picked = new Map(/** @type {[string, any][]} */ ([["location.text", "PARK ST & MAIN ST"], ["location.at", { lat: 1, lon: 2 }]]));
  assert.deepEqual(body(picked, detail).location, { text: "PARK ST & MAIN ST", unit: "3B", lat: 1, lon: 2 });
});

test("a type typed in the center's own word is no clash with what the server makes of it", async () => {
  const meant = { type: "MNTL", reported_type: "MENTAL SAMPLE" };
  const { form, sent, pause } = open([{ id: "7", version: 4, ...meant }, { id: "7", version: 5, type: "OD", reported_type: "" }]);
  form.set("type", "MENTAL SAMPLE", { commit: true });
  form.set("type", "OD");
  await pause();
  form.refresh({ ...detail, version: 4, ...meant });
  assert.deepEqual(form.clashes, []);
  await pause();
  assert.deepEqual(sent.map((one) => one.fields), [{ type: "MENTAL SAMPLE" }, { type: "OD" }]);
  assert.deepEqual([form.saved.type, form.saved.reported_type], ["OD", ""]);
});

test("the phone's own word on the place never stands against what was typed", async () => {
  const phoned = { ...detail, location: { text: "41.76, -72.68", source: "PHONE", lat: 41.76, lon: -72.68 } };
  const { form, sent, pause } = open([{ id: "7", version: 9 }], detail, phoned);
  form.set("location.text", "415 Park St");
  form.refresh({ ...phoned, version: 8, location: { ...phoned.location, text: "41.77, -72.69" } });
  assert.deepEqual(form.clashes, []);
  await pause();
  assert.equal(sent[0].fields.location.text, "415 Park St");
  assert.equal(sent[0].version, 8);
});

test("what was typed in a field that something better filled is not sent", async () => {
  const { form, sent, pause } = open();
  form.set("location.text", "somewhere");
  form.forget(["location.text"]);
  await pause();
  assert.deepEqual(sent, []);
  assert.equal(form.value("location.text"), "415 Park St");
});

test("a type that is being typed stands through whatever else happens to the call, and is sent when it is left", async () => {
  const { form, sent } = open([{ version: 5, type: "WELFARE", reported_type: "W1" }]);
  form.typeType("w");
  form.refresh({ ...detail, version: 4, type: "TRAFFIC" });
  assert.equal(form.shownType, "w");
  await form.save();
  assert.deepEqual(sent, []);
  form.setType("w1 ");
  await form.save();
  assert.deepEqual(sent.map(({ fields }) => fields), [{ type: "W1" }]);
  assert.equal(form.shownType, "W1");
});

test("a type typed back to what it was leaves nothing behind when the field is left", () => {
  const { form } = open();
  form.typeType("");
  form.leaveType();
  form.refresh({ ...detail, version: 4, type: "TRAFFIC" });
  assert.equal(form.shownType, "TRAFFIC");
});
