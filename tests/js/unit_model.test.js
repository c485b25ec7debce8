import assert from "node:assert/strict";
import { test } from "node:test";

import * as model from "../../static/dispatch/js/views/unit_model.js";

const NOW = Date.parse("2026-11-02T12:00:00Z");
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();
const state = ({ call = {}, assignment = {}, unit = {} } = {}) => ({
  version: 1, at: at(0), unit: { unit: "CRT1", kind: "CIVILIAN", status: "AV", ...unit },
  assignment: { id: "7", unit: "CRT1", status: "ER", joins: false, order: null, ...assignment },
  call: { id: "3", number: "26-004421", response: ["CRT"], scene_safe_at: null, location: { text: "415 Park St", unit: "3B" }, ...call },
});
const statuses = ({ primary, others }) => [primary?.status ?? null, ...others.map((one) => one.status)];
const statusTap = (status, id = "7") => ({ kind: "status", path: `/api/assignments/${id}/status/`, body: { status }, state: "saved" });

test("each status leads to the step that usually follows, with the others beside it", () => {
  const way = (status) => statuses(model.nextSteps(state(), status));
  assert.deepEqual(way("DP"), ["ER", "OS", "ST", "AV"]);
  assert.deepEqual(way("ER"), ["OS", "ST", "AV"]);
  assert.deepEqual(way("OS"), ["AV", "TR"]);
  assert.deepEqual(way("TR"), ["AD", "AV"]);
  assert.deepEqual(way("AD"), ["AV", "TR"]);
  assert.deepEqual(way("AV"), [null]);
});

test("with police in the response a civilian crew is led to staging, not to the door, until the scene is safe", () => {
  const unsafe = state({ call: { response: ["POLICE", "CRMHC"] } });
  assert.deepEqual(statuses(model.nextSteps(unsafe, "ER")), ["ST", "OS", "AV"]);
  assert.equal(model.nextSteps(unsafe, "ST").primary, null);
  const safe = state({ call: { response: ["POLICE", "CRMHC"], scene_safe_at: at(-5) } });
  assert.equal(model.nextSteps(safe, "ST").primary.status, "OS");
  const police = state({ call: { response: ["POLICE"] }, unit: { kind: "POLICE" } });
  assert.equal(model.nextSteps(police, "ER").primary.status, "OS");
  assert.equal(model.mustWaitOutside(state({ assignment: { joins: true } })), true);
});

test("police on the call, or waited for, keep a crew outside whatever was decided", () => {
  const waits = (call) => model.mustWaitOutside(state({ call }));
  assert.equal(waits({ assignments: [{ unit: "HPD1", role: "POLICE", status: "OS" }] }), true);
  assert.equal(waits({ slots: [{ role: "POLICE", status: "unfilled" }] }), true);
  assert.equal(waits({ slots: [{ role: "POLICE", status: "assigned" }], assignments: [{ unit: "EMS1", role: "EMS", status: "OS" }] }), false);
});

test("a standing order decides the next step", () => {
  assert.equal(model.nextSteps(state({ assignment: { order: "WITHDRAW" } }), "OS").primary.status, "ST");
  assert.equal(model.nextSteps(state({ assignment: { order: "STAGE" } }), "ER").primary.status, "ST");
});

test("an unsent step counts as the crew's status, one of another assignment does not", () => {
  const { assignment } = state();
  assert.deepEqual(model.projectedStatus(assignment, [], 0), { status: "ER", confirmed: true });
  assert.deepEqual(model.projectedStatus(assignment, [statusTap("OS"), statusTap("TR")], 0), { status: "TR", confirmed: false });
  assert.deepEqual(model.projectedStatus(assignment, [statusTap("OS", "6")], 0), { status: "ER", confirmed: true });
});

test("a step that was answered stands until the news of it has come, and no longer than a moment", () => {
  const assignment = { ...state().assignment, status: "DP", since: "2026-01-05T12:00:00Z" };
  const taken = { ...statusTap("ER"), state: "confirmed", answeredAt: 5_000, body: { status: "ER", occurred_at: "2026-01-05T12:00:04Z" } };
  const shown = (row, now = 6_000) => model.projectedStatus(row, [taken], now);
  assert.deepEqual(shown(assignment), { status: "ER", confirmed: true });
  assert.deepEqual(shown({ ...assignment, status: "OS", since: "2026-01-05T12:00:05Z" }), { status: "OS", confirmed: true });
  assert.deepEqual(shown(assignment, 16_000), { status: "DP", confirmed: true });
  assert.deepEqual(model.projectedStatus(assignment, [{ ...taken, state: "refused" }], 6_000), { status: "DP", confirmed: true });
});

