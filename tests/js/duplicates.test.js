// @ts-check
import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Duplicates, nearbyQuery, nearbyWords } from "../../static/dispatch/js/duplicates.js";

const NOW = Date.parse("2026-10-14T22:04:00Z");

/** @param {object} [more] @returns {any} */
const near = (more = {}) => ({
  id: "1", number: "26-000123", status: "on_scene", location: { text: "415 Park St" }, received_at: "2026-10-14T22:00:00Z",
  assignments: [{ unit: "CRT1", status: "OS" }, { unit: "HPD4", status: "AV" }], distance_m: 40, same_phone: false, ...more,
});

/** A form of a call, with what is typed over it. @param {object} saved @param {[string, any][]} [edits] @param {string | null} [id] @returns {any} */
function form(saved, edits = [], id = null) {
  const typed = new Map(edits);
  const read = (/** @type {string} */ path) => path.split(".").reduce((/** @type {any} */ part, name) => part?.[name], saved) ?? "";
  return { id, saved, edits: typed, value: (/** @type {string} */ path) => typed.get(path) ?? read(path) };
}

const PLACE = { text: "415 Park St", lat: 41.75, lon: -72.69 };

test("the line says which call, where, how long ago, and who is on it", () => {
  assert.equal(nearbyWords([near(), near({ id: "2" })], 0, NOW), "2 calls nearby: 26-000123 415 Park St, 4 min ago, CRT1 on scene");
  const waiting = near({ number: "26-000124", status: "pending", assignments: [], same_phone: true });
  assert.equal(nearbyWords([near(), waiting], 1, NOW), "2 calls nearby (2 of 2): 26-000124 415 Park St, 4 min ago, pending, same call-back");
  assert.match(nearbyWords([near({ distance_m: null, same_phone: true })], 0, NOW), /^1 call from this phone: 26-000123/);
});

test("what is asked for is the place as it is known and a whole number", () => {
  assert.equal(nearbyQuery(form({}), null), "");
  assert.equal(nearbyQuery(form({}, [["location.text", "415 Park St"], ["caller.phone", "860-5"]]), null), "");
  assert.equal(nearbyQuery(form({}, [["location.text", " 415 Park St"]]), PLACE), "lat=41.75&lon=-72.69");
  assert.equal(nearbyQuery(form({}, [["location.text", "415 Parkville"]]), PLACE), "", "another place is typed by now");
  assert.equal(nearbyQuery(form({}, [["location.text", "x"], ["location.at", { lat: 1, lon: 2 }]]), PLACE), "lat=1&lon=2");
  assert.equal(nearbyQuery(form({ location: { text: "415 Park St" } }, [], "7"), PLACE), "lat=41.75&lon=-72.69&except=7", "just saved");
  const saved = { location: PLACE, caller: { phone: "860-555-0142" } };
  assert.equal(nearbyQuery(form(saved, [], "7"), null), "lat=41.75&lon=-72.69&phone=860-555-0142&except=7");
});

/** @param {any} first the form that is open */
function desk(first) {
  const asked = /** @type {string[]} */ ([]);
  const waiting = /** @type {((answer: any) => void)[]} */ ([]);
  const sent = /** @type {any[]} */ ([]);
  const made = /** @type {any} */ ({
    form: first, selected: null, board: { calls: new Map() }, changed: () => {},
    api: { get: (/** @type {string} */ path) => { asked.push(path); return new Promise((resolve) => waiting.push(resolve)); } },
    requests: { onCall: async (/** @type {any[]} */ ...request) => { sent.push(request); } },
    did: (/** @type {Promise<any>} */ request) => request,
  });
  return { desk: made, asked, waiting, sent, duplicates: new Duplicates(made) };
}
const settle = async () => { for (let n = 0; n < 10; n += 1) await Promise.resolve(); };

test("it looks once typing pauses, and an answer to what is no longer typed is dropped", async (context) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  context.after(() => mock.timers.reset());
  const { desk: d, asked, waiting, duplicates } = desk(form({}, [["location.at", { lat: 1, lon: 2 }]]));
  duplicates.look();
  d.form.edits.set("location.at", { lat: 1, lon: 3 });
  duplicates.look();
  mock.timers.tick(1000);
  assert.deepEqual(asked, ["/api/calls/duplicates/?lat=1&lon=3"]);
  d.form.edits.set("location.at", { lat: 1, lon: 4 });
  duplicates.look();
  mock.timers.tick(1000);
  waiting[0]({ calls: [near({ id: "old" })] });
  waiting[1]({ calls: [near()] });
  await settle();
  assert.deepEqual(duplicates.rows.map((row) => row.id), ["1"]);
  duplicates.follow(/** @type {any} */ ([{ type: "call_received" }]));
  duplicates.follow(/** @type {any} */ ([{ type: "call_received" }]));
  mock.timers.tick(5000);
  assert.equal(asked.length, 3, "new calls are looked for together");
});

test("the rows follow the board, and the one that is looked at stays", async () => {
  const { desk: d, duplicates, waiting } = desk(form({ location: PLACE }, [], "9"));
  duplicates.look();
  const load = async (/** @type {any[]} */ ...calls) => { const loaded = duplicates.load(); waiting.at(-1)?.({ calls }); await loaded; };
  await load(near(), near({ id: "2" }));
  duplicates.next();
  await load(near({ id: "3" }), near(), near({ id: "2" }));
  assert.equal(duplicates.shown?.id, "2");
  d.board.calls.set("2", { ...near({ id: "2" }), status: "en_route" });
  assert.equal(duplicates.shown?.status, "en_route");
  duplicates.forget();
  assert.equal(duplicates.shown, null);
});

test("the caller is kept with the call that is shown", async () => {
  const { duplicates, sent, waiting } = desk(form({ location: PLACE, caller: { name: "Ana Diaz", phone: "860-555-0142" } }, [], "9"));
  duplicates.look();
  const loaded = duplicates.load();
  waiting[0]({ calls: [near()] });
  await loaded;
  await duplicates.addCaller();
  assert.deepEqual(sent[0].slice(0, 3), ["1", "contacts", { name: "Ana Diaz", phone: "860-555-0142", relationship: "", language: "" }]);
});
