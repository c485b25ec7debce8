import assert from "node:assert/strict";
import { test } from "node:test";

import { callSpots, etaLines, trackLines, unitSpots } from "../../static/dispatch/js/views/map_model.js";

const NOW = Date.parse("2026-11-02T12:00:00Z");
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();
const call = (more) => ({
  id: "3", number: "26-004421", priority: 2, status: "pending", type_name: "Welfare check", received_at: at(-30), due_at: at(150), hold_until: null,
  callback_at: null, assignments: [], location: { text: "415 Park St", lat: 41.75, lon: -72.68, uncertainty_m: null }, ...more,
});
const board = ({ calls = [], units = [], presence = {} }) => ({
  version: 1, alerts: new Map(), calls: new Map(calls.map((row) => [row.id, row])), units: new Map(units.map((row) => [row.unit, row])),
  presence: new Map(Object.entries(presence)),
});
const unit = (more) => ({ unit: "CRT1", status: "ER", call_number: "26-004421", ...more });
const fix = (more) => ({ lat: 41.76, lon: -72.67, fix_at: at(-5), heading: 90, speed_mps: 10, ...more });

test("a call is named with all that its colour and shape say", () => {
  const [spot] = callSpots(board({ calls: [call()] }), NOW);
  assert.equal(spot.label, "P2 4421");
  assert.equal(spot.details, "call 26-004421, Welfare check, 415 Park St, pending");
  assert.match(spot.look, /waiting/);
});

test("an overdue call looks so, and a rough position says how rough it is", () => {
  const rough = call({ due_at: at(-1), location: { text: "Park St", lat: 41.75, lon: -72.68, uncertainty_m: 400 } });
  const [spot] = callSpots(board({ calls: [rough] }), NOW);
  assert.match(spot.look, /tone-over/);
  assert.match(spot.details, /good to 400 m/);
});

test("calls without a position are left out, and the gravest is drawn last", () => {
  const nowhere = call({ id: "1", location: { text: "?", lat: null, lon: null } });
  const spots = callSpots(board({ calls: [nowhere, call({ id: "4", priority: 1 }), call({ id: "2", priority: 3 })] }), NOW);
  assert.deepEqual(spots.map((spot) => spot.key), ["call:2", "call:4"]);
});

test("a unit shows its heading only while it moves, and the age of an old fix", () => {
  const of = (presence) => unitSpots(board({ units: [unit()], presence: { CRT1: fix(presence) } }), NOW)[0];
  assert.equal(of({}).heading, 90);
  assert.equal(of({ speed_mps: 0 }).heading, null);
  assert.equal(of({}).age, "");
  assert.equal(of({ fix_at: at(-180) }).age, "3 min");
  assert.match(of({ fix_at: at(-180) }).look, /fix-old/);
  assert.match(of({ fix_at: at(-601) }).look, /fix-lost/);
  assert.equal(of({ fix_at: null }).age, "no fix");
});

test("units off shift and units never heard of are not drawn", () => {
  const off = board({ units: [unit({ status: "OFF" })], presence: { CRT1: fix() } });
  assert.deepEqual(unitSpots(off, NOW), []);
  assert.deepEqual(unitSpots(board({ units: [unit()], presence: { CRT1: { tablet_seen_at: at(0), lat: null, lon: null } } }), NOW), []);
});

test("a position good to some kilometres only says so and does not look fresh", () => {
  const [spot] = unitSpots(board({ units: [unit()], presence: { CRT1: fix({ accuracy_m: 3400 }) } }), NOW);
  assert.equal(spot.age, "± 3 km");
  assert.match(spot.details, /position good to 3400 m/);
  assert.match(spot.look, /fix-old/);
});

test("a unit whose shift has ended is drawn only while it is out or calls for help", () => {
  const ended = (row, alerts = []) => unitSpots({ ...board({ units: [unit({ status: "AV", call: null, on_shift: false, ...row })], presence: { CRT1: fix() } }), alerts: new Map(alerts) }, NOW);
  assert.deepEqual(ended({}), []);
  assert.equal(ended({ call: "3" }).length, 1);
  assert.equal(ended({}, [["1", { unit: "CRT1", kind: "EMERGENCY" }]]).length, 1);
  assert.deepEqual(ended({}, [["1", { unit: "CRT2", kind: "EMERGENCY" }]]), []);
});

test("a place nobody verified says so on its mark", () => {
  const [spot] = callSpots(board({ calls: [call({ location: { text: "Park", lat: 41.75, lon: -72.68, uncertainty_m: null, verified: false } })] }), NOW);
  assert.equal(spot.label, "P2 4421?");
  assert.match(spot.details, /place not verified/);
});

test("a unit on its way has a line to its call and says how long it needs; with a lost fix it has none", () => {
  const assignment = { id: "7", unit: "CRT1", status: "ER", eta_at: at(230) };
  const on = (presence, status = "ER") => board({ calls: [call({ assignments: [{ ...assignment, status }] })], units: [unit({ call: "3", status })], presence: { CRT1: fix(presence) } });
  assert.deepEqual(etaLines(on({}), NOW), [{ key: "eta:7", from: [41.76, -72.67], to: [41.75, -72.68], look: "eta eta-ER" }]);
  assert.deepEqual(etaLines(on({ fix_at: at(-601) }), NOW), []);
  assert.deepEqual(etaLines(on({}, "OS"), NOW), []);
  const [spot] = unitSpots(on({}), NOW);
  assert.equal(spot.age, "→ 4′");
  assert.match(spot.details, /there in 4 min/);
});

test("a track is a line through what was not doubted, by unit", () => {
  const kept = (seconds, lat, verdict = "MOVES") => ({ at: at(seconds), lat, lon: -72.68, verdict });
  const units = [{ unit: "CRT1", fixes: [kept(-30, 41.7), kept(-20, 42.9, "JUMP"), kept(-10, 41.8, "LATE")] }, { unit: "HPD1", fixes: [] }];
  assert.deepEqual(trackLines(units), [{ unit: "CRT1", points: [[41.7, -72.68], [41.8, -72.68]], from: at(-30), to: at(-10), count: 2 }]);
});