test("a civilian crew that the server has not heard arrive is told that nobody counts for it", () => {
  const at = (kind, status) => ({ unit: { kind }, assignment: { id: "7", status } });
  const saved = (status) => ({ ...statusTap(status), state: "saved" });
  assert.equal(model.unheardOnScene(at("CIVILIAN", "ER"), [saved("OS")]), true);
  assert.equal(model.unheardOnScene(at("CIVILIAN", "ER"), [{ ...statusTap("OS"), state: "confirmed" }]), false);
  assert.equal(model.unheardOnScene(at("CIVILIAN", "DP"), [saved("ER")]), false);
  assert.equal(model.unheardOnScene(at("POLICE", "ER"), [saved("OS")]), false);
});

test("the welfare check counts down, is due for a minute, then late", () => {
  assert.equal(model.welfare(null, NOW), null);
  assert.deepEqual(model.welfare(at(462), NOW), { level: "calm", text: "7:42 left" });
  assert.equal(model.welfare(at(-10), NOW).level, "due");
  assert.equal(model.welfare(at(-61), NOW).level, "late");
});

test("the connection is said with its age and what is unsent", () => {
  const link = { live: false, heardAt: NOW - 130_000, openedAt: NOW - 500_000 };
  const taps = (count, age) => Array.from({ length: count }, () => ({ savedAt: NOW - age }));
  assert.deepEqual(model.connection(link, taps(3, 0), NOW), { online: false, text: "Offline 2:10: 3 saved, unsent" });
  assert.deepEqual(model.connection({ ...link, live: true }, [], NOW), { online: true, text: "Online" });
  assert.deepEqual(model.connection({ ...link, live: true }, taps(2, 500), NOW), { online: true, text: "Online: 2 sending" });
  assert.deepEqual(model.connection({ ...link, live: true }, taps(2, 11_000), NOW), { online: false, text: "Online: 2 not getting through" });
  assert.equal(model.connection({ ...link, live: true }, taps(2, 11_000), NOW, NOW - 2000).text, "Online: 2 sending");
  assert.equal(model.connection({ live: false, heardAt: 0, openedAt: NOW - 5000 }, [], NOW).text, "Offline 0:05");
});

test("an empty screen says no call only while it is live", () => {
  const { unit } = state();
  const live = model.waitingText(unit, { live: true, heardAt: NOW - 300 }, NOW);
  assert.deepEqual(live, { title: "CRT1 available.", detail: "No call. Live 0.3 s ago." });
  const old = model.waitingText(unit, { live: false, heardAt: NOW - 130_000 }, NOW);
  assert.match(old.title, /no word from the server/);
  assert.match(old.detail, /2:10 ago/);
  assert.doesNotMatch(old.detail, /^No call/);
});

test("police that were asked for at the call before are not told as sent on the next one; what is not through is", () => {
  const sent = { kind: "police", state: "confirmed", savedAt: NOW, answeredAt: NOW, call: { id: "3", number: "26-004421" } };
  assert.equal(model.alarmTap([sent], "police", "3", NOW + 599_999), sent);
  assert.equal(model.alarmTap([sent], "police", "3", NOW + 600_000), undefined);
  assert.equal(model.alarmTap([sent], "police", "4", NOW + 1000), undefined);
  assert.equal(model.alarmTap([sent], "police", undefined, NOW + 1000), undefined);
  const waiting = { ...sent, state: "sent", answeredAt: undefined };
  assert.equal(model.alarmTap([waiting], "police", "4", NOW + 900_000), waiting);
  const emergency = { ...sent, kind: "emergency" };
  assert.equal(model.alarmTap([emergency, sent], "emergency", "4", NOW + 1000), emergency);
});

test("an alarm is sent only by the server's word, and after five seconds without one says to use the radio", () => {
  const tap = { state: "sent", savedAt: NOW };
  const time = () => "22:41:07";
  assert.equal(model.alarm(undefined, NOW, time).state, "none");
  assert.equal(model.alarm(tap, NOW + 4999, time).state, "sending");
  assert.match(model.alarm(tap, NOW + 5000, time).text, /NOT SENT: USE RADIO \/ CALL 911/);
  assert.equal(model.alarm({ ...tap, state: "confirmed", answeredAt: NOW }, NOW + 9000, time).text, "SENT 22:41:07");
  assert.equal(model.alarm({ ...tap, state: "refused", refusal: "No such call." }, NOW, time).state, "refused");
});

test("above 8 km/h the crew is moving", () => {
  assert.equal(model.isMoving(null), false);
  assert.equal(model.isMoving(2.2), false);
  assert.equal(model.isMoving(2.3), true);
});

test("unclear answers are named, and so is what was not asked; thoughts of suicide are never among what is nothing", () => {
  const questions = [
    { field: "self_harm", label: "Self-harm", answers: [{ code: "NONE", label: "none", clear: true }, { code: "IDEATION", label: "thoughts", clear: true }] },
    { field: "weapon", label: "Weapon", answers: [{ code: "NONE", label: "none", clear: true }, { code: "UNKNOWN", label: "not known", clear: false }] },
    { field: "medical", label: "Medical", answers: [{ code: "NONE", label: "none", clear: true }] },
  ];
  assert.deepEqual(model.triageWords({ weapon: "UNKNOWN", self_harm: "IDEATION" }, questions), {
    unclear: ["Weapon: not known", "Medical: not asked"], told: ["Self-harm: thoughts"], clear: [],
  });
  assert.deepEqual(model.triageWords({ weapon: "NONE", medical: "NONE", self_harm: "NONE" }, questions), {
    unclear: [], told: [], clear: ["Self-harm: none", "Weapon: none", "Medical: none"],
  });
  assert.deepEqual(model.triageWords(undefined, questions), { unclear: [], told: [], clear: [] });
});

test("read aloud names place and dangers, never people", () => {
  const call = { ...state().call, tier: 2, type_name: "Suicidal ideation", language: "es", hazards: ["dog in yard"], person: { name: "Ana Prado" }, caller: { name: "Luz Prado" } };
  const text = model.readAloudText(call, ["Weapon: not known"]);
  assert.match(text, /415 Park St, Apt 3B/);
  assert.match(text, /Spanish/);
  assert.match(text, /Hazard: dog in yard/);
  assert.doesNotMatch(text, /Prado/);
});

test("facilities come nearest first, and those without a position last", () => {
  const near = { name: "Near", lat: 41.76, lon: -72.68 };
  const far = { name: "Far", lat: 41.9, lon: -72.68 };
  const unknown = { name: "Unknown", lat: null, lon: null };
  const sorted = model.nearestFirst([unknown, far, near], { lat: 41.7637, lon: -72.6851 });
  assert.deepEqual(sorted.map((one) => one.name), ["Near", "Far", "Unknown"]);
});

test("navigation is handed coordinates, and is absent without them", () => {
  const place = { text: "415 Park St", lat: 41.7565, lon: -72.686 };
  assert.match(model.navigateUrl(place, "Linux; Android 14"), /^geo:41\.7565,-72\.686/);
  assert.match(model.navigateUrl(place, "Windows"), /destination=41\.7565,-72\.686/);
  assert.equal(model.navigateUrl({ text: "?", lat: null, lon: null }, ""), null);
  assert.equal(model.navigateUrl(null, ""), null);
});

test("the way leads to the destination while transporting, and to the call before", () => {
  const facilities = [{ name: "Hartford Hospital", lat: 41.7543, lon: -72.6785 }, { name: "Home", lat: null, lon: null }];
  const going = (destination) => state({ assignment: { status: "TR", destination } });
  assert.equal(model.drivingTo(going("Hartford Hospital"), "TR", facilities).text, "Hartford Hospital");
  assert.equal(model.drivingTo(going("Home"), "TR", facilities).text, "415 Park St");
  assert.equal(model.drivingTo(going("Hartford Hospital"), "ER", facilities).text, "415 Park St");
});

test("a call that another ruleset decided may have answers to questions the page has not read", () => {
  const call = { triage: { decision: { ruleset: { name: "Hartford", version: 3 } } } };
  assert.equal(model.otherRuleset(call, { name: "Hartford", version: 2 }), "Hartford v3");
  assert.equal(model.otherRuleset(call, undefined), "Hartford v3");
  assert.equal(model.otherRuleset(call, { name: "Hartford", version: 3 }), "");
  assert.equal(model.otherRuleset({ triage: null }, { name: "Hartford", version: 2 }), "");
});
